"""The form under the conversation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import LongText, ServiceForm
from movements.models import Message, Movement
from movements.services.messages import MOST_CHARACTERS, say


class MessageForm(ServiceForm):
    """One message; too long, and it stands there still."""

    save_label = _("Send")
    text = LongText(
        label=_("Your message"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, movement: Movement, by: User, **kwargs: Any) -> None:
        self.movement, self.by = movement, by
        super().__init__(*args, **kwargs)

    def save(self) -> Message | None:
        """Say it; None when it was refused."""
        text = self.cleaned_data["text"]
        said: Message | None = self.attempt(say, movement=self.movement, text=text, by=self.by)
        return said
