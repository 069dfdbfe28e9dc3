"""The last look before something is saved; forms ask the same earlier, at their fields."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from core.errors import Refused


def checked(obj: models.Model) -> None:
    """Validate fields and constraints of `obj`. Raises Refused with all that is wrong."""
    try:
        obj.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def set_fields(obj: models.Model, allowed: tuple[str, ...], values: dict[str, Any]) -> list[str]:
    """Give `obj` new values and return the names of the fields that differ.

    Raises TypeError for a field that may not be set here.
    """
    if unknown := set(values) - set(allowed):
        raise TypeError(f"{sorted(unknown)} of {obj._meta.label} cannot be set here")
    changed = [name for name, value in values.items() if getattr(obj, name) != value]
    for name in changed:
        setattr(obj, name, values[name])
    return changed
