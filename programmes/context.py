"""What every page shows of the programme."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from programmes.selectors import shown_edition


def programme(request: HttpRequest) -> dict[str, Any]:
    """The current edition as `programme`; read only when a template asks for it."""
    return {"programme": SimpleLazyObject(shown_edition)}
