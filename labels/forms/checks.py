"""The forms around a running label: the yearly check of a movement, a visit to it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.forms import DayInput, ServiceForm, capitalised
from labels.enums import CheckAnswer, CheckReason
from labels.models import TEXT_LIMIT, Label
from labels.monitoring import DueCheck
from labels.selectors.wording import awarded_points, basis_of
from labels.services.monitoring import answer_check, record_visit

STILL = [("", _("still true"))]


class LightCheckForm(ServiceForm):
    """Is it still true? Per promise what changed; without anything in it all of it is true."""

    save_label = _("Send")
    quiet_optional = True
    due_on = forms.DateField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(choices=CheckReason.choices, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Anything else you want to say?"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(
        self, *args: Any, label: Label, check: DueCheck | None, by: User, **kwargs: Any
    ) -> None:
        self.label, self.by = label, by
        if check is not None:
            kwargs["initial"] = {"due_on": check.due_on, "reason": check.reason.value}
        super().__init__(*args, **kwargs)
        self.points, self.basis = awarded_points(label), basis_of(label)
        for point in self.points:
            self._add_point(point.number)
        if not self.points:
            self.fields["note"].label = _("What changed? A few words")
        self.order_fields([name for name in self.fields if name != "note"])

    def _add_point(self, number: int) -> None:
        self.fields[f"answer_{number}"] = forms.ChoiceField(
            label=_("Is it still true?"),
            required=False,
            choices=capitalised([*STILL, *CheckAnswer.choices]),
        )
        self.fields[f"text_{number}"] = forms.CharField(
            label=_("What changed? A few words"),
            required=False,
            max_length=TEXT_LIMIT,
            widget=forms.TextInput(attrs={"dir": "auto"}),
        )

    @property
    def typed(self) -> bool:
        """Whether there is anything in it that its writer would lose."""
        return any(self.data.get(name) for name in self.fields if name not in ("due_on", "reason"))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each point with its two fields."""
        for point in self.points:
            answer, text = self[f"answer_{point.number}"], self[f"text_{point.number}"]
            is_open = bool(answer.value() or text.value() or text.errors)
            yield {"point": point, "answer": answer, "text": text, "is_open": is_open}

    def clean(self) -> dict[str, Any]:
        """What changed needs words; words without an answer ask for one."""
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("do") == "changed" and not self.typed:
            self.add_error("note", _("Say in a few words what changed."))
        for point in self.points:
            answer, text = f"answer_{point.number}", f"text_{point.number}"
            if cleaned.get(answer) and not cleaned.get(text) and text not in self.errors:
                self.add_error(text, _("Say in a few words what changed."))
            if cleaned.get(text) and not cleaned.get(answer) and answer not in self.errors:
                self.add_error(answer, _("Choose: changed or stopped."))
        return cleaned

    def save(self) -> Any:
        """The answered check; None when it was refused."""
        said = self.cleaned_data
        numbers = [point.number for point in self.points]
        return self.attempt(
            answer_check,
            label=self.label,
            by=self.by,
            check=DueCheck(said["due_on"], CheckReason(said["reason"])),
            points={
                number: (CheckAnswer(said[f"answer_{number}"]), said[f"text_{number}"])
                for number in numbers
                if said[f"answer_{number}"]
            },
            note=said["note"],
        )


class VisitForm(ServiceForm):
    """A visit of the youth service to a movement with a label: when, and what they saw."""

    save_label = _("Record the visit")
    action = ""
    on = forms.DateField(label=_("On which day?"), widget=DayInput())
    note = forms.CharField(
        label=_("What did you see?"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args: Any, label: Label, by: User, **kwargs: Any) -> None:
        self.label, self.by = label, by
        super().__init__(*args, **kwargs)
        self.initial["on"] = today()

    @property
    def helper(self) -> FormHelper:
        """On the page of the label it is sent to a page of its own."""
        helper = super().helper
        helper.form_action = self.action
        return helper

    def save(self) -> Any:
        """The visit; None when it was refused."""
        on: date = self.cleaned_data["on"]
        note: str = self.cleaned_data["note"]
        return self.attempt(record_visit, label=self.label, by=self.by, on=on, note=note)
