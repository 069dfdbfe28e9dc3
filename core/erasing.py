"""What an app says about the erasure of a person, beside the columns that the register empties.

An app gives effects, it does not write: the same effects are what the privacy officer reads before
and what is carried out after. They are merged row by row, and a later value goes before an earlier.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.calendar import now
from core.errors import Refused
from core.jobs import Job
from core.outbox import OutboxMessage, OutboxState
from core.preferences import OptOut

OPEN_MAILS = (OutboxState.WAITING, OutboxState.CLAIMED)


@dataclass(frozen=True)
class Emptied:
    """Rows that stay, with these values in place of what stood there; files go with their name."""

    rows: models.QuerySet[Any]
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Deleted:
    """Rows that go, with their files."""

    rows: models.QuerySet[Any]


@dataclass(frozen=True)
class Kept:
    """Rows that stay as they are, and why."""

    rows: models.QuerySet[Any]
    why: str | Promise


@dataclass(frozen=True)
class Also:
    """People who are erased together with this one, each as their own kind says."""

    rows: models.QuerySet[Any]


@dataclass(frozen=True)
class Held:
    """Rows of others that are locked before the person's own: whoever writes locks them first."""

    rows: models.QuerySet[Any]


@dataclass(frozen=True)
class Advice:
    """Something to do by hand or to know; it changes no row.

    What it says of another record falls away when that one (`about`) is erased at the same time.
    """

    why: str
    about: models.Model | None = None


@dataclass(frozen=True)
class Required:
    """What must be done first; until then nothing is erased."""

    why: str


Effect = Emptied | Deleted | Kept | Also | Held | Advice | Required
Hook = Callable[[Any], Iterable[Effect]]


def empty_value(field: "models.Field[Any, Any]") -> Any:
    """What an emptied column holds. Raises ValueError for a field that cannot be empty."""
    if field.null:
        return None
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return ""
    raise ValueError(f"{field} cannot be emptied")


def erased_word() -> str:
    """What stands where a name stood."""
    return pgettext("instead of a name", "erased")


def refuse_erased(*people: Any) -> None:
    """Refuse to write to somebody who was erased (each has `is_erased`); None is nobody."""
    if any(person is not None and person.is_erased for person in people):
        raise Refused(_("This record was erased. Nothing can be added to it."))


def mails_to(key: str) -> Iterator[Effect]:
    """Mails to somebody that are on their way are not sent; what they carried goes."""
    values = {"state": OutboxState.NOT_DUE, "settled_at": now(), "payload": "", "claimed_at": None}
    open_mails = OutboxMessage.objects.filter(recipient=key, state__in=OPEN_MAILS)
    yield Emptied(open_mails, values)
    yield Deleted(OptOut.objects.filter(recipient=key))


def uploads_of(key: str) -> Iterator[Effect]:
    """Lists that somebody uploaded, and their names, go."""
    yield Deleted(Job.objects.filter(owner=key))
