"""The dashboard: who sees it, what it says, what it costs."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from labels.models import ActionPlan, ActionPoint, Decision, Label
from movements.models import Movement
from tests.factories.programmes import FIRST, LAST, make_edition
from tests.kpis.rows import City, template, user_with
from tests.support.statistics import learn

pytestmark = pytest.mark.django_db
QUERIES = 26


@pytest.fixture(autouse=True)
def _in_november() -> Any:
    with time_machine.travel("2022-11-01T12:00:00Z"):
        yield


def signed_in(*roles: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user_with(*roles))
    return client


@pytest.fixture
def alderman() -> Client:
    return signed_in(Role.ALDERMAN)


def page(client: Client) -> str:
    response = client.get(reverse("kpis:dashboard"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# Who -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([Role.ALDERMAN], 200),
        ([Role.CONSULTANT], 200),
        ([Role.COORDINATOR], 200),
        ([Role.PRIVACY_OFFICER], 404),
        ([], 404),
    ],
)
@pytest.mark.parametrize("edition", [True, False])
def test_who_sees_figures(roles: list[str], status: int, edition: bool) -> None:
    if edition:
        make_edition()
    assert signed_in(*roles).get(reverse("kpis:dashboard")).status_code == status


def test_strangers_sign_in_first(client: Client) -> None:
    response = client.get("/dashboard/")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=/dashboard/"


# Before there is anything ----------------------------------------------------------------------


def test_without_an_edition_the_coordinator_can_make_one() -> None:
    assert reverse("admin:programmes_edition_add") in page(signed_in(Role.COORDINATOR))
    for role in (Role.ALDERMAN, Role.CONSULTANT):
        told = page(signed_in(role))
        assert "The coordinator has not made an edition yet." in told
        assert reverse("admin:programmes_edition_add") not in told


def test_an_edition_to_come_tells_when_it_starts(alderman: Client) -> None:
    make_edition(starts_on=date(2023, 3, 1), ends_on=date(2025, 2, 28))
    told = page(alderman)
    assert "The edition starts on March 1, 2023." in told
    assert "Youth work for all" in told


def test_on_its_first_day_everything_is_nought(alderman: Client) -> None:
    make_edition(starts_on=date(2022, 11, 1), ends_on=date(2024, 10, 31))
    told = page(alderman)
    assert "As of Nov. 1, 2022, month 1 of 24" in told
    assert "<h1>Just begun: too early to compare with the plan</h1>" in told
    assert 'class="tag' not in told


def test_an_edition_without_targets_shows_its_figures(alderman: Client) -> None:
    make_edition(targets={})
    assert "planned" not in page(alderman).lower().replace("held and planned", "").replace(
        ">planned<", ""
    )


# What it says ----------------------------------------------------------------------------------


@pytest.fixture
def city() -> City:
    city = City(make_edition())
    for number in range(71):
        city.visit(FIRST + timedelta(days=8 * number))
    city.visit(FIRST, outcome="nobody_home")
    for number in range(52):
        city.member(FIRST + timedelta(days=10 * number))
    for number in range(13):
        city.story(FIRST + timedelta(days=30 * number))
    for number in range(21):
        city.label(FIRST + timedelta(days=20 * number), date(2024, 12, 31))
    return city


@pytest.mark.usefixtures("city")
def test_the_page_tells_the_news_and_the_rules(alderman: Client) -> None:
    told = page(alderman)
    assert "As of Nov. 1, 2022, month 21 of 24" in told
    assert re.search(r"<h1>3 of 4 on schedule; home visits \d+ behind</h1>", told)
    for value, target in ((21, 24), (52, 60), (71, 100), (13, 15)):
        number = rf'<span class="figure-number">{value}</span> ?<span> ?of {target} ?</span>'
        assert re.search(number, told)
    assert told.count("How we count") == 5
    assert told.count("● </span>") + told.count('aria-hidden="true">●</span>') >= 3
    assert "behind</span>" in told
    assert "nobody home: 1 · cancelled: 0 · refused: 0" in told
    assert "ever awarded: 21" in told
    assert "online now: 13 · withdrawn: 0 · ever shared: 13" in told
    assert told.count('<th scope="row">') == 24
    assert "28 February 2023" in told


@pytest.mark.usefixtures("city")
def test_after_its_end_the_page_says_so(alderman: Client) -> None:
    with time_machine.travel("2023-05-01T12:00:00Z"):
        client = signed_in(Role.ALDERMAN)
        assert "The edition ended on Feb. 28, 2023." in page(client)


def test_the_ten_points_are_bars(alderman: Client) -> None:
    city = City(make_edition())
    for number in range(3):
        plan = city.plan(city.movement())
        for point in plan.template.points.filter(number__lte=number + 1):
            plan.points.create(point=point, number=point.number, is_done=True)
    told = page(alderman)
    assert re.findall(r"<strong>(\d+)</strong>", told) == ["3", "2", "1"] + ["0"] * 7
    assert "in how many of the 3 movements the point is done" in told


@pytest.mark.usefixtures("city")
def test_only_the_coordinator_is_led_to_targets_and_plan(alderman: Client) -> None:
    link = "/change/"
    assert link in page(signed_in(Role.COORDINATOR))
    assert link not in page(alderman)
    assert link not in page(signed_in(Role.CONSULTANT))


@pytest.mark.parametrize(("language", "number"), [("nl", "1.250"), ("en", "1,250")])
def test_numbers_are_written_as_the_language_does(language: str, number: str) -> None:
    city = City(make_edition())
    household = city.household()
    for _number in range(2):
        city.visit(FIRST, household)
    edition = city.edition
    edition.targets.model.objects.create(
        edition=edition, indicator="recruits", value=1250, valid_from=date(2022, 1, 1)
    )
    assert number in page(signed_in(Role.ALDERMAN, language=language))


@pytest.mark.usefixtures("city")
def test_nothing_personal_and_no_movement_is_on_the_page(alderman: Client) -> None:
    told = page(alderman)
    for name in ("Familie", "Kind", "Iemand", "Sam", "Titel", "Demo groep"):
        assert name not in told
    assert "style=" not in told
    assert "<script" not in told


@pytest.mark.usefixtures("city")
def test_the_page_only_reads_and_is_not_kept(alderman: Client, no_writes: Any) -> None:
    with no_writes():
        response = alderman.get(reverse("kpis:dashboard"))
    assert "no-store" in response["Cache-Control"]


# What it costs ---------------------------------------------------------------------------------


def fill(number: int) -> None:
    """Movements with a label and ten points each, in a handful of statements."""
    city = City(make_edition())
    points = list(template().points.order_by("number"))
    movements = Movement.objects.bulk_create(
        Movement(federation=city.federation, name=f"Demo {i}") for i in range(number)
    )
    plans = ActionPlan.objects.bulk_create(
        ActionPlan(
            movement=movement,
            edition=city.edition,
            template=points[0].template,
            state="awarded",
            submitted_at="2021-09-01T12:00:00Z",
        )
        for movement in movements
    )
    ActionPoint.objects.bulk_create(
        ActionPoint(plan=plan, point=point, number=point.number, is_done=True)
        for plan in plans
        for point in points
    )
    decisions = Decision.objects.bulk_create(
        Decision(
            plan=plan,
            outcome="award",
            reasons="Goed",
            proposed_by=city.staff,
            confirmed_by=city.other,
            decided_on=FIRST,
            effective_on=FIRST,
        )
        for plan in plans
    )
    Label.objects.bulk_create(
        Label(
            movement=decision.plan.movement,
            decision=decision,
            number=f"{i}",
            decided_on=FIRST,
            renewal_months=6,
            grace_months=3,
            starts_on=FIRST,
            ends_on=LAST,
            effective_end=LAST,
            frozen={},
        )
        for i, decision in enumerate(decisions)
    )
    household = city.household()
    for days in range(number // 12):
        city.visit(FIRST + timedelta(days=days), household)


@pytest.mark.no_cover
@pytest.mark.parametrize("number", [24, 2400])
def test_the_number_of_queries_is_the_same(
    alderman: Client, number: int, django_assert_num_queries: Any
) -> None:
    fill(number)
    learn()
    with django_assert_num_queries(QUERIES):
        response = alderman.get(reverse("kpis:dashboard"))
    bars = [bar.reached for bar in response.context["bars"]]
    assert bars == [number] * 10
    assert response.context["cards"][0]["figure"].value == number
