"""The register of personal data: each app lists its own fields in its `personal.py`.

A field of a model that could hold personal data and stands neither in the register nor among the
fields declared impersonal fails the tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from core.retention import Words, in_words


class Ground(StrEnum):
    """The legal ground of article 6 of the GDPR (the defaults; a city's officer confirms them)."""

    PUBLIC_TASK = "public task"
    CONSENT = "consent"
    LEGAL_OBLIGATION = "legal obligation"

    @property
    def label(self) -> Words:
        """As it is shown."""
        return _GROUNDS[self]


_GROUNDS: dict[str, Words] = {
    Ground.PUBLIC_TASK: _("public task"),
    Ground.CONSENT: _("consent"),
    Ground.LEGAL_OBLIGATION: _("legal obligation"),
}


@dataclass(frozen=True)
class PersonalField:
    """One field of personal data and what is promised about it.

    How long it is kept is said in words; where the privacy desk forgets it, the words come from the
    category of `core.retention`, so that promise and mechanism cannot differ.
    """

    model: str  # "movements.mandate"
    field: str
    purpose: Words
    ground: Ground
    access: Words
    retention: Words
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
    "core.activitylog": {"actor": (_("who made a change"), _("privacy officer, coordinator"))},
    "core.accesslog": {"actor": (_("who looked at a record"), _("privacy officer, coordinator"))},
    "core.logretention": {
        "approved_by": (_("who let old rows of a log go"), _("privacy officer, coordinator"))
    },
    "core.outboxmessage": {
        "recipient": (_("whom a mail is for"), _("the team")),
        "payload": (_("a code or link until it is sent, encrypted"), _("nobody reads it")),
    },
    "core.optout": {
        "recipient": (_("to send no mail that somebody does not want"), _("the person")),
        "group": (_("to send no mail that somebody does not want"), _("the person")),
        "at": (_("to tell since when"), _("the person")),
    },
    "core.job": {
        "owner": (_("whose upload it is"), _("that person")),
        "file": (_("the upload until it is confirmed, encrypted"), _("that person")),
        "file_name": (_("to recognise the upload"), _("that person")),
    },
}
_KEPT = {
    "core.logretention": _("as long as there are logs: it is what their triggers go by"),
    "core.job": _("the file until it is confirmed or a day has passed, the rest for 30 days"),
    "core.optout": _("as long as the person is known here, or until they want those mails again"),
    "core.outboxmessage": _("the payload until the mail is sent; the row holds back a second one"),
}

register(
    PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        ground=Ground.LEGAL_OBLIGATION if "log" in model else Ground.PUBLIC_TASK,
        access=access,
        retention=_KEPT.get(model) or in_words(model),
        export=model == "core.optout"
        or field in {"actor", "approved_by", "recipient", "file_name"},
        erasure=model in {"core.job", "core.optout"} or field == "payload",
    )
    for model, fields in _OWN.items()
    for field, (purpose, access) in fields.items()
)
