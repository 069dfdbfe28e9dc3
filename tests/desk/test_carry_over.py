"""The page on which plans go along into the next edition."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.factories.labels import Group, coordinator
from tests.labels.awarding import make_edition

pytestmark = pytest.mark.django_db


def test_one_look_and_one_press(time_machine: Any) -> None:
    time_machine.move_to("2022-11-01T12:00:00Z")
    client = Client()
    make_edition(starts_on=date(2021, 3, 1), ends_on=date(2022, 11, 30))
    group = Group("Chiro Overgang")
    client.force_login(group.coordinator)
    time_machine.move_to("2022-12-05T12:00:00Z")
    client.force_login(group.coordinator)
    new = make_edition(starts_on=date(2022, 12, 1), ends_on=date(2026, 2, 28))
    page = "/admin/carry-over/"
    assert "Chiro Overgang" in client.get(page).content.decode()
    client.post(page, {"plans": [group.plan.pk]})
    group.plan.refresh_from_db()
    assert group.plan.edition == new
    gone = client.post(page, {"plans": [group.plan.pk], "again": "1"})
    assert gone.status_code == 200
    assert "Chiro Overgang" not in client.get(page).content.decode()


def test_without_an_edition_there_is_no_page(time_machine: Any) -> None:
    time_machine.move_to("2020-12-01T12:00:00Z")
    client = Client()
    client.force_login(coordinator())
    assert client.get("/admin/carry-over/").status_code == 404
