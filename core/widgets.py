"""Form controls of the admin."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models


class Picker(AutocompleteSelect):
    """Django's picker, which would look up whatever was sent, also what is no number."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        numbers = [one for one in value if str(one).isdecimal() and len(str(one)) < 19]
        return super().optgroups(name, numbers, attr)


# The date picker of the device: reachable by keyboard, readable on a phone, no script. For
# `formfield_overrides` of an admin class or an inline.
NATIVE_DATES: dict[type[models.Field], dict[str, Any]] = {
    models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    },
}
