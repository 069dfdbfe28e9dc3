"""The conditions of an award: settled one by one, moved with a reason, followed up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import triggers
from core.calendar import pretend, today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from labels.enums import PlanState
from labels.models import TEXT_LIMIT, Condition
from labels.services import assessment
from labels.services.conditions import move_condition, settle_condition
from tests.factories.labels import Group, condition
from tests.labels.awarding import person

pytestmark = pytest.mark.django_db


def awarded() -> tuple[Group, Condition]:
    group = Group(state=PlanState.AWARDED_WITH_CONDITIONS)
    return group, Condition.objects.get()


def test_a_condition_is_met_once_and_a_colleague_who_says_otherwise_is_told() -> None:
    group, agreed = awarded()
    for _twice in range(2):
        agreed = settle_condition(condition=agreed, by=group.consultant, settled="met")
    assert (agreed.settled_on, agreed.settled_by) == (today(), group.consultant)
    log = ActivityLog.objects.get(verb="settled")
    assert (log.state, log.actor) == ("met", group.consultant.key)
    with pytest.raises(Stale):
        settle_condition(condition=agreed, by=group.coordinator, settled="dropped", note="Nee.")
    day = today() + timedelta(days=300)
    with pytest.raises(Stale):
        move_condition(condition=agreed, by=group.coordinator, due_on=day, note="Later.")
    assert not Condition.objects.open().exists()


def test_the_page_of_the_label_shows_its_conditions_and_leads_to_them_and_to_the_plan(
    client: Any,
) -> None:
    group, agreed = awarded()
    client.force_login(group.consultant)
    page = client.get(reverse("admin:labels_label_change", args=[group.decision.label.pk]))
    addresses = [
        reverse("admin:labels_actionplan_condition", args=[group.plan.pk, agreed.pk]),
        reverse("admin:labels_actionplan_assess", args=[group.plan.pk]),
    ]
    assert all(f'href="{address}"' in page.content.decode() for address in addresses)


def test_a_mistake_is_undone_and_what_is_not_needed_any_more_says_why() -> None:
    group, agreed = awarded()
    settle_condition(condition=agreed, by=group.consultant, settled="met")
    for settled in ("", "forgotten"):
        with pytest.raises(Refused):
            settle_condition(condition=agreed, by=group.consultant, settled=settled)
    agreed = settle_condition(
        condition=agreed, by=group.coordinator, settled="", note="Te vroeg getikt."
    )
    assert (agreed.settled, agreed.settled_on, agreed.settled_by) == ("", None, None)
    with pytest.raises(Refused):
        settle_condition(condition=agreed, by=group.coordinator, settled="dropped")
    agreed = settle_condition(
        condition=agreed, by=group.coordinator, settled="dropped", note="Het lokaal is er al."
    )
    assert agreed.note == "Te vroeg getikt.\nHet lokaal is er al."


def test_another_day_says_which_it_was_first() -> None:
    group, agreed = awarded()
    first, later = agreed.due_on, agreed.due_on + timedelta(days=30)
    for due_on, note in [(later, " "), (today(), "Eerder."), (later, "x" * (TEXT_LIMIT + 1))]:
        with pytest.raises(Refused):
            move_condition(condition=agreed, by=group.consultant, due_on=due_on, note=note)
    with translation.override("en"):
        for _twice in range(2):
            agreed = move_condition(
                condition=agreed, by=group.consultant, due_on=later, note="Na het kamp."
            )
    assert agreed.due_on == later
    assert agreed.note == f"Na het kamp. (First by {first.day} {first:%B %Y}.)"
    assert ActivityLog.objects.get(verb="moved").fields == ["due_on", "note"]


def test_only_the_youth_service_and_only_after_the_decision() -> None:
    group, agreed = awarded()
    later = agreed.due_on + timedelta(days=30)
    for by in (group.leader, person("Ann Schepen", "alderman")):
        with pytest.raises(Refused):
            settle_condition(condition=agreed, by=by, settled="met")
        with pytest.raises(Refused):
            move_condition(condition=agreed, by=by, due_on=later, note="Later.")
    other = Group("Chiro De Vlieger", state=PlanState.IN_DISCUSSION)
    proposed = other.propose("award_with_conditions").due_conditions.get()
    with pytest.raises(Refused):
        settle_condition(condition=proposed, by=other.consultant, settled="met")
    assert list(Condition.objects.open()) == [agreed]


def test_a_condition_is_missed_from_the_day_after_its_day() -> None:
    group, agreed = awarded()
    assert not agreed.is_missed
    with pretend(agreed.due_on):
        assert not Condition.objects.missed().exists()
    with pretend(agreed.due_on + timedelta(days=1)):
        assert list(Condition.objects.missed()) == [agreed]
        assert agreed.is_missed
        assert group.movement.labels.valid_on().exists()  # it is a task, never the end of a label
        agreed = settle_condition(condition=agreed, by=group.consultant, settled="met")
        assert not agreed.is_missed
        assert not Condition.objects.missed().exists()


def test_a_proposal_whose_days_went_by_goes_back_for_another_day() -> None:
    group = Group(state=PlanState.IN_DISCUSSION)
    decision = group.propose("award_with_conditions")
    with pretend(condition(today())[1]), pytest.raises(Refused):
        assessment.confirm(decision=decision, by=group.coordinator)
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.PROPOSED


def test_the_group_reads_what_to_do_as_long_as_one_is_open() -> None:
    group, agreed = awarded()
    Condition.objects.create(decision=agreed.decision, text="Nog een.", due_on=agreed.due_on)
    client = Client(headers={"accept-language": "en"})
    client.force_login(group.leader)
    told = []
    for _each in range(3):
        shown = client.get(reverse("labels:plan", args=[group.movement.pk])).content.decode()
        told.append(shown.count("Write to us."))
        for waiting in Condition.objects.open()[:1]:
            settle_condition(condition=waiting, by=group.consultant, settled="met")
    assert told == [1, 1, 0]


def page(group: Group, agreed: Condition, user: Any, **data: Any) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    url = reverse("admin:labels_actionplan_condition", args=[group.plan.pk, agreed.pk])
    return client.post(url, data) if data else client.get(url)


def test_the_page_says_what_became_of_it() -> None:
    group, agreed = awarded()
    with translation.override("en"):
        assert (
            "The group gets another day" in page(group, agreed, group.consultant).content.decode()
        )
        for wrong, field in [
            ({"what": "move", "note": "Later."}, "due_on"),
            ({"what": "move", "note": "Later.", "due_on": "morgen"}, "due_on"),
            ({"what": "move", "note": "Later.", "due_on": "2020-01-01"}, "__all__"),
            ({"what": "dropped"}, "__all__"),
            ({"what": "open"}, "what"),
        ]:
            answer = page(group, agreed, group.consultant, **wrong)
            assert set(answer.context["form"].errors) == {field}
    later = agreed.due_on + timedelta(days=9)
    moved = page(group, agreed, group.consultant, what="move", note="Kamp.", due_on=str(later))
    assert moved.status_code == 302
    assert moved.url.endswith("#conditions")
    assert page(group, agreed, group.consultant, what="met").status_code == 302
    agreed.refresh_from_db()
    assert (agreed.settled, agreed.due_on) == ("met", later)
    with translation.override("en"):
        stale = page(group, agreed, group.consultant, what="dropped", note="Niet nodig.")
        assert "A colleague settled this condition meanwhile." in stale.content.decode()
    reopened = page(group, agreed, group.consultant, what="open", note="Te vroeg.")
    assert reopened.status_code == 302
    agreed.refresh_from_db()
    assert agreed.settled == ""


def test_the_page_of_a_proposal_or_for_a_leader_is_not_there() -> None:
    group, agreed = awarded()
    assert page(group, agreed, group.leader).status_code == 404
    other = Group("Chiro De Vlieger", state=PlanState.IN_DISCUSSION)
    proposed = other.propose("award_with_conditions").due_conditions.get()
    assert page(other, proposed, other.consultant).status_code == 404
    assert page(other, agreed, other.consultant).status_code == 404


@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
def test_conditions_from_before_they_had_a_day_fall_due_in_half_a_year() -> None:
    group = Group("Groep Voordien", state=PlanState.IN_DISCUSSION)
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("labels")
    triggers.drop(connection)  # they are of today, the tables of then
    try:
        decisions = migrated([("labels", "0006_as_decided")]).get_model("labels", "Decision")
        values = {"plan_id": group.plan.pk, "proposed_by_id": group.consultant.pk}
        agreed = {"outcome": "award_with_conditions", "conditions": "In mei kijken we samen."}
        day = date(2026, 8, 31)
        by = {"confirmed_by_id": group.coordinator.pk, "decided_on": day, "effective_on": day}
        decisions.objects.create(**values, **agreed, **by)
        decisions.objects.create(
            **values, **agreed, proposed_at=datetime(2026, 3, 2, 23, tzinfo=UTC)
        )
        decisions.objects.create(**values, outcome="decline", **by)
    finally:
        migrated(newest)
        triggers.make(connection)
    assert list(Condition.objects.values_list("text", "due_on", "settled")) == [
        ("In mei kijken we samen.", date(2026, 9, 3), ""),
        ("In mei kijken we samen.", date(2027, 2, 28), ""),
    ]


def migrated(targets: Any) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps
