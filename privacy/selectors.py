"""What the pages of the privacy desk read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import ngettext

from core import subjects
from core.erasing import erased_word
from core.restriction import is_set_aside
from core.subjects import Kind
from privacy.enums import Right
from privacy.export import Person, Section, sections
from privacy.models import RequestSubject, SubjectRequest

HITS = 30  # of each kind; whoever has more must type another word


@dataclass(frozen=True)
class Hit:
    """A record that may be the person who asks."""

    value: str  # how a form names it: "recruitment.child:12"
    label: str
    is_named: bool


@dataclass(frozen=True)
class Hits:
    """The records of one kind that were found."""

    kind: Kind
    hits: list[Hit]
    has_more: bool


@dataclass(frozen=True)
class Named:
    """A record that is the person who asks; `person` is None once the record is gone."""

    subject: RequestSubject
    kind: Kind
    person: Any

    @property
    def label(self) -> str:
        """What tells it apart; empty once the record is gone."""
        if self.person is None:
            return ""
        return erased_word() if self.person.is_erased else self.kind.describe(self.person)

    @property
    def can_be_used(self) -> bool:
        """Whether the record is there and names somebody."""
        return self.person is not None and not self.person.is_erased

    @property
    def is_set_aside(self) -> bool:
        """Whether the record is kept and not used."""
        return self.person is not None and is_set_aside(self.person)


def open_requests() -> QuerySet[SubjectRequest]:
    """Requests that wait for an answer, the one that is due first in front."""
    return SubjectRequest.objects.open()


def days_left(request: SubjectRequest) -> str:
    """In words, how long there is to answer an open request."""
    left = request.days_left
    if left < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}


def find_people(request: SubjectRequest, words: str) -> list[Hits]:
    """Who may be meant by a name or an address, kind by kind; kinds without hits stay away."""
    named = set(request.subjects.values_list("model", "object_id"))
    found = (_hits(kind, words, named) for kind in subjects.kinds())
    return [hits for hits in found if hits.hits]


def _hits(kind: Kind, words: str, named: set[tuple[str, int]]) -> Hits:
    people = list(kind.find(words).select_related(*kind.related)[: HITS + 1])
    hits = [
        Hit(f"{kind.model}:{person.pk}", kind.describe(person), (kind.model, person.pk) in named)
        for person in people[:HITS]
    ]
    return Hits(kind, hits, len(people) > HITS)


def subjects_of(request: SubjectRequest) -> list[Named]:
    """The records that are the person who asks, in the order in which they were named."""
    rows = list(request.subjects.order_by("pk"))
    people = {
        (kind.model, person.pk): person
        for kind in subjects.kinds()
        if (numbers := [row.object_id for row in rows if row.model == kind.model])
        for person in _rows(kind, numbers)
    }
    return [
        Named(row, subjects.kind_of(row.model), people.get((row.model, row.object_id)))
        for row in rows
    ]


def _rows(kind: Kind, numbers: list[int]) -> QuerySet[Any]:
    return kind.table._base_manager.filter(pk__in=numbers).select_related(*kind.related)


def has_more_to_do(request: SubjectRequest, named: list[Named]) -> bool:
    """Whether there is anything to say or do about the records besides handing them out."""
    if request.right != Right.ACCESS:
        return bool(named)
    return any(each.is_set_aside or (each.person and not each.can_be_used) for each in named)


def people_of(request: SubjectRequest) -> list[Person]:
    """Who asks, as the export takes it: each record with its kind."""
    return [(named.kind, named.person) for named in subjects_of(request) if named.person]


def kept_about(people: list[Person]) -> list[tuple[Section, int]]:
    """What is handed out about somebody, table by table, with the number of rows."""
    counted = ((section, section.rows.count()) for section in sections(people))
    return [(section, count) for section, count in counted if count]
