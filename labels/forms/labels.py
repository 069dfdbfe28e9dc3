"""The forms of labels: searching the register, checking a code, what happens to a label."""

from collections.abc import Callable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from labels.enums import LabelEventKind
from labels.models import TEXT_LIMIT, Label, LabelEvent
from labels.selectors.register import find_code
from labels.services import awards


class RegisterForm(forms.Form):
    """One field that searches names, federations and places."""

    q = forms.CharField(
        label=_("Name, federation or place"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.form_class = "form-line"
        helper.quiet_optional = True
        helper.disable_csrf = True
        helper.add_input(Submit("", _("Search")))
        return helper


class CodeForm(forms.Form):
    """The number or the code of a certificate, as people copy it from paper.

    A valid form has the `code` of the issue that was found.
    """

    certificate = forms.CharField(label=_("Number or code on the certificate"), max_length=200)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.form_class = "form-line"
        helper.form_action = reverse("labels:check_code")
        helper.attrs = {"novalidate": ""}
        helper.disable_csrf = True
        helper.add_input(Submit("", _("Check")))
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code = find_code(cleaned["certificate"]) if "certificate" in cleaned else ""
        if code is None:
            self.add_error("certificate", _("We do not know this number. Check what you typed."))
        return {**cleaned, "code": code}


class LabelEventForm(forms.Form):
    """Something happens to a label; subclasses say what, and what it means."""

    kind: LabelEventKind
    title: str | Promise
    explanation: str | Promise
    record: Callable[..., LabelEvent]

    on = forms.DateField(
        label=_("From which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Only the youth service reads this; it is never shown to the public."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", today())

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_input(Submit("save", self.title))
        return helper

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day

    def save(self, label: Label, by: User) -> bool:
        """Record it; False when the service refuses, with its words above the form."""
        try:
            self.record(label=label, by=by, **self.cleaned_data)
        except Refused as refusal:
            self.add_error(None, refusal.message)
            return False
        return True


class PauseForm(LabelEventForm):
    """A pause, for as long as it takes."""

    kind, record = LabelEventKind.PAUSED, staticmethod(awards.pause_label)
    title = _("Pause the label")
    explanation = _(
        "From this day the label does not count and its page says “not valid”. "
        "The last day of the label stays the same."
    )


class ResumeForm(LabelEventForm):
    """The end of a pause."""

    kind, record = LabelEventKind.RESUMED, staticmethod(awards.resume_label)
    title = _("Resume the label")
    explanation = _("From this day the label counts again.")


class WithdrawForm(LabelEventForm):
    """The city takes the label away."""

    kind, record = LabelEventKind.WITHDRAWN, staticmethod(awards.withdraw_label)
    title = _("Withdraw the label")
    explanation = _("From this day the label is over. This cannot be undone.")


class GiveBackForm(LabelEventForm):
    """The movement gives the label back."""

    kind, record = LabelEventKind.GIVEN_BACK, staticmethod(awards.give_back_label)
    title = _("Record that the group gives it back")
    explanation = _("From this day the label is over. This cannot be undone.")


EVENT_FORMS: dict[str, type[LabelEventForm]] = {
    "pause": PauseForm,
    "resume": ResumeForm,
    "withdraw": WithdrawForm,
    "give-back": GiveBackForm,
}
