"""The first and the last day that may be given, who stands in the log, and what stays untouched."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core.calendar import now, today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from core.translated import Translated
from labels.enums import CheckAnswer, CheckReason, PlanAction, PlanState
from labels.models import ActionPoint, Decision, Example, Label, LabelVisit, LightCheck
from labels.monitoring import due_checks
from labels.selectors.sharing import shared_by_others
from labels.services import assessment, plans, templates
from labels.services.certificates import reissue
from labels.services.conditions import MOST, move_condition, settle_condition
from labels.services.monitoring import look_at_check, record_visit
from labels.services.sharing import share_example, share_point
from labels.services.taking_over import take_over_label
from tests.factories.labels import Group, consultant, coordinator
from tests.labels.awarding import award, make_edition, make_movement

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def may(act: Callable[..., Any], **values: Any) -> bool:
    try:
        act(**values)
    except Refused:
        return False
    return True


# Days --------------------------------------------------------------------------------------------


def test_a_visit_is_from_the_day_of_the_decision_until_today() -> None:
    label = award(day=today() - timedelta(days=3))
    days = [label.decided_on - DAY, label.decided_on, today(), today() + DAY]
    given = {"label": label, "by": consultant(), "note": "Veel volk."}
    assert [may(record_visit, on=day, **given) for day in days] == [False, True, True, False]
    assert LabelVisit.objects.count() == 2


def test_a_condition_falls_due_from_tomorrow_on_and_there_are_ten_at_most() -> None:
    group = Group(state=PlanState.IN_DISCUSSION)
    given = {"plan": group.plan, "by": group.consultant, "reasons": "Ja, maar."}
    given["outcome"] = PlanAction.AWARD_WITH_CONDITIONS
    for conditions in ([], [("Nu", today())], [("Te veel", today() + DAY)] * (MOST + 1)):
        assert not may(assessment.propose, conditions=conditions, **given)
    assert may(assessment.propose, conditions=[("Morgen", today() + DAY)] * MOST, **given)
    agreed = group.decision.due_conditions.first()
    group.take("confirm")
    moved = {"condition": agreed, "by": group.consultant, "note": "Na het kamp."}
    assert not may(move_condition, due_on=today(), **moved)
    assert may(move_condition, due_on=today() + 2 * DAY, **moved)


def test_a_proposal_whose_condition_falls_due_today_is_not_confirmed(time_machine: Any) -> None:
    group = Group(state=PlanState.IN_DISCUSSION)
    due_on = group.propose(PlanAction.AWARD_WITH_CONDITIONS).due_conditions.get().due_on
    given = {"decision": group.decision, "by": group.coordinator}
    time_machine.move_to(f"{due_on}T12:00:00Z")
    assert not may(assessment.confirm, **given)
    time_machine.move_to(f"{due_on - DAY}T12:00:00Z")
    assert may(assessment.confirm, **given)


@pytest.mark.parametrize("before", [0, 1])
def test_a_label_starts_on_the_day_of_its_decision_at_the_earliest(before: int) -> None:
    group = Group(state=PlanState.PROPOSED)
    given = {"decision": group.decision, "by": group.coordinator}
    assert may(assessment.confirm, effective_on=today() - before * DAY, **given) == (before == 0)


def test_a_label_of_before_was_decided_on_today_at_the_latest() -> None:
    make_edition(ends_on=date(2029, 2, 28))
    given: dict[str, Any] = {"by": coordinator(), "decided_on": today(), "starts_on": today()}
    take = lambda **values: may(  # noqa: E731
        take_over_label, movement=make_movement(values["number"]), **{**given, **values}
    )
    assert take(number="OUD-00000001", ends_on=today())  # twelve characters, and one day
    assert not take(number="OUD-000000002", ends_on=today())
    assert not take(number="OUD-3", ends_on=today() - DAY)
    assert not take(number="OUD-4", ends_on=today(), decided_on=today() + DAY)
    assert not take(number="OUD-5", ends_on=today(), starts_on=today() - DAY)


# Nobody else's -----------------------------------------------------------------------------------


def test_sharing_and_taking_back_touch_no_other_point_and_no_other_group() -> None:
    group, other = Group("Eigen"), Group("Andere")
    link = {"kind": "link", "url": "https://voorbeeld.be"}
    for owner in (group, other):
        for number in (1, 2):
            owner.write(number, commitment=f"Tekst {number}")
            point = owner.plan.points.get(number=number)
            share_point(point=point, by=owner.leader, is_shared=True)
            share_example(
                example=Example.objects.create(point=point, **link), by=owner.leader, is_shared=True
            )
    mine = group.plan.points.get(number=1)
    share_point(point=mine, by=group.leader, is_shared=False)
    rows = ActionPoint.objects.filter(is_shared=True).values_list("plan", "number")
    left = {(group.plan.pk, 2), (other.plan.pk, 1), (other.plan.pk, 2)}
    assert set(rows) == left
    shown = Example.objects.filter(is_shared=True).values_list("point__plan", "point__number")
    assert set(shown) == left | {(group.plan.pk, 1)}  # that has a button of its own
    other.take("submit")
    assert [one.movement for one in shared_by_others(mine)] == [other.movement]


# The log -----------------------------------------------------------------------------------------


def last_of(obj: Any) -> tuple[str, str]:
    """What was noted last about something, and who did it."""
    rows = ActivityLog.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))
    row = rows.latest("pk")
    return row.verb, row.actor


def test_each_write_stands_in_the_log_with_who_did_it() -> None:
    group = Group()
    plan, leader, staff, boss = group.plan, group.leader, group.consultant, group.coordinator
    assert last_of(plan) == ("opened", leader.key)
    point = group.write(1)
    assert last_of(point) == ("wrote", leader.key)
    link = plans.add_link(point=point, by=leader, caption="Wij", url="https://voorbeeld.be")
    assert last_of(link) == ("added", leader.key)
    plans.remove_example(example=link, by=leader)
    gone = ActivityLog.objects.latest("pk")
    assert (gone.verb, gone.actor, gone.object_type) == ("removed", leader.key, "labels.example")
    for step, verb, by in (("submit", "submit", leader), ("discuss", "discuss", staff)):
        group.take(step)
        assert last_of(plan) == (verb, by.key)
    decision = group.propose(PlanAction.AWARD_WITH_CONDITIONS)
    assert (last_of(plan), last_of(decision)) == (("propose", staff.key), ("proposed", staff.key))
    group.take("confirm")
    label = group.movement.labels.get()
    assert last_of(plan) == ("award_with_conditions", boss.key)
    assert last_of(label) == ("awarded", boss.key)
    agreed = decision.due_conditions.get()
    settle_condition(condition=agreed, by=staff, settled="met")
    assert last_of(agreed) == ("settled", staff.key)
    settle_condition(condition=agreed, by=boss, settled="", note="Vergissing.")
    assert last_of(agreed) == ("opened", boss.key)
    assert last_of(reissue(label=label, by=boss, reason="Naam")) == ("reissued", boss.key)
    visit = record_visit(label=label, by=staff, on=today(), note="Veel volk.")
    assert last_of(visit) == ("recorded", staff.key)
    check = LightCheck.objects.create(
        label=label, due_on=today(), reason="yearly", answered_at=now(), answered_by=leader
    )
    check.points.create(number=1, answer=CheckAnswer.STOPPED, text="Niet meer.")
    look_at_check(check=check, by=staff)
    assert last_of(check) == ("looked at", staff.key)


def test_each_change_of_a_template_stands_in_the_log() -> None:
    by = coordinator()
    draft = templates.new_version(template=Group().plan.template, by=by)
    assert last_of(draft) == ("added", by.key)
    templates.rename_template(template=draft, name=Translated(nl="Anders"), by=by)
    assert last_of(draft) == ("changed", by.key)
    templates.publish_template(template=draft, by=by)
    assert last_of(draft) == ("published", by.key)


# What changed meanwhile --------------------------------------------------------------------------


def test_a_proposal_that_was_sent_back_and_replaced_is_not_confirmed() -> None:
    group = Group(state=PlanState.PROPOSED)
    seen = Decision.objects.get(pk=group.decision.pk)  # as somebody has it on the page
    assessment.send_back(decision=group.decision, by=group.coordinator, message="Nog eens.")
    group.propose(PlanAction.DECLINE)
    with pytest.raises(Stale):
        assessment.confirm(decision=seen, by=group.coordinator)
    assert group.decision.decided_on is None
    assert not Decision.objects.confirmed().exists()


def test_an_example_is_forgotten_only_while_its_plan_rests() -> None:
    group = Group()
    example = Example.objects.create(
        point=group.plan.points.get(number=1), kind="link", url="https://voorbeeld.be"
    )
    states = ("submit", "discuss", "decline")
    for step in states:
        assert not may(plans.forget_example, example=example, by=None)
        group.take(step)
    group.take("confirm")
    assert may(plans.forget_example, example=example, by=None)
    assert not Example.objects.exists()


def checks_after(label: Label, *changes: date) -> set[date]:
    """The days on which a new team is asked."""
    fresh = Label.objects.get(pk=label.pk)
    return {c.due_on for c in due_checks(fresh, changes) if c.reason == CheckReason.ROTATION}


def test_a_new_team_is_not_asked_when_the_year_comes_within_120_days() -> None:
    label = award(day=date(2022, 11, 14))
    year = date(2023, 11, 14)
    for change, asked in (
        (year - 121 * DAY, True),
        (year - 120 * DAY, False),
        (year, False),
        (year + DAY, True),
    ):
        expected = {change + 60 * DAY} if asked else set()
        assert checks_after(label, change) == expected, change


def test_changes_within_sixty_days_are_one_new_team() -> None:
    label, first = award(day=date(2022, 11, 14)), date(2023, 1, 10)
    assert checks_after(label, first, first + 60 * DAY) == {first + 120 * DAY}
    both = {first + 60 * DAY, first + 121 * DAY}
    assert checks_after(label, first, first + 61 * DAY) == both


def test_who_answered_sixty_days_before_the_year_is_asked_and_later_is_not() -> None:
    label, year = award(day=date(2022, 11, 14)), date(2023, 11, 14)
    check = LightCheck.objects.create(
        label=label,
        due_on=date(2023, 3, 1),
        reason="rotation",
        answered_by=coordinator(),
        answered_at=now(),
    )
    for before, asked in ((61, True), (60, True), (59, False), (1, False), (0, True)):
        check.answered_at = f"{year - before * DAY}T12:00:00Z"
        check.save()
        due = {one.due_on for one in due_checks(Label.objects.get(pk=label.pk))}
        assert (year in due) == asked, before
    change = date(2023, 3, 20)
    for answered, asked in ((change - DAY, True), (change, False)):
        check.answered_at = f"{answered}T12:00:00Z"
        check.save()
        assert bool(checks_after(label, change)) == asked, answered
