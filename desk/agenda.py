"""The dates of movements in one list: what happens when, read from the records of each app.

Nobody is named here, not even on a page behind sign-in, because the same list leaves the house as
a calendar feed. Families are not in it at all.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.calendar import today
from handovers.enums import DATED, DAYS_AFTER, Step
from handovers.models import Handover, HandoverSignature
from labels.enums import PlanState
from labels.models import ActionPlan, Label
from labels.selectors.monitoring import running_labels
from labels.selectors.plans import expected_answer
from movements import years
from movements.enums import Function, SuccessionKind
from movements.models import Mandate, Movement, Pause, Succession
from programmes.models import Edition, QuietPeriod
from programmes.selectors import in_quiet_period

DAY = timedelta(days=1)
MANY = 500  # movements; a query that names more of them takes longer than one that reads all rows
# after the change of a team somebody asks whether the new one took over
ASKED_AFTER = [timedelta(days=DAYS_AFTER[step]) for step in (Step.AFTER_14, Step.AFTER_45)]


class Kind(models.TextChoices):
    """What a date is about."""

    TEAM = "team", gettext_lazy("teams")
    HANDOVER = "handover", gettext_lazy("handovers")
    PLAN = "plan", gettext_lazy("plans")
    LABEL = "label", gettext_lazy("labels")
    GROUP = "group", gettext_lazy("groups that start, pause, merge or stop")
    PROGRAMME = "programme", pgettext_lazy("kind of date", "the programme")


@dataclass(frozen=True)
class Event:
    """One fact with its day, or its days, both included. `key` tells the same fact again."""

    key: str
    kind: Kind
    first: date
    last: date
    text: str
    movement: Movement | None = None

    @property
    def month(self) -> date:
        """The month under which a list shows it."""
        return self.first.replace(day=1)


@dataclass(frozen=True)
class Scope:
    """Whose dates are asked about, by number, and of which days (both included)."""

    movements: dict[int, Movement]
    first: date
    last: date
    edition: Edition | None

    def rows(self, found: QuerySet[Any]) -> Iterator[Any]:
        """The rows that belong to these movements."""
        if len(self.movements) > MANY:
            yield from (row for row in found if row.movement_id in self.movements)
        else:
            yield from found.filter(movement__in=list(self.movements))

    def on(self, key: str, kind: Kind, day: date, text: str, number: int | None = None) -> Event:
        """What falls on one day, of one movement or of all."""
        return Event(key, kind, day, day, text, self.movements[number] if number else None)


def agenda(
    movements: Iterable[Movement],
    first: date,
    last: date,
    kind: str = "",
    kinds: Collection[Kind] = (),
) -> list[Event]:
    """What happens to these movements, and in the programme, in a period: by day, then by name.

    A fixed number of queries, whatever the number of movements. `kind` leaves out all others, and
    so do `kinds`.
    """
    edition = Edition.objects.prefetch_related("quiet_periods").current()
    scope = Scope({each.pk: each for each in movements}, first, last, edition)
    found = (
        event
        for of_kind, source in SOURCES
        if kind in ("", of_kind) and (not kinds or of_kind in kinds)
        for event in source(scope)
        if event.first <= last and event.last >= first
    )
    return sorted(found, key=_order)


def _order(event: Event) -> tuple[date, str, str, str]:
    return event.first, str(event.movement or ""), event.text, event.key


# Teams -----------------------------------------------------------------------------------------


def _mandates(scope: Scope) -> Iterator[Event]:
    """How many begin and stop in each function, day by day."""
    yield from _changes(scope, "starts_on", _("Starts: %(who)s"))
    yield from _changes(scope, "ends_on", _("Stops: %(who)s"))


def _changes(scope: Scope, column: str, text: str) -> Iterator[Event]:
    # one that was ended before it began never held
    held = Q(ended_at__isnull=True) | Q(ended_at__date__gte=F("starts_on"))
    period = {f"{column}__range": (scope.first, scope.last)}
    mandates = Mandate.objects.recorded().in_use().filter(held, **period).order_by()
    rows = scope.rows(mandates.only("movement_id", "function", column))
    found = Counter((row.movement_id, row.function, getattr(row, column)) for row in rows)
    for (movement, name, day), number in found.items():
        function = Function(name)
        who = f"{function.label} ({number})" if number > 1 else function.label
        key = f"mandate-{movement}-{function}-{column}-{day:%Y%m%d}"
        yield scope.on(key, Kind.TEAM, day, text % {"who": who}, movement)


def _confirmation(scope: Scope) -> Iterator[Event]:
    """Of each working year: when teams are asked, and what happens to who says nothing."""
    for year in _years(scope):
        for name, day, text in (
            ("opens", years.opens_on(year), _("Still leading? Teams say who goes on")),
            (
                "reads",
                years.read_only_from(year),
                _("From today, who did not say they go on can only read"),
            ),
            ("ends", years.ends_on(year), _("Last day of who did not say they go on")),
        ):
            yield scope.on(f"confirmation-{year}-{name}", Kind.TEAM, day, text)


def _steps(scope: Scope) -> Iterator[Event]:
    """When teams that change are asked who takes over."""
    text = _("We ask teams that change who takes over")
    for year in _years(scope):
        waiting = [(_after_quiet(scope, step.day(year)), step) for step in DATED]
        # of several that wait for the same day the latest goes out
        for day, step in {day: (day, step) for day, step in waiting}.values():
            if day.year == year:
                yield scope.on(f"step-{year}-{step}", Kind.TEAM, day, text)


def _after_quiet(scope: Scope, day: date) -> date:
    year = day.year
    while day.year == year and in_quiet_period(scope.edition, day):
        day += DAY
    return day


def _years(scope: Scope) -> range:
    return range(scope.first.year - 1, scope.last.year + 1)


def _handovers(scope: Scope) -> Iterator[Event]:
    signed = Exists(HandoverSignature.objects.filter(handover=OuterRef("pk")))
    period = (scope.first - max(ASKED_AFTER), scope.last)
    found = Handover.objects.filter(rotation_on__range=period).annotate(signed=signed)
    for handover in scope.rows(found):
        key, number = f"handover-{handover.pk}", handover.movement_id
        text = _("The team changed: the handover is open")
        yield scope.on(key, Kind.HANDOVER, handover.rotation_on, text, number)
        if handover.signed:
            continue
        for after in ASKED_AFTER:
            day, text = handover.rotation_on + after, _("Has the new team taken over?")
            yield scope.on(f"{key}-{after.days}", Kind.HANDOVER, day, text, number)


# Plans and labels ------------------------------------------------------------------------------


def _plans(scope: Scope) -> Iterator[Event]:
    # the plan of a movement that is not there any more rests
    open_plans = ActionPlan.objects.open().filter(movement__in=Movement.objects.existing())
    for plan in scope.rows(open_plans.prefetch_related("steps")):
        key, number = f"plan-{plan.pk}", plan.movement_id
        if plan.state == PlanState.MORE_ASKED and plan.answer_by:
            text = _("Last day to answer the youth service about the plan")
            yield scope.on(f"{key}-answer", Kind.PLAN, plan.answer_by, text, number)
        promised = expected_answer(plan)
        if promised:
            text = _("Last day for the youth service to answer about the plan")
            yield scope.on(f"{key}-promised", Kind.PLAN, promised, text, number)


def _labels(scope: Scope) -> Iterator[Event]:
    """Its days; those of a renewal only of labels that nothing followed and nothing ended."""
    renewed = Exists(Label.objects.filter(previous=OuterRef("pk")))
    labels = Label.objects.annotate(renewed=renewed).defer("frozen").order_by()
    period = (scope.first, scope.last)
    own = Q(starts_on__range=period) | Q(effective_end__range=period)
    last = Q(renewed=False, effective_end=F("ends_on"))
    for label in scope.rows(labels.filter(own | last)):
        for name, day, text in _days_of(label):
            key = f"label-{label.pk}-{name}"
            yield scope.on(key, Kind.LABEL, day, text, label.movement_id)


def _asked_of_labels(scope: Scope) -> Iterator[Event]:
    """Light checks that fall due or wait, and the days of conditions that still stand."""
    numbers = None if len(scope.movements) > MANY else list(scope.movements)
    for running in running_labels(numbers):
        if running.label.movement_id not in scope.movements:
            continue
        number, key = running.label.movement_id, f"label-{running.label.pk}"
        text = _("Label %(number)s: is it still true?") % {"number": running.label.number}
        waiting = [running.open_check] if running.open_check else []
        for check in [*waiting, *(due for due in running.checks if due.due_on > today())]:
            name = f"{key}-check-{check.due_on:%Y%m%d}"
            yield scope.on(name, Kind.LABEL, check.due_on, text, number)
        text = _("Last day of a condition of label %(number)s") % {"number": running.label.number}
        for condition in running.conditions:
            name = f"{key}-condition-{condition.pk}"
            yield scope.on(name, Kind.LABEL, condition.due_on, text, number)


def _days_of(label: Any) -> Iterator[tuple[str, date, str]]:
    number = {"number": label.number}
    if label.effective_end >= label.starts_on:
        yield "starts", label.starts_on, _("Label %(number)s begins") % number
        yield "ends", label.effective_end, _("Last day of label %(number)s") % number
    if label.effective_end == label.ends_on and not label.renewed:
        text = _("From today label %(number)s can be renewed")
        yield "renewal", label.renewal_from, text % number
        text = _("Last day to renew label %(number)s all the same")
        yield "grace", label.grace_until, text % number


# Movements and the programme -------------------------------------------------------------------


def _lives(scope: Scope) -> Iterator[Event]:
    """Groups that start and stop, and their pauses."""
    for number, movement in scope.movements.items():
        if movement.started_on:
            text = _("The group starts")
            yield scope.on(f"start-{number}", Kind.GROUP, movement.started_on, text, number)
        if movement.stopped_on:
            text = _("Last day of the group")
            yield scope.on(f"stop-{number}", Kind.GROUP, movement.stopped_on, text, number)
    for pause in scope.rows(Pause.objects.all()):
        key, number = f"pause-{pause.pk}", pause.movement_id
        yield scope.on(key, Kind.GROUP, pause.starts_on, _("The group pauses"), number)
        if pause.ends_on:
            day, text = pause.ends_on + DAY, _("The group goes on after a pause")
            yield scope.on(f"{key}-over", Kind.GROUP, day, text, number)


def _successions(scope: Scope) -> Iterator[Event]:
    # few happen in a period: whose they are is looked up here, not in two long lists of numbers
    found = Succession.objects.filter(on__range=(scope.first, scope.last))
    for fact in found.select_related("source", "target"):
        merges = fact.kind == SuccessionKind.MERGED
        into = _("Goes into %(name)s") if merges else _("%(name)s splits off")
        out_of = _("%(name)s comes in") if merges else _("Splits off from %(name)s")
        sides = ((fact.source_id, into, fact.target), (fact.target_id, out_of, fact.source))
        for number, text, other in sides:
            if number in scope.movements:
                key = f"succession-{fact.pk}-{number}"
                yield scope.on(key, Kind.GROUP, fact.on, text % {"name": other.name}, number)


def _programme(scope: Scope) -> Iterator[Event]:
    for edition in Edition.objects.all():
        name = {"name": edition.name}
        key, starts = f"edition-{edition.pk}", _("%(name)s begins") % name
        yield scope.on(f"{key}-starts", Kind.PROGRAMME, edition.starts_on, starts)
        yield scope.on(
            f"{key}-ends", Kind.PROGRAMME, edition.ends_on, _("Last day of %(name)s") % name
        )
    if scope.edition:
        for period in scope.edition.quiet_periods.all():
            yield from (_quiet(period, year) for year in _years(scope))


def _quiet(period: QuietPeriod, year: int) -> Event:
    """A quiet period that begins in a year; it may run over New Year."""
    turns = (period.last_month, period.last_day) < (period.first_month, period.first_day)
    first = _day(year, period.first_month, period.first_day)
    last = _day(year + turns, period.last_month, period.last_day)
    text = _("No reminders: %(reason)s") % {"reason": period.reason}
    return Event(f"quiet-{period.pk}-{year}", Kind.PROGRAMME, first, last, text)


def _day(year: int, month: int, day: int) -> date:
    """The day, or the last one of a month that is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


SOURCES: list[tuple[Kind, Callable[[Scope], Iterator[Event]]]] = [
    (Kind.TEAM, _mandates),
    (Kind.TEAM, _confirmation),
    (Kind.TEAM, _steps),
    (Kind.HANDOVER, _handovers),
    (Kind.PLAN, _plans),
    (Kind.LABEL, _labels),
    (Kind.LABEL, _asked_of_labels),
    (Kind.GROUP, _lives),
    (Kind.GROUP, _successions),
    (Kind.PROGRAMME, _programme),
]
