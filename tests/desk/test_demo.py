"""The demonstration: made by the services, in every state, once, and never in production."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models, transaction
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from core.calendar import today
from core.models import ActivityLog, OutboxMessage
from core.outbox import OutboxState
from desk.demo.people import ACCOUNTS, PARTNER, SECONDED
from desk.demo.teams import PLACES, SILENT
from desk.demo.world import MOVEMENTS, Story
from desk.worklist import work_list
from homevisits.models import HomeVisit
from kpis.selectors import figures
from labels.enums import LabelState, PlanState
from labels.lifecycle import label_state
from labels.models import Label
from labels.selectors.plans import plan_of
from labels.selectors.register import current_label, labels_valid
from movements.enums import TeamState
from movements.models import Mandate, Movement
from movements.selectors import likely_duplicates
from movements.selectors.pass_on import waiting_requests
from movements.years import ends_on, opens_on, working_year
from programmes.enums import Indicator
from programmes.models import Edition
from recruitment.models import Child, GuidanceStep
from recruitment.selectors import leavers
from testimonies.models import Testimony
from testimonies.selectors import public_stories
from tests.factories.labels import default_template
from tests.factories.movements import flemish_federations

# what a visitor sees of each story: the state of the newest plan and of the label
SEEN = {
    Story.VALID: (PlanState.AWARDED, LabelState.VALID),
    Story.RENEWAL: (PlanState.AWARDED, LabelState.VALID),
    Story.PAUSED: (PlanState.AWARDED, LabelState.PAUSED),
    Story.GRACE: (PlanState.AWARDED, LabelState.GRACE),
    Story.EXPIRED: (PlanState.DRAFT, LabelState.EXPIRED),
    Story.WITHDRAWN: (PlanState.AWARDED, LabelState.WITHDRAWN),
    Story.PROPOSED: (PlanState.PROPOSED, None),
    Story.MORE_ASKED: (PlanState.MORE_ASKED, None),
    Story.SUBMITTED: (PlanState.SUBMITTED, None),
    Story.NOT_YET: (PlanState.NOT_YET, None),
    Story.STARTED: (PlanState.DRAFT, None),
    Story.EMPTY: (None, None),
}
DATED: list[type[models.Model]] = [Label, HomeVisit, GuidanceStep, Testimony, Child]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, made by its command; rolled back after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        flemish_federations()
        default_template()
        call_command("demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(built: None, db: None) -> None:
    """The demonstration; what a test does to it is undone."""


def awarded_or(state: str) -> PlanState:
    """A label with conditions is a label; some movements of the demonstration have one."""
    conditions = state == PlanState.AWARDED_WITH_CONDITIONS
    return PlanState.AWARDED if conditions else PlanState(state)


def check_movements() -> None:
    for name, _federation, story, _months in MOVEMENTS:
        movement = Movement.objects.get(name=name)
        plan, label = plan_of(movement), movement.labels.order_by("-starts_on").first()
        state = awarded_or(plan.state) if plan else None
        assert (state, label_state(label) if label else None) == SEEN[story], name


def check_figures() -> None:
    edition = Edition.objects.current()
    assert edition is not None
    values = {figure.indicator: (figure.value, figure.target) for figure in figures(edition)}
    assert set(values) == set(Indicator)
    assert all(0 < value < target for value, target in values.values()), values


def test_twenty_four_movements_each_in_its_state(demo: None) -> None:
    assert Movement.objects.count() == len(MOVEMENTS) == 24
    assert {story for _name, _federation, story, _months in MOVEMENTS} == set(Story) == set(SEEN)
    check_movements()


def test_the_four_figures_are_part_way(demo: None) -> None:
    check_figures()


def test_two_years_of_history_and_nothing_of_it_in_the_future(demo: None) -> None:
    first, last = HomeVisit.objects.earliest("on").on, HomeVisit.objects.latest("on").on
    assert (last - first).days > 365 / 2
    assert last < today()
    assert not GuidanceStep.objects.filter(on__gte=today()).exists()
    assert not Label.objects.filter(starts_on__gt=today()).exists()
    assert (
        Label.objects.earliest("starts_on").starts_on
        < Edition.objects.latest("starts_on").starts_on
    )


def test_each_role_can_sign_in(demo: None) -> None:
    for account in ACCOUNTS:
        user = User.objects.get(email=account["email"])
        assert user.roles == {account["role"]}
        client = Client()
        client.force_login(user)
        assert client.get("/start/", follow=True).status_code == 200
    assert {account["role"] for account in ACCOUNTS} == set(Role)


def test_one_of_the_team_is_of_a_partner_and_leaves_soon(demo: None) -> None:
    [leaver] = leavers()
    assert leaver.person.email == SECONDED
    assert leaver.person.secondments.get().partner.name == PARTNER
    assert leaver.files > 10


def test_leaders_stand_for_three_kinds_of_visitor(demo: None) -> None:
    """One writes, one has a label, one was asked for more."""
    leaders = [a["email"] for a in ACCOUNTS if a["role"] == Role.LEADER]
    plans = [plan_of(Movement.objects.get(mandates__user__email=m)) for m in leaders]
    states = [awarded_or(plan.state) for plan in plans]
    assert states == [PlanState.DRAFT, PlanState.AWARDED, PlanState.MORE_ASKED]


def test_the_pages_of_the_demonstration_have_something_on_them(demo: None) -> None:
    assert public_stories().count() >= 3
    assert labels_valid().count() >= 10
    titles = set()
    for who in ("karin", "yusuf", "lotte"):
        user = User.objects.get(email=f"{who}@demo.example")
        titles |= {section.url for section in work_list(user)}
    assert len(titles) >= 4
    assert current_label(Movement.objects.get(name="Chiro De Vlieger")) is not None


def test_nobody_is_taken_for_somebody_else(demo: None) -> None:
    assert likely_duplicates() == []


def test_somebody_asks_to_join_and_in_autumn_a_team_is_still_waited_for(demo: None) -> None:
    [asked] = waiting_requests()
    assert asked.movement.name == MOVEMENTS[0][0]
    opened = opens_on(working_year(today()))
    silent = Movement.objects.with_team_state().filter(team_state=TeamState.UNCONFIRMED)
    if opened + timedelta(days=15) < today() <= ends_on(opened.year):
        assert [movement.name for movement in silent] == [SILENT]
        assert Mandate.objects.waiting().count() == PLACES + 1


def test_no_mail_of_the_past_goes_out(demo: None) -> None:
    states = Counter(OutboxMessage.objects.values_list("state", flat=True))
    assert states[OutboxState.WAITING] == 0
    assert states[OutboxState.NOT_DUE] > 0


def test_everything_was_done_by_services(demo: None) -> None:
    """Each left its line in the activity log, on the day it pretends."""
    done = set(ActivityLog.objects.values_list("verb", flat=True))
    assert {"added", "granted", "invited", "awarded", "published"} <= done


def test_nobody_in_it_can_be_reached(demo: None) -> None:
    addresses = User.objects.values_list("email", flat=True)
    assert all(address.endswith("@demo.example") for address in addresses)


def test_a_second_run_does_nothing(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = [model.objects.count() for model in DATED], ActivityLog.objects.count()
    call_command("demo")
    assert "There is a programme already." in capsys.readouterr().out
    assert before == ([model.objects.count() for model in DATED], ActivityLog.objects.count())
