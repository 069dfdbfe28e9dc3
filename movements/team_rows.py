"""The rows of a list of teams, read: which movement, who, as what, from when, until when."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from core.calendar import add_months
from core.encryption import fold
from core.tabular import Row, Table, map_header
from movements.enums import Function, TeamReason
from movements.models import Mandate, Movement, tidy, tidy_code
from movements.team_words import (
    full_name,
    looks_like_formula,
    read_address,
    read_day,
    read_function,
    read_phone,
    words_of,
)

LONGEST_NAME = 120
ADULT_MONTHS = 18 * 12
HEADERS = {
    "movement": (
        "groep", "naam groep", "groepsnaam", "jeugdbeweging", "beweging", "vereniging", "afdeling",
        "eenheid", "bond", "mouvement", "groupe", "nom du groupe", "section", "unité", "group",
    ),
    "code": (
        "groepsnummer", "stamnummer", "stamnr", "nummer groep", "groepscode", "vcode",
        "numéro du groupe", "code du groupe", "group number",
    ),
    "federation": ("koepel", "federatie", "koepelorganisatie", "fédération", "faîtière"),
    "municipality": ("gemeente", "plaats", "stad", "commune", "localité", "ville", "town"),
    "name": ("naam", "volledige naam", "naam leiding", "nom", "nom complet", "full name"),
    "first_name": ("voornaam", "roepnaam", "prénom", "first name", "firstname", "given name"),
    "last_name": (
        "achternaam", "familienaam", "nom de famille", "last name", "lastname", "surname",
        "family name",
    ),
    "email": (
        "e-mail", "mail", "e-mailadres", "emailadres", "mailadres", "mail adres", "email adres",
        "e-mail adres", "courriel", "adresse e-mail", "adresse mail", "adresse email",
        "e-mail address", "email address",
    ),
    "phone": ("telefoon", "telefoonnummer", "tel", "tel.", "téléphone", "tél", "tél.", "telephone"),
    "mobile": ("gsm", "gsm-nummer", "gsmnummer", "gsm nummer", "mobiel", "portable"),
    "function": ("functie", "functies", "rol", "taak", "fonction", "rôle", "role"),
    "starts_on": (
        "van", "vanaf", "start", "startdatum", "begin", "begindatum", "sinds", "depuis", "de",
        "début", "date de début", "from", "start date", "since",
    ),
    "ends_on": (
        "tot", "tot en met", "t/m", "einde", "eind", "einddatum", "jusqu'au", "fin", "à",
        "date de fin", "until", "end", "end date", "to",
    ),
    "born_on": ("geboortedatum", "geboren", "geboren op", "date de naissance", "birth date",
                "date of birth"),
}  # fmt: skip
# what a cell that says nothing may hold
_NOTHING = re.compile(r"[-–—/?. ]*|n\.?v\.?t\.?|n/a|geen|aucun", re.IGNORECASE)

Key = tuple[int, str, str]


@dataclass(frozen=True)
class TeamRow:
    """One row with tidied texts; `number` is the one that the spreadsheet shows."""

    number: int
    text: Mapping[str, str]

    @property
    def name(self) -> str:
        """First name and last name, from one column or two."""
        return full_name(self.text["name"], self.text["first_name"], self.text["last_name"])

    @property
    def movement(self) -> str:
        """The movement as the row names it: by name, or else by number."""
        return self.text["movement"] or self.text["code"]


@dataclass(frozen=True)
class Person:
    """What a row says, read. `None` where it says nothing."""

    movement: Movement
    name: str
    email: str
    phone: str
    function: Function
    starts_on: date | None
    ends_on: date | None
    turns_18_on: date | None

    @property
    def key(self) -> Key:
        """What makes two rows the same person in the same function."""
        return self.movement.pk, self.email, self.function


@dataclass(frozen=True)
class TeamContext:
    """What the rows are judged by: the movements, and all recorded mandates that are in use.

    `movement` is that of rows that name none; `starts_on` the start of who is new and has none.
    `set_aside` are mandates that are not shown and not written to, and still no second time made.
    """

    movements: Sequence[Movement]
    mandates: Sequence[Mandate]
    today: date
    starts_on: date
    movement: Movement | None = None
    former_names: Mapping[str, Sequence[int]] = field(default_factory=dict)
    set_aside: frozenset[int] = frozenset()

    @cached_property
    def shown(self) -> list[Mandate]:
        """Those that may be told about."""
        return [mandate for mandate in self.mandates if mandate.pk not in self.set_aside]

    @cached_property
    def by_number(self) -> dict[str, list[Movement]]:
        """Movements by the number of their federation and by their vCode."""
        return _index((code, m) for m in self.movements for code in (m.code, m.vcode) if code)

    @cached_property
    def by_name(self) -> dict[str, list[Movement]]:
        """Movements by folded name; by a former one where no movement has it now."""
        found = _index((flat(m.name), m) for m in self.movements)
        numbered = {m.pk: m for m in self.movements}
        for name, numbers in self.former_names.items():
            found.setdefault(flat(name), [numbered[pk] for pk in numbers if pk in numbered])
        return found

    @cached_property
    def by_key(self) -> dict[Key, list[Mandate]]:
        """Mandates of one person in one function of one movement, the newest first."""
        newest = sorted(self.mandates, key=lambda m: (m.starts_on, m.pk), reverse=True)
        return _index(((m.movement_id, m.email.lower(), m.function), m) for m in newest)

    @cached_property
    def names(self) -> dict[str, list[str]]:
        """The names under which an address is known here."""
        return _index((m.email.lower(), m.name) for m in self.shown)

    @cached_property
    def teams(self) -> dict[int, list[Mandate]]:
        """By movement, who leads it or will."""
        return _index((m.movement_id, m) for m in self.shown if not m.is_over)


def _index(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


def flat(name: str) -> str:
    """What counts as the same name of a movement: letters and figures alone, folded."""
    return "".join(re.findall(r"\w", fold(name.replace("&", " en "))))


def read_team_rows(table: Table, *, has_movement: bool = False) -> list[TeamRow]:
    """The rows of a table under our names for its columns.

    `has_movement`: the list is of one movement and need not name it. Raises TableError when a
    column is missing: the e-mail address, a name (in one column or two), and the movement by name
    or number.
    """
    mapped = map_header(table, HEADERS, ["email"])
    for wanted in (("name", "last_name"), *([] if has_movement else [("movement", "code")])):
        if not set(wanted) & set(mapped.header):
            map_header(table, HEADERS, wanted[:1])  # says which headers would do
    return [_team_row(row) for row in mapped.rows]


def _team_row(row: Row) -> TeamRow:
    text = {name: tidy(row.cells.get(name, "")) for name in HEADERS}
    text = {name: "" if _NOTHING.fullmatch(cell) else cell for name, cell in text.items()}
    text["code"] = tidy_code(text["code"])
    return TeamRow(row.number, text)


class Unreadable(Exception):
    """Why a row cannot be read; never seen by a reader."""

    def __init__(self, reason: TeamReason, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def read_person(row: TeamRow, context: TeamContext) -> tuple[Person, bool]:
    """Who a row is about, and whether a phone number is left out of somebody under 18.

    Raises Unreadable with the first thing that is wrong.
    """
    movement = _movement(row, context)
    name = _name(row)
    email = _required(read_address(row.text["email"]), row, "email", TeamReason.BAD_ADDRESS)
    if not email:
        raise Unreadable(TeamReason.NO_ADDRESS)
    phone = _required(
        read_phone(row.text["mobile"] or row.text["phone"]), row, "mobile", TeamReason.BAD_PHONE
    )
    starts_on, ends_on = _day(row, "starts_on"), _day(row, "ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise Unreadable(TeamReason.END_BEFORE_START)
    born_on = _day(row, "born_on", context.today)
    adult_on = add_months(born_on, ADULT_MONTHS) if born_on else None
    minor_until = adult_on if adult_on and adult_on > context.today else None
    person = Person(
        movement=movement,
        name=name,
        email=email,
        phone="" if minor_until else phone,
        function=_function(row, movement, email, context),
        starts_on=starts_on,
        ends_on=ends_on,
        turns_18_on=minor_until,
    )
    return person, bool(minor_until and phone)


def _required(value: str | None, row: TeamRow, column: str, reason: TeamReason) -> str:
    if value is None:
        raise Unreadable(reason, row.text[column] or row.text["phone"])
    return value


def _movement(row: TeamRow, context: TeamContext) -> Movement:
    name, code = row.text["movement"], row.text["code"]
    if not (name or code):
        if context.movement is None:
            raise Unreadable(TeamReason.NO_MOVEMENT)
        return context.movement
    # somebody may put the number where the name goes
    found = context.by_number.get(code or tidy_code(name), []) or context.by_name.get(
        flat(name), []
    )
    found = _narrowed(row, found)
    if len(found) != 1:
        several = TeamReason.SEVERAL_MOVEMENTS if found else TeamReason.UNKNOWN_MOVEMENT
        raise Unreadable(several, row.movement)
    return found[0]


def _narrowed(row: TeamRow, found: list[Movement]) -> list[Movement]:
    """Of several, those of the federation and the place that the row names."""
    federation, place = flat(row.text["federation"]), fold(row.text["municipality"])
    if len(found) > 1 and federation:
        found = [m for m in found if flat(m.federation.name).startswith(federation)]
    if len(found) > 1 and place:
        found = [m for m in found if fold(m.municipality) == place]
    return found


def _name(row: TeamRow) -> str:
    name = row.name
    if not name:
        raise Unreadable(TeamReason.NO_NAME)
    parts = (row.text[column] for column in ("name", "first_name", "last_name"))
    is_name = words_of(name) and not any(looks_like_formula(part) for part in parts)
    if not is_name or len(name) > LONGEST_NAME or "@" in name:
        raise Unreadable(TeamReason.BAD_NAME, name)
    return name


def _function(row: TeamRow, movement: Movement, email: str, context: TeamContext) -> Function:
    text = row.text["function"]
    if text:
        words = movement.federation.main_leader_word.values()
        if found := read_function(text, words):
            return found
        raise Unreadable(TeamReason.BAD_FUNCTION, text)
    known = {m.function for m in context.teams.get(movement.pk, []) if m.email.lower() == email}
    return Function(known.pop()) if len(known) == 1 else Function.LEADER


def _day(row: TeamRow, column: str, past: date | None = None) -> date | None:
    text = row.text[column]
    if not text:
        return None
    if found := read_day(text, past=past):
        return found
    raise Unreadable(TeamReason.BAD_DAY, text)
