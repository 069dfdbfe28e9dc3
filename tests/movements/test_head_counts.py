"""Head counts: three numbers of a group for itself, one total for the city."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from core.errors import Refused, Stale
from core.logs import ActivityLog
from movements.models import HeadCount, Movement
from movements.selectors.counts import head_count_totals, totals_by_year
from movements.services.counts import give_head_count
from tests.factories import movements as make


@pytest.fixture(autouse=True)
def _day() -> Any:
    with time_machine.travel("2026-11-22T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def chiro(db: None) -> Movement:
    return make.movement("Chiro Sint-Jan")


@pytest.fixture
def leader(chiro: Movement) -> User:
    account = make.user("Jan Peeters")
    make.mandate(chiro, account=account)
    return account


def give(movement: Movement, year: int, estimate: int | None, **fields: Any) -> HeadCount:
    numbers: dict[str, Any] = {"members": 50, "leaders": 8, "by": make.consultant(), **fields}
    return give_head_count(movement=movement, working_year=year, estimate=estimate, **numbers)


def test_first_count_and_its_correction_are_logged(chiro: Movement, leader: User) -> None:
    count = give(chiro, 2026, 5, by=leader)
    give(chiro, 2026, 5, seen=count)  # the same again is no change
    corrected = give(chiro, 2026, None, declined=True, seen=count)
    assert (corrected.pk, corrected.estimate, corrected.declined) == (count.pk, None, True)
    assert corrected.given_by != leader
    log = ActivityLog.objects.filter(object_type="movements.headcount").order_by("pk")
    assert [(row.verb, row.fields) for row in log] == [
        ("recorded", ["estimate", "leaders", "members"]),
        ("changed", ["declined", "estimate"]),
    ]


def test_refusals(chiro: Movement) -> None:
    with pytest.raises(Refused):
        give(chiro, 2027, 5)
    with pytest.raises(Refused):
        give(chiro, 2026, 51)
    with pytest.raises(Refused):
        give(chiro, 2026, 5, declined=True)
    count = give(chiro, 2025, 5)
    with pytest.raises(Stale):
        give(chiro, 2025, 6)
    give(chiro, 2026, 5)
    with pytest.raises(Stale):
        give(chiro, 2026, 6, seen=count)


def test_city_total_compares_only_who_gave_both(db: None) -> None:
    one, two, three, four = (make.movement() for _n in range(4))
    give(one, 2023, None, declined=True)
    give(one, 2024, 4)  # its baseline: the first estimate
    give(one, 2025, 6)
    give(one, 2026, 9)
    give(two, 2025, 10)
    give(two, 2026, 7)
    give(three, 2026, 3)
    give(four, 2026, None)
    give(make.movement(), 2026, None, declined=True, members=100)
    totals = head_count_totals(2026)
    assert (totals.members, totals.leaders, totals.movements) == (300, 40, 5)
    assert (totals.estimate, totals.gave, totals.declined, totals.silent) == (19, 3, 1, 1)
    assert (totals.compared, totals.change) == (2, (9 - 4) + (7 - 10))
    assert totals.may_be_published
    assert not totals.change_may_be_published
    earlier = [(t.working_year, t.estimate, t.compared, t.change) for t in totals_by_year()[1:]]
    assert earlier == [(2025, 16, 1, 2), (2024, 4, 0, 0), (2023, 0, 0, 0)]
    assert head_count_totals(2020).members == 0


# The page of leaders ---------------------------------------------------------------------------


@pytest.fixture
def phone(client: Client, leader: User) -> Client:
    client.force_login(leader)
    client.cookies["django_language"] = "en"
    return client


def test_leaders_give_their_numbers(phone: Client, chiro: Movement, leader: User) -> None:
    page = f"/my/{chiro.pk}/counts/"
    assert "no names of children" in phone.get(page).content.decode()
    numbers = {"members": "60", "leaders": "9", "estimate": "70"}
    text = phone.post(page, numbers).content.decode()
    assert "These are more than all members together." in text
    assert 'value="70"' in text
    assert "2000" in phone.post(page, {"members": "6000", "leaders": "9"}).content.decode()
    text = phone.post(page, {**numbers, "estimate": "", "declined": "on"}, follow=True)
    assert "Thank you for counting" in text.content.decode()
    count = HeadCount.objects.get()
    assert (count.working_year, count.declined, count.given_by) == (2026, True, leader)
    assert "rather not said" in phone.get(page).content.decode()
    # a second one from a page that was opened before: what stands there now is told
    text = phone.post(page, {**numbers, "estimate": "4", "seen": "else"}).content.decode()
    assert "Somebody changed this in the meantime" in text


def test_two_who_count_at_once(phone: Client, chiro: Movement, monkeypatch: Any) -> None:
    """A colleague saves between the look at the form and the writing of it."""

    def beaten(**fields: Any) -> HeadCount:
        give(chiro, 2026, 5)
        return give_head_count(**fields)

    monkeypatch.setattr("movements.forms.counts.give_head_count", beaten)
    numbers = {"members": "60", "leaders": "9", "estimate": "4"}
    text = phone.post(f"/my/{chiro.pk}/counts/", numbers).content.decode()
    assert "Somebody gave the numbers of this year already." in text
    assert HeadCount.objects.get().members == 50


def test_others_are_not_seen(phone: Client) -> None:
    other = make.movement()
    give(other, 2026, 5)
    page = f"/my/{other.pk}/counts/"
    assert phone.get(page).status_code == 404
    assert phone.post(page, {"members": "1", "leaders": "1"}).status_code == 404
    assert phone.get("/admin/movements/headcount/").status_code in (302, 404)


# The youth service -----------------------------------------------------------------------------


def test_staff_see_totals_and_enter_what_was_said_by_telephone(
    client: Client, chiro: Movement
) -> None:
    client.force_login(make.consultant())
    client.cookies["django_language"] = "en"
    new = {"movement": chiro.pk, "working_year": 2025, "members": 40, "leaders": 5, "estimate": 3}
    assert client.post("/admin/movements/headcount/add/", new).status_code == 302
    count = HeadCount.objects.get()
    change = f"/admin/movements/headcount/{count.pk}/change/"
    assert client.get(change).status_code == 200
    assert client.post(change, {"members": 41, "leaders": 5, "estimate": 3}).status_code == 302
    give(chiro, 2026, 7)
    give(make.movement(), 2024, None, declined=True)
    give(make.movement(), 2024, None)
    text = " ".join(client.get("/admin/movements/headcount/").content.decode().split())
    assert "<strong>7</strong> of 1 movement · too few to publish" in text
    assert "<strong>+4</strong> of 1 movement that gave both" in text
    assert ">rather not said<" in text
    count.refresh_from_db()
    assert count.members == 41


def test_the_database_holds_what_forms_say(chiro: Movement) -> None:
    count = give(chiro, 2026, 5)
    count.declined = True
    with pytest.raises(ValidationError):
        count.full_clean()
    assert str(count) == f"{chiro.pk} 2026"
    assert count.given_on == date(2026, 11, 22)
