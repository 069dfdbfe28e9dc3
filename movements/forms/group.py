"""What the leaders of a movement keep up to date of it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import today
from core.seen import seen_form
from movements.forms.base import ErrorsAtFields
from movements.models import Movement
from movements.services.groups import GROUP_FIELDS, keep_up_group


class _Group(ErrorsAtFields):
    """Mailbox, meeting place, places for children, waiting list."""

    class Meta:
        model = Movement
        fields = GROUP_FIELDS
        labels = {
            "mailbox": gettext_lazy("Mailbox of your group"),
            "place": gettext_lazy("Where you meet"),
            "capacity": gettext_lazy("How many children you can take"),
            "waiting": gettext_lazy("How many children wait for a place"),
        }
        help_texts = {
            "mailbox": gettext_lazy("An address that the next team reads too."),
            "capacity": "",
            "waiting": gettext_lazy("0 when nobody waits. Empty when you keep no list."),
        }
        widgets = {
            name: forms.NumberInput(attrs={"inputmode": "numeric"})
            for name in ("capacity", "waiting")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting_on = self.instance.waiting_on

    def clean(self) -> dict[str, Any]:
        """The list is of the day on which it is said, as the service writes it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.waiting_on = today() if cleaned.get("waiting") is not None else None
        return cleaned

    @property
    def helper(self) -> FormHelper:
        """How crispy writes the form; the server checks it, so that all errors come at once."""
        helper = FormHelper()
        helper.attrs = {"novalidate": ""}
        helper.add_input(Submit("save", _("Save")))
        return helper

    def save_by(self, user: User) -> Movement:
        """Write it. Raises Refused as the service does."""
        new: dict[str, Any] = {name: self.cleaned_data[name] for name in GROUP_FIELDS}
        return keep_up_group(movement=self.instance, by=user, **new)


GroupForm = seen_form(_Group)
