"""Three years of the ladder, day by day: two schedulers, skipped days, a mail server that is away.

The years have a 29 February and six clock changes. Everything is compared with an oracle of its own
(`ladder_oracle`): what was decided, for whom, on which day; and each mail that went out, on the day
on which it went.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from core import outbox
from core.outbox import OutboxMessage
from handovers.models import Handover, HandoverSignature, Reminder
from handovers.services import queue_reminders
from labels.enums import CheckReason
from labels.models import ActionPlan, Condition, Label, LightCheck
from labels.services.awards import award_label
from movements.models import CoachAssignment, Mandate, Movement
from programmes.models import Edition
from tests.factories import movements as people
from tests.factories.programmes import make_edition
from tests.handovers.ladder_oracle import (
    ADULT,
    COACH,
    COORDINATOR,
    LEADER,
    MAILBOX,
    MAIN,
    Carried,
    Group,
    Key,
    Living,
    Stint,
)
from tests.labels.awarding import decide

FIRST, LAST = date(2027, 1, 1), date(2029, 12, 31)
DAY = timedelta(days=1)
# the clock changes twice a year; 2:30 is not there then, or is there twice
ODD_DAYS = {
    date(2028, 2, 29),
    *(date(2027, 3, 28), date(2028, 3, 26), date(2029, 3, 25)),
    *(date(2027, 10, 31), date(2028, 10, 29), date(2029, 10, 28)),
}


def make_group(dice: random.Random, numbers: Iterator[int]) -> Group:
    """Generations of a team that overlap, follow on one another or leave a gap."""
    stints: list[Stint] = []
    first = FIRST - timedelta(days=dice.randrange(30, 500))
    while first < LAST:
        last = first + timedelta(days=dice.randrange(150, 900))
        for function in dice.sample([MAIN, MAIN, LEADER, LEADER, ADULT], k=dice.randrange(1, 5)):
            stints.append(make_stint(dice, next(numbers), function, first, last))
        first = last + timedelta(days=dice.choice([-40, 1, 1, 1, 60, 200]))
    return Group(
        stints,
        has_mailbox=dice.random() < 0.7,
        has_coach=dice.random() < 0.8,
        signs_after=dice.choice([None, None, 3, 20, 50, 70]),
        label=make_label(dice),
    )


def make_label(dice: random.Random) -> Carried:
    """A label that ends within the three years, renewed in time or not, with a condition."""
    label = Carried(date(2027, dice.randrange(1, 7), dice.randrange(2, 29)))
    label.answers_after = dice.choice([None, 0, 5, 40, 90])
    if dice.random() < 0.5:
        label.handed_in = label.month(24) + timedelta(days=dice.randrange(0, 250))
    label.condition = label.start + timedelta(days=dice.randrange(20, 300))
    if dice.random() < 0.4:
        label.settled = label.condition - timedelta(days=dice.randrange(0, 40))
    return label


def make_stint(dice: random.Random, number: int, function: str, first: date, last: date) -> Stint:
    known = min(first, max(FIRST, first - timedelta(days=dice.randrange(0, 120))))
    until = last - timedelta(days=dice.choice([0, 0, 0, 30, 100]))
    stint = Stint(number, number, function, first, known, max(until, first))
    if dice.random() < 0.4:  # the end is not known at first, or is prolonged
        stint.new_end, stint.new_end_on = stint.end, first + (until - first) * dice.random()
        stint.end = None if dice.random() < 0.7 else max(first, until - timedelta(days=60))
        if stint.end and stint.end < stint.new_end_on:
            stint.new_end_on = stint.end
    years = range(first.year, last.year + 1)
    stint.yes = [
        date(year, dice.choice([9, 9, 10, 11, 12]), dice.randrange(1, 29))
        for year in years
        if dice.random() < 0.7
    ]
    stint.yes = [day for day in stint.yes if day > first]
    if function != ADULT and dice.random() < 0.25:
        stint.turns_18 = first + timedelta(days=dice.randrange(0, 500))
    return stint


class Simulation:
    """Groups in the database, living as it is written of them."""

    def __init__(self, seed: int, groups: int) -> None:
        self.dice = random.Random(seed)
        numbers = iter(range(1, 10_000))
        self.lives = [Living(make_group(self.dice, numbers)) for _number in range(groups)]
        edition = make_edition(starts_on=date(2026, 3, 1), ends_on=date(2030, 2, 28))
        Edition.objects.filter(pk=edition.pk).update(label_months=30)
        self.staff = {COACH: people.consultant(), COORDINATOR: people.coordinator()}
        self.signer = people.user()
        self.movements = [self._movement(life.group) for life in self.lives]
        self.labels: dict[int, Label] = {}
        self.mandates: dict[int, Mandate] = {}
        self.sent: list[tuple[int, Key, date]] = []
        self.left_out: list[tuple[int, Key, date]] = []
        self.settled: set[int] = set()

    def _movement(self, group: Group) -> Movement:
        movement = people.movement(mailbox="groep@example.org" if group.has_mailbox else "")
        if group.has_coach:
            CoachAssignment.objects.create(
                movement=movement, user=self.staff[COACH], starts_on=date(2020, 1, 1)
            )
        return movement

    def live(self, days: list[date], *, beside_each_other: float, away: float) -> None:
        """Run the scheduler on these days; on the days between only the groups live on."""
        before = FIRST - timedelta(days=600)
        until_away = FIRST
        for day in days:
            self._write(before, day)
            twice = self.dice.random() < beside_each_other or day in ODD_DAYS
            for hour in (0, 2, 23) if twice else (6,):
                with time_machine.travel(moment(day, hour), tick=False):
                    queue_reminders()
            for life in self.lives:
                life.run(day)
            if self.dice.random() < away:
                until_away = day + timedelta(days=self.dice.randrange(1, 60))
            if day >= until_away:
                self._deliver(day)
            before = day
        self._deliver(before)

    def _write(self, before: date, day: date) -> None:
        """What was written down since the last run."""
        for movement, life in zip(self.movements, self.lives, strict=True):
            for stint in life.group.stints:
                self._write_stint(movement, stint, before, day)
            signed = life.group.signed_on(day)
            change = life.group.change(day)
            if change:
                row, _new = Handover.objects.get_or_create(movement=movement, rotation_on=change[0])
                if signed and signed <= day:
                    HandoverSignature.objects.get_or_create(handover=row, user=self.signer)
            self._write_label(movement, life.group, before, day)

    def _write_label(self, movement: Movement, group: Group, before: date, day: date) -> None:
        carried = group.label
        if carried is None or day < carried.start:
            return
        if movement.pk not in self.labels:
            self.labels[movement.pk] = self._award(movement, carried)
        label = self.labels[movement.pk]
        if carried.settled and before < carried.settled <= day:
            row = Condition.objects.filter(decision=label.decision_id)
            row.update(settled="met", settled_on=day, settled_by=self.signer)
        if carried.handed_in and before < carried.handed_in <= day:
            values = {"edition": label.decision.plan.edition, "state": "submitted"}
            template = label.decision.plan.template
            ActionPlan.objects.create(
                movement=movement, template=template, submitted_at=moment(day, 5), **values
            )
        if about := group.answer(day):
            yearly = about == carried.month(12)
            reason = CheckReason.YEARLY if yearly else CheckReason.ROTATION
            at = {"answered_at": moment(day, 5), "answered_by": self.signer}
            LightCheck.objects.create(label=label, due_on=about, reason=reason, **at)

    def _award(self, movement: Movement, carried: Carried) -> Label:
        decision = decide(movement, carried.start, outcome="award")
        Condition.objects.create(decision=decision, text="Een folder", due_on=carried.condition)
        return award_label(decision=decision, starts_on=carried.start, by=None)

    def _write_stint(self, movement: Movement, stint: Stint, before: date, day: date) -> None:
        if not before < stint.known <= day and stint.number not in self.mandates:
            return
        row = self.mandates.get(stint.number)
        values = {"ends_on": stint.end_on(day), "confirmed_on": stint.said(day)}
        if row is None:
            row = self.mandates[stint.number] = Mandate.objects.create(
                movement=movement,
                name=f"Leider {stint.person}",
                email=f"{stint.person}@example.org",
                function=stint.function,
                starts_on=stint.start,
                turns_18_on=stint.turns_18,
                **values,
            )
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save(update_fields=list(values))

    def _deliver(self, day: date) -> None:
        with time_machine.travel(moment(day, 9), tick=False):
            outbox.deliver_due()
        keys = self.keys()
        done = OutboxMessage.objects.exclude(settled_at=None).exclude(pk__in=self.settled)
        for row in done:
            self.settled.add(row.pk)
            number, key = keys[row.object_id]
            to = {"sent": self.sent, "not_due": self.left_out}[row.state]
            to.append((number, key, day))

    def keys(self) -> dict[int, tuple[int, Key]]:
        """Of each decision the number of the group, and the key that the oracle gives it."""
        return {
            row.pk: (self._number(row), (row.step, row.cycle, self._who(row)))
            for row in Reminder.objects.all()
        }

    def _number(self, row: Reminder) -> int:
        return next(n for n, one in enumerate(self.movements) if one.pk == row.movement_id)

    def _who(self, row: Reminder) -> str:
        kind, _colon, number = row.recipient.partition(":")
        if kind == "mandate":
            mandates = {mandate.pk: person for person, mandate in self.mandates.items()}
            return str(mandates[int(number)])
        staff = {user.key: name for name, user in self.staff.items()}
        return MAILBOX if kind == "movement" else staff.get(row.recipient, row.recipient)

    def decided(self) -> dict[tuple[int, Key], tuple[int, date, str]]:
        keys = self.keys()
        rows = Reminder.objects.all()
        return {keys[row.pk]: (row.rung, row.decided_on, row.outcome) for row in rows}

    def expected(self) -> dict[tuple[int, Key], tuple[int, date, str]]:
        lives = enumerate(self.lives)
        return {(n, key): what for n, life in lives for key, what in life.told.items()}


def moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 30)))


def check(seed: int, days: list[date], groups: int, settings: Any, **how: float) -> Simulation:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(moment(FIRST, 0), tick=False):
        world = Simulation(seed, groups)
    world.live(days, **how)
    assert world.decided() == world.expected()
    for number, key, day in world.sent:
        assert world.lives[number].is_true(key, day), (number, key, day)
    for number, key, day in world.left_out:
        assert not world.lives[number].is_missed(key, day), (number, key, day)
    late = OutboxMessage.objects.filter(settled_at=None, due_at__lte=moment(days[-1], 9))
    assert not late.exists()
    mails = [(str(one.to), one.extra_headers["Message-ID"]) for one in mail.outbox]
    assert len(set(mails)) == len(mails) == len(world.sent)
    return world


def some_days(seed: int, most: int) -> list[date]:
    """The days on which a scheduler runs: some are skipped, never more than so many."""
    dice, day, found = random.Random(f"days {seed}"), FIRST, set(ODD_DAYS)
    while day <= LAST:
        found.add(day)
        day += timedelta(days=dice.randrange(1, most + 1))
    return sorted(found)


@pytest.mark.no_cover
@pytest.mark.django_db
def test_three_years_with_many_skipped_days(settings: Any) -> None:
    world = check(5, some_days(5, 110), 2, settings, beside_each_other=0.3, away=0.1)
    told = {key[0] for _number, key in world.decided()}
    assert told >= {"march", "may", "opens", "welcome", "renews", "check"}


@pytest.mark.proof
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_three_years_day_by_day(seed: int, settings: Any) -> None:
    days = some_days(seed, 2 if seed % 2 else 1)
    world = check(seed, days, 4, settings, beside_each_other=0.5, away=0.01)
    steps = {(key[0], what[2]) for (_number, key), what in world.decided().items()}
    assert len(steps) > 12
    assert world.sent
