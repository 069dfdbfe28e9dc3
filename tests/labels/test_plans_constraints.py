"""What the database itself refuses, whatever the code above it does."""

import pytest
from django.db import DatabaseError, connection, transaction

from labels.enums import PlanState
from labels.models import Decision, Example, PlanStep, PlanTemplate, TemplatePoint
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
            return False
    except DatabaseError:
        return True


PLAN_ROWS = {
    "an unknown state": ("draft", "UPDATE labels_actionplan SET state = 'nearly'"),
    "a draft that was handed in": (
        "draft",
        "UPDATE labels_actionplan SET submitted_at = CURRENT_TIMESTAMP",
    ),
    "handed in without a moment": ("draft", "UPDATE labels_actionplan SET state = 'submitted'"),
    "more asked without a date": (
        "in_discussion",
        "UPDATE labels_actionplan SET state = 'more_asked'",
    ),
    "an eleventh point": ("draft", "UPDATE labels_actionpoint SET number = 11 WHERE number = 10"),
    "the same point twice": ("draft", "UPDATE labels_actionpoint SET number = 9 WHERE number = 10"),
    "an unknown grade": ("draft", "UPDATE labels_actionpoint SET grade = 'splendid'"),
    "a decision by one person": (
        "proposed",
        "UPDATE labels_decision SET confirmed_by_id = proposed_by_id, decided_on = CURRENT_DATE",
    ),
    "a confirmation without a date": (
        "awarded",
        "UPDATE labels_decision SET decided_on = NULL, effective_on = NULL",
    ),
    "a label from before its decision": (
        "awarded",
        "UPDATE labels_decision SET effective_on = '2020-01-01'",
    ),
    "an unknown outcome": ("proposed", "UPDATE labels_decision SET outcome = 'maybe'"),
    "a condition without words": (
        "awarded_with_conditions",
        "UPDATE labels_condition SET text = ''",
    ),
    "a condition that nobody settled": (
        "awarded_with_conditions",
        "UPDATE labels_condition SET settled = 'met', settled_on = CURRENT_DATE",
    ),
    "a condition with an unknown end": (
        "awarded_with_conditions",
        "UPDATE labels_condition SET settled = 'never', settled_on = CURRENT_DATE, "
        "settled_by_id = (SELECT min(id) FROM accounts_user)",
    ),
    "a condition less": ("awarded_with_conditions", "DELETE FROM labels_condition"),
    "an award with conditions without one": (
        "proposed",
        "UPDATE labels_decision SET outcome = 'award_with_conditions', decided_on = CURRENT_DATE, "
        "confirmed_by_id = (SELECT max(id) FROM accounts_user WHERE id <> proposed_by_id)",
    ),
    "another outcome than was decided": ("not_yet", "UPDATE labels_decision SET outcome = 'award'"),
    "other reasons than were decided": (
        "awarded",
        "UPDATE labels_decision SET reasons = 'iets anders'",
    ),
    "another day of the decision": (
        "not_yet",
        "UPDATE labels_decision SET decided_on = '2020-01-01'",
    ),
    "a decision that nobody took": (
        "not_yet",
        "UPDATE labels_decision SET decided_on = NULL, confirmed_by_id = NULL",
    ),
    "a decision that was sent back too": (
        "awarded",
        "UPDATE labels_decision SET returned_at = CURRENT_TIMESTAMP",
    ),
    "another step than was taken": ("submitted", "UPDATE labels_planstep SET action = 'award'"),
    "other words in a step": ("more_asked", "UPDATE labels_planstep SET message = 'iets anders'"),
    "a step less": ("submitted", "DELETE FROM labels_planstep"),
    "other words in a published template": (
        "draft",
        "UPDATE labels_templatepoint SET title = guidance",
    ),
    "a point less in a published template": ("draft", "DELETE FROM labels_templatepoint"),
    "another name of a published template": (
        "draft",
        "UPDATE labels_plantemplate SET version = 9",
    ),
    "a published template less": ("draft", "DELETE FROM labels_plantemplate"),
}


@pytest.mark.parametrize(("state", "sql"), PLAN_ROWS.values(), ids=PLAN_ROWS)
def test_the_database_refuses(state, sql):
    Group(state=PlanState(state))
    assert refused(sql)


def test_a_second_open_plan():
    group = Group()
    sql = (
        "INSERT INTO labels_actionplan (movement_id, edition_id, template_id, state, opened_on)"
        " VALUES (%s, %s, %s, 'draft', CURRENT_DATE)"
    )
    assert refused(sql, group.movement.pk, group.plan.edition_id, group.plan.template_id)


def test_a_second_open_proposal():
    group = Group(state=PlanState.PROPOSED)
    values = {"plan": group.plan, "outcome": "award", "reasons": "Nog een."}
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.create(proposed_by=group.coordinator, **values)


def test_a_condition_stays_with_its_decision_and_a_proposal_can_lose_one():
    awarded = Group("Chiro Een", state=PlanState.AWARDED_WITH_CONDITIONS)
    Group("Chiro Twee", state=PlanState.NOT_YET)
    assert refused(
        "UPDATE labels_condition SET decision_id = (SELECT max(id) FROM labels_decision)"
    )
    third = Group("Chiro Drie", state=PlanState.IN_DISCUSSION)
    third.propose("award_with_conditions")
    assert not refused("DELETE FROM labels_condition WHERE decision_id = %s", third.decision.pk)
    sql = "INSERT INTO labels_decision (plan_id, outcome, reasons, proposed_by_id, proposed_at, "
    sql += "confirmed_by_id, decided_on) SELECT plan_id, outcome, reasons, proposed_by_id, "
    sql += "proposed_at, confirmed_by_id, decided_on FROM labels_decision WHERE id = %s"
    assert refused(sql, awarded.decision.pk)
    assert Decision.objects.filter(pk=awarded.decision.pk).update(reasons="") == 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "link", "url": ""},
        {"kind": "link", "url": "https://voorbeeld.be", "file": "examples/x.jpg"},
        {"kind": "picture", "url": "https://voorbeeld.be"},
        {"kind": "film", "url": "https://voorbeeld.be"},
    ],
)
def test_an_example_is_a_link_or_a_picture(values):
    point = Group().plan.points.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        Example.objects.create(point=point, caption="Iets", **values)


def test_the_words_of_a_step_can_be_taken_away():
    Group(state=PlanState.MORE_ASKED)
    assert PlanStep.objects.exclude(message="").update(message="") == 1


def test_a_draft_template_can_change_and_a_published_one_has_ten_points():
    draft = PlanTemplate.objects.create(version=2, name={"nl": "Ontwerp"})
    point = TemplatePoint.objects.create(
        template=draft, number=1, title={"nl": "Een"}, description={}, guidance={}
    )
    point.title = {"nl": "Eerste"}
    point.save()
    point.delete()
    draft.delete()
    assert PlanTemplate.objects.get().points.count() == 10
