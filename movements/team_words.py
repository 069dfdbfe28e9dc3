"""How people write names, functions, days, addresses and phone numbers in a list of a team.

Pure: text in, value out. What cannot be read gives None, and the list says so at its row.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.encryption import fold
from movements.enums import Function
from movements.models import tidy

LONGEST_ADDRESS = 254
LONGEST_PHONE = 30
# Excel counts days from here (day 60, 29 February 1900, never was); below and above are no days
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "januari jan janvier janv january",
            "februari feb fevrier fevr fev february",
            "maart mrt mars march mar",
            "april apr avril avr",
            "mei mai may",
            "juni jun juin june",
            "juli jul juillet juil july",
            "augustus aug aout august",
            "september sept sep septembre",
            "oktober okt octobre oct october",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for word in words.split()
}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2}|[a-z]+)\.?[-/. ]+(\d{4}|\d{2})")

_MAIN = (
    "main leader|main_leader|group leader|hoofdleiding|hoofdleider|hoofdleidster|groepsleiding|"
    "groepsleider|groepsleidster|groepsleid|grl|bondsleiding|bondsleider|bondsleidster|"
    "eenheidsleiding|eenheidsleider|eenheidsleidster|groepsverantwoordelijke|hoofdverantwoordelijke|"
    "responsable de groupe|responsable d'unite|responsable de section|responsable|chef d'unite"
)
_LEADER = (
    "leader|leiding|leider|leidster|leid|begeleiding|animator|animateur|animatrice|animation|"
    "chef|cheftaine|monitor|moniteur|monitrice"
)
_ADULT = (
    "adult supervisor|adult_supervisor|volwassen begeleider|volwassen begeleidster|"
    "volwassen begeleiding|volwassenbegeleider|volwassenbegeleiding|vb|v.b|vb'er|proost|"
    "accompagnateur adulte|accompagnatrice adulte|accompagnateur"
)
_FUNCTIONS = {
    word: function
    for function, words in (
        (Function.MAIN_LEADER, _MAIN),
        (Function.LEADER, _LEADER),
        (Function.ADULT_SUPERVISOR, _ADULT),
    )
    for word in words.split("|")
}
# of several functions in one cell the first of these counts
_RANK = (Function.MAIN_LEADER, Function.ADULT_SUPERVISOR, Function.LEADER)
# welpenleiding, ketileidster, takleider: leaders of a branch
_OF_A_BRANCH = re.compile(r".*(leiding|leider|leidster)")
_FORMULA = ("=", "+", "-", "@")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet program would calculate this cell; we never do."""
    return text.startswith(_FORMULA)


def full_name(name: str, first: str = "", last: str = "") -> str:
    """A name as it is spoken, first name first: "Peeters, Jan" is Jan Peeters.

    Where there is a first name, what stands under "name" is the last name.
    """
    if first:
        return tidy(f"{first} {last or name}")
    name = name or last
    before, comma, after = name.partition(",")
    return tidy(f"{after} {before}" if comma and after.strip() else name.replace(",", " "))


def words_of(name: str) -> frozenset[str]:
    """The folded words of a name, whatever their order: what tells two names apart."""
    return frozenset(re.findall(r"\w+", fold(name)))


def read_function(text: str, own_words: Iterable[str] = ()) -> Function | None:
    """The function that a word stands for; `own_words` are the federation's for its main leader.

    A cell with several ("groepsleiding / welpenleiding") gives the highest. None for no word that
    we know.
    """
    main, flat = {fold(word) for word in own_words}, fold(text).replace("’", "'")
    parts = [flat, *re.split(r"[/,;+&()]|\ben\b|\bet\b|\band\b", flat)]
    found = {_function(part.strip(" .:()"), main) for part in parts}
    return next((function for function in _RANK if function in found), None)


def _function(word: str, main: set[str]) -> Function | None:
    if word in main:
        return Function.MAIN_LEADER
    known = _FUNCTIONS.get(word) or _FUNCTIONS.get(word.rstrip("s"))
    return known or (Function.LEADER if _OF_A_BRANCH.fullmatch(word) else None)


def read_day(text: str, *, past: date | None = None) -> date | None:
    """A day as Belgians and spreadsheets write it: the day stands before the month.

    2026-09-01, 1/9/2026, 01.09.26, 1 september 2026, 46266 (Excel). Two figures are a year of this
    century; with `past`, a day in the past, never one after that day.
    """
    flat = fold(text).removeprefix("le ").replace("1er ", "1 ")
    if flat.isdecimal() and flat.isascii():
        return _excel_day(int(flat)) if len(flat) == 5 else None
    if found := _YEAR_FIRST.fullmatch(flat):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _DAY_FIRST.fullmatch(flat)):
        return None
    month = int(found[2]) if found[2].isdecimal() else _MONTHS.get(found[2], 0)
    return _date(_year(found[3], past), month, int(found[1]))


def _excel_day(number: int) -> date | None:
    return _EXCEL_EPOCH + timedelta(days=number) if number in _EXCEL_DAYS else None


def _year(text: str, past: date | None) -> int:
    year = int(text) if len(text) == 4 else 2000 + int(text)
    return year - 100 if len(text) == 2 and past and year > past.year else year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_address(text: str) -> str | None:
    """One e-mail address in small letters, out of "Jan <jan@x.be>", "mailto:jan@x.be", "jan@x.be;".

    Empty for an empty cell; None for several addresses and for what is none.
    """
    inner = re.search(r"<([^<>]*)>", text)
    address = (inner[1] if inner else text).strip(" \t;,.<>\"'").lower().removeprefix("mailto:")
    if not address:
        return None if text.strip() else ""
    try:
        validate_email(address)
    except ValidationError:
        return None
    return address if len(address) <= LONGEST_ADDRESS else None


def read_phone(text: str) -> str | None:
    """A phone number as it was typed; a spreadsheet that took away the zero gets it back.

    Empty for an empty cell, None for what is no phone number.
    """
    phone = tidy(text.removeprefix("'"))
    if not phone:
        return ""
    if not re.fullmatch(r"\+?[\d ()/.-]{6,}", phone) or len(phone) > LONGEST_PHONE:
        return None
    return f"0{phone}" if re.fullmatch(r"4\d{8}|[1-9]\d{7}", phone) else phone


def same_phone(one: str, other: str) -> bool:
    """Whether two are the same number, however they are written."""
    return _figures(one) == _figures(other)


def _figures(phone: str) -> str:
    figures = re.sub(r"\D", "", phone.replace("(0)", ""))
    return re.sub(r"^(0032|32(?=\d{8,9}$))", "0", figures)
