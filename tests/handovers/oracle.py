"""Rotations and teams told day by day, from the words of the domain and nothing of the product.

It walks from the first day to the last and keeps the team to compare with. It is slow and plain on
purpose: whoever doubts an answer of the product reads this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fact:
    """A mandate as somebody would write it on paper."""

    number: int
    starts_on: date
    confirmed_on: date
    main: bool
    account: int | None = None
    address: str = ""
    ends_on: date | None = None
    ended_on: date | None = None
    duplicate: bool = False


def same_people(facts: list[Fact]) -> list[set[int]]:
    """The numbers of mandates by person: joined as long as two groups share account or address."""
    groups = [
        ({f.number}, {f.account} - {None}, {f.address.lower()} - {""})
        for f in facts
        if not f.duplicate
    ]
    joined = True
    while joined:
        joined = False
        for one in groups:
            for other in groups:
                if one is not other and (one[1] & other[1] or one[2] & other[2]):
                    groups.remove(other)
                    for mine, theirs in zip(one, other, strict=True):
                        mine |= theirs  # type: ignore[operator]
                    joined = True
                    break
            if joined:
                break
    return [numbers for numbers, _accounts, _addresses in groups]


def lapsed(fact: Fact, day: date) -> bool:
    """A new working year began after the last yes, and its 31 December is over."""
    said = max(fact.confirmed_on, fact.starts_on)
    return any(
        date(year, 9, 1) > said and day > date(year, 12, 31)
        for year in range(said.year, day.year + 1)
    )


def holds(fact: Fact, day: date) -> bool:
    """Whether somebody is in the team on a day because of this mandate."""
    if fact.duplicate or day < fact.starts_on or (fact.ends_on and day > fact.ends_on):
        return False
    never_begun = fact.ended_on is not None and fact.ended_on < fact.starts_on
    return not never_begun and not lapsed(fact, day)


def days(first: date, last: date) -> Iterator[date]:
    """Every day of a period."""
    while first <= last:
        yield first
        first += DAY


def rotations(facts: list[Fact], until: date) -> list[date]:
    """The days of rotation up to a day, found by living through all of them."""
    if not facts:
        return []
    groups = same_people(facts)
    found: list[date] = []
    team_then: list[int] = []
    leaders_then: list[int] = []
    for day in days(min(fact.starts_on for fact in facts), until):
        team, leaders = [], []
        for number, group in enumerate(groups):
            held = [fact for fact in facts if fact.number in group and holds(fact, day)]
            team += [number] if held else []
            leaders += [number] if any(fact.main for fact in held) else []
        if not team_then:  # nobody was left: who comes first is the team
            team_then = team
        if not leaders_then:
            leaders_then = leaders
        nobody_leads_on = bool(leaders_then) and all(one not in leaders for one in leaders_then)
        left = sum(1 for one in team_then if one not in team)
        if nobody_leads_on or (team_then and left >= len(team_then) - left):
            found.append(day)
            team_then, leaders_then = team, leaders
    return found
