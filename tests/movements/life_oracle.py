"""The life of movements told again, day by day; nothing of the product is used here.

Days are numbers. A movement knows its first and last day, what it is called from which day on, its
pauses and its people. Every question is answered by walking through what was noted.
"""

from dataclasses import dataclass, field

Span = tuple[int, int | None]
EVER = 10_000


@dataclass
class Stay:
    """Somebody leads from a day until a day."""

    person: int
    first: int
    last: int | None


@dataclass
class Group:
    """One movement."""

    first: int
    names: dict[int, str]
    last: int | None = None
    pauses: list[Span] = field(default_factory=list)
    team: list[Stay] = field(default_factory=list)
    went: tuple[int, int] | None = None  # into which group, on which day
    born: int | None = None  # the day on which it split off
    joined: list[int] = field(default_factory=list)  # days on which others came in
    lost: list[int] = field(default_factory=list)  # days on which others split off

    def there(self, day: int) -> bool:
        return self.first <= day <= (EVER if self.last is None else self.last)

    def pauses_on(self, day: int) -> bool:
        return any(a <= day <= (EVER if b is None else b) for a, b in self.pauses)

    def called(self, day: int) -> str:
        return self.names[max(on for on in self.names if on <= day)]

    def makes_sense(self) -> bool:
        """The days of the group agree with what it went into and came out of."""
        if self.last is not None and self.last < self.first:
            return False
        if self.went and self.last != self.went[1] - 1:
            return False
        if self.born is not None and self.first != self.born:
            return False
        must = [*self.joined, *(day - 1 for day in self.lost)]
        return all(self.there(day) for day in must)

    def close(self, last: int) -> None:
        """Nobody leads and nothing pauses after a day."""
        self.team = _cut(self.team, last)
        self.pauses = [
            (a, last if b is None else min(b, last)) for a, b in self.pauses if a <= last
        ]


def _cut(team: list[Stay], last: int) -> list[Stay]:
    kept = [stay for stay in team if stay.first <= last]
    for stay in kept:
        stay.last = last if stay.last is None else min(stay.last, last)
    return kept


class World:
    """All groups. Each act gives whether it can be; what cannot be changes nothing."""

    def __init__(self, today: int) -> None:
        self.today, self.groups, self.people = today, list[Group](), 0

    def start(self, day: int, name: str) -> bool:
        self.people += 1
        group = Group(day, {-EVER: name}, team=[Stay(self.people, day, None)])
        self.groups.append(group)
        return True

    def correct(self, number: int, first: int, last: int | None, name: str) -> bool:
        group = self.groups[number]
        before = group.first, group.last
        group.first, group.last = first, last
        if not group.makes_sense():
            group.first, group.last = before
            return False
        group.names[max(group.names)] = name
        return True

    def stop(self, number: int, day: int) -> bool:
        group = self.groups[number]
        before = group.last
        if before is not None and before < self.today:
            return False
        group.last = day
        if not group.makes_sense():
            group.last = before
            return False
        group.close(day)
        return True

    def pause(self, number: int, first: int, last: int | None) -> bool:
        group = self.groups[number]
        days = range(first, (60 if last is None else last) + 1)
        if not days or not group.there(first) or any(group.pauses_on(day) for day in days):
            return False
        group.pauses.append((first, last))
        return True

    def resume(self, number: int, day: int) -> bool:
        group = self.groups[number]
        if not group.pauses_on(day):
            return False
        held = [(a, b) for a, b in group.pauses if a <= day <= (EVER if b is None else b)]
        group.pauses.remove(held[0])
        if held[0][0] < day:
            group.pauses.append((held[0][0], day - 1))
        return True

    def rename(self, number: int, name: str, day: int) -> bool:
        group = self.groups[number]
        if day > self.today or day <= group.first or group.called(day) == name:
            return False
        group.names[day] = name
        return True

    def forget_name(self, number: int, which: int) -> bool:
        group = self.groups[number]
        changes = sorted(group.names)[1:]
        if which < len(changes):
            del group.names[changes[which]]
        return which < len(changes)

    def merge(self, number: int, other: int, day: int) -> bool:
        source, target = self.groups[number], self.groups[other]
        if number == other or day > self.today or source.went:
            return False
        if not source.there(day - 1) or not target.there(day):
            return False
        before = source.last
        source.went, source.last = (other, day), day - 1
        if not source.makes_sense():
            source.went, source.last = None, before
            return False
        target.joined.append(day)
        self._move(source, day)
        source.close(day - 1)
        return True

    def split(self, number: int, day: int, name: str) -> bool:
        source = self.groups[number]
        if not source.there(day - 1):
            return False
        source.lost.append(day)
        new = Group(day, {-EVER: name}, born=day)
        self.groups.append(new)
        for stay in source.team:
            if stay.last is None or stay.last >= day:
                _join(new, stay, day)
        source.team = _cut(source.team, day - 1)
        return True

    def _move(self, source: Group, day: int) -> None:
        """Everybody who still leads goes where the group went, and on from there."""
        goers = [stay for stay in source.team if stay.last is None or stay.last >= day]
        group = source
        while group.went:
            group, day = self.groups[group.went[0]], max(day, group.went[1])
            for stay in goers:
                _join(group, stay, day)


def _join(group: Group, stay: Stay, day: int) -> None:
    first = max(day, stay.first)
    ends = [last for last in (stay.last, group.last) if last is not None]
    last = min(ends, default=EVER)
    days = set(range(first, min(last, 60) + 1))
    there = [s for s in group.team if s.person == stay.person]
    busy = {d for s in there for d in range(s.first, min(s.last or 60, 60) + 1)}
    if days and not days & busy:
        group.team.append(Stay(stay.person, first, None if last == EVER else last))
