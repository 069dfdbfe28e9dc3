"""The kinds of people that the product keeps records about, and where everything about one stands.

Each app registers its own kinds in `personal.py`; an app above adds the rows that it keeps about
somebody below. Export, erasure, restriction and retention go by this list and by the register of
personal data, so a table that stands in both is never forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from core import personal
from core.erasing import Hook


@dataclass(frozen=True)
class Part:
    """Rows of a table that tell about somebody, and how they lead to that person's own row.

    `path` is a look-up from the row to the person ("guidance__child"), or with `by_key` the column
    that holds the person's key. `among(person)` gives the rows where no look-up can: a session that
    names its user in a token, mandates with the same address. `fields` are those that tell about
    this person (all that stand in the register when empty); a family's file, for example, tells
    about its owner only who that is. `erased` is False where the row belongs to others as well and
    stays as it is.
    """

    model: str
    path: str = "pk"
    fields: tuple[str, ...] = ()
    by_key: bool = False
    erased: bool = True
    among: Callable[[Any], models.QuerySet[Any]] | None = None

    @property
    def table(self) -> type[models.Model]:
        """The class of its rows."""
        return apps.get_model(self.model)

    def rows(self, person: Any) -> models.QuerySet[Any]:
        """Its rows about one person, each once, by number."""
        everybody = self.table._base_manager
        if self.by_key:
            return everybody.filter(**{self.path: person.key}).order_by("pk")
        found = self.among(person) if self.among else everybody.filter(**{self.path: person.pk})
        # a look-up over several tables may meet a row more than once
        return everybody.filter(pk__in=found.values("pk")).order_by("pk")

    def entries(self) -> list[personal.PersonalField]:
        """The lines of the register about what it holds of this person."""
        named = [e for e in personal.entries() if e.model == self.model]
        return [e for e in named if not self.fields or e.field in self.fields]


@dataclass
class Kind:
    """One kind of person: a child, a family, a storyteller, a leader, somebody with an account.

    `find` takes words that the privacy officer typed and gives the rows they may mean; `describe`
    tells two people apart in a list. `corrected` are the fields that `correct(person, by, values)`
    changes by a service of the app; see `correctable`. Each of `on_erasure` says what happens
    beside the columns that the register empties: what is deleted, unpublished, closed, kept.
    """

    model: str
    label: Any
    find: Callable[[str], models.QuerySet[Any]]
    describe: Callable[[Any], str]
    parts: list[Part]
    corrected: tuple[str, ...] = ()
    correct: Callable[[Any, Any, dict[str, Any]], None] | None = None
    on_erasure: list[Hook] = field(default_factory=list)
    can_be_restricted: bool = False
    related: tuple[str, ...] = ()  # what `describe` reads beside the row

    @property
    def table(self) -> type[models.Model]:
        """The class of its people."""
        return apps.get_model(self.model)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind of person. Raises ValueError for one that is registered twice."""
    if kind.model in _kinds:
        raise ValueError(f"{kind.model} is registered twice")
    _kinds[kind.model] = kind
    return kind


def extend(model: str, *parts: Part, on_erasure: Hook | None = None) -> None:
    """Add rows that an app keeps about a kind of person of an app below, and what else to erase.

    Raises KeyError for a kind that nobody registered.
    """
    _kinds[model].parts.extend(parts)
    if on_erasure:
        _kinds[model].on_erasure.append(on_erasure)


def correctable(
    model: str, fields: tuple[str, ...], correct: Callable[[Any, Any, dict[str, Any]], None]
) -> None:
    """Say which fields of a kind can be corrected, and by what: (person, by, values).

    Called by an app's `receivers.py`, since `personal.py` knows no services.
    """
    _kinds[model].corrected, _kinds[model].correct = fields, correct


def kinds() -> list[Kind]:
    """Every kind, in the order of the layers."""
    return list(_kinds.values())


def kind_of(model: str) -> Kind:
    """The kind of a model ("recruitment.child"). Raises KeyError for another."""
    return _kinds[model]


def with_words(rows: models.QuerySet[Any], words: str, *columns: str) -> models.QuerySet[Any]:
    """Rows with every word in one of the columns, capitals aside; none when no word is given."""
    wanted = words.split()
    found = rows if wanted else rows.none()
    for word in wanted:
        having = models.Q(pk__in=[])
        for column in columns:
            having |= models.Q(**{f"{column}__icontains": word})
        found = found.filter(having)
    return found
