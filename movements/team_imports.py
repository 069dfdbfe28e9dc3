"""What the rows of a list of teams mean: pure, so that a preview and the writing of it agree.

A row is about one person's function in one movement. It never ends anybody by not being there: who
leads by our records and stands in no row is only named. An empty cell never empties what is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from movements.enums import TeamReason, TeamResult
from movements.models import Mandate
from movements.team_rows import Key, Person, TeamContext, TeamRow, Unreadable, read_person
from movements.team_words import read_address, same_phone, words_of

# what an import may change of a mandate that is known
IMPORTED = ("name", "phone", "turns_18_on", "starts_on", "ends_on")


@dataclass
class TeamVerdict:
    """What becomes of a row, and why.

    `mandate` is the known one that it is about; `others` are rows, or known names, that it is at
    odds with; `detail` is the text or the day that a sentence needs.
    """

    row: TeamRow
    result: TeamResult
    reason: TeamReason | None = None
    person: Person | None = None
    mandate: Mandate | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    others: tuple[int, ...] = ()
    detail: str | date = ""
    lookalike: str = ""
    left_out_phone: bool = False


def judge(rows: Sequence[TeamRow], context: TeamContext) -> list[TeamVerdict]:
    """One verdict for each row, in the order of the rows."""
    read = [_read(row, context) for row in rows]
    shared = _shared_addresses(read)
    taken: dict[Key, list[tuple[TeamVerdict, Person]]] = defaultdict(list)
    return [_verdict(verdict, context, shared, taken) for verdict in read]


def _read(row: TeamRow, context: TeamContext) -> TeamVerdict:
    """A verdict with the person of the row, still without a comparison; or why there is none."""
    try:
        person, left_out = read_person(row, context)
    except Unreadable as why:
        return TeamVerdict(row, TeamResult.REFUSED, why.reason, detail=why.detail)
    return TeamVerdict(row, TeamResult.NEW, person=person, left_out_phone=left_out)


# Comparing it ----------------------------------------------------------------------------------


def _shared_addresses(read: Iterable[TeamVerdict]) -> dict[str, tuple[int, ...]]:
    """Addresses under which the list has names without a word in common, with their rows."""
    rows: dict[str, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for verdict in read:
        if verdict.person:
            words = words_of(verdict.person.name)
            rows[verdict.person.email].append((verdict.row.number, words))
    return {
        email: tuple(number for number, _words in named)
        for email, named in rows.items()
        if not frozenset.intersection(*(words for _number, words in named))
    }


def _verdict(
    read: TeamVerdict,
    context: TeamContext,
    shared: Mapping[str, tuple[int, ...]],
    taken: dict[Key, list[tuple[TeamVerdict, Person]]],
) -> TeamVerdict:
    person = read.person
    if person is None:
        return read
    if person.email in shared:
        return _refused(read, TeamReason.SHARED_ADDRESS, others=shared[person.email])
    if name := _somebody_else(person, context):
        return _refused(read, TeamReason.OTHER_NAME, detail=name)
    for earlier, other in taken[person.key]:
        if _same(person, other):
            rows = (earlier.row.number,)
            return TeamVerdict(read.row, TeamResult.REPEATED, person=person, others=rows)
        if _meet(person, other, context.starts_on):
            return _refused(read, TeamReason.OVERLAP, others=(earlier.row.number,))
    claimed = {earlier.mandate.pk for earlier, _other in taken[person.key] if earlier.mandate}
    compared = _compare(read, person, context, claimed)
    if compared.result is not TeamResult.REFUSED:
        taken[person.key].append((compared, person))
    return compared


def _refused(read: TeamVerdict, reason: TeamReason, **why: Any) -> TeamVerdict:
    return TeamVerdict(read.row, TeamResult.REFUSED, reason, person=read.person, **why)


def _somebody_else(person: Person, context: TeamContext) -> str:
    """A name under which the address is known here that has no word in common with the row's."""
    words = words_of(person.name)
    known = context.names.get(person.email, [])
    return "" if not known or any(words & words_of(name) for name in known) else known[0]


def _same(person: Person, other: Person) -> bool:
    """Whether two rows say the same of the same function."""
    names = words_of(person.name) == words_of(other.name)
    days = (person.starts_on, person.ends_on) == (other.starts_on, other.ends_on)
    return names and days and same_phone(person.phone, other.phone)


def _meet(person: Person, other: Person, default: date) -> bool:
    """Whether the periods of two rows have a day in common; an open one lasts for ever."""
    starts = person.starts_on or default, other.starts_on or default
    ends = person.ends_on or date.max, other.ends_on or date.max
    return starts[0] <= ends[1] and starts[1] <= ends[0]


def _compare(
    read: TeamVerdict, person: Person, context: TeamContext, claimed: set[int]
) -> TeamVerdict:
    known = _known(person, context, claimed)
    if known is None:
        return _new(read, person, context)
    if known.pk in context.set_aside:
        return TeamVerdict(read.row, TeamResult.UNCHANGED, person=person, mandate=known)
    if known.is_over and (person.ends_on is None or person.ends_on > known.last_day):
        return _refused(read, TeamReason.OVER, mandate=known, detail=known.last_day)
    changes = _changes(known, person)
    if "starts_on" in changes and _starts(person, context, changes["starts_on"][1]):
        return _refused(read, TeamReason.OVERLAP)
    ends_on = changes.get("ends_on", (None, None))
    if changes.get("starts_on", ("", known.starts_on))[1] > (person.ends_on or known.last_day):
        return _refused(read, TeamReason.END_BEFORE_START)
    sooner = bool(ends_on[1]) and ends_on[1] < (ends_on[0] or date.max)
    result = TeamResult.ENDS if sooner else TeamResult.CHANGED
    return TeamVerdict(
        read.row,
        result if changes else TeamResult.UNCHANGED,
        person=person,
        mandate=known,
        changes=changes,
        left_out_phone=read.left_out_phone,
    )


def _known(person: Person, context: TeamContext, claimed: set[int]) -> Mandate | None:
    """The mandate that a row is about: from the same day, or else over the same time.

    Not one that an earlier row is about: then this row tells of another period.
    """
    found = [m for m in context.by_key.get(person.key, []) if m.pk not in claimed]
    if person.starts_on is None:
        running = [m for m in found if not m.is_over]
        return running[0] if running else _covering(found, context.starts_on, person.ends_on)
    same_day = [m for m in found if m.starts_on == person.starts_on]
    return same_day[0] if same_day else _covering(found, person.starts_on, person.ends_on)


def _covering(found: Sequence[Mandate], first: date, last: date | None) -> Mandate | None:
    """The newest of these mandates with a day in a period."""
    in_time = (m for m in found if m.starts_on <= (last or date.max) and first <= m.last_day)
    return next(in_time, None)


def _new(read: TeamVerdict, person: Person, context: TeamContext) -> TeamVerdict:
    stopped_on = person.movement.stopped_on
    if stopped_on and stopped_on < (person.ends_on or date.max):
        return _refused(read, TeamReason.STOPPED_MOVEMENT, detail=stopped_on)
    starts_on = person.starts_on or context.starts_on
    if person.ends_on and person.ends_on < starts_on:
        return _refused(read, TeamReason.END_BEFORE_START)
    if _starts(person, context, starts_on):
        return _refused(read, TeamReason.OVERLAP)
    words, team = words_of(person.name), context.teams.get(person.movement.pk, [])
    alike = (m.email for m in team if words_of(m.name) == words)
    lookalike = next((email for email in alike if email.lower() != person.email), "")
    return TeamVerdict(
        read.row,
        TeamResult.NEW,
        person=person,
        lookalike=lookalike,
        left_out_phone=read.left_out_phone,
    )


def _starts(person: Person, context: TeamContext, day: date) -> bool:
    """Whether a mandate of this person in this function begins on a day already."""
    return any(known.starts_on == day for known in context.by_key.get(person.key, []))


def _changes(known: Mandate, person: Person) -> dict[str, tuple[Any, Any]]:
    """What the row says otherwise. The same words of a name in another order are no change."""
    said = {name: getattr(person, name) for name in IMPORTED}
    changes = {
        name: (getattr(known, name), value)
        for name, value in said.items()
        if value and value != getattr(known, name)
    }
    if words_of(person.name) == words_of(known.name):
        changes.pop("name", None)
    minor = known.turns_18_on or person.turns_18_on
    if "phone" in changes and (minor or same_phone(person.phone, known.phone)):
        del changes["phone"]
    if person.turns_18_on and known.phone:
        changes["phone"] = (known.phone, "")
    if known.ended_at:  # its days are history
        changes.pop("starts_on", None)
        changes.pop("ends_on", None)
    return changes


# The list as a whole ---------------------------------------------------------------------------


def missing(verdicts: Sequence[TeamVerdict], context: TeamContext) -> list[Mandate]:
    """Who leads a movement of the list, or will, and stands in no row of it; by movement.

    Rows that are refused count as standing there: what they are about is asked at the row.
    """
    named: dict[int, set[str]] = defaultdict(set)
    refused = {
        read_address(verdict.row.text["email"])
        for verdict in verdicts
        if verdict.result is TeamResult.REFUSED
    }
    for verdict in verdicts:
        if verdict.person:
            named[verdict.person.movement.pk].add(verdict.person.email)
    return [
        mandate
        for movement in context.movements
        if movement.pk in named
        for mandate in context.teams.get(movement.pk, [])
        if mandate.email.lower() not in named[movement.pk] and mandate.email.lower() not in refused
    ]


def team_counts(verdicts: Sequence[TeamVerdict], absent: int = 0) -> dict[str, int]:
    """How many rows have each result; `missing` are the people who stand in no row."""
    totals: dict[str, int] = {**dict.fromkeys(TeamResult.values, 0), "missing": absent}
    for verdict in verdicts:
        totals[verdict.result] += 1
    return totals
