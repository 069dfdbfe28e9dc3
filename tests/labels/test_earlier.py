"""The round before, beside each point that is assessed now."""

import pytest
from django.utils import translation

from core.calendar import today
from labels.enums import Grade, PlanState
from labels.models import ActionPlan
from labels.selectors.earlier import earlier_round
from labels.selectors.plans import with_story
from labels.services import assessment
from labels.services.plans import open_plan
from movements.models import Mandate
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db


def story(group: Group) -> ActionPlan:
    return with_story(ActionPlan.objects.filter(pk=group.plan.pk)).get()


def test_the_promise_its_grade_and_what_the_group_says_now(
    time_machine, django_assert_num_queries
) -> None:
    group = Group()
    group.write(1, commitment="Affiches in vier talen.")
    group.write(2, commitment="Iemand aan de poort.")
    for step in ("submit", "discuss"):
        group.take(step)
    for number, grade in ((1, Grade.ON_THE_WAY), (6, "")):
        assessment.grade_point(
            point=group.plan.points.get(number=number),
            by=group.consultant,
            grade=grade,
            reason=f"Reden {number}.",
        )
    assert earlier_round(story(group)) == {}
    group.take("award")
    label = assessment.confirm(decision=group.decision, by=group.coordinator)
    assert label is not None
    time_machine.move_to(f"{label.renewal_from} 12:00+01:00")
    Mandate.objects.update(confirmed_on=today())
    group.plan = open_plan(movement=group.movement, by=group.leader)
    group.plan.points.filter(number=1).update(kept="changed")
    plan = story(group)
    with django_assert_num_queries(3), translation.override("en"):
        found = {
            number: (row.promise, row.grade, row.reason, row.kept)
            for number, row in earlier_round(plan).items()
        }
    assert found == {
        1: ("Affiches in vier talen.", "on the way", "Reden 1.", "changed"),
        2: ("Iemand aan de poort.", "", "", ""),
        6: ("", "", "Reden 6.", ""),
    }


def test_the_first_round_has_nothing_before_it() -> None:
    assert earlier_round(story(Group(state=PlanState.SUBMITTED))) == {}
