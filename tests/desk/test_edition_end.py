"""The end of an edition: what goes on, and who looks after it when the project is over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.translation import override

from accounts.models import RoleGrant, User
from desk import edition_end
from desk.services import give_owner
from desk.worklist import work_list
from handovers.models import Handover
from labels.enums import PlanState
from movements.models import Movement
from movements.selectors import coach_of
from movements.services import assign_coach
from programmes.models import DataAgreement, Edition, Partner, Secondment
from tests.factories import movements as factory
from tests.factories.labels import Group
from tests.labels.awarding import award, make_edition
from tests.support.proof import force_login

pytestmark = [pytest.mark.django_db]
NOW = datetime(2026, 12, 10, 12, tzinfo=UTC)
ENDS = date(2027, 2, 28)
SINCE = {"starts_on": date(2020, 1, 1)}
ADDRESS = "/admin/end-of-edition/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def edition() -> Edition:
    return make_edition(starts_on=date(2025, 3, 1), ends_on=ENDS)


@pytest.fixture
def city() -> User:
    return factory.consultant("Kamal van de Stad")


@pytest.fixture
def seconded() -> User:
    """Somebody of a partner, who leaves with the edition."""
    person = factory.user("Petra Partner")
    partner = Partner.objects.create(name="De Partner")
    signed = {"signed_on": date(2025, 1, 1), "starts_on": date(2025, 1, 1)}
    DataAgreement.objects.create(partner=partner, reference="A1", **signed)
    Secondment.objects.create(
        user=person, partner=partner, starts_on=date(2025, 3, 1), ends_on=ENDS
    )
    return User.objects.get(pk=person.pk)


def coached(name: str, coach: User | None) -> Movement:
    movement = factory.movement(name)
    if coach:
        assign_coach(movement=movement, user=coach, by=None, starts_on=date(2026, 9, 1))
    return movement


def row_of(edition: Edition, movement: Movement) -> edition_end.Row:
    with override("en"):
        return next(row for row in edition_end.rows(edition) if row.movement == movement)


def test_an_owner_stays_until_the_last_of_it_falls_due(
    edition: Edition, city: User, seconded: User
) -> None:
    kept, lost = coached("Blijft", city), coached("Verliest", seconded)
    nobody = coached("Niemand", None)
    stopped = coached("Stopt", None)
    Movement.objects.filter(pk=stopped.pk).update(stopped_on=ENDS)
    gone = factory.consultant("Guido Weg")
    former = coached("Vroeger", gone)
    RoleGrant.objects.filter(user=gone).update(**SINCE, ends_on=date(2026, 12, 1))
    found = {row.movement: row for row in edition_end.rows(edition)}
    assert {movement: row.has_owner for movement, row in found.items()} == {
        kept: True, lost: False, nobody: False, former: False,
    }  # fmt: skip
    assert [found[m].leaves_on for m in (kept, lost, former)] == [None, ENDS, None]
    assert found[former].coach is None
    assert next(reversed(found)) == kept
    # who is there when the team says who goes on, the last thing here, stays long enough
    for day, stays in ((date(2027, 8, 31), False), (date(2027, 9, 1), True)):
        RoleGrant.objects.filter(user=city).update(ends_on=day)
        assert row_of(edition, kept).has_owner is stays


def test_what_is_due_is_what_is_open_and_what_comes(edition: Edition, city: User) -> None:
    movement = Group(state=PlanState.SUBMITTED).movement
    label = award(movement, date(2026, 10, 1))
    Handover.objects.create(movement=movement, rotation_on=date(2027, 2, 1))
    due = [(due.day, due.text.replace(label.number, "N")) for due in row_of(edition, movement).due]
    assert due == [
        (None, "The plan is open: submitted"),
        (None, "The handover is not signed"),
        (date(2027, 3, 18), "Has the new team taken over?"),
        (date(2027, 9, 1), "The team says who goes on"),
        (date(2027, 10, 1), "Label N: is it still true?"),
        (date(2028, 10, 1), "Label N: is it still true?"),
        (date(2029, 4, 1), "From today label N can be renewed"),
        (date(2029, 9, 30), "Last day of label N"),
        (date(2029, 12, 31), "Last day to renew label N all the same"),
    ]


def as_(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    force_login(client, User.objects.get(pk=user.pk))
    return client


def test_several_groups_get_a_coach_who_stays(edition: Edition, city: User, seconded: User) -> None:
    one, two, three = (coached(name, seconded) for name in ("Een", "Twee", "Drie"))
    coordinator = factory.coordinator()
    client = as_(coordinator)
    page = client.get(ADDRESS)
    text = page.content.decode()
    assert "3 groups have no coach who stays." in text
    assert 'value="2027-03-01"' in text  # the day after the edition stands there already
    assert "Petra Partner leaves: 28 February 2027" in text
    assert seconded not in page.context["form"].fields["coach"].queryset
    keys = {row.movement: row.key for row in page.context["rows"]}
    form = {"movements": [keys[one], keys[two]], "coach": city.pk, "starts_on": "2027-03-01"}
    answer = client.post(ADDRESS, form, follow=True)
    assert "2 groups have a new coach." in answer.content.decode()
    after = date(2027, 3, 1)
    assert [coach_of(m, after) for m in (one, two, three)] == [city, city, seconded]
    assert coach_of(one, ENDS) == seconded
    # what somebody else changed meanwhile is not overwritten unseen
    answer = client.post(ADDRESS, {**form, "starts_on": "2027-03-02"})
    assert "Somebody changed the coach of a group meanwhile." in answer.content.decode()
    answer = client.post(ADDRESS, {**form, "movements": []})
    assert "Choose at least one group." in answer.content.decode()
    client.post(ADDRESS, {**form, "movements": [keys[three]]})
    assert "Every group has a coach who stays." in client.get(ADDRESS).content.decode()


def test_all_or_none(edition: Edition, city: User) -> None:
    one, two = coached("Een", None), coached("Twee", None)
    other = factory.consultant("Lena Later")
    assign_coach(movement=two, user=other, by=None, starts_on=date(2027, 6, 1))
    client = as_(factory.coordinator())
    keys = [row.key for row in client.get(ADDRESS).context["rows"]]
    form = {"movements": keys, "coach": city.pk, "starts_on": "2027-03-01"}
    answer = client.post(ADDRESS, form)
    assert "Twee: The coach changed on" in answer.content.decode()
    assert answer.context["chosen"] == keys
    assert coach_of(one, date(2027, 3, 1)) is None
    assert give_owner(movements=[one], to=city, starts_on=date(2027, 3, 1), by=other) == 1


def test_who_decides_and_who_reads(edition: Edition, city: User) -> None:
    coached("Een", None)
    client = as_(city)
    page = client.get(ADDRESS)
    assert 'type="checkbox"' not in page.content.decode()
    assert client.post(ADDRESS).status_code == 404
    paper = client.get(f"{ADDRESS}paper/")
    assert paper.content.startswith(b"%PDF")


def test_a_paper_holds_no_thousands_of_groups(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Een", "Twee", "Drie"):
        coached(name, None)
    monkeypatch.setattr("desk.views.edition_end.ON_PAPER", 1)
    monkeypatch.setattr("desk.views.edition_end.render_pdf", lambda html: html.encode())
    with override("en"):
        paper = as_(factory.coordinator()).get(
            f"{ADDRESS}paper/", headers={"accept-language": "en"}
        )
    assert "2 more groups stand on the page" in " ".join(paper.content.decode().split())
    assert paper.content.count(b"<h2>") == 1


def test_without_an_edition_there_is_no_end() -> None:
    client = as_(factory.coordinator())
    assert [client.get(ADDRESS + more).status_code for more in ("", "paper/")] == [404, 404]
    assert not edition_end.is_near(None)


def test_on_the_work_list_from_three_months_before(edition: Edition, city: User) -> None:
    coached("Een", None)
    coached("Twee", city)
    coordinator, title = factory.coordinator(), "Groups without a coach after the edition"

    RoleGrant.objects.update(**SINCE)

    def counts(user: User, day: date) -> list[int]:
        with time_machine.travel(day, tick=False), override("en"):
            fresh = User.objects.get(pk=user.pk)
            return [section.count for section in work_list(fresh) if section.title == title]

    assert counts(coordinator, date(2026, 11, 27)) == []
    assert counts(coordinator, date(2026, 11, 28)) == [1]
    assert counts(coordinator, date(2027, 5, 1)) == [1]
    assert counts(city, date(2027, 1, 1)) == []


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_whatever_the_number(
    edition: Edition, number: int, django_assert_num_queries: Any
) -> None:
    for count in range(number):
        award(coached(f"Groep {count}", None), date(2026, 10, 1))
    client = as_(factory.consultant())
    client.get(ADDRESS)
    with django_assert_num_queries(21):
        client.get(ADDRESS)
