"""Opening a plan, writing points, examples, handing in."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core.calendar import now, today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from labels.enums import NextStep, PlanState, PointState
from labels.models import TEXT_LIMIT, ActionPlan, Example, PlanTemplate
from labels.selectors import plans as selectors
from labels.services import plans
from movements.models import Mandate
from tests.factories.labels import Group, consultant, default_template, picture_file
from tests.labels.awarding import leader_of, make_edition, make_movement, person

pytestmark = pytest.mark.django_db


# Opening ---------------------------------------------------------------------------------------


def test_a_plan_opens_with_ten_empty_points_of_the_latest_published_template():
    default_template()
    PlanTemplate.objects.create(version=2, name={"nl": "Ontwerp"})
    edition, movement = make_edition(), make_movement()
    plan = plans.open_plan(movement=movement, by=None)
    assert (plan.edition, plan.template.version, plan.state) == (edition, 1, PlanState.DRAFT)
    assert [p.number for p in plan.points.all()] == list(range(1, 11))
    assert selectors.ring_states(plan) == ["empty"] * 10
    log = ActivityLog.objects.get(verb="opened")
    assert (log.actor, log.object_id, log.state) == ("system", str(plan.pk), "draft")


@pytest.mark.parametrize("role", ["consultant", "coordinator"])
def test_the_youth_service_may_open_a_plan(role):
    default_template()
    make_edition()
    plan = plans.open_plan(movement=make_movement(), by=person("Iemand", role))
    assert plan.pk is not None


def test_somebody_else_may_not_open_a_plan():
    default_template()
    make_edition()
    stranger = leader_of(make_movement("Chiro Elders"), "Els Elders")
    with pytest.raises(Refused):
        plans.open_plan(movement=make_movement(), by=stranger)
    assert not ActionPlan.objects.exists()


def test_no_plan_without_an_edition_or_a_published_template():
    movement = make_movement()
    default_template()
    with pytest.raises(Refused):
        plans.open_plan(movement=movement, by=None)
    make_edition()
    draft = PlanTemplate.objects.create(version=7, name={"nl": "Ontwerp"})
    assert plans.open_plan(movement=movement, by=None).template != draft


def test_one_open_plan_at_a_time():
    group = Group()
    with pytest.raises(Refused):
        plans.open_plan(movement=group.movement, by=group.leader)
    not_yet = Group("Groep twee", state=PlanState.NOT_YET)
    with pytest.raises(Refused):
        plans.open_plan(movement=not_yet.movement, by=not_yet.leader)


def test_no_new_plan_while_a_label_runs_and_one_in_its_renewal_window(time_machine):
    group = Group(state=PlanState.AWARDED)
    label = group.decision.label
    with pytest.raises(Refused):
        plans.open_plan(movement=group.movement, by=group.leader)
    time_machine.move_to(f"{label.renewal_from - timedelta(days=1)} 12:00+01:00")
    assert selectors.why_no_new_plan(group.movement)
    time_machine.move_to(f"{label.renewal_from} 12:00+01:00")
    assert selectors.why_no_new_plan(group.movement) == ""
    Mandate.objects.update(confirmed_on=today())  # each year they said that they go on
    renewed = plans.open_plan(movement=group.movement, by=group.leader)
    assert selectors.plan_of(group.movement) == renewed


# Writing ---------------------------------------------------------------------------------------


def test_what_is_written_stands_there_with_its_moment_and_a_log_of_fields_only():
    group = Group()
    point = group.write(3, commitment="  Wij gaan langs.\r\nBij iedereen.  ", is_done=True)
    point.refresh_from_db()
    assert (point.commitment, point.is_done) == ("Wij gaan langs.\nBij iedereen.", True)
    assert (point.version, point.state) == (2, PointState.DONE)
    assert point.saved_at is not None
    log = ActivityLog.objects.get(verb="wrote")
    assert log.fields == ["commitment", "is_done"]
    assert "langs" not in str(ActivityLog.objects.values())


def test_the_same_text_again_is_no_change_whatever_the_version():
    group = Group()
    group.write(1, commitment="Affiches.")
    point = group.write(1, commitment="Affiches.\r\n", version=1)
    assert point.version == 2
    assert ActivityLog.objects.filter(verb="wrote").count() == 1


def test_an_older_version_is_refused_and_nothing_is_lost():
    group = Group()
    group.write(1, commitment="Van Lotte.")
    with pytest.raises(Stale):
        group.write(1, commitment="Van Sam.", version=1)
    assert group.plan.points.get(number=1).commitment == "Van Lotte."


def test_text_has_a_limit():
    group = Group()
    with pytest.raises(Refused, match=str(TEXT_LIMIT)):
        group.write(1, progress="x" * (TEXT_LIMIT + 1))
    assert group.write(1, progress="x" * TEXT_LIMIT).version == 2


@pytest.mark.parametrize("state", sorted(set(PlanState) - {PlanState.DRAFT, PlanState.MORE_ASKED}))
def test_nothing_is_written_while_the_plan_is_with_the_youth_service(state):
    group = Group(state=state)
    with pytest.raises(Refused):
        group.write(1)
    with pytest.raises(Refused):
        plans.add_link(
            point=group.plan.points.get(number=1),
            by=group.leader,
            caption="Pagina",
            url="https://voorbeeld.be",
        )


def test_writing_again_when_more_was_asked():
    group = Group(state=PlanState.MORE_ASKED)
    assert group.write(8, commitment="Iedereen mee op kamp.").version == 2


@pytest.mark.parametrize("who", ["ended", "other", "consultant"])
def test_only_a_leader_of_now_writes(who):
    group = Group()
    if who == "ended":
        Mandate.objects.update(ends_on=today() - timedelta(days=1))
    elif who == "other":
        group.leader = leader_of(make_movement("Chiro Elders"), "Els Elders")
    else:
        group.leader = group.consultant
    with pytest.raises(Refused):
        group.write(1)


# Examples --------------------------------------------------------------------------------------


def add_picture(group: Group, **values) -> Example:
    point = group.plan.points.get(number=1)
    given = {"caption": " Affiche ", "file": picture_file(), **values}
    return plans.add_picture(point=point, by=group.leader, **given)


def add_link(group: Group, **values) -> Example:
    point = group.plan.points.get(number=1)
    given = {"caption": "Pagina", "url": "https://voorbeeld.be/ouders", **values}
    return plans.add_link(point=point, by=group.leader, **given)


def stored() -> list[str]:
    return default_storage.listdir("examples")[1] if default_storage.exists("examples") else []


def test_a_picture_is_kept_under_a_name_that_tells_nothing():
    before = set(stored())
    example = add_picture(Group())
    assert example.caption == "Affiche"
    assert example.file.name.startswith("examples/")
    assert "foto" not in example.file.name
    assert len(set(stored()) - before) == 1


EVIL = {
    "script": b"<script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "empty": b"",
    "half a jpeg": picture_file().read()[:200],
}


@pytest.mark.parametrize("data", EVIL.values(), ids=EVIL)
def test_what_is_no_picture_is_refused_and_leaves_no_file(data):
    before = set(stored())
    with pytest.raises(ValidationError):
        add_picture(Group(), file=SimpleUploadedFile("x.jpg", data, content_type="image/jpeg"))
    assert set(stored()) == before
    assert not Example.objects.exists()


def test_a_refused_row_takes_its_file_along():
    before, group = set(stored()), Group(state=PlanState.SUBMITTED)
    with pytest.raises(Refused):
        add_picture(group)
    assert set(stored()) == before


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://voorbeeld.be", "geen adres", ""])
def test_a_link_is_a_web_address(url):
    with pytest.raises(ValidationError):
        add_link(Group(), url=url)


def test_a_point_has_ten_examples_at_most():
    group = Group()
    for number in range(plans.EXAMPLES_PER_POINT):
        add_link(group, url=f"https://voorbeeld.be/{number}")
    with pytest.raises(Refused):
        add_link(group)


def test_a_link_that_is_sent_twice_stands_there_once():
    group = Group()
    assert add_link(group) == add_link(group)
    assert group.plan.points.get(number=1).examples.count() == 1


def test_removing_an_example_removes_its_file(django_capture_on_commit_callbacks):
    group = Group()
    example, before = add_picture(group), set(stored())
    with django_capture_on_commit_callbacks(execute=True):
        plans.remove_example(example=example, by=group.leader)
    assert len(before - set(stored())) == 1
    assert not Example.objects.exists()
    assert ActivityLog.objects.filter(verb="removed", object_type="labels.example").exists()


def test_removing_a_link_touches_no_file():
    group = Group()
    link, before = add_link(group), set(stored())
    plans.remove_example(example=link, by=group.leader)
    assert not Example.objects.exists()
    assert set(stored()) == before


def test_the_youth_service_removes_a_picture_in_any_state_the_movement_does_not():
    group = Group()
    picture, link = add_picture(group), add_link(group)
    group.take("submit")
    with pytest.raises(Refused):
        plans.remove_example(example=link, by=group.leader)
    plans.remove_example(example=picture, by=consultant())
    assert list(Example.objects.all()) == [link]


# Handing in, and what is next -------------------------------------------------------------------


def test_empty_points_do_not_block():
    group = Group()
    step = plans.submit_plan(plan=group.plan, by=group.leader, message=" Tot snel! ")
    assert (step.action, step.message) == ("submit", "Tot snel!")
    assert group.plan.submitted_at is not None


def test_sending_again_answers_the_question():
    group = Group(state=PlanState.MORE_ASKED)
    step = plans.submit_plan(plan=group.plan, by=group.leader)
    assert (step.action, step.state) == ("answer", "in_discussion")


def test_the_next_step_is_the_first_empty_point_then_handing_in():
    group = Group()
    assert selectors.next_step(None) == NextStep.START
    assert selectors.next_step(group.plan) == 1
    group.write(1)
    assert selectors.next_step(selectors.plan_of(group.movement)) == 2
    for number in range(2, 11):
        group.write(number)
    assert selectors.next_step(selectors.plan_of(group.movement)) == NextStep.SUBMIT


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PlanState.SUBMITTED, NextStep.WAIT),
        (PlanState.IN_DISCUSSION, NextStep.WAIT),
        (PlanState.MORE_ASKED, NextStep.ANSWER),
        (PlanState.PROPOSED, NextStep.WAIT),
        (PlanState.AWARDED, NextStep.LABEL),
        (PlanState.AWARDED_WITH_CONDITIONS, NextStep.LABEL),
        (PlanState.NOT_YET, NextStep.TALK),
    ],
)
def test_what_is_next_once_it_was_handed_in(state, expected):
    assert selectors.next_step(Group(state=state).plan) == expected


def test_the_answer_is_promised_four_weeks_after_the_last_time_it_was_sent(time_machine):
    time_machine.move_to("2026-03-02 09:00+01:00")
    group = Group(state=PlanState.MORE_ASKED)
    assert selectors.expected_answer(group.plan) is None
    time_machine.move_to("2026-03-09 09:00+01:00")
    group.take("submit")
    assert str(selectors.expected_answer(group.plan)) == "2026-04-06"
    assert selectors.expected_answer(Group("Groep twee").plan) is None


def test_a_plan_from_before_its_steps_promises_nothing():
    group = Group()
    ActionPlan.objects.filter(pk=group.plan.pk).update(
        state=PlanState.MORE_ASKED, submitted_at=now(), answer_by=today()
    )
    group.plan.refresh_from_db()
    assert selectors.question(group.plan) is None
    ActionPlan.objects.filter(pk=group.plan.pk).update(state=PlanState.SUBMITTED)
    group.plan.refresh_from_db()
    assert selectors.expected_answer(group.plan) is None


def test_the_work_list_holds_what_waits_for_us_longest_first(time_machine):
    names = {}
    for day, state in enumerate(PlanState, start=1):
        time_machine.move_to(f"2026-03-{29 - day} 09:00+01:00")
        names[state] = Group(f"Groep {state}", state=state).movement.name
    waiting = [plan.movement.name for plan in selectors.plans_to_assess()]
    expected = [PlanState.PROPOSED, PlanState.IN_DISCUSSION, PlanState.SUBMITTED]
    assert waiting == [names[state] for state in expected]


def test_plans_by_who_may_see_them():
    one, two = Group("Groep een"), Group("Groep twee")
    assert list(ActionPlan.objects.for_user(one.leader)) == [one.plan]
    assert set(ActionPlan.objects.for_user(one.consultant)) == {one.plan, two.plan}
    assert not ActionPlan.objects.for_user(person("Ann Schepen", "alderman")).exists()
    assert set(ActionPlan.objects.open()) == {one.plan, two.plan}
    add_link(one)
    assert Example.objects.for_user(one.leader).count() == 1
    assert not Example.objects.for_user(two.leader).exists()


def test_no_plan_yet():
    assert selectors.plan_of(make_movement()) is None
    assert selectors.story_of(make_movement()) is None
