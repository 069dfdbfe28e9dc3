"""What ends, ends with the very next request of a session that is open, downloads included."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import end_role, update_user
from core.calendar import pretend, today
from movements.services import end_mandate
from programmes.services import (
    end_agreement,
    end_secondment,
    plan_agreement_end,
    plan_secondment_end,
)
from tests.architecture.world import World

Ending = Callable[[World], None]
DAY = timedelta(days=1)


def leader_pages(world: World) -> list[str]:
    own = world.own.pk
    return [
        f"/my/{own}/",
        f"/my/{own}/plan/",
        f"/my/{own}/plan/1/",
        reverse("labels:example", args=[own, world.picture.pk]),
        reverse("labels:certificate", args=[own, world.label.pk]),
    ]


def team_pages(world: World) -> list[str]:
    own = world.own.pk
    return [
        "/admin/",
        "/dashboard/",
        reverse("admin:movements_movement_change", args=[own]),
        reverse("admin:labels_actionplan_assess", args=[world.plan.pk]),
        reverse("admin:recruitment_household_change", args=[world.household.pk]),
        reverse("admin:homevisits_homevisit_change", args=[world.visit.pk]),
        reverse("labels:example", args=[own, world.picture.pk]),
        reverse("labels:certificate", args=[own, world.label.pk]),
    ]


def mandate_ended(world: World) -> None:
    for mandate in world.people["leader"].mandates.all():
        end_mandate(mandate=mandate, by=None)


def secondment_ended(world: World) -> None:
    end_secondment(secondment=world.secondment, by=None)


def agreement_ended(world: World) -> None:
    end_agreement(agreement=world.agreement, by=None)


def role_ended(world: World) -> None:
    end_role(grant=world.people["consultant"].grants.get(), by=None)


def account_closed(world: World) -> None:
    user = world.people["consultant"]
    update_user(user=user, full_name=user.full_name, language="nl", is_active=False, by=None)


ENDINGS = [
    ("leader", leader_pages, mandate_ended),
    ("seconded", team_pages, secondment_ended),
    ("seconded", team_pages, agreement_ended),
    ("consultant", team_pages, role_ended),
    ("consultant", team_pages, account_closed),
]


def answer(client: Client, page: str, method: str = "GET") -> Any:
    """The answer, read to its end when it is a file."""
    found: Any = client.generic(method, page)
    if found.streaming:
        b"".join(found)
    return found


def statuses(client: Client, pages: list[str], method: str = "GET") -> set[int]:
    return {answer(client, page, method).status_code for page in pages}


@pytest.mark.parametrize(("who", "pages", "end"), ENDINGS)
def test_the_next_request_after_an_end(
    world: World, who: str, pages: Callable[[World], list[str]], end: Ending
) -> None:
    client, addresses = Client(), pages(world)
    client.force_login(world.people[who])
    assert statuses(client, addresses) == {200}
    assert statuses(client, addresses, "HEAD") == {200}
    end(world)
    assert statuses(client, addresses) <= {302, 404}
    assert statuses(client, addresses, "POST") <= {302, 404, 405}
    led = {answer(client, address).headers.get("Location", "") for address in addresses} - {""}
    assert all(place.startswith("/sign-in/?") for place in led)


def secondment_planned(world: World) -> None:
    plan_secondment_end(secondment=world.secondment, ends_on=today(), by=None)


def agreement_planned(world: World) -> None:
    plan_agreement_end(agreement=world.agreement, ends_on=today(), by=None)


@pytest.mark.parametrize("plan", [secondment_planned, agreement_planned])
def test_a_last_day_is_whole_and_the_next_one_is_not(world: World, plan: Ending) -> None:
    client, addresses = Client(), team_pages(world)
    plan(world)
    client.force_login(world.people["seconded"])
    assert statuses(client, addresses) == {200}
    with pretend(today() + DAY):
        assert 200 not in statuses(client, addresses)


def test_who_leads_later_writes_from_the_first_day_on_in_the_same_session(world: World) -> None:
    client, page = Client(), f"/my/{world.own.pk}/plan/1/"
    client.force_login(world.people["future_leader"])
    before = [client.get(page).status_code, client.post(page).status_code]
    with pretend(today() + 40 * DAY):
        after = [client.get(page).status_code, client.post(page).status_code]
    assert (before, after) == ([200, 404], [200, 200])


def test_of_a_mandate_that_is_over_nothing_is_left(world: World) -> None:
    client = Client()
    client.force_login(world.people["ended_leader"])
    assert statuses(client, leader_pages(world)) == {404}
    assert client.get("/my/")["Location"] == "/start/"
    assert client.get("/start/").status_code == 200
