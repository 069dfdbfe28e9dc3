"""Setting aside: kept, in no list, search or mail; the figures stay, and lifting brings it back."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import subjects
from core.calendar import today
from core.errors import Refused
from core.logs import ActivityLog
from core.outbox import OutboxMessage, OutboxState, deliver_due
from core.restriction import Restriction
from handovers.services import queue_reminders
from homevisits.models import HomeVisit
from homevisits.selectors import to_follow_up, visit_rows
from kpis.selectors import figures
from labels.emails import PlanMoreAsked
from labels.enums import PlanState
from movements.models import Mandate
from movements.selectors import team_of, team_with_history
from movements.services import invite
from privacy.services.erasure import erase
from privacy.services.restriction import lift, restrict
from recruitment.models import Child, Guidance, Household
from recruitment.selectors import (
    household_choices,
    households_with_children,
    possibly_known,
    stalled,
)
from recruitment.services import record_member, take_in
from testimonies.models import Testimony
from testimonies.selectors import consents_about_to_end, public_stories
from tests.factories import movements, people
from tests.factories.labels import Group
from tests.factories.programmes import make_edition
from tests.privacy import people as some
from tests.privacy.people import MARK

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return some.officer()


@pytest.fixture
def an() -> User:
    return people.make_consultant("An")


def put_aside(model: str, row: Any, by: User) -> None:
    restrict(kind=subjects.kind_of(model), person=row, by=by)


# Families --------------------------------------------------------------------------------------


def lists_of(user: User) -> dict[str, Callable[[], Any]]:
    """Everything in which a family of one child with a visit stands."""
    past = today() + timedelta(days=60)
    return {
        "households": lambda: list(Household.objects.for_user(user)),
        "details": lambda: list(Household.objects.with_details_for(user)),
        "by name": lambda: list(households_with_children(user).named(f"{MARK} Child")),
        "first names": lambda: [
            child for h in households_with_children(user) for child in h.children.all()
        ],
        "choices": lambda: [text for _own, rows in household_choices(user) for text in rows],
        "known": lambda: list(
            possibly_known(family_name=MARK, first_name=MARK, birth_year=some.YEAR)
        ),
        "paths": lambda: list(Guidance.objects.for_user(user)),
        "stalled": lambda: list(stalled(user, past)),
        "visits": lambda: list(HomeVisit.objects.for_user(user)),
        "children of visits": lambda: [
            child for visit in visit_rows(user) for child in visit.household.children.all()
        ],
        "follow up": lambda: list(to_follow_up(user, past)),
    }


@pytest.fixture
def path(an: User) -> Guidance:
    """A child on the way, in a family that was visited."""
    details = {"first_name": f"{MARK} Child", "family_name": MARK, "birth_year": some.YEAR}
    path = people.make_guidance(an, **details)
    people.make_visit(an, path.child.household, follow_up_on=today())
    return path


def test_a_family_stands_nowhere(path: Guidance, an: User, officer: User) -> None:
    lists = lists_of(an)
    assert all(rows() for rows in lists.values())
    put_aside("recruitment.household", path.child.household, officer)
    assert {name: rows() for name, rows in lists.items() if rows()} == {}


def test_nor_for_a_privacy_officer_who_is_also_in_the_team(path: Guidance, officer: User) -> None:
    both = people.make_user("privacy_officer", "coordinator")
    put_aside("recruitment.household", path.child.household, officer)
    assert not Household.objects.for_user(both).exists()


OF_THE_CHILD = {"first names", "known", "paths", "stalled", "children of visits", "by name"}


def test_a_child_leaves_its_family_alone(path: Guidance, an: User, officer: User) -> None:
    put_aside("recruitment.child", path.child, officer)
    gone = {name for name, rows in lists_of(an).items() if not rows()}
    assert gone == OF_THE_CHILD
    assert MARK not in str(household_choices(an))


def test_lifting_brings_it_back(path: Guidance, an: User, officer: User) -> None:
    kind = subjects.kind_of("recruitment.household")
    put_aside(kind.model, path.child.household, officer)
    lift(kind=kind, person=path.child.household, by=officer)
    assert all(rows() for rows in lists_of(an).values())
    one = Restriction.objects.get()
    assert one.lifted_at is not None
    restrict(kind=kind, person=path.child.household, by=officer)
    assert not Household.objects.for_user(an).exists()
    verbs = ActivityLog.objects.filter(object_type=kind.model, actor=officer.key)
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "set aside",
        "took up again",
        "set aside",
    ]


def test_nobody_starts_the_same_child_again(path: Guidance, an: User, officer: User) -> None:
    household = path.child.household
    put_aside("recruitment.child", path.child, officer)
    again = {"first_name": f"{MARK} Child", "birth_year": some.YEAR, "household": household}
    with pytest.raises(Refused):
        take_in(by=an, **again)
    with pytest.raises(Refused):
        record_member(by=an, movement=people.make_group(), confirmation="movement", **again)
    assert Child.objects.count() == 1


def test_the_owner_knows_that_it_is_there(path: Guidance, an: User, officer: User) -> None:
    put_aside("recruitment.household", path.child.household, officer)
    page = reverse("admin:recruitment_household_changelist")
    owner, other = Client(headers={"accept-language": "en"}), Client()
    owner.force_login(an)
    shown = owner.get(page).content.decode()
    assert f"Household {path.child.household_id}: set aside by the privacy officer" in " ".join(
        shown.split()
    )
    assert MARK not in shown
    other.force_login(people.make_consultant())
    assert f" {path.child.household_id}:" not in other.get(page).content.decode()
    alderman = people.make_user("alderman")
    assert not Household.objects.set_aside_for(alderman).exists()


# Stories ---------------------------------------------------------------------------------------


def test_a_story_goes_offline_at_once(officer: User, an: User) -> None:
    story = people.make_story(an)
    address = reverse("testimonies:story", args=[story.pk])
    assert Client().get(address).status_code == 200
    put_aside("testimonies.storyteller", story.storyteller, officer)
    assert Client().get(address).status_code == 404
    for page in ("testimonies:stories", "desk:home"):
        assert "Een plek" not in Client().get(reverse(page)).content.decode()
    assert not public_stories().exists()
    assert not Testimony.objects.for_user(an).exists()
    assert not consents_about_to_end(an, today() + timedelta(days=365 * 5 - 10)).exists()


# Leaders ---------------------------------------------------------------------------------------


@pytest.fixture
def group() -> Group:
    return Group()


def test_a_leader_is_not_shown_and_goes_on_leading(group: Group, officer: User) -> None:
    mandate = Mandate.objects.get(movement=group.movement)
    put_aside("movements.mandate", mandate, officer)
    assert not team_of(group.movement).exists()
    assert not team_with_history(group.movement).exists()
    assert "leader" in User.objects.get(pk=group.leader.pk).roles
    staff = Client()
    staff.force_login(group.consultant)
    page = reverse("admin:movements_mandate_change", args=[mandate.pk])
    assert staff.get(page).status_code in (302, 404)
    assert (
        mandate.name
        not in staff.get(reverse("admin:movements_mandate_changelist")).content.decode()
    )
    assert staff.get(reverse("admin:movements_mandate_end", args=[mandate.pk])).status_code == 404


def test_a_leader_gets_no_mail(officer: User, time_machine: Any) -> None:
    time_machine.move_to("2027-03-20T10:00:00Z")
    make_edition(starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31))
    soon = movements.mandate(ends_on=date(2027, 6, 1))
    invite(mandate=soon, by=movements.coordinator())
    assert queue_reminders() == 1
    put_aside("movements.mandate", soon, officer)
    deliver_due()
    states = OutboxMessage.objects.filter(kind__in=["team_ends", "invitation"])
    assert set(states.values_list("state", flat=True)) == {OutboxState.NOT_DUE}
    time_machine.move_to("2027-05-03T10:00:00Z")
    # the question stays, so it is the coordinator's
    assert queue_reminders() == 1
    assert OutboxMessage.objects.get(step="may 2027").kind == "team_silent"


def test_nor_about_the_plan(officer: User) -> None:
    group = Group(state=PlanState.MORE_ASKED)
    mail = OutboxMessage.objects.get(kind="plan_more_asked")
    assert PlanMoreAsked(mail).still_due()
    mandate = Mandate.objects.get(movement=group.movement)
    put_aside("movements.mandate", mandate, officer)
    assert not PlanMoreAsked(mail).still_due()
    assert PlanMoreAsked.recipients(group.plan) == []


def test_all_mandates_of_the_person_are_set_aside(officer: User) -> None:
    one = movements.mandate(email="lea@example.org")
    two = movements.ended(movements.mandate(email="lea@example.org"))
    put_aside("movements.mandate", one, officer)
    assert not Mandate.objects.in_use().exists()
    lift(kind=subjects.kind_of("movements.mandate"), person=two, by=officer)
    assert Mandate.objects.in_use().count() == 2
    # one that was recorded since was never set aside, and its log does not say so
    put_aside("movements.mandate", one, officer)
    three = movements.mandate(email="lea@example.org", name="Lea")
    lift(kind=subjects.kind_of("movements.mandate"), person=three, by=officer)
    told = ActivityLog.objects.filter(object_id=three.pk, object_type="movements.mandate")
    assert list(told.values_list("verb", flat=True)) == ["recorded"]


# Figures and refusals --------------------------------------------------------------------------


def test_the_figures_stay(officer: User, an: User) -> None:
    edition = make_edition(
        starts_on=today() - timedelta(days=30), ends_on=today() + timedelta(days=300)
    )
    family, teller = some.family(an), some.storyteller(an)
    before = [(f.value, [b.value for b in f.beside]) for f in figures(edition)]
    for person in (family, teller):
        put_aside(person.model, person.row, officer)
    assert [(f.value, [b.value for b in f.beside]) for f in figures(edition)] == before


def test_what_cannot_be_set_aside_or_lifted(officer: User, an: User) -> None:
    user = movements.user("Tom")
    child = people.make_guidance(an).child
    kind = subjects.kind_of("recruitment.child")
    with pytest.raises(Refused):
        put_aside("accounts.user", user, officer)
    with pytest.raises(Refused):
        lift(kind=kind, person=child, by=officer)
    put_aside(kind.model, child, officer)
    with pytest.raises(Refused):
        put_aside(kind.model, child, officer)
    lift(kind=kind, person=child, by=officer)
    erase(kind=kind, person=child, by=officer)
    child.refresh_from_db()
    with pytest.raises(Refused):
        put_aside(kind.model, child, officer)


def test_a_choice_offers_no_erased_family(officer: User, an: User) -> None:
    one = people.make_guidance(an, first_name="Een").child
    people.make_guidance(an, first_name="Twee", household=one.household)
    erase(kind=subjects.kind_of("recruitment.child"), person=one, by=officer)
    text = str(household_choices(an))
    assert "Twee" in text
    assert "Een" not in text
    erase(kind=subjects.kind_of("recruitment.household"), person=one.household, by=officer)
    assert str(one.household_id) not in str(household_choices(an))


# Together --------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_set_aside_at_once_make_one_row() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")
    officer, an = some.officer(), people.make_consultant()
    child = people.make_guidance(an).child
    barrier, results = threading.Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(10)
            put_aside("recruitment.child", child, officer)
            results.append("done")
        except Refused:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == ["done", "refused"]
    assert Restriction.objects.count() == 1
