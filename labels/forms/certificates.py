"""A new issue of a certificate, and a batch of them for an award evening."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from core.forms import DayInput, ManyOf
from labels.enums import BatchFormat
from labels.lifecycle import is_valid
from labels.models import Certificate, CertificateBatch, Label
from labels.selectors.certificates import labels_to_choose
from labels.services.batches import start_batch
from labels.services.certificates import reissue


class ReissueForm(forms.Form):
    """Why a new certificate is made."""

    reason = forms.CharField(
        label=_("Why a new one?"),
        help_text=_("Only the youth service reads this. For example: the group has a new name."),
        max_length=Certificate._meta.get_field("reason").max_length,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, label: Label, by: User, **kwargs: Any) -> None:
        self.label, self.by = label, by
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("save", _("Make a new certificate")))

    def save(self) -> Certificate | None:
        """The new issue; None when it was refused, which is then said in the form."""
        try:
            return reissue(label=self.label, by=self.by, reason=self.cleaned_data["reason"])
        except Refused as refusal:
            self.add_error(None, refusal.message)
            return None


class PeriodForm(forms.Form):
    """Which labels to choose from: those decided on between two days; nothing said is all."""

    decided_from = forms.DateField(label=_("Decided from"), required=False, widget=DayInput())
    decided_until = forms.DateField(label=_("until"), required=False, widget=DayInput())

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.form_class = "form-line"
        helper.quiet_optional = True
        helper.disable_csrf = True
        helper.add_input(Submit("", _("Show"), css_class="btn-secondary"))
        return helper

    @property
    def days(self) -> tuple[date | None, date | None]:
        """Both ends, as far as they were said and are days."""
        given = self.cleaned_data if self.is_valid() else {}
        return given.get("decided_from"), given.get("decided_until")


class LabelChoice(ManyOf):
    """Labels by their movement; of one that is not valid today it is said."""

    def label_from_instance(self, label: Any) -> str:
        text = f"{label.movement.name} ({label.number})"
        if is_valid(label):
            return text
        return _("%(label)s: not valid today, its ring is empty") % {"label": text}


class BatchForm(forms.Form):
    """Which labels, in which language, and how."""

    labels = LabelChoice(
        label=_("Labels"),
        queryset=Label.objects.none(),
        error_messages={"required": _("Choose at least one label.")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("each in the language of its group")), *settings.LANGUAGES],
        required=False,
    )
    format = forms.ChoiceField(
        label=_("As"), choices=BatchFormat.choices, widget=forms.RadioSelect, initial="pdf"
    )
    with_posters = forms.BooleanField(
        label=_("With posters"),
        help_text=_("A poster follows each certificate; it is in A3, for the wall of the group."),
        required=False,
    )

    def __init__(
        self, *args: Any, by: User, days: tuple[date | None, date | None] = (None, None), **kw: Any
    ) -> None:
        self.by = by
        super().__init__(*args, **kw)
        ticked = map(str, self["labels"].value() or [])
        chosen = [int(one) for one in ticked if one.isdecimal() and len(one) <= 18]
        self.fields["labels"].queryset = labels_to_choose(by, chosen, *days)  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.quiet_optional = True
        self.helper.add_input(Submit("save", _("Make the certificates")))

    def save(self) -> CertificateBatch | None:
        """The batch; None when it was refused, which is then said in the form."""
        try:
            return start_batch(by=self.by, **self.cleaned_data)
        except Refused as refusal:
            self.add_error("labels", refusal.message)
            return None
