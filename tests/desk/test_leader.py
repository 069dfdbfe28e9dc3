"""The leader's own pages: one next thing, whatever the plan's state."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from core.calendar import pretend, today
from desk.selectors import movement_page, next_card
from labels.enums import LabelState, PlanState
from labels.selectors.plans import story_of
from labels.selectors.register import label_card
from labels.services.certificates import reissue
from labels.services.plans import open_plan, save_point
from labels.services.publication import publish_reasons
from labels.services.renewal import answer_promise
from movements.services import end_mandate
from tests.architecture.world import World, lead, written
from tests.support.writes import reading_only

S = PlanState
POINT, PLAN = "/my/{}/plan/{}/", "/my/{}/plan/"


@pytest.fixture
def leader() -> Client:
    return Client(headers={"Accept-Language": "en"})


def read(client: Client, world: World, who: str, movement: Any) -> str:
    client.force_login(world.user(who))
    with reading_only():
        page = client.get(f"/my/{movement.pk}/")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


# state of the plan: the heading of the page, the title of the one next thing, what it leads to
CARDS = {
    S.DRAFT: ("10 points started, 1 done", "Now: hand in your plan", "Look and hand in"),
    S.SUBMITTED: (
        "10 points started, 1 done",
        "The youth service reads your plan",
        "Read your plan",
    ),
    S.IN_DISCUSSION: (
        "10 points started, 1 done",
        "The youth service reads your plan",
        "Read your plan",
    ),
    S.MORE_ASKED: (
        "10 points started, 1 done",
        "Now: answer the youth service",
        "Read and answer",
    ),
    S.PROPOSED: (
        "10 points started, 1 done",
        "The youth service reads your plan",
        "Read your plan",
    ),
    S.AWARDED: (None, "You have the label", "See what you promised"),
    S.AWARDED_WITH_CONDITIONS: (  # paused since
        None,
        "Your label is paused",
        "Messages with the youth service",
    ),
    S.NOT_YET: (None, "Now: talk with the youth service", "Read why"),
}


def choose_reasons(world: World) -> None:
    """What the group that was awarded its label is asked first: what everybody may read."""
    label, by = world.groups[S.AWARDED].labels.get(), world.user(f"leader_{S.AWARDED}")
    publish_reasons(label=label, by=by, numbers=[0])


@pytest.mark.parametrize("state", list(PlanState))
def test_one_next_thing_in_each_state(world: World, leader: Client, state: PlanState) -> None:
    movement = world.groups[state]
    choose_reasons(world)
    page = read(leader, world, f"leader_{state}", movement)
    heading, title, action = CARDS[state]
    if heading:
        assert f"<h1>{heading}</h1>" in page
    assert page.count('class="card card-next"') == 1
    assert title in page
    assert action in page
    assert f'href="{PLAN.format(movement.pk)}"' in page


def test_after_an_award_the_group_is_asked_what_everybody_may_read(world: World) -> None:
    movement, user = world.groups[S.AWARDED], world.user(f"leader_{S.AWARDED}")
    label = movement.labels.get()
    asked = f"/my/{movement.pk}/label/{label.pk}/reasons/"
    assert movement_page(movement, user)["next"].url == asked
    for other, day in ((user, 61), (world.user("leader"), 0)):
        with pretend(label.decided_on + timedelta(days=day)):
            assert movement_page(movement, other)["next"].url != asked
    choose_reasons(world)
    assert movement_page(movement, user)["next"].url == PLAN.format(movement.pk)
    paused = world.groups[S.AWARDED_WITH_CONDITIONS]
    user = world.user(f"leader_{S.AWARDED_WITH_CONDITIONS}")
    with override("en"):
        page = movement_page(paused, user)
    assert [page["next"].title, *page["also"]] == ["Your label is paused"]


def test_what_the_public_sees_is_the_certificate_in_force(world: World) -> None:
    label, user = world.groups[S.AWARDED].labels.get(), world.user(f"leader_{S.AWARDED}")
    page = movement_page(label.movement, user)
    assert page["public_address"] == f"/label/{label.code}/"
    issue = reissue(label=label, by=world.user("coordinator"), reason="Andere naam.")
    page = movement_page(label.movement, user)
    assert page["public_address"] == f"/label/{issue.code}/" != f"/label/{label.code}/"
    assert label_card(label).verify == page["public_address"]


def test_every_answer_has_its_day(world: World, leader: Client) -> None:
    plan = story_of(world.groups[S.SUBMITTED])
    assert plan is not None
    assert plan.submitted_at is not None
    with override("en"):
        card = next_card(world.groups[S.SUBMITTED], plan)
    day = plan.submitted_at.date() + timedelta(weeks=4)
    assert card.text == f"You have an answer by {day.day} {day:%B}."
    plan._prefetched_objects_cache["steps"] = []  # as of plans from before steps were kept
    with override("en"):
        assert next_card(plan.movement, plan).text == "You need not do anything now."


def test_a_promised_day_that_is_over_is_not_promised_again(world: World) -> None:
    plan = story_of(world.groups[S.SUBMITTED])
    assert plan is not None
    with pretend(today() + timedelta(days=40)), override("en"):
        text = next_card(plan.movement, plan).text
    assert "are late. Sorry!" in text
    assert "You have an answer" not in text


def test_the_one_next_thing_hides_no_other(world: World, leader: Client) -> None:
    """What waits stands under it: a question, a start that is a button elsewhere."""
    group = world.groups[S.MORE_ASKED]
    _stops(group, today() + timedelta(days=30))
    page = read(leader, world, f"leader_{S.MORE_ASKED}", group)
    assert "Now: pass on what you know" in page
    assert "<strong>Answer the youth service</strong>" in page
    assert "before they decide. Answer by" in page
    assert "Look and hand in" in page
    group = world.groups[""]
    _stops(group, today() + timedelta(days=30))
    with override("en"):
        (start,) = movement_page(group, world.user("leader_without_plan"))["also"]
    assert (start.title, start.is_form) == ("Start your plan", False)
    assert start.url == PLAN.format(group.pk)


def test_in_a_renewal_the_old_promise_is_asked_first(world: World, leader: Client) -> None:
    group, user = world.groups[S.AWARDED], world.user(f"leader_{S.AWARDED}")
    with pretend(group.labels.get().renewal_from), override("en"):
        lead(world, group, f"leader_{S.AWARDED}", starts_on=today())
        point = open_plan(movement=group, by=user).points.order_by("number")[0]
        asked = next_card(group, story_of(group))
        answer_promise(point=point, by=user, kept="dropped")
        later = next_card(group, story_of(group))
    assert asked.title.startswith("Now: point 1,")
    assert asked.text == "You promised this before. Is it still true?"
    assert later.title.startswith("Now: point 2,")


def _stops(group: Any, last_day: date) -> None:
    """Its leaders stop soon, so that they are asked first for what the next ones should know."""
    ends_on = last_day + timedelta(days=1)
    group.mandates.update(starts_on=today() - timedelta(days=800), ends_on=ends_on)


def test_a_group_without_a_plan_is_asked_to_start(world: World, leader: Client) -> None:
    movement = world.groups[""]
    page = read(leader, world, "leader_without_plan", movement)
    assert "<h1>Your plan starts here</h1>" in page
    assert f'action="/my/{movement.pk}/plan/start/"' in page
    assert "Your label" not in page
    assert "Your ten points" not in page
    started = leader.post(f"/my/{movement.pk}/plan/start/")
    assert started["Location"] == PLAN.format(movement.pk)
    page = read(leader, world, "leader_without_plan", movement)
    assert "<h1>Ten points, one at a time</h1>" in page
    assert f'href="{POINT.format(movement.pk, 1)}"' in page


def test_the_first_empty_point_is_next(world: World, leader: Client) -> None:
    page = read(leader, world, "leader", world.own)
    assert "<h1>3 points started, 1 done</h1>" in page
    assert "Now: point 4," in page
    assert f'href="{POINT.format(world.own.pk, 4)}"' in page
    point = world.plan.points.get(number=4)
    save_point(
        point=point,
        by=world.user("leader"),
        version=point.version,
        commitment="Iets",
        progress="",
        is_done=False,
    )
    assert "Now: point 5," in read(leader, world, "leader", world.own)


def test_the_label_of_a_group_says_what_it_is_today(world: World, leader: Client) -> None:
    """The one in its renewal window is valid still, beside the new plan."""
    page = read(leader, world, "leader", world.own)
    assert world.label.number in page
    assert f'href="/my/{world.own.pk}/label/{world.label.pk}/certificate.pdf"' in page
    assert movement_page(world.own, world.user("leader"))["label_state"] == LabelState.VALID
    assert movement_page(world.own, world.user("leader"))["label_is_valid"]
    paused = world.groups[S.AWARDED_WITH_CONDITIONS]
    assert movement_page(paused, world.user("leader"))["label_state"] == LabelState.PAUSED
    assert not movement_page(paused, world.user("leader"))["label_is_valid"]
    assert "tag-quiet" in read(leader, world, f"leader_{S.AWARDED_WITH_CONDITIONS}", paused)


def test_the_team_and_the_coach_stand_there(world: World, leader: Client) -> None:
    page = read(leader, world, "leader", world.own)
    assert "New Leader" in page
    assert "Ended Leader" not in page
    assert "Future Leader" not in page
    assert f'href="mailto:{world.user("consultant").email}"' in page
    world.own.coaches.all().delete()
    assert "of the youth service helps you" not in read(leader, world, "leader", world.own)


def test_two_movements_are_a_choice(world: World, leader: Client) -> None:
    leader.force_login(world.user("leader"))
    assert leader.get("/my/")["Location"] == f"/my/{world.own.pk}/"
    lead(world, world.other, "leader", starts_on=today() - timedelta(days=1))
    page = leader.get("/my/").content.decode()
    assert f'href="/my/{world.own.pk}/"' in page
    assert f'href="/my/{world.other.pk}/"' in page


def test_access_ends_with_the_mandate_on_the_next_request(world: World, leader: Client) -> None:
    leader.force_login(world.user("new_leader"))
    assert leader.get(f"/my/{world.own.pk}/").status_code == 200
    end_mandate(mandate=world.mandate, by=world.user("coordinator"))
    assert leader.get(f"/my/{world.own.pk}/").status_code == 404
    assert leader.get("/my/")["Location"] == "/start/"  # which says that there is no group any more


def test_who_leads_later_looks_before_and_writes_on_the_days_of_the_mandate(world: World) -> None:
    client, plan = Client(), f"/my/{world.own.pk}/plan/"
    days = {}
    for shift in (-1, 0, 50, 51):
        with pretend(today() + timedelta(days=shift)):
            client.force_login(world.user("new_leader"))
            asked = [client.get(f"/my/{world.own.pk}/"), client.post(f"{plan}1/")]
            days[shift] = [answer.status_code for answer in asked]
    assert days == {-1: [200, 404], 0: [200, 200], 50: [200, 200], 51: [404, 404]}


@pytest.mark.parametrize("state", ["", "draft", "more_asked", "awarded"])
def test_who_leads_later_finds_no_form_and_is_told_from_when(world: World, state: str) -> None:
    group, client = world.groups[state], Client()
    start = today() + timedelta(days=30)
    lead(world, group, "coming_leader", starts_on=start)
    client.force_login(world.user("coming_leader"))
    client.cookies["django_language"] = "en"
    assert client.get("/start/").url == "/my/"
    assert client.get("/my/").url == f"/my/{group.pk}/"
    pages = [f"/my/{group.pk}/", f"/my/{group.pk}/plan/"]
    pages += [f"/my/{group.pk}/plan/3/"] if state else []
    for page in pages:
        text = client.get(page).content.decode()
        assert text.split("<main")[1].split("</main")[0].count("<form") == 0, page
        assert f"From {start.day} {start:%B} {start.year} you can write here." in text
    for page in ("", "plan/", "plan/start/", "plan/submit/", "plan/3/"):
        assert client.post(f"/my/{group.pk}/{page}").status_code in {404, 405}


def test_with_several_groups_the_choice_says_from_when(world: World) -> None:
    client, start = Client(), today() + timedelta(days=30)
    lead(world, world.groups[""], "leader", starts_on=start)
    client.force_login(world.user("leader"))
    client.cookies["django_language"] = "en"
    text = client.get("/my/").content.decode()
    assert text.count(f"From {start.day} {start:%B} you can write.") == 1


@pytest.mark.parametrize("points", [1, 10])
def test_as_many_queries_for_one_point_as_for_ten(
    world: World, leader: Client, points: int, django_assert_num_queries: Any
) -> None:
    movement = world.groups[""]
    written(world, movement, "leader_without_plan", points=points)
    leader.force_login(world.user("leader_without_plan"))
    leader.get(f"/my/{movement.pk}/")
    with django_assert_num_queries(15):
        leader.get(f"/my/{movement.pk}/")
