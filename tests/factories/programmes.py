"""Editions for tests."""

from datetime import date
from typing import Any

from core.translated import Translated
from programmes.models import Edition
from programmes.services import create_edition

FIRST, LAST = date(2021, 3, 1), date(2023, 2, 28)


def make_edition(**values: Any) -> Edition:
    """The edition of the project sheet, with targets, curves and quiet periods."""
    defaults: dict[str, Any] = {
        "name": Translated(
            nl="Jeugdwerk voor Alleman", fr="La jeunesse pour tous", en="Youth work for all"
        ),
        "municipality": "Demostad",
        "starts_on": FIRST,
        "ends_on": LAST,
        "contact_email": "jeugd@demostad.example",
        "signatory": Translated(nl="De schepen van jeugd", fr="L'échevine", en="The alderman"),
        "by": None,
    }
    return create_edition(**defaults | values)
