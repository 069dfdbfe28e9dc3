"""What the ladder reads: which movements somebody may have to be reminded in, and their facts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import access
from accounts.enums import STAFF, Role
from core.calendar import add_months, today
from core.preferences import OptOut
from core.restriction import is_restricted
from handovers.calls import NO_LABEL, LabelAsks
from handovers.enums import DATED, Chain, HandoverState, Step
from handovers.models import Handover, Reminder
from handovers.rotation import changes, people, spells
from handovers.rules import HORIZON_MONTHS, NEWS_MONTHS, Facts, Member
from handovers.selectors.handovers import with_words
from handovers.turns import CORRECTED_WITHIN, turns
from labels.selectors.monitoring import Running, running_labels
from movements import years
from movements.enums import Function
from movements.models import Mandate, MandateQuerySet, Movement
from programmes.models import Edition
from programmes.selectors import in_quiet_period

REMINDERS = "reminders"  # the group of mails that volunteers can do without
# of older decisions no cycle of today knows
REMEMBERED = timedelta(days=800)


# Where ------------------------------------------------------------------------------------------


def mandates_asked(step_day: date, today: date) -> MandateQuerySet:
    """Mandates that end within six months of a dated step and are not over.

    Read by the index on their last day, so what ended long ago costs nothing.
    """
    last = add_months(step_day, HORIZON_MONTHS)
    return Mandate.objects.ending_between(max(step_day, today), last)


def mandates_unconfirmed(day: date) -> MandateQuerySet:
    """Mandates of which nobody said in this working year that they go on, while they still hold.

    Outside the months between its start and the lapse there are none. Written as ranges of days,
    one for each of the two dates that count, so that an index finds them.
    """
    first, last = years.holds_since(day), years.asked_since(day)
    said = Q(confirmed_on__gte=first, confirmed_on__lt=last, starts_on__lt=last)
    began = Q(starts_on__gte=first, starts_on__lt=last, confirmed_on__lt=last)
    open_ones = Mandate.objects.recorded().filter(ended_at__isnull=True)
    ends = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return open_ones.filter(said | began).filter(ends)


def movements_without_main_leader() -> QuerySet[Movement]:
    """Running movements that had main leaders and have none now or to come."""
    mains = Mandate.objects.recorded().filter(
        movement=OuterRef("pk"), function=Function.MAIN_LEADER
    )
    to_come = Mandate.objects.not_over().filter(
        movement=OuterRef("pk"), function=Function.MAIN_LEADER
    )
    return Movement.objects.running().filter(Exists(mains), ~Exists(to_come))


def movements_to_look_at() -> set[int]:
    """The movements in which a reminder may be due today; most are left alone."""
    day = today()
    latest = max(
        step.day(year)
        for step in DATED
        for year in (day.year - 1, day.year)
        if step.day(year) <= day
    )
    news = Handover.objects.filter(rotation_on__gt=add_months(day, -NEWS_MONTHS))
    sources: list[Any] = [mandates_asked(latest, day), news]
    if years.holds_since(day) < years.asked_since(day):
        sources.append(mandates_unconfirmed(day))
    found = set(movements_without_main_leader().values_list("pk", flat=True))
    found |= movements_with_a_label_that_asks(day)
    for source in sources:
        found |= set(source.order_by().values_list("movement_id", flat=True).distinct())
    return found


def movements_with_a_label_that_asks(day: date) -> set[int]:
    """The movements whose label has a step that fell due; labels are few, so all are looked at."""
    by_movement = _labels(running_labels())
    return {number for number, asks in by_movement.items() if any(asks.calls(day))}


def _labels(running: Iterable[Running]) -> dict[int, LabelAsks]:
    """What the labels of each movement ask of it: one that runs, perhaps one that follows it."""
    groups: dict[int, list[Running]] = defaultdict(list)
    for each in running:
        groups[each.label.movement_id].append(each)
    return {number: _asks(labels) for number, labels in groups.items()}


def _asks(labels: list[Running]) -> LabelAsks:
    renewed = [each.label for each in labels if each.renews]
    conditions = [(each.label.decided_on, row) for each in labels for row in each.conditions]
    return LabelAsks(
        renewals=tuple((label.renewal_from, label.ends_on) for label in renewed),
        check_on=next((each.open_check.due_on for each in labels if each.open_check), None),
        conditions=tuple((row.due_on, decided_on) for decided_on, row in conditions),
    )


# Facts ------------------------------------------------------------------------------------------


def facts_of(movements: Iterable[int], *, lock: bool = False) -> list[Facts]:
    """What decides about reminders today, of each of these movements that runs.

    With `lock` their rows are locked, as every change of a team does, until the transaction ends.
    """
    found = Movement.objects.running().filter(pk__in=movements).order_by("pk")
    rows = list(found.select_for_update() if lock else found)
    numbers = [movement.pk for movement in rows]
    shared = _Shared(numbers)
    return [shared.facts(movement) for movement in rows]


class _Shared:
    """The rows of many movements, read at once."""

    def __init__(self, numbers: list[int]) -> None:
        self.day = today()
        edition = Edition.objects.prefetch_related("quiet_periods").current(self.day)
        self.is_quiet = in_quiet_period(edition, self.day)
        self.coordinators = tuple(access.people_with(Role.COORDINATOR))
        self.coaches = self._coaches(numbers)
        self.mandates = _grouped(_mandates(numbers))
        self.users, self.addresses = _without_reminders()
        self.handovers = _grouped(with_words(Handover.objects.filter(movement__in=numbers)))
        known = Reminder.objects.filter(movement__in=numbers, decided_on__gte=self.day - REMEMBERED)
        self.decided = _grouped(known.order_by("pk"))
        self.labels = _labels(running_labels(numbers))

    def _coaches(self, numbers: list[int]) -> dict[int, Any]:
        coached: Any = Movement.objects.filter(pk__in=numbers).with_coach(self.day)
        by_movement = dict(coached.values_list("pk", "coach_id"))
        staff = access.people_with(*STAFF).filter(pk__in=set(by_movement.values()) - {None})
        users = {user.pk: user for user in staff}
        return {number: users.get(user) for number, user in by_movement.items()}

    def facts(self, movement: Movement) -> Facts:
        """All about one of them."""
        mandates = self.mandates[movement.pk]
        persons = _persons(mandates)
        found = changes(spells(mandates), self.day)
        mains = [each for each in mandates if each.function == Function.MAIN_LEADER]
        decided = self.decided[movement.pk]
        label = self.labels.get(movement.pk, NO_LABEL)
        known = {Chain.CHANGE: [rotation.on for rotation in found]}
        known[Chain.CHECK] = [label.check_on] if label.check_on else []
        _as_known_now(decided, persons, known)
        return Facts(
            movement=movement.pk,
            day=self.day,
            is_quiet=self.is_quiet,
            team=tuple(self._member(each, persons) for each in mandates if not each.is_over),
            had_main_leaders=bool(mains),
            changed_on=found[-1].on if found else None,
            took_over_on=found[-1].took_over_on if found else None,
            is_signed=self._is_signed(movement, mandates),
            label=label,
            has_mailbox=bool(movement.mailbox),
            coach=self.coaches.get(movement.pk),
            coordinators=self.coordinators,
            decided=tuple(decided),
        )

    def _member(self, mandate: Any, persons: dict[str, str]) -> Member:
        wants_none = mandate.user_id in self.users or mandate.email.lower() in self.addresses
        return Member(
            person=persons[mandate.key],
            mandate=mandate,
            holds=mandate.holds_now,
            is_confirmed=not mandate.waits_for_confirmation,
            is_minor=mandate.turns_18_on is not None and mandate.turns_18_on > self.day,
            is_reachable=bool(mandate.email) and not mandate.is_aside and not wants_none,
        )

    def _is_signed(self, movement: Movement, mandates: list[Mandate]) -> bool:
        """Whether the new team took over at the last change, if there was one."""
        known = turns(mandates, self.handovers[movement.pk], self.day)
        past = [turn for turn in known if not turn.coming]
        return bool(past) and past[-1].state == HandoverState.SIGNED


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.movement_id].append(row)
    return groups


def _mandates(numbers: list[int]) -> QuerySet[Any]:
    """All of them, also those that are over: they tell who is the same person, and rotations."""
    mandates = Mandate.objects.filter(movement__in=numbers).select_related("user")
    return mandates.annotate(is_aside=is_restricted(Mandate)).order_by("pk")


def _as_known_now(
    decided: list[Reminder], persons: dict[str, str], known: dict[Chain, list[date]]
) -> None:
    """Read older decisions by what is known now: who is the same person, when the team changed.

    A day that was corrected since, by some weeks, is the same cycle: that of a change, and that of
    the light check after it. Nothing is saved.
    """
    for row in decided:
        row.recipient = persons.get(row.recipient, row.recipient)
        days = known.get(Step(row.step).chain, [])
        if days and date.fromisoformat(row.cycle) not in days:
            was = date.fromisoformat(row.cycle)
            near = min(days, key=lambda day: abs(day - was))
            row.cycle = (near if abs(near - was) <= CORRECTED_WITHIN else was).isoformat()


def _persons(mandates: list[Mandate]) -> dict[str, str]:
    """For the key of each mandate that of its person: their lowest mandate in the movement."""
    same = people(each for each in mandates if each.merged_into_id is None)
    into = {each.pk: each.merged_into_id for each in mandates}
    found = {}
    for each in mandates:
        number = each.pk
        while (kept := into.get(number)) is not None:
            number = kept
        found[each.key] = f"mandate:{same.get(number, number)}"
    return found


def _without_reminders() -> tuple[set[int], set[str]]:
    """Accounts and addresses of who wants no reminders: nobody waits for them."""
    rows = OptOut.objects.filter(group=REMINDERS).values_list("recipient", flat=True)
    keys = [key.partition(":") for key in rows]
    users = {int(number) for model, _colon, number in keys if model == "user"}
    mandates = [int(number) for model, _colon, number in keys if model == "mandate"]
    if not mandates:
        return users, set()
    theirs = Mandate.objects.filter(pk__in=mandates).values_list("user_id", "email")
    accounts = {user for user, _email in theirs if user is not None}
    return users | accounts, {email.lower() for _user, email in theirs if email}
