"""The page on which plans go along into the next edition."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from labels.enums import PlanState
from labels.models import ActionPlan
from tests.factories.labels import Group, coordinator
from tests.labels.awarding import make_edition

pytestmark = pytest.mark.django_db


PAGE = "/admin/carry-over/"


def press(client: Client, shown: Any) -> Any:
    """Send what stands in the page that was shown, as a browser would."""
    found = re.findall(r'name="plans" value="(\d+)"', shown.content.decode())
    return client.post(PAGE, {"plans": found})


def test_a_plan_that_was_decided_on_meanwhile_is_said_and_the_next_press_moves_the_others(
    time_machine: Any,
) -> None:
    time_machine.move_to("2022-11-01T12:00:00Z")
    make_edition(starts_on=date(2021, 3, 1), ends_on=date(2022, 11, 30))
    stays, moves = Group("Chiro Stil", state=PlanState.PROPOSED), Group("Chiro Overgang")
    time_machine.move_to("2022-12-05T12:00:00Z")
    make_edition(starts_on=date(2022, 12, 1), ends_on=date(2026, 2, 28))
    client = Client()
    client.force_login(moves.coordinator)
    seen = client.get(PAGE)
    stays.take("confirm")
    again = press(client, seen)
    assert set(again.context["form"].errors) == {"__all__"}
    assert press(client, again).status_code == 302
    assert press(client, client.get(PAGE)).status_code == 200
    moved = [plan.edition.starts_on.year for plan in ActionPlan.objects.order_by("pk")]
    assert moved == [2021, 2022]


def test_one_look_and_one_press(time_machine: Any) -> None:
    time_machine.move_to("2022-11-01T12:00:00Z")
    client = Client()
    make_edition(starts_on=date(2021, 3, 1), ends_on=date(2022, 11, 30))
    group = Group("Chiro Overgang")
    client.force_login(group.coordinator)
    time_machine.move_to("2022-12-05T12:00:00Z")
    client.force_login(group.coordinator)
    new = make_edition(starts_on=date(2022, 12, 1), ends_on=date(2026, 2, 28))
    page = PAGE
    seen = client.get(page)
    assert "Chiro Overgang" in seen.content.decode()
    press(client, seen)
    group.plan.refresh_from_db()
    assert group.plan.edition == new
    gone = client.post(page, {"plans": [group.plan.pk], "again": "1"})
    assert gone.status_code == 200
    assert "Chiro Overgang" not in client.get(page).content.decode()


def test_without_an_edition_there_is_no_page(time_machine: Any) -> None:
    time_machine.move_to("2020-12-01T12:00:00Z")
    client = Client()
    client.force_login(coordinator())
    assert client.get(PAGE).status_code == 404
