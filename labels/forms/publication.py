"""Which reasons everybody may read: one tick for each."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Stale
from labels.models import Label
from labels.selectors.publication import choice_made, choice_seen, public_numbers, reasons_of
from labels.services.publication import publish_reasons


class PublicationForm(forms.Form):
    """Ticks, and what was ticked when the page was opened, so that two people lose nothing."""

    numbers = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: Label, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label, self.public = label, public_numbers(label)
        self.reasons, self.choice = reasons_of(label), choice_made(label)
        self.fields["numbers"].choices = [  # type: ignore[attr-defined]
            (reason.number, reason.title or _("The decision as a whole")) for reason in self.reasons
        ]
        self.initial = {"numbers": self.public, "seen": self.as_seen}

    @property
    def as_seen(self) -> str:
        """What stands now, as the page carries it along."""
        return choice_seen(self.label)

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Each reason with its tick."""
        return list(zip(self["numbers"], self.reasons, strict=True))

    def save(self, by: User) -> None:
        """Write it. Raises Refused, or Stale: then the page shows what stands there now."""
        said = self.cleaned_data
        try:
            publish_reasons(label=self.label, by=by, numbers=said["numbers"], seen=said["seen"])
        except Stale:
            self.data: Any = self.data.copy()
            self.data["seen"] = self.as_seen
            raise
