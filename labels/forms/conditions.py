"""What became of a condition, or another day for it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused, show_refusal
from labels.enums import Settled
from labels.forms.base import date_widget, no_slip, text_field
from labels.models import Condition
from labels.services.conditions import move_condition, settle_condition

MOVE, OPEN = "move", "open"
OF_OPEN = [
    (Settled.MET.value, _("It is met")),
    (MOVE, _("The group gets another day")),
    (Settled.DROPPED.value, _("It is not needed any more")),
]
SETTLED_MEANWHILE = _("A colleague settled this condition meanwhile. Look at it again.")
OF_SETTLED = [(OPEN, _("Open it again: that was a mistake"))]


class ConditionForm(forms.Form):
    """One choice; the day belongs to one of them, and a note to all but the first."""

    what = forms.ChoiceField(label=_("What became of it?"), widget=forms.RadioSelect)
    due_on = no_slip(forms.DateField(label=_("The new day"), required=False, widget=date_widget()))
    note = text_field(_("Note, in words for the group"), rows=3)

    def __init__(self, *args: Any, condition: Condition, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.condition, self.by = condition, by
        chosen: Any = self.fields["what"]
        chosen.choices = OF_SETTLED if condition.settled else OF_OPEN
        if condition.settled:
            del self.fields["due_on"]
            # who chose from the page of before reads what happened since
            chosen.error_messages["invalid_choice"] = SETTLED_MEANWHILE
            self.initial.setdefault("what", OPEN)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.quiet_optional = True  # whether a day or a note is asked depends on the choice
        helper.add_input(Submit("save", _("Save")))
        return helper

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("what") == MOVE and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("By which day?"))
        return data

    def save(self) -> Condition | None:
        """Write it; None when a rule says no, which then stands in the form."""
        given = {"condition": self.condition, "by": self.by, "note": self.cleaned_data["note"]}
        what = self.cleaned_data["what"]
        try:
            if what == MOVE:
                return move_condition(due_on=self.cleaned_data["due_on"], **given)
            return settle_condition(settled="" if what == OPEN else what, **given)
        except Refused as refusal:
            show_refusal(self, refusal)
            return None
