"""What the forms of this app share."""

from collections import defaultdict

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet

from accounts.access import people_with
from accounts.enums import STAFF
from accounts.models import User


def staff_members() -> QuerySet[User]:
    """Who may coach: active people with a role of the youth service today."""
    return people_with(*STAFF)


def date_widget() -> forms.DateInput:
    """The browser's own date picker: it needs no script."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def inner_helper() -> FormHelper:
    """For a form inside a form tag of the page, whose fields need no "(optional)"."""
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf, helper.quiet_optional = False, True, True
    return helper


class ErrorsAtFields(forms.ModelForm):
    """Shows a broken constraint at the field that its error code names."""

    def _get_validation_exclusions(self) -> set[str]:
        """Constraints count that involve a field which this form shows but does not change."""
        return super()._get_validation_exclusions() & set(self.fields)  # type: ignore[misc]

    def _update_errors(self, errors: ValidationError) -> None:
        at: dict[str, list[ValidationError]] = defaultdict(list)
        for name, problems in errors.error_dict.items():
            for problem in problems:
                field = str(problem.code) if name == NON_FIELD_ERRORS else name
                at[field if field in self.fields else NON_FIELD_ERRORS].append(problem)
        super()._update_errors(ValidationError(dict(at)))  # type: ignore[misc]
