"""The reminder ladder as arithmetic: from the facts of a movement on a day to what is decided then.

Nothing here reads the clock or the database, so the answer is the same whenever, however often and
wherever it is asked (domain: 'Reminder ladder'). What the domain leaves open is decided here:

- The question who takes over is open while somebody's time ends within six months of the step and
  nobody goes on in that function after them, or while a movement that had main leaders has none.
- Of each chain only the latest step is sent to a person; what waited before it is superseded. The
  step that the team was asked last is the one that climbs, so steps never climb side by side.
- Somebody who came after a dated step fell due is asked by the next one.
- The group's mailbox is told what the team is told, and also when there is nobody to tell.
- About a label its main leaders are asked, the whole team while it has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import rules

from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import add_months
from handovers.calls import NO_LABEL, Call, LabelAsks
from handovers.enums import CLIMBING, DAYS_AFTER, STEPS, Chain, Outcome, Rung, Step, Why
from handovers.models import Reminder
from movements import years
from movements.enums import Function
from movements.models import Mandate

HORIZON_MONTHS = 6
NO_REACTION = timedelta(days=14)
# a change of team that is known later than this is history
NEWS_MONTHS = 12
ABOUT_LABELS = {
    Step.RENEWS: Why.LABEL_ENDS,
    Step.ENDS_SOON: Why.LABEL_ENDS,
    Step.GRACE: Why.LABEL_ENDS,
    Step.CHECK: Why.CHECK_OPEN,
    Step.CONDITION: Why.CONDITION,
}
GOES_ON_FOR = {
    Function.MAIN_LEADER: {Function.MAIN_LEADER},
    Function.LEADER: {Function.LEADER, Function.MAIN_LEADER},
    Function.ADULT_SUPERVISOR: {Function.ADULT_SUPERVISOR},
}


rules.add_perm("handovers.view_reminder", is_staff_member)


@dataclass(frozen=True)
class Member:
    """A mandate that holds or begins later. `person` is the same for all mandates of somebody."""

    person: str
    mandate: Mandate
    holds: bool
    is_confirmed: bool
    is_minor: bool
    is_reachable: bool


@dataclass(frozen=True)
class Wait:
    """What is not decided yet, and until when; no day: until the end of a quiet period."""

    call: Call
    rung: Rung
    until: date | None


@dataclass
class Plan:
    """What is decided on a day, as unsaved rows, and what waits."""

    new: list[Reminder] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)


@dataclass(frozen=True)
class Facts:
    """All that decides about the reminders of one movement on a day.

    `changed_on` is the day of the last rotation, `took_over_on` the first with a team after it.
    """

    movement: int
    day: date
    is_quiet: bool
    team: tuple[Member, ...] = ()
    had_main_leaders: bool = False
    changed_on: date | None = None
    took_over_on: date | None = None
    is_signed: bool = False
    label: LabelAsks = NO_LABEL
    has_mailbox: bool = False
    coach: User | None = None
    coordinators: tuple[User, ...] = ()
    decided: tuple[Reminder, ...] = ()

    @property
    def mailbox(self) -> str:
        """The key of the group's mailbox."""
        return f"movement:{self.movement}"

    @property
    def present(self) -> list[Member]:
        """Who is in the team now."""
        return [member for member in self.team if member.holds]

    @property
    def leading(self) -> list[Member]:
        """The main leaders of now."""
        return [one for one in self.present if one.mandate.function == Function.MAIN_LEADER]

    @property
    def nobody_leads(self) -> bool:
        """Whether the movement had main leaders, and has none now or to come."""
        mains = (m for m in self.team if m.mandate.function == Function.MAIN_LEADER)
        return self.had_main_leaders and not any(mains)

    def rows(self, call: Call) -> list[Reminder]:
        """What was decided about a step."""
        return [r for r in self.decided if (r.step, r.cycle) == (call.step, call.cycle)]


# When ------------------------------------------------------------------------------------------


def due_calls(facts: Facts) -> Iterator[list[Call]]:
    """Of each chain the steps of its present cycle that have fallen due, the latest last.

    One at least: a cycle begins with its first step.
    """
    day = facts.day
    begun = day >= Step.MARCH.day(day.year)
    yield _dated(Chain.TAKEOVER, day.year if begun else day.year - 1, day)
    yield _dated(Chain.CONFIRM, years.working_year(day), day)
    if facts.changed_on and day < add_months(facts.changed_on, NEWS_MONTHS):
        first, cycle = facts.took_over_on or facts.changed_on, facts.changed_on.isoformat()
        calls = [Call(s, cycle, first + timedelta(days=n)) for s, n in DAYS_AFTER.items()]
        yield [call for call in calls if call.due_on <= day]
    yield from facts.label.calls(day)


def _dated(chain: Chain, year: int, day: date) -> list[Call]:
    calls = [Call(step, str(year), step.day(year)) for step in STEPS[chain]]
    return [call for call in calls if call.due_on <= day]


# Who is asked, and whether it is still true ----------------------------------------------------


def asks_about(ends_on: date | None, step_day: date) -> bool:
    """Whether a step asks about a mandate: it ends within six months of the step, not before it."""
    return ends_on is not None and step_day <= ends_on <= add_months(step_day, HORIZON_MONTHS)


def open_ends(facts: Facts, step_day: date) -> list[Member]:
    """Who was there on the day of a step and stops within six months, with nobody to go on."""
    return [
        member
        for member in facts.present
        if member.mandate.starts_on <= step_day
        and asks_about(member.mandate.ends_on, step_day)
        and not _goes_on(facts, member.mandate)
    ]


def _goes_on(facts: Facts, mandate: Mandate) -> bool:
    """Whether somebody, perhaps the same person, has the function longer than this mandate."""
    functions = GOES_ON_FOR[Function(mandate.function)]
    last = mandate.ends_on or date.max
    others = (member.mandate for member in facts.team if member.mandate.function in functions)
    return any(other.ends_on is None or other.ends_on > last for other in others)


def asked(facts: Facts, call: Call) -> dict[str, Why]:
    """The people of the team to whom a step speaks by the facts of now, each with the reason."""
    match call.step:
        case Step.MARCH | Step.MAY | Step.SEPTEMBER:
            members, why = open_ends(facts, call.due_on), Why.ENDS
        case Step.OPENS | Step.REMINDS | Step.READ_ONLY:
            members, why = [m for m in facts.present if not m.is_confirmed], Why.UNCONFIRMED
        case Step.WELCOME:
            late = call.due_on + timedelta(days=DAYS_AFTER[Step.AFTER_45])
            members, why = [m for m in facts.present if m.mandate.starts_on < late], Why.NEW_TEAM
        case Step.AFTER_14 | Step.AFTER_45:
            members, why = [] if facts.is_signed else facts.leading, Why.UNSIGNED
        case _:
            members, why = facts.leading or facts.present, ABOUT_LABELS[call.step]
    return {member.person: why for member in members if member.is_reachable}


def is_open(facts: Facts, call: Call) -> bool:
    """Whether somebody else is asked when the team does not react: nothing has changed yet."""
    match call.step:
        case Step.MARCH | Step.MAY | Step.SEPTEMBER:
            return facts.nobody_leads or bool(open_ends(facts, call.due_on))
        case Step.READ_ONLY:
            return bool(facts.present) and not any(m.is_confirmed for m in facts.present)
        case Step.AFTER_14 | Step.AFTER_45:
            return not facts.is_signed
        case _:  # what is asked about a label is asked while it is true, and climbs by its step
            return call.step in ABOUT_LABELS


def speaks_to(facts: Facts, call: Call, recipient: str) -> bool:
    """Whether a step speaks to one of those who are told first: of the team, or the mailbox."""
    people = asked(facts, call)
    if recipient == facts.mailbox:
        return facts.has_mailbox and (bool(people) or is_open(facts, call))
    return recipient in people


def standing_on(facts: Facts, rung: Rung) -> list[str]:
    """Who stands on a rung above the team. Adults: supervisors, without any the other adults."""
    if rung == Rung.COACH:
        return [facts.coach.key] if facts.coach else []
    if rung == Rung.COORDINATOR:
        return [user.key for user in facts.coordinators]
    return [m.person for m in facts.present if m.is_reachable and not m.is_minor]


def still_asked(facts: Facts, reminder: Reminder) -> bool:
    """Whether a mail that was queued is still true, for its recipient, by the facts of now."""
    call = next((t for calls in due_calls(facts) for t in calls if _is_of(reminder, t)), None)
    if call is None or _overtaken(facts, reminder):
        return False
    if reminder.rung == Rung.TEAM:
        return speaks_to(facts, call, reminder.recipient)
    beside = reminder.why == Why.UNDER_18 and bool(asked(facts, call))
    stands = reminder.recipient in standing_on(facts, Rung(reminder.rung))
    return stands and (beside or is_open(facts, call))


def _is_of(reminder: Reminder, call: Call) -> bool:
    return (reminder.step, reminder.cycle) == (call.step, call.cycle)


def _overtaken(facts: Facts, reminder: Reminder) -> bool:
    """Whether a later step of its chain was queued for the same person."""
    step = Step(reminder.step)
    return any(
        later.cycle == reminder.cycle
        and later.recipient == reminder.recipient
        and later.outcome == Outcome.QUEUED
        and Step(later.step).chain == step.chain
        and Step(later.step).comes_after(step)
        for later in facts.decided
    )


# What is decided -------------------------------------------------------------------------------


def plan(facts: Facts) -> Plan:
    """What is decided about a movement on a day, given what was decided before."""
    made = Plan()
    for calls in due_calls(facts):
        _Chain(facts, calls, made).decide()
    return made


@dataclass
class _Chain:
    """The steps of one chain that have fallen due, while they are decided on."""

    facts: Facts
    calls: list[Call]
    plan: Plan

    def decide(self) -> None:
        """Ask the team, somebody of age beside those who are not, then the rungs above."""
        self._ask_team()
        for call in self.calls:
            self._ask_adult_beside(call)
        asked_last = [call for call in self.calls if self._team_rows(call)]
        if asked_last and asked_last[-1].step in CLIMBING and is_open(self.facts, asked_last[-1]):
            self._climb(asked_last[-1])

    def _rows(self, call: Call) -> list[Reminder]:
        return self.facts.rows(call) + [row for row in self.plan.new if _is_of(row, call)]

    def _team_rows(self, call: Call) -> list[Reminder]:
        """That the team was asked, or was not there to be asked; not the copy for the mailbox."""
        return [
            row
            for row in self._rows(call)
            if row.rung == Rung.TEAM
            and row.recipient != self.facts.mailbox
            and row.outcome != Outcome.SUPERSEDED
        ]

    def _add(
        self,
        call: Call,
        recipient: str,
        why: Why,
        outcome: Outcome = Outcome.QUEUED,
        rung: Rung = Rung.TEAM,
        due_on: date | None = None,
    ) -> None:
        self.plan.new.append(
            Reminder(
                movement_id=self.facts.movement,
                step=call.step,
                cycle=call.cycle,
                rung=rung,
                recipient=recipient,
                due_on=due_on or call.due_on,
                decided_on=self.facts.day,
                outcome=outcome,
                why=why,
            )
        )

    def _ask_team(self) -> None:
        spoken_to = {person for call in self.calls for person in asked(self.facts, call)}
        for recipient in [*sorted(spoken_to), self.facts.mailbox]:
            self._ask(recipient)
        latest = self.calls[-1]
        nobody = not asked(self.facts, latest) and not self._team_rows(latest)
        if nobody and latest.step in CLIMBING and is_open(self.facts, latest):
            reason = Why.NOBODY_LEADS if self.facts.nobody_leads else Why.NOBODY_LEFT
            self._add(latest, f"rung:{Rung.TEAM:d}", reason, Outcome.NOBODY)

    def _ask(self, recipient: str) -> None:
        """The latest step that speaks to them, unless they had it or a later one."""
        told = [
            n
            for n, call in enumerate(self.calls)
            if any(row.recipient == recipient for row in self.facts.rows(call))
        ]
        untold = self.calls[max(told, default=-1) + 1 :]
        waiting = [call for call in untold if speaks_to(self.facts, call, recipient)]
        if not waiting:
            return
        latest = waiting.pop()
        if self.facts.is_quiet:
            self.plan.waits.append(Wait(latest, Rung.TEAM, None))
            return
        for call in waiting if recipient != self.facts.mailbox else []:
            self._add(call, recipient, Why.LATER_STEP, Outcome.SUPERSEDED)
        self._add(latest, recipient, asked(self.facts, latest).get(recipient, Why.COPY))

    def _ask_adult_beside(self, call: Call) -> None:
        """Somebody under 18 is never the only one who is asked."""
        queued = [row for row in self._rows(call) if row.outcome == Outcome.QUEUED]
        people = {row.recipient for row in queued if row.recipient != self.facts.mailbox}
        minors = {member.person for member in self.facts.team if member.is_minor}
        if not any(_is_of(row, call) for row in self.plan.new) or not people or people - minors:
            return
        for rung in (Rung.ADULT, Rung.COACH, Rung.COORDINATOR):
            if helpers := self._people(call, rung):
                for person in helpers:
                    self._add(call, person, Why.UNDER_18, rung=rung)
                return

    def _people(self, call: Call, rung: Rung) -> list[str]:
        """Who stands on a rung and was not told yet; of the adults the supervisors, if any."""
        told = {row.recipient for row in self._rows(call)}
        people = [one for one in standing_on(self.facts, rung) if one not in told]
        supervising = {
            member.person
            for member in self.facts.present
            if member.mandate.function == Function.ADULT_SUPERVISOR
        }
        first = [one for one in people if one in supervising] if rung == Rung.ADULT else []
        return sorted(set(first or people))

    def _climb(self, call: Call) -> None:
        """One rung up for each 14 days without a reaction, at once where nobody stands on one."""
        due = _next_due(self._team_rows(call))
        passed: list[tuple[Rung, date]] = []
        for rung in (Rung.ADULT, Rung.COACH, Rung.COORDINATOR):
            rows = [row for row in self._rows(call) if row.rung == rung]
            if rows:
                due = max(due, _next_due(rows))
            elif due > self.facts.day:
                self.plan.waits.append(Wait(call, rung, due))
                return
            elif not self._people(call, rung):
                self._add(call, f"rung:{rung:d}", Why.NOBODY_LEFT, Outcome.NOBODY, rung, due)
                due = self.facts.day
            elif self.facts.is_quiet and not rung.is_staff:
                self.plan.waits.append(Wait(call, rung, None))
                passed.append((rung, due))
                due += NO_REACTION
            else:
                self._send_up(call, rung, due, passed)
                return

    def _send_up(self, call: Call, rung: Rung, due: date, passed: list[tuple[Rung, date]]) -> None:
        for lower, was_due in passed:
            for person in self._people(call, lower):
                self._add(call, person, Why.STAFF_FIRST, Outcome.SUPERSEDED, lower, was_due)
        for person in self._people(call, rung):
            self._add(call, person, Why.NO_REACTION, rung=rung, due_on=due)


def _next_due(rows: list[Reminder]) -> date:
    """When the next rung is asked: 14 days after this one was, at once when it had nobody."""
    asked_on = [row.decided_on for row in rows if row.outcome == Outcome.QUEUED]
    if asked_on:
        return min(asked_on) + NO_REACTION
    return min(row.decided_on for row in rows)
