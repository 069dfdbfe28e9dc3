"""The register of personal data: each app lists its own fields in its `personal.py`.

A field of a model that could hold personal data and stands neither in the register nor among the
fields declared impersonal fails the tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """The legal ground of article 6 of the GDPR (the defaults; a city's officer confirms them)."""

    PUBLIC_TASK = "public task"
    CONSENT = "consent"
    LEGAL_OBLIGATION = "legal obligation"


@dataclass(frozen=True)
class PersonalField:
    """One field of personal data and what is promised about it."""

    model: str  # "movements.mandate"
    field: str
    purpose: str
    ground: Ground
    access: str
    retention: str
    export: bool = True  # handed out in a subject request
    erasure: bool = True  # emptied when the person is erased


_entries: dict[tuple[str, str], PersonalField] = {}


def register(entries: Iterable[PersonalField]) -> None:
    """Add an app's entries. Raises ValueError for a field that is registered twice."""
    for entry in entries:
        key = (entry.model, entry.field)
        if key in _entries:
            raise ValueError(f"{entry.model}.{entry.field} stands twice in the register")
        _entries[key] = entry


def entries() -> list[PersonalField]:
    """The whole register, by model and field."""
    return [_entries[key] for key in sorted(_entries)]
