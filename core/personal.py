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


# What the tables of core itself hold. A key ("user:7") is an opaque number, which says nothing any
# more once the record that it names is emptied; so the rows themselves need not be touched.
_OWN = {
    "core.activitylog": {"actor": ("who made a change", "privacy officer, coordinator")},
    "core.accesslog": {"actor": ("who looked at a record", "privacy officer, coordinator")},
    "core.outboxmessage": {
        "recipient": ("whom a mail is for", "the team"),
        "payload": ("a code or link until it is sent, encrypted", "nobody reads it"),
    },
    "core.job": {
        "owner": ("whose upload it is", "that person"),
        "file": ("the upload until it is confirmed, encrypted", "that person"),
        "file_name": ("to recognise the upload", "that person"),
    },
}
_KEPT = {
    "core.job": "the file until it is confirmed or a day has passed, the rest for 30 days",
    "core.outboxmessage": "the payload until the mail is sent; the row holds back a second one",
}

register(
    PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        ground=Ground.LEGAL_OBLIGATION if model.endswith("log") else Ground.PUBLIC_TASK,
        access=access,
        retention=_KEPT.get(model, "until the privacy officer approves a retention date"),
        export=field in {"actor", "recipient", "file_name"},
        erasure=False,
    )
    for model, fields in _OWN.items()
    for field, (purpose, access) in fields.items()
)
