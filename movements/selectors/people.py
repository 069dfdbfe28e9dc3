"""One person over several mandates, and who may be the same person under two addresses."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from movements.models import Mandate, NotTheSame
from movements.team_words import words_of

SAME_NAME = _("The same name in one movement.")
SAME_ADDRESS = _("The same address but for dots and the like.")
TYPO = _("Addresses that differ by one letter, in one movement.")


@dataclass(frozen=True)
class Person:
    """Everybody's mandates under one address; the newest first."""

    mandates: Sequence[Mandate]

    @property
    def newest(self) -> Mandate:
        """The mandate by which the person is shown."""
        return self.mandates[0]

    @property
    def has_account(self) -> bool:
        """Whether somebody can sign in with this address."""
        return any(each.user_id for each in self.mandates)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """The one to keep by default: with an account, leading now, and the newest."""
        runs = any(not each.is_over for each in self.mandates)
        return self.has_account, runs, self.newest.pk


class Seen(NamedTuple):
    """What of a mandate tells who it may be: thousands are compared, few are shown."""

    mandate: int
    movement: int
    user: int | None
    name: str


@dataclass(frozen=True)
class Pair:
    """Two people who may be one; `keep` is the one proposed to stay."""

    keep: Person
    other: Person
    why: str


def mandates_of_person(mandate: Mandate) -> QuerySet[Mandate]:
    """All mandates of the person behind one: the same account, or else the same address.

    Duplicates and mandates that are over are among them.
    """
    same = Q(pk=mandate.pk)
    if mandate.email:
        same |= Q(email__iexact=mandate.email)
    if mandate.user_id:
        same |= Q(user=mandate.user_id)
    return Mandate.objects.filter(same)


def person_of(mandate: Mandate) -> Person:
    """The person behind a mandate, for showing: recorded mandates with the same address."""
    same = _shown().filter(email__iexact=mandate.email)
    return Person(sorted(same, key=_newest_first, reverse=True))


def likely_duplicates() -> list[Pair]:
    """Pairs of people who look like one, without those of whom somebody said that they are two.

    They have the same name in one movement, or addresses that differ only by dots, or by one
    letter in one movement. By name.
    """
    seen = _seen()
    told_apart = _told_apart()
    found: dict[frozenset[str], str] = {}
    for one, other, why in _alike(seen):
        pair = frozenset((one, other))
        if pair not in told_apart and not _same_account(seen[one], seen[other]):
            found.setdefault(pair, str(why))
    people = _people(each.mandate for pair in found for address in pair for each in seen[address])
    pairs = [_pair([people[each] for each in pair], why) for pair, why in found.items()]
    return sorted(pairs, key=lambda pair: (pair.keep.newest.name.casefold(), pair.keep.newest.pk))


def _pair(people: list[Person], why: str) -> Pair:
    other, keep = sorted(people, key=lambda person: person.rank)
    return Pair(keep, other, why)


def _shown() -> QuerySet[Mandate]:
    in_use = Mandate.objects.recorded().in_use()
    return in_use.select_related("movement", "user")


def _newest_first(mandate: Mandate) -> tuple[bool, object, int]:
    return not mandate.is_over, mandate.starts_on, mandate.pk


def _seen() -> dict[str, list[Seen]]:
    """Everybody, by address in small letters."""
    by_address: dict[str, list[Seen]] = defaultdict(list)
    columns = ("email", "pk", "movement_id", "user_id", "name")
    for email, *rest in Mandate.objects.recorded().in_use().order_by().values_list(*columns):
        by_address[email.lower()].append(Seen(*rest))
    return by_address


def _people(numbers: Iterable[int]) -> dict[str, Person]:
    """The people of these mandates, by address in small letters."""
    by_address: dict[str, list[Mandate]] = defaultdict(list)
    for mandate in _shown().filter(pk__in=set(numbers)):
        by_address[mandate.email.lower()].append(mandate)
    return {
        address: Person(sorted(mandates, key=_newest_first, reverse=True))
        for address, mandates in by_address.items()
    }


def _told_apart() -> set[frozenset[str]]:
    """Pairs of addresses of which somebody said that they are of two persons."""
    said = NotTheSame.objects.values_list("one__email", "other__email")
    return {frozenset((one.lower(), other.lower())) for one, other in said}


def _same_account(one: list[Seen], other: list[Seen]) -> bool:
    accounts = [{each.user for each in mandates if each.user} for mandates in (one, other)]
    return bool(accounts[0] & accounts[1])


def _alike(people: dict[str, list[Seen]]) -> Iterator[tuple[str, str, object]]:
    yield from ((a, b, SAME_ADDRESS) for a, b in _same_bare_address(people))
    for team in _teams(people).values():
        for (a, name_a), (b, name_b) in combinations(sorted(team.items()), 2):
            if name_a == name_b:
                yield a, b, SAME_NAME
            elif name_a & name_b and one_letter_apart(a, b):
                yield a, b, TYPO


def _same_bare_address(people: Iterable[str]) -> Iterator[tuple[str, str]]:
    bare: dict[str, list[str]] = defaultdict(list)
    for address in sorted(people):
        bare[bare_address(address)].append(address)
    for same in bare.values():
        yield from combinations(same, 2)


def _teams(people: dict[str, list[Seen]]) -> dict[int, dict[str, frozenset[str]]]:
    """By movement, the words of everybody's name by address."""
    teams: dict[int, dict[str, frozenset[str]]] = defaultdict(dict)
    for address, mandates in people.items():
        for mandate in mandates:
            teams[mandate.movement][address] = words_of(mandate.name)
    return teams


def bare_address(address: str) -> str:
    """An address without what people leave out or add: dots, dashes, and what follows a plus."""
    name, _at, domain = address.lower().rpartition("@")
    return f"{re.sub(r'[._-]', '', name.split('+')[0])}@{domain}"


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter is other, missing or too many, or two side by side are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    first = next((n for n in range(len(short)) if short[n] != long[n]), len(short))
    if len(short) < len(long):
        return short[first:] == long[first + 1 :]
    rest = short[first + 1 :] == long[first + 1 :]
    swapped = short[first : first + 2] == long[first : first + 2][::-1]
    return rest or (swapped and short[first + 2 :] == long[first + 2 :])
