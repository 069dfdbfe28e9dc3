"""A list of teams in words: what each row does and why, and who is not in the list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movements.enums import TeamReason, TeamResult
from movements.masking import masked
from movements.models import Mandate
from movements.team_imports import TeamVerdict, team_counts

MISSING = "missing"
# what a reader wants to see first: what is written, then what needs a look
READING_ORDER = (
    TeamResult.NEW,
    TeamResult.CHANGED,
    TeamResult.ENDS,
    TeamResult.REFUSED,
    TeamResult.REPEATED,
    TeamResult.UNCHANGED,
)
SHOWN = {TeamResult.NEW, TeamResult.CHANGED, TeamResult.ENDS, TeamResult.REFUSED}


@dataclass(frozen=True)
class TeamLine:
    """One row as the preview shows it; `number` is 0 for who is in no row."""

    number: int
    name: str
    movement: str
    function: str
    text: str


def explain_row(verdict: TeamVerdict) -> str:
    """What a row does, or why it does nothing, in a few short sentences."""
    if verdict.reason:
        return _because(verdict.reason, verdict)
    if verdict.result is TeamResult.REPEATED:
        return _("Row %(row)s says the same.") % {"row": verdict.others[0]}
    said = [_change(*change) for change in verdict.changes.items()]
    if verdict.result is TeamResult.NEW:
        said = list(_new(verdict))
    if verdict.left_out_phone:
        said.append(_("Under 18: the phone number is not kept."))
    return " ".join(said)


def _new(verdict: TeamVerdict) -> Any:
    person = verdict.person
    if person and person.starts_on:
        yield _("From %(day)s.") % {"day": date_format(person.starts_on, "j F Y")}
    if person and person.ends_on:
        yield _("Until %(day)s.") % {"day": date_format(person.ends_on, "j F Y")}
    if verdict.lookalike:
        text = _("This name is in this team already, with %(address)s: perhaps the same person.")
        yield text % {"address": masked(verdict.lookalike)}


def _change(name: str, values: tuple[Any, Any]) -> str:
    old, new = (_shown(value) for value in values)
    field: Any = Mandate._meta.get_field(name)
    words = {"field": field.verbose_name, "old": old, "new": new}
    return _("%(field)s: “%(old)s” becomes “%(new)s”.") % words


def _shown(value: Any) -> str:
    return date_format(value, "j F Y") if isinstance(value, date) else str(value or "–")


def _because(reason: TeamReason, verdict: TeamVerdict) -> str:
    facts = {
        "detail": _shown(verdict.detail),
        "rows": ", ".join(str(number) for number in verdict.others),
    }
    if reason is TeamReason.OVERLAP and not verdict.others:
        return _("There is a row, or a record here, for the same time already.")
    return _sentence(reason) % facts


def _sentence(reason: TeamReason) -> str:
    return {
        TeamReason.NO_MOVEMENT: _("It names no movement."),
        TeamReason.UNKNOWN_MOVEMENT: _("There is no movement “%(detail)s” here."),
        TeamReason.SEVERAL_MOVEMENTS: _(
            "Several movements are called “%(detail)s”. Give the number, federation or place."
        ),
        TeamReason.STOPPED_MOVEMENT: _("This movement stopped on %(detail)s."),
        TeamReason.NO_NAME: _("It has no name."),
        TeamReason.BAD_NAME: _("“%(detail)s” is not a name."),
        TeamReason.NO_ADDRESS: _("It has no e-mail address."),
        TeamReason.BAD_ADDRESS: _("“%(detail)s” is not a single e-mail address."),
        TeamReason.SHARED_ADDRESS: _(
            "Rows %(rows)s have the same address for different people. Everybody needs their own."
        ),
        TeamReason.OTHER_NAME: _("This address belongs to %(detail)s here. Check who is meant."),
        TeamReason.BAD_FUNCTION: _("We do not know the function “%(detail)s”."),
        TeamReason.BAD_PHONE: _("“%(detail)s” is not a phone number."),
        TeamReason.BAD_DAY: _("“%(detail)s” is not a day. Write it as 1/9/2026."),
        TeamReason.END_BEFORE_START: _("The end comes before the start."),
        TeamReason.OVER: _("This ended here on %(detail)s. Give a later start to record it anew."),
        TeamReason.OVERLAP: _("Row %(rows)s already covers this period."),
    }[reason]


@dataclass(frozen=True)
class TeamGroup:
    """The rows with one result: a sentence, how many per reason, and the rows themselves."""

    result: str
    count: int
    folded: bool
    sentence: str
    reasons: Sequence[tuple[str, int]]
    rows: Sequence[TeamVerdict | Mandate]

    def lines(self, first: int = 0, last: int | None = None) -> list[TeamLine]:
        """Some of the rows, as the preview shows them."""
        return [_line(row) for row in self.rows[first:last]]


def _line(row: TeamVerdict | Mandate) -> TeamLine:
    if isinstance(row, Mandate):
        since = _("Here since %(day)s.") % {"day": date_format(row.starts_on, "j F Y")}
        return TeamLine(0, row.name, row.movement.name, row.get_function_display(), since)
    person = row.person
    return TeamLine(
        number=row.row.number,
        name=person.name if person else row.row.name,
        movement=person.movement.name if person else row.row.movement,
        function=str(person.function.label) if person else row.row.text["function"],
        text=explain_row(row),
    )


@dataclass(frozen=True)
class TeamPreview:
    """All verdicts on a list, in the order in which a reader wants them, and who is not in it."""

    verdicts: Sequence[TeamVerdict]
    absent: Sequence[Mandate]

    @cached_property
    def counts(self) -> dict[str, int]:
        return team_counts(self.verdicts, len(self.absent))

    @cached_property
    def groups(self) -> list[TeamGroup]:
        """The results that occur, those that write first; who is not in the list last."""
        found = [
            self._group(result, [v for v in self.verdicts if v.result is result])
            for result in READING_ORDER
            if self.counts[result]
        ]
        return [*found, self._missing()] if self.absent else found

    def group(self, result: str) -> TeamGroup | None:
        """The rows with one result, if any."""
        return next((group for group in self.groups if group.result == result), None)

    @property
    def writes(self) -> int:
        """How many functions would be written."""
        return sum(self.counts[result] for result in ("new", "changed", "ends"))

    def _group(self, result: TeamResult, rows: Sequence[TeamVerdict]) -> TeamGroup:
        frequent = Counter(row.reason for row in rows if row.reason).most_common()
        reasons = [(str(reason.label), count) for reason, count in frequent]
        sentence = counted(result, len(rows))
        return TeamGroup(result, len(rows), result not in SHOWN, sentence, reasons, rows)

    def _missing(self) -> TeamGroup:
        count = len(self.absent)
        return TeamGroup(MISSING, count, True, counted(MISSING, count), [], self.absent)


def team_sentences(totals: dict[str, int]) -> list[str]:
    """The counts of an import in words; results without rows are left out."""
    return [
        counted(result, totals[result]) for result in (*READING_ORDER, MISSING) if totals[result]
    ]


def counted(result: str, count: int) -> str:
    """How many rows have a result, in one sentence."""
    text = {
        TeamResult.NEW: ngettext(
            "%(count)s function is new.", "%(count)s functions are new.", count
        ),
        TeamResult.CHANGED: ngettext(
            "%(count)s function changes.", "%(count)s functions change.", count
        ),
        TeamResult.ENDS: ngettext(
            "%(count)s function gets an end.", "%(count)s functions get an end.", count
        ),
        TeamResult.UNCHANGED: ngettext(
            "%(count)s function stays as it is.", "%(count)s functions stay as they are.", count
        ),
        TeamResult.REPEATED: ngettext(
            "%(count)s row says what another one says.",
            "%(count)s rows say what another one says.",
            count,
        ),
        TeamResult.REFUSED: ngettext(
            "%(count)s row is refused.", "%(count)s rows are refused.", count
        ),
        MISSING: ngettext(
            "%(count)s person leads here and is not in the list: nothing happens to them.",
            "%(count)s people lead here and are not in the list: nothing happens to them.",
            count,
        ),
    }[result]
    return text % {"count": count}
