"""An import in words: what each row does and why, for the preview and for the command."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.encryption import fold
from movements.enums import Reason, RowResult
from movements.imports import LONGEST, ImportRow, Verdict, counts
from movements.models import Movement

MOST_QUESTIONS = 100
# what a reader wants to see first: what is written, then what needs a look
READING_ORDER = (
    RowResult.NEW,
    RowResult.CHANGED,
    RowResult.REFUSED,
    RowResult.LEFT_OUT,
    RowResult.UNCHANGED,
    RowResult.OUTSIDE,
)


def place_of(row: ImportRow) -> str:
    """The place of a row in one line; empty when it has none."""
    return f"{row.postcode} {row.municipality}".strip()


def explain(verdict: Verdict) -> str:
    """Why a row has its result, in one sentence; empty for a row that is simply new."""
    if verdict.changes:
        return _("; ").join(
            _("%(field)s: “%(old)s” becomes “%(new)s”")
            % {"field": _field_name(field), "old": old, "new": new}
            for field, (old, new) in verdict.changes.items()
        )
    if verdict.reason:
        return _because(verdict.reason, verdict)
    return _("It has no place yet.") if verdict.flagged else ""


def _because(reason: Reason, verdict: Verdict) -> str:
    row = verdict.row
    facts = {
        "code": row.code,
        "federation": verdict.federation or row.federation,
        "municipality": row.municipality,
        "rows": ", ".join(str(number) for number in verdict.twins),
        "chosen": verdict.chosen,
        "limits": _broken_limits(row) if reason is Reason.TOO_LONG else "",
    }
    return _sentence(reason, bool(row.code), bool(row.federation), bool(verdict.chosen)) % facts


def _broken_limits(row: ImportRow) -> str:
    return ", ".join(
        f"{_field_name(field)} {longest}"
        for field, longest in LONGEST.items()
        if len(getattr(row, field)) > longest
    )


def _field_name(field: str) -> str:
    found: Any = Movement._meta.get_field(field)
    return str(found.verbose_name)


def _sentence(reason: Reason, has_code: bool, has_federation: bool, is_chosen: bool) -> str:
    if reason is Reason.DUPLICATE and is_chosen:
        return _("Row %(chosen)s counts instead.")
    if reason is Reason.MALFORMED_CODE and not has_code:
        return _("It has no number.")
    if reason is Reason.UNKNOWN_FEDERATION and not has_federation:
        return _("It names no federation.")
    if reason is Reason.DUPLICATE and not has_code:
        return _("Rows %(rows)s have the same name and place.")
    return {
        Reason.UNKNOWN_FEDERATION: _("There is no federation “%(federation)s” here."),
        Reason.MALFORMED_CODE: _("%(federation)s has no numbers like “%(code)s”."),
        Reason.DISTRICT: _("“%(code)s” is a district, not a local group."),
        Reason.REGION: _("“%(code)s” is a gouw, not a local group."),
        Reason.STOPPED: _("Its name says that it stopped."),
        Reason.DUPLICATE: _("Rows %(rows)s have the same number."),
        Reason.NO_NAME: _("It has no name."),
        Reason.TOO_LONG: _("Too many characters; at most: %(limits)s."),
        Reason.ELSEWHERE: _("It is in %(municipality)s."),
        Reason.NO_MUNICIPALITY: _("It names no municipality."),
    }[reason]


@dataclass(frozen=True)
class Line:
    """One row as the preview shows it."""

    row: ImportRow
    place: str
    text: str


@dataclass(frozen=True)
class Group:
    """The rows with one result: a sentence, how many per reason, and the rows themselves."""

    result: RowResult
    verdicts: Sequence[Verdict]
    municipality: str

    @property
    def count(self) -> int:
        return len(self.verdicts)

    @property
    def folded(self) -> bool:
        """Whether a reader can do without the rows at first."""
        return self.result not in {RowResult.NEW, RowResult.CHANGED}

    @cached_property
    def sentence(self) -> str:
        """How many rows, in words."""
        return _counted(self.result, self.count, self.municipality)

    @cached_property
    def reasons(self) -> list[tuple[str, int]]:
        """How many rows per reason, the most frequent first."""
        frequent = Counter(v.reason for v in self.verdicts if v.reason).most_common()
        return [(str(reason.label), count) for reason, count in frequent]

    def lines(self, first: int = 0, last: int | None = None) -> list[Line]:
        """Some of the rows, as the preview shows them."""
        some = self.verdicts[first:last]
        return [Line(v.row, place_of(v.row), explain(v)) for v in some]


@dataclass(frozen=True)
class TwinGroup:
    """The rows with one number, of which at most one can count."""

    first: int
    rows: Sequence[ImportRow]
    chosen: int | None

    @property
    def label(self) -> str:
        row = self.rows[0]
        return row.code or row.name

    def describe(self, row: ImportRow) -> str:
        """A row as somebody recognises it in the list."""
        parts = [row.name, place_of(row) or _("no place")]
        return _("%(what)s (row %(number)s)") % {"what": ", ".join(parts), "number": row.number}


@dataclass(frozen=True)
class Preview:
    """All verdicts on a list, in the order in which a reader wants them."""

    verdicts: Sequence[Verdict]
    municipality: str = ""

    @cached_property
    def counts(self) -> dict[str, int]:
        return counts(self.verdicts)

    @cached_property
    def groups(self) -> list[Group]:
        """The results that occur, those that write first."""
        found: dict[RowResult, list[Verdict]] = {result: [] for result in READING_ORDER}
        for verdict in self.verdicts:
            found[verdict.result].append(verdict)
        return [Group(result, rows, self.municipality) for result, rows in found.items() if rows]

    def group(self, result: str) -> Group | None:
        """The rows with one result, if any."""
        return next((group for group in self.groups if group.result == result), None)

    @property
    def flagged_sentence(self) -> str:
        """How many rows that are taken in have no place; empty when all have one."""
        return _flagged(self.counts["flagged"]) if self.counts["flagged"] else ""

    @property
    def writes(self) -> int:
        """How many movements would be written."""
        return self.counts[RowResult.NEW] + self.counts[RowResult.CHANGED]

    @cached_property
    def twins(self) -> list[TwinGroup]:
        """The numbers about which somebody has to choose; of a municipality only its own."""
        groups: dict[int, list[Verdict]] = {}
        for verdict in self.verdicts:
            if len(verdict.twins) > 1:
                groups.setdefault(verdict.twins[0], []).append(verdict)
        return [self._twins(first, group) for first, group in groups.items() if self._asks(group)]

    @property
    def questions(self) -> list[TwinGroup]:
        """As many of them as fit on a page; the others stay refused."""
        return self.twins[:MOST_QUESTIONS]

    def _asks(self, group: Sequence[Verdict]) -> bool:
        place = fold(self.municipality)
        return any(not place or fold(verdict.row.municipality) == place for verdict in group)

    def _twins(self, first: int, group: Sequence[Verdict]) -> TwinGroup:
        chosen = next((v.row.number for v in group if v.reason is not Reason.DUPLICATE), None)
        return TwinGroup(first, [verdict.row for verdict in group], chosen)


def sentences(totals: dict[str, int], municipality: str = "") -> list[str]:
    """The counts of an import in words; results without rows are left out."""
    lines = [
        _counted(result, totals[result], municipality) for result in READING_ORDER if totals[result]
    ]
    return [*lines, _flagged(totals["flagged"])] if totals["flagged"] else lines


def _flagged(count: int) -> str:
    text = ngettext(
        "%(count)s movement has no place yet: fill it in later.",
        "%(count)s movements have no place yet: fill it in later.",
        count,
    )
    return text % {"count": count}


def _counted(result: RowResult, count: int, municipality: str) -> str:
    text = {
        RowResult.NEW: ngettext(
            "%(count)s movement is new.", "%(count)s movements are new.", count
        ),
        RowResult.CHANGED: ngettext(
            "%(count)s movement changes.", "%(count)s movements change.", count
        ),
        RowResult.UNCHANGED: ngettext(
            "%(count)s movement stays as it is.", "%(count)s movements stay as they are.", count
        ),
        RowResult.LEFT_OUT: ngettext(
            "%(count)s row is left out.", "%(count)s rows are left out.", count
        ),
        RowResult.REFUSED: ngettext(
            "%(count)s row is refused.", "%(count)s rows are refused.", count
        ),
        RowResult.OUTSIDE: ngettext(
            "%(count)s row is outside %(municipality)s.",
            "%(count)s rows are outside %(municipality)s.",
            count,
        ),
    }[result]
    return text % {"count": count, "municipality": municipality}
