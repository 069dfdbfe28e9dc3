"""What running labels ask of their movements, and what the youth service has to look at."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.rules import is_coordinator
from core.calendar import today
from labels.enums import LabelState
from labels.lifecycle import OVER, label_state
from labels.models import (
    ActionPlan,
    CheckedPoint,
    Condition,
    Label,
    LabelEvent,
    LabelQuerySet,
    LabelVisit,
    LightCheck,
)
from labels.monitoring import DueCheck, due_checks, open_among, open_check
from labels.selectors.register import current_label
from labels.turnover import changes_of_teams
from movements.models import CoachAssignment, Movement, active_on

SILENT_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class Running:
    """A label that is not over, and what it asks of its movement on a day.

    `renews`: it is valid or in grace, nothing came after it, and no plan for that was handed in.
    """

    label: Label
    renews: bool
    checks: list[DueCheck]
    open_check: DueCheck | None
    conditions: list[Condition]


@dataclass(frozen=True)
class Happened:
    """One line of a label's story: what, on which day, recorded when and by whom."""

    kind: str
    on: date
    at: datetime
    row: LabelEvent | LightCheck | LabelVisit


_RENEWABLE = {LabelState.VALID, LabelState.GRACE}


def running_labels(movements: Collection[int] | None = None) -> list[Running]:
    """The labels that are not over today, of these movements or of all, in six queries.

    Of the labels without the wording of the award, which is most of a row.
    """
    found = (
        Label.objects.all() if movements is None else Label.objects.filter(movement__in=movements)
    )
    return _running(found)


def _running(among: LabelQuerySet) -> list[Running]:
    day = today()
    later = _ends_later(day, among)
    states = [(label, label_state(label, day)) for label in _with_rows(later)]
    labels: list[Any] = [label for label, state in states if state not in OVER]
    if not labels:
        return []
    renewable = {label.pk for label, state in states if state in _RENEWABLE}
    changes = changes_of_teams({label.movement_id for label in labels})
    conditions = _open_conditions(later)
    found = []
    for label in labels:
        checks = due_checks(label, changes[label.movement_id])
        renews = label.pk in renewable and not (label.followed or label.handed_in)
        waiting = open_among(checks, label, day)
        found.append(Running(label, renews, checks, waiting, conditions[label.decision_id]))
    return found


def _ends_later(day: date, among: LabelQuerySet) -> LabelQuerySet:
    """Labels that may still ask something: not past their end, or the last one, which has grace."""
    last = Q(next__isnull=True, effective_end=F("ends_on"))
    return among.filter(Q(effective_end__gte=day) | last)


def _with_rows(found: LabelQuerySet) -> list[Any]:
    """These labels with `events` and `checks` as prefetched, in three queries.

    Django's own prefetch makes a queryset for each of thousands of labels, and that takes longer
    than all the rest; so does a list of thousands of numbers in a query.
    """
    handed_in = ActionPlan.objects.open().filter(submitted_at__isnull=False)
    facts = found.annotate(
        followed=Exists(Label.objects.filter(previous=OuterRef("pk"))),
        handed_in=Exists(handed_in.filter(movement=OuterRef("movement"))),
    )
    labels: list[Any] = list(facts.defer("frozen").order_by("movement", "starts_on", "pk"))
    for label in labels:
        label._prefetched_objects_cache = {"events": [], "checks": []}
    by_number = {label.pk: label._prefetched_objects_cache for label in labels}
    for name, model in (("events", LabelEvent), ("checks", LightCheck)) if labels else ():
        rows: Any = model._default_manager.filter(label__in=found.order_by().values("pk"))
        # one that began since is looked at the next time
        for row in rows.order_by("pk"):
            if row.label_id in by_number:
                by_number[row.label_id][name].append(row)
    return labels


def _open_conditions(found: LabelQuerySet) -> dict[int | None, list[Condition]]:
    """The conditions that nobody settled yet, by number of decision, the first one due first."""
    by_decision: dict[int | None, list[Condition]] = defaultdict(list)
    rows = Condition.objects.open().filter(decision__label__in=found.order_by().values("pk"))
    for row in rows.order_by("due_on", "pk"):
        by_decision[row.decision_id].append(row)
    return by_decision


def check_asked(label: Label) -> DueCheck | None:
    """The light check that waits for the movement's answer today, if there is one."""
    return open_check(label, changes_of_teams([label.movement_id])[label.movement_id])


def check_page(movement: Movement) -> tuple[Label | None, DueCheck | None]:
    """The label that a movement is asked about, and its open light check."""
    label = current_label(movement)
    return label, check_asked(label) if label else None


def last_check(label: Label) -> LightCheck | None:
    """What the movement answered last, with the points that changed or stopped."""
    return label.checks.prefetch_related("points").order_by("answered_at", "pk").last()


def story_of_label(label: Label) -> list[Happened]:
    """Events, answered checks and visits in the order of their days."""
    checks = label.checks.select_related("answered_by", "looked_by").prefetch_related("points")
    found = [
        *(Happened("event", row.on, row.recorded_at, row) for row in _rows(label.events)),
        *(Happened("check", _day(row), row.answered_at, row) for row in checks),
        *(Happened("visit", row.on, _midnight(row.on), row) for row in _rows(label.visits)),
    ]
    return sorted(found, key=lambda each: (each.on, each.at))


def _rows(rows: Any) -> Any:
    return rows.select_related("by")


def _day(row: LightCheck) -> date:
    return timezone.localdate(row.answered_at)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# The work list -----------------------------------------------------------------------------------


def _followed_by(user: User) -> Q:
    """Movements whose labels somebody looks after: a coordinator all, others those they coach."""
    if is_coordinator(user):
        return Q()
    coached = CoachAssignment.objects.filter(active_on(today()), user=user)
    return Q(movement__in=coached.values("movement"))


def answers_to_look_at(user: User) -> QuerySet[LightCheck]:
    """Answers in which something changed or stopped and which nobody read yet, oldest first."""
    labels = Label.objects.filter(_followed_by(user))
    says = CheckedPoint.objects.filter(check_made=OuterRef("pk"))
    rows = LightCheck.objects.filter(Exists(says) | ~Q(note=""), looked_at=None, label__in=labels)
    return rows.select_related("label__movement").order_by("answered_at", "id")


def missed_conditions(user: User) -> QuerySet[Condition]:
    """Conditions whose day is over while the label runs, for who looks after the movement."""
    labels = Label.objects.filter(_followed_by(user), effective_end__gte=today())
    rows = Condition.objects.missed().filter(decision__label__in=labels)
    return rows.select_related("decision__label__movement").order_by("due_on", "id")


def checks_without_answer(user: User) -> list[Running]:
    """Labels whose light check waits for more than 60 days, the longest waiting first.

    Of labels that may have one: valid today, begun before those days, and none answered since.
    Who visited the group since it was asked knows the answer.
    """
    day, late = today(), today() - SILENT_AFTER
    answered = LightCheck.objects.filter(label=OuterRef("pk"), due_on__gte=late)
    labels = Label.objects.valid_on(day).filter(_followed_by(user), starts_on__lt=late)
    visits = LabelVisit.objects.filter(label=OuterRef("pk")).order_by("-on").values("on")[:1]
    rows = _running(labels.exclude(Exists(answered)).annotate(visited_on=Subquery(visits)))
    found = [each for each in rows if _due(each) < late and not _visited_since(each)]
    return sorted(found, key=lambda each: (_due(each), each.label.pk))


def _visited_since(running: Running) -> bool:
    visited_on: date | None = getattr(running.label, "visited_on", None)
    return visited_on is not None and visited_on >= _due(running)


def _due(running: Running) -> date:
    return running.open_check.due_on if running.open_check else date.max
