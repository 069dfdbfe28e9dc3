"""What the rows of a list of movements mean: pure, so that a preview and a command agree.

Every row gets one result; the first reason that holds counts, in the order of `_verdict`. Which
numbers are well-formed, and which are of a district or a gouw, is a matter of the federation.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from core.encryption import fold
from core.tabular import Row, Table, map_header
from movements.enums import Reason, RowResult
from movements.models import Federation, matches, tidy, tidy_code

STOPPED_MARK = "WERKING GESTOPT"
# the data of a movement that an import may change; staff's own data is none of them
IMPORTED = ("name", "postcode", "municipality")
LONGEST = {"code": 20, "name": 120, "postcode": 10, "municipality": 80}
HEADERS = {
    "name": ("naam", "naam groep", "groepsnaam", "groep", "nom", "nom du groupe", "group"),
    "federation": ("koepel", "federatie", "koepelorganisatie", "fédération", "faîtière"),
    "code": ("nummer", "groepsnummer", "stamnummer", "numéro", "numéro du groupe", "number"),
    "postcode": ("postnummer", "code postal", "postal code", "zip"),
    "municipality": ("gemeente", "plaats", "stad", "commune", "localité", "ville", "town"),
}

Key = tuple[int, str]


class Known(Protocol):
    """What is known of a movement that exists already."""

    name: str
    postcode: str
    municipality: str


@dataclass(frozen=True)
class ImportRow:
    """One row with tidied texts; `number` is the one that the spreadsheet shows."""

    number: int
    name: str
    federation: str
    code: str
    postcode: str
    municipality: str


@dataclass
class Verdict:
    """What becomes of a row, and why. `twins` are the rows with the same number, it included."""

    row: ImportRow
    result: RowResult
    reason: Reason | None = None
    federation: Federation | None = None
    movement: Known | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    twins: tuple[int, ...] = ()
    chosen: int | None = None
    flagged: bool = False


@dataclass(frozen=True)
class Context:
    """What the rows are judged by.

    `federations` by folded name, `known` movements by key, `former` names of these (folded) by key,
    `choices` of the row that counts by
    the number of the first row of its twins; an empty `municipality` takes in every place.
    """

    federations: Mapping[str, Federation]
    known: Mapping[Key, Known]
    municipality: str = ""
    choices: Mapping[int, int] = field(default_factory=dict)
    former: Mapping[Key, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def place(self) -> str:
        """The folded name of the municipality."""
        return fold(self.municipality)


def fold_name(text: str) -> str:
    """What counts as the same name of a federation: an ampersand is an "en"."""
    return fold(text.replace("&", " en "))


def read_rows(table: Table, *, default_federation: Federation | None = None) -> list[ImportRow]:
    """The rows of a table under our names for its columns.

    A row that names no federation belongs to the default one. Raises TableError when a column is
    missing: name, municipality, number, and federation unless there is a default.
    """
    required = ["name", "municipality"]
    if default_federation is None:
        required.append("federation")
    if default_federation is None or default_federation.code_pattern:
        required.append("code")
    default = default_federation.name if default_federation else ""
    return [_import_row(row, default) for row in map_header(table, HEADERS, required).rows]


def _import_row(row: Row, default_federation: str) -> ImportRow:
    text = {name: tidy(row.cells.get(name, "")) for name in HEADERS}
    text["code"] = tidy_code(text["code"])
    text["federation"] = text["federation"] or default_federation
    return ImportRow(number=row.number, **text)


def movement_key(federation_id: int, code: str, name: str, municipality: str) -> Key:
    """What makes two rows the same movement: its number, or without one its name and place."""
    return federation_id, code or f"{fold(name)}|{fold(municipality)}"


def classify(rows: Sequence[ImportRow], context: Context) -> list[Verdict]:
    """One verdict for each row, in the order of the rows."""
    numbers: dict[Key, list[int]] = defaultdict(list)
    keyed = []
    for row in rows:
        federation = context.federations.get(fold_name(row.federation))
        key = _key(row, federation)
        keyed.append((row, federation, key))
        if key:
            numbers[key].append(row.number)
    return [
        _verdict(row, federation, key, tuple(numbers[key]) if key else (), context)
        for row, federation, key in keyed
    ]


def _key(row: ImportRow, federation: Federation | None) -> Key | None:
    if federation is None or not (row.code or row.name):
        return None
    return movement_key(federation.pk, row.code, row.name, row.municipality)


def _verdict(
    row: ImportRow,
    federation: Federation | None,
    key: Key | None,
    twins: tuple[int, ...],
    context: Context,
) -> Verdict:
    if federation is None:
        return Verdict(row, RowResult.REFUSED, Reason.UNKNOWN_FEDERATION)
    if reason := _left_out(row, federation):
        return Verdict(row, RowResult.LEFT_OUT, reason, federation)
    if len(twins) > 1:
        chosen = context.choices.get(twins[0])
        if chosen != row.number:
            return Verdict(
                row,
                RowResult.REFUSED,
                Reason.DUPLICATE,
                federation,
                twins=twins,
                chosen=chosen if chosen in twins else None,
            )
    if reason := _unusable(row):
        return Verdict(row, RowResult.REFUSED, reason, federation, twins=twins)
    if context.place and fold(row.municipality) != context.place:
        reason = Reason.ELSEWHERE if row.municipality else Reason.NO_MUNICIPALITY
        return Verdict(row, RowResult.OUTSIDE, reason, federation, twins=twins)
    known, former = None, frozenset[str]()
    if key:
        known, former = context.known.get(key), context.former.get(key, former)
    return _compare(row, federation, known, twins, former)


def _left_out(row: ImportRow, federation: Federation) -> Reason | None:
    """Why a row is no local group that works, by the federation's patterns."""
    if federation.code_pattern and not matches(federation.code_pattern, row.code):
        return Reason.MALFORMED_CODE
    if matches(federation.district_pattern, row.code):
        return Reason.DISTRICT
    if matches(federation.region_pattern, row.code):
        return Reason.REGION
    return Reason.STOPPED if STOPPED_MARK in row.name.upper() else None


def _unusable(row: ImportRow) -> Reason | None:
    if not row.name:
        return Reason.NO_NAME
    too_long = any(len(getattr(row, name)) > longest for name, longest in LONGEST.items())
    return Reason.TOO_LONG if too_long else None


def _compare(
    row: ImportRow,
    federation: Federation,
    known: Known | None,
    twins: tuple[int, ...],
    former: frozenset[str],
) -> Verdict:
    """New, changed or unchanged. An empty cell says nothing, so it never empties a field.

    Nor does a list that still has a former name: the new one is a dated fact.
    """
    place = row.municipality or (known.municipality if known else "")
    changes = {
        name: (getattr(known, name), getattr(row, name))
        for name in IMPORTED
        if known and getattr(row, name) and getattr(row, name) != getattr(known, name)
        if name != "name" or fold(row.name) not in former
    }
    result = RowResult.CHANGED if changes else RowResult.UNCHANGED
    return Verdict(
        row,
        result if known else RowResult.NEW,
        federation=federation,
        movement=known,
        changes=changes,
        twins=twins,
        flagged=not place,
    )


def counts(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many rows have each result; `flagged` counts again those without a place."""
    totals = dict.fromkeys([*RowResult.values, "flagged"], 0)
    for verdict in verdicts:
        totals[verdict.result] += 1
        totals["flagged"] += verdict.flagged
    return totals
