"""The two forms of a handover: a note of who goes, the signature of who comes."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import ServiceForm, VersionedForm
from handovers.models import HandoverNote
from handovers.selectors.handovers import own_note
from handovers.services import sign_handover, write_note
from handovers.turns import Turn
from movements.models import Movement

TEXT_LIMIT = 4000


class NoteForm(VersionedForm):
    """What the next team should know; everybody has one note and can go on with it."""

    save_label = _("Save my note")
    quiet_optional = True
    rotation_on = forms.DateField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What should the next team know?"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Keys, habits, people, what is half done. No names of children."),
    )

    def __init__(self, data: Any, *, movement: Movement, turn: Turn, by: User) -> None:
        self.movement, self.turn, self.by = movement, turn, by
        note = own_note(turn, by) or HandoverNote(author=by, version=0)
        initial = {"rotation_on": turn.on}
        super().__init__(data, instance=note, texts=["text"], initial=initial)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = reverse("handovers:note", args=[self.movement.pk])
        return helper

    def save(self) -> HandoverNote | None:
        """The note; None when it is refused."""
        return self.attempt(write_note, movement=self.movement, by=self.by, **self.cleaned_data)

    def catch_up(self) -> None:
        """Keep what was typed: the change moved, or this person wrote in another window."""
        sent: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        sent["rotation_on"], sent["version"] = str(self.turn.on), str(self.instance.version)
        self.data = sent
        if self.instance.text and self.instance.text != self.cleaned_data["text"]:
            now = self.instance.text
            self.add_error("text", _now("It now says: “%s”. Save to put yours there.") % now)


class SignForm(ServiceForm):
    """One button. It sends the day of the change that stood on the page."""

    save_label = _("We read it and take over")
    rotation_on = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, movement: Movement, rotation_on: date, action: str) -> None:
        self.movement, self.action = movement, action
        super().__init__(data, initial={"rotation_on": rotation_on}, prefix="sign")

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = self.action
        return helper

    def save(self, by: User) -> Any:
        """The signature; None when it is refused."""
        day = self.cleaned_data["rotation_on"]
        return self.attempt(sign_handover, movement=self.movement, rotation_on=day, by=by)
