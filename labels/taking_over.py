"""The rows of a list of labels of an earlier edition: which group, which number, which days."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.encryption import fold
from core.table_files import too_large
from core.tabular import Row, Table, map_header
from labels.models import POINTS, Label
from movements.models import FormerName, Movement, tidy_code
from movements.team_words import read_day

HEADERS: dict[str, tuple[str, ...]] = {
    "group": ("groep", "naam groep", "groepsnaam", "jeugdbeweging", "naam", "groupe", "movement"),
    "code": ("groepsnummer", "stamnummer", "code groupe", "numéro du groupe", "group number"),
    "number": ("nummer", "labelnummer", "nummer label", "numéro", "label number", "label"),
    "decided_on": ("beslist op", "beslissing", "datum beslissing", "décision", "decision"),
    "starts_on": ("van", "vanaf", "start", "geldig vanaf", "de", "début", "from", "valid from"),
    "ends_on": ("tot", "tot en met", "t/m", "einde", "geldig tot", "fin", "until", "valid until"),
    **{f"point {n}": (f"punt {n}", f"punt{n}", f"point{n}") for n in range(1, POINTS + 1)},
}
MOST_ROWS = 2_000  # each is recorded for the preview, and taken back


@dataclass(frozen=True)
class EarlierRow:
    """One row of the list; `wrong` says what keeps it from being recorded."""

    number: int
    group: str
    label_number: str
    movement: Any = None
    decided_on: Any = None
    starts_on: Any = None
    ends_on: Any = None
    titles: tuple[str, ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Outcome:
    """What becomes of a row: a label, or what is wrong."""

    row: EarlierRow
    label: Label | None = None
    wrong: str = ""


def read_rows(table: Table) -> list[EarlierRow]:
    """The rows of a table; its columns may be called as people call them.

    Raises TableError when a column is missing, or with more rows than a page can preview. Without a
    first day a label starts on the day of the decision.
    """
    if len(table.rows) > MOST_ROWS:
        raise too_large(_("more than %(rows)s rows"), rows=MOST_ROWS)
    required = ["group", "number", "decided_on", "ends_on"]
    found = _Groups()
    return [_read(row, found) for row in map_header(table, HEADERS, required).rows]


def _read(row: Row, groups: "_Groups") -> EarlierRow:
    cells = row.cells
    decided_on, ends_on = read_day(cells["decided_on"]), read_day(cells["ends_on"])
    typed = cells.get("starts_on", "")
    starts_on = read_day(typed) if typed else decided_on
    movement, wrong = groups.find(cells["group"], cells.get("code", ""))
    if not wrong and None in (decided_on, starts_on, ends_on):
        wrong = _("A date is missing or cannot be read.")
    return EarlierRow(
        number=row.number,
        group=cells["group"],
        label_number=cells["number"],
        movement=movement,
        decided_on=decided_on,
        starts_on=starts_on,
        ends_on=ends_on,
        titles=tuple(cells.get(f"point {n}", "") for n in range(1, POINTS + 1)),
        wrong=wrong,
    )


class _Groups:
    """All groups by number and by name, also the names they had."""

    def __init__(self) -> None:
        self.by_code: dict[str, set[Movement]] = defaultdict(set)
        self.by_name: dict[str, set[Movement]] = defaultdict(set)
        numbered = {movement.pk: movement for movement in Movement.objects.all()}
        for movement in numbered.values():
            self.by_name[fold(movement.name)].add(movement)
            if movement.code:
                self.by_code[movement.code].add(movement)
        for name, number in FormerName.objects.values_list("name", "movement_id"):
            self.by_name[fold(name)].add(numbered[number])

    def find(self, name: str, code: str) -> tuple[Movement | None, str]:
        """The one group of a number or a name, or why there is none."""
        found = self.by_code[tidy_code(code)] if code else set()
        found = found or self.by_name[fold(name)]
        if len(found) == 1:
            return next(iter(found)), ""
        if found:
            return None, _("Several groups are called so: give the number of the group too.")
        return None, _("We do not know this group.")
