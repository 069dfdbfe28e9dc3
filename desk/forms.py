"""The one form of the front page."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from desk.selectors import find_label


class FindLabelForm(forms.Form):
    """Find a label by the number or the code on its certificate."""

    certificate = forms.CharField(
        label=_("Number or code on the certificate"), max_length=40, strip=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_class = "form-line"
        self.helper.disable_csrf = True
        self.helper.add_input(Submit("", _("Check")))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("certificate", "")
        label = find_label(typed) if typed else None
        if typed and label is None:
            self.add_error("certificate", _("We do not know this number. Check what you typed."))
        return {**cleaned, "label": label}
