"""The reminder ladder lived through day by day, from the words of the domain alone.

People are numbers, groups are what somebody would write on paper about them; what a run of a day
decides is worked out with loops over days and people. It is plain on purpose, and slow.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.handovers import oracle

DAY, FORTNIGHT = timedelta(days=1), timedelta(days=14)
MAIN, LEADER, ADULT = "main_leader", "leader", "adult_supervisor"
END = date(2030, 12, 31)  # no walk goes further
CHAINS = [
    ["march", "may", "september"],
    ["opens", "reminds", "read_only"],
    ["welcome", "after_14", "after_45"],
]
RENEWING = ["renews", "ends_soon", "grace"]
ABOUT_LABELS = {*RENEWING, "check", "condition"}
NEVER_CLIMB = {"opens", "reminds", "welcome", "renews", "check", "condition"}
MAILBOX, COACH, COORDINATOR = "mailbox", "coach", "coordinator"
Key = tuple[str, str, str]  # step, cycle, who


@dataclass
class Stint:
    """Somebody's function: known from a day, perhaps with another end from a later day on."""

    number: int
    person: int
    function: str
    start: date
    known: date
    end: date | None = None
    new_end: date | None = None
    new_end_on: date | None = None
    yes: list[date] = field(default_factory=list)
    turns_18: date | None = None

    def end_on(self, day: date) -> date | None:
        """Its end as known on a day."""
        return self.new_end if self.new_end_on and day >= self.new_end_on else self.end

    def said(self, day: date) -> date:
        """When it was last said, by a day, that it goes on."""
        return max([self.known, *(one for one in self.yes if one <= day)])

    def fact(self, day: date) -> oracle.Fact:
        """As the oracle of rotations reads it on a day."""
        return oracle.Fact(
            number=self.number,
            starts_on=self.start,
            confirmed_on=self.said(day),
            main=self.function == MAIN,
            address=f"{self.person}@example.org",
            ends_on=self.end_on(day),
        )


@dataclass
class Carried:
    """A label of 30 months, renewed in its last six, with three of grace; and what becomes of it.

    `answers_after` are the days a group needs to answer a light check; None: it never does.
    """

    start: date  # from the 2nd to the 28th of a month
    handed_in: date | None = None
    answers_after: int | None = None
    condition: date | None = None
    settled: date | None = None
    answered: dict[date, date] = field(default_factory=dict)  # the day of a check: of the answer

    def month(self, number: int) -> date:
        """The day so many months after the start."""
        months = self.start.month - 1 + number
        return date(self.start.year + months // 12, months % 12 + 1, self.start.day)

    @property
    def last(self) -> date:
        return self.month(30) - DAY

    def renews(self, day: date) -> list[tuple[str, str, date]]:
        """The steps about its renewal that have fallen due."""
        handed_in = self.handed_in is not None and self.handed_in <= day
        if handed_in or not self.month(24) <= day < self.month(33):
            return []
        on = [self.month(24), self.month(29) - DAY, self.month(30)]
        cycle = self.last.isoformat()
        return [(step, cycle, d) for step, d in zip(RENEWING, on, strict=True) if d <= day]

    def check(self, day: date, changes: list[date]) -> date | None:
        """The day of the check that waits for an answer; renewing it asks the same."""
        if not self.start <= day < self.month(24):
            return None
        year, two_months = self.month(12), timedelta(days=60)
        answered = {about: on for about, on in self.answered.items() if on <= day}
        shortly = [on for on in answered.values() if year - two_months < on < year]
        due = [] if shortly else [year]
        for change in changes:
            one = change + two_months
            heard = [on for about, on in answered.items() if about != one and on >= change]
            alone = not [other for other in changes if change < other <= one]
            soon = [on for on in due if on == year and change <= on <= one + two_months]
            if self.start < change and alone and not heard and not soon:
                due.append(one)
        due = sorted(one for one in due if one <= day)
        is_open = bool(due) and all(about < due[-1] for about in answered)
        return due[-1] if is_open else None

    def told(self, day: date) -> list[tuple[str, str, date]]:
        """That a condition falls due within 30 days."""
        if self.condition is None or (self.settled and self.settled <= day):
            return []
        ahead = self.condition - timedelta(days=30)
        if not self.start < ahead <= day <= self.condition:
            return []
        return [("condition", self.condition.isoformat(), ahead)]


@dataclass
class Group:
    """A group with everybody who is ever in it, and when its new teams sign."""

    stints: list[Stint]
    has_mailbox: bool = True
    has_coach: bool = True
    signs_after: int | None = None  # days after the new team is there
    label: Carried | None = None
    changes: dict[date, tuple[date, date | None] | None] = field(default_factory=dict)
    walks: dict[tuple[oracle.Fact, ...], list[date]] = field(default_factory=dict)

    def known(self, day: date) -> list[Stint]:
        """What is recorded by a day."""
        return [stint for stint in self.stints if stint.known <= day]

    def now(self, day: date) -> list[Stint]:
        """Who is in the team on a day."""
        return [stint for stint in self.known(day) if oracle.holds(stint.fact(day), day)]

    def now_or_later(self, day: date) -> list[Stint]:
        """Who is in the team on a day, or is going to be."""
        return [
            stint
            for stint in self.known(day)
            if oracle.holds(stint.fact(day), max(day, stint.start))
        ]

    def change(self, day: date) -> tuple[date, date | None] | None:
        """The last change of team, and the first day from then on with somebody in it."""
        if day not in self.changes:
            self.changes[day] = self._change(day)
        return self.changes[day]

    def rotations(self, day: date) -> list[date]:
        """All changes of team up to a day, as known then."""
        facts = [stint.fact(day) for stint in self.known(day)]
        if tuple(facts) not in self.walks:
            self.walks[tuple(facts)] = oracle.rotations(facts, END)
        return [on for on in self.walks[tuple(facts)] if on <= day]

    def answer(self, day: date) -> date | None:
        """Of which day a light check is answered, if the group does so now."""
        label = self.label
        due = label.check(day, self.rotations(day)) if label else None
        if label is None or due is None or label.answers_after is None:
            return None
        if day < due + timedelta(days=label.answers_after):
            return None
        label.answered[due] = day
        return due

    def _change(self, day: date) -> tuple[date, date | None] | None:
        facts = [stint.fact(day) for stint in self.known(day)]
        found = self.rotations(day)
        if not found:
            return None
        there = (d for d in oracle.days(found[-1], day) if any(oracle.holds(f, d) for f in facts))
        return found[-1], next(there, None)

    def signed_on(self, day: date) -> date | None:
        """On which day the last new team signs, if it does and one is there."""
        change = self.change(day)
        if change is None or change[1] is None or self.signs_after is None:
            return None
        return change[1] + timedelta(days=self.signs_after)


def quiet(day: date) -> bool:
    """January, and 20 May to 31 August."""
    return day.month == 1 or (5, 20) <= (day.month, day.day) <= (8, 31)


def half_a_year_after(day: date) -> date:
    """Only for days up to the 28th."""
    return date(day.year + (day.month > 6), (day.month + 5) % 12 + 1, day.day)


class Living:
    """What the runs decided until now about one group."""

    def __init__(self, group: Group) -> None:
        self.group = group
        # (rung, day of the decision, what was decided)
        self.told: dict[Key, tuple[int, date, str]] = {}

    # when

    def due(self, chain: list[str], day: date) -> list[tuple[str, str, date]]:
        """The steps of the present cycle that have fallen due."""
        if chain[0] == "march":
            year = day.year if (day.month, day.day) >= (3, 15) else day.year - 1
            sunday = next(
                d for d in oracle.days(date(year, 9, 1), date(year, 9, 7)) if d.weekday() == 6
            )
            on = [date(year, 3, 15), date(year, 5, 1), sunday]
            cycle = str(year)
        elif chain[0] == "opens":
            year = day.year if day.month >= 9 else day.year - 1
            on, cycle = [date(year, month, 1) for month in (9, 10, 11)], str(year)
        else:
            change = self.group.change(day)
            if change is None or day >= change[0].replace(year=change[0].year + 1):
                return []
            first = change[1] or change[0]
            on, cycle = (
                [first, first + FORTNIGHT, first + timedelta(days=45)],
                change[0].isoformat(),
            )
        return [(step, cycle, d) for step, d in zip(chain, on, strict=True) if d <= day]

    def about_label(self, day: date) -> list[list[tuple[str, str, date]]]:
        """The same about the label of the group, chain by chain."""
        label = self.group.label
        if label is None:
            return []
        due = label.check(day, self.group.rotations(day))
        check = [("check", due.isoformat(), due)] if due else []
        return [label.renews(day), check, label.told(day)]

    # who and whether

    def ending(self, due: date, day: date) -> list[Stint]:
        """Whose time ends in the half year from a step, while nobody goes on in their place."""
        found = []
        for stint in self.group.now(day):
            end = stint.end_on(day)
            if end is None or not due <= end <= half_a_year_after(due) or stint.start > due:
                continue
            alike = {stint.function} | ({MAIN} if stint.function == LEADER else set())
            ends = [s.end_on(day) for s in self.group.now_or_later(day) if s.function in alike]
            if all(other is not None and other <= end for other in ends):
                found.append(stint)
        return found

    def leaderless(self, day: date) -> bool:
        """There were main leaders, and there are none now or to come."""
        had = any(stint.function == MAIN for stint in self.group.known(day))
        return had and all(s.function != MAIN for s in self.group.now_or_later(day))

    def said_this_year(self, stint: Stint, day: date) -> bool:
        """Whether the yes of this working year is there."""
        year = day.year if day.month >= 9 else day.year - 1
        return max(stint.said(day), stint.start) >= date(year, 9, 1)

    def signed(self, day: date) -> bool:
        on = self.group.signed_on(day)
        return on is not None and on <= day

    def wanted(self, step: str, due: date, day: date) -> list[str]:
        """The people of the team to whom a step speaks."""
        now = self.group.now(day)
        if step in CHAINS[0]:
            stints = self.ending(due, day)
        elif step in CHAINS[1]:
            stints = [s for s in now if not self.said_this_year(s, day)]
        elif step == "welcome":
            stints = [s for s in now if s.start < due + timedelta(days=45)]
        elif step in ABOUT_LABELS:
            stints = [s for s in now if s.function == MAIN] or now
        else:
            stints = [] if self.signed(day) else [s for s in now if s.function == MAIN]
        return sorted({str(s.person) for s in stints})

    def unanswered(self, step: str, due: date, day: date) -> bool:
        """Whether the next rung should hear of it."""
        now = self.group.now(day)
        if step in CHAINS[0]:
            return self.leaderless(day) or bool(self.ending(due, day))
        if step == "read_only":
            return bool(now) and not any(self.said_this_year(s, day) for s in now)
        return step in ABOUT_LABELS or (step.startswith("after") and not self.signed(day))

    def speaks(self, who: str, step: str, due: date, day: date) -> bool:
        people = self.wanted(step, due, day)
        if who == MAILBOX:
            return self.group.has_mailbox and (bool(people) or self.unanswered(step, due, day))
        return who in people

    def minors(self, day: date) -> set[str]:
        team = self.group.now_or_later(day)
        return {str(s.person) for s in team if s.turns_18 and s.turns_18 > day}

    def above(self, rung: int, step: str, cycle: str, day: date) -> list[str]:
        """Who on a rung has not heard of a step yet."""
        if rung > 1:
            everybody = [COORDINATOR] if rung == 3 else [COACH] if self.group.has_coach else []
            return [who for who in everybody if (step, cycle, who) not in self.told]
        grown = [s for s in self.group.now(day) if str(s.person) not in self.minors(day)]
        grown = [s for s in grown if (step, cycle, str(s.person)) not in self.told]
        supervisors = [s for s in grown if s.function == ADULT]
        return sorted({str(s.person) for s in supervisors or grown})

    # a run

    def all_due(self, day: date) -> list[list[tuple[str, str, date]]]:
        """Chain by chain what has fallen due."""
        return [*(self.due(chain, day) for chain in CHAINS), *self.about_label(day)]

    def run(self, day: date) -> None:
        """What the ladder decides on a day."""
        for due in self.all_due(day):
            if due:
                fresh = self._tell_team(due, day)
                for step, cycle, _on in due:
                    if any(key[:2] == (step, cycle) for key in fresh):
                        self._beside_minors(step, cycle, day)
                self._climb(due, day)

    def _tell_team(self, due: list[tuple[str, str, date]], day: date) -> list[Key]:
        fresh: list[Key] = []
        who_ever = {who for step, _c, on in due for who in self.wanted(step, on, day)}
        for who in [*sorted(who_ever), MAILBOX]:
            waiting = []
            for step, cycle, on in due:
                if (step, cycle, who) in self.told:
                    waiting = []
                elif self.speaks(who, step, on, day):
                    waiting.append((step, cycle))
            if waiting and not quiet(day):
                for step, cycle in waiting[:-1] if who != MAILBOX else []:
                    fresh.append(self._note(step, cycle, who, 0, day, "superseded"))
                fresh.append(self._note(*waiting[-1], who, 0, day, "queued"))
        step, cycle, on = due[-1]
        was_told = self._rung_zero(step, cycle)
        nobody = not self.wanted(step, on, day) and not was_told
        if nobody and step not in NEVER_CLIMB and self.unanswered(step, on, day):
            fresh.append(self._note(step, cycle, "rung:0", 0, day, "nobody"))
        return fresh

    def _note(self, step: str, cycle: str, who: str, rung: int, day: date, what: str) -> Key:
        key = (step, cycle, who)
        assert key not in self.told
        self.told[key] = (rung, day, what)
        return key

    def _rung_zero(self, step: str, cycle: str) -> list[tuple[date, str]]:
        return [
            (on, what)
            for (s, c, who), (rung, on, what) in self.told.items()
            if (s, c, rung) == (step, cycle, 0) and who != MAILBOX and what != "superseded"
        ]

    def _beside_minors(self, step: str, cycle: str, day: date) -> None:
        asked = {
            who
            for (s, c, who), (_r, _on, what) in self.told.items()
            if (s, c, what) == (step, cycle, "queued") and who != MAILBOX
        }
        if asked and asked <= self.minors(day):
            for rung in (1, 2, 3):
                people = self.above(rung, step, cycle, day)
                for who in people:
                    self._note(step, cycle, who, rung, day, "queued")
                if people:
                    return

    def _climb(self, due: list[tuple[str, str, date]], day: date) -> None:  # noqa: C901, PLR0912
        asked = [one for one in due if self._rung_zero(one[0], one[1])]
        if not asked:
            return
        step, cycle, on = asked[-1]
        if step in NEVER_CLIMB or not self.unanswered(step, on, day):
            return
        next_on = after(self._rung_zero(step, cycle))
        skipped: list[int] = []
        for rung in (1, 2, 3):
            rows = [
                (at, what)
                for (s, c, _w), (r, at, what) in self.told.items()
                if (s, c, r) == (step, cycle, rung)
            ]
            if rows:
                next_on = max(next_on, after(rows))
                continue
            if next_on > day:
                return
            people = self.above(rung, step, cycle, day)
            if not people:
                self._note(step, cycle, f"rung:{rung}", rung, day, "nobody")
                next_on = day
            elif rung == 1 and quiet(day):
                skipped.append(rung)
                next_on += FORTNIGHT
            else:
                for lower in skipped:
                    for who in self.above(lower, step, cycle, day):
                        self._note(step, cycle, who, lower, day, "superseded")
                for who in people:
                    self._note(step, cycle, who, rung, day, "queued")
                return

    def is_true(self, key: Key, day: date) -> bool:
        """Whether a mail that was decided on may still go out on a day."""
        step, cycle, who = key
        rung = self.told[key][0]
        due = [one for chain in self.all_due(day) for one in chain]
        on = next((on for s, c, on in due if (s, c) == (step, cycle)), None)
        if on is None or (quiet(day) and who not in {COACH, COORDINATOR}):
            return False
        if rung == 0:
            return self.speaks(who, step, on, day)
        if rung == 1 and who not in {str(s.person) for s in self.group.now(day)}:
            return False
        return self.unanswered(step, on, day) or bool(self.wanted(step, on, day))

    def is_missed(self, key: Key, day: date) -> bool:
        """Whether a mail that was left out on a day should have gone out, or wait for its turn."""
        step, _cycle, who = key
        rung = self.told[key][0]
        on = next((o for due in self.all_due(day) for s, c, o in due if (s, c) == key[:2]), None)
        if on is None or self._told_later(key, day):
            return False
        if rung == 0:
            return self.speaks(who, step, on, day)
        grown = {str(s.person) for s in self.group.now(day)} - self.minors(day)
        return self.unanswered(step, on, day) and (rung > 1 or who in grown)

    def _told_later(self, key: Key, day: date) -> bool:
        """Whether somebody was told a later step of the same chain, by a day."""
        of_label = ([step for step, _c, _on in due] for due in self.about_label(day))
        chains = [*CHAINS, *of_label]
        chain = next(steps for steps in chains if key[0] in steps)
        return any(
            step in chain[chain.index(key[0]) + 1 :]
            and who == key[2]
            and what == "queued"
            and on <= day
            and cycle == key[1]
            for (step, cycle, who), (_rung, on, what) in self.told.items()
        )


def after(rows: list[tuple[date, str]]) -> date:
    """From which day on the next rung is asked."""
    asked = [on for on, what in rows if what == "queued"]
    return min(asked) + FORTNIGHT if asked else min(on for on, _what in rows)
