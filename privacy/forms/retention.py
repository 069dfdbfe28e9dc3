"""The form of the privacy officer for how long a category is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from privacy.forms.requests import OfficerForm
from privacy.models import RetentionPolicy
from privacy.overview import Kept
from privacy.services import retention


class PolicyForm(OfficerForm):
    """Another number of months or another legal reference, with the reason."""

    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=600)
    legal_reference = forms.CharField(
        label=gettext_lazy("Legal reference"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Left empty: the default of this category."),
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *args: Any, kept: Kept, **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **kwargs)

    def save(self) -> RetentionPolicy | None:
        """Decide; None when it was refused."""
        data = self.cleaned_data
        return self.attempt(
            retention.set_policy,
            key=self.kept.category.key,
            months=data["months"],
            legal_reference=data["legal_reference"],
            reason=data["reason"],
            by=self.user,
        )
