"""The coordinator's typed reason: who opens another one's file, for how long, and who sees it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from accounts.enums import Role
from accounts.models import User
from accounts.services import end_role, grant_role
from core.calendar import now
from core.errors import Refused
from core.logs import AccessLog
from recruitment.models import Household, ReasonedLook
from recruitment.services import change_household, open_with_a_reason
from tests.factories.people import make_consultant, make_household, make_user

pytestmark = pytest.mark.django_db
REASON = "De eigenaar is ziek, het gezin belt."
SECRET = "Belt liefst in de namiddag."


def address(name: str, household: Household) -> str:
    return reverse(f"admin:recruitment_household_{name}", args=[household.pk])


@pytest.fixture
def owner() -> User:
    return make_consultant("Olivia Owner")


@pytest.fixture
def boss() -> User:
    return make_user(Role.COORDINATOR, name="Cora Coördinator")


@pytest.fixture
def household(owner: User) -> Household:
    return make_household(owner, phone="0400 00 00 00", notes=SECRET)


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def seen(user: User, household: Household) -> bool:
    """Whether contacts and notes stand on the page, which the look-up must agree with."""
    shown = SECRET in signed_in(user).get(address("change", household)).content.decode()
    fresh = User.objects.get(pk=user.pk)
    assert Household.objects.with_details_for(fresh).filter(pk=household.pk).exists() is shown
    return shown


def test_a_coordinator_reads_after_typing_a_reason_and_the_owner_sees_it(
    owner: User, boss: User, household: Household
) -> None:
    client = signed_in(boss)
    page = client.get(address("change", household)).content.decode()
    assert SECRET not in page
    assert address("reason", household) in page
    sent = client.post(address("reason", household), {"reason": f"  {REASON} "}, follow=True)
    assert SECRET in sent.content.decode()
    look = ReasonedLook.objects.get()
    assert (look.by, look.reason, look.until - look.at) == (boss, REASON, timedelta(hours=8))
    assert date_format(localtime(look.until), "H:i") in sent.content.decode()
    told = signed_in(owner).get(address("change", household)).content.decode()
    assert REASON in told
    assert "Cora Coördinator" in told
    assert date_format(localtime(look.at), "j F Y H:i") in told
    assert str(look) == f"{look._meta.verbose_name} {look.pk}"


def test_every_step_is_logged_without_the_reason(boss: User, household: Household) -> None:
    client = signed_in(boss)
    client.post(address("reason", household), {"reason": REASON})
    client.get(address("change", household))
    rows = AccessLog.objects.filter(actor=boss.key, object_id=str(household.pk)).order_by("id")
    verbs = list(rows.values_list("verb", flat=True))
    assert verbs == ["viewed", "gave a reason", "viewed", "viewed details"]


def test_reading_is_all_it_opens(boss: User, household: Household) -> None:
    client = signed_in(boss)
    client.post(address("reason", household), {"reason": REASON})
    assert client.get(address("details", household)).status_code == 404
    assert client.post(address("details", household), {"notes": "Weg"}).status_code == 404
    assert (
        address("details", household)
        not in client.get(address("change", household)).content.decode()
    )


def test_it_closes_by_itself_and_with_the_role(boss: User, household: Household) -> None:
    make_user(Role.COORDINATOR)
    start = now()
    with time_machine.travel(start, tick=False):
        open_with_a_reason(household=household, reason=REASON, by=boss)
        assert seen(boss, household)
    with time_machine.travel(start + timedelta(hours=8) - timedelta(seconds=1), tick=False):
        assert seen(boss, household)
        end_role(grant=boss.grants.get(), by=None)
        grant_role(user=boss, role=Role.CONSULTANT, by=None)
        assert not seen(boss, household)
        grant_role(user=boss, role=Role.COORDINATOR, by=None)
        assert seen(boss, household)
    with time_machine.travel(start + timedelta(hours=8), tick=False):
        assert not seen(boss, household)


def test_it_opens_one_household_to_one_person(
    owner: User, boss: User, household: Household
) -> None:
    other = make_household(owner, notes=SECRET)
    open_with_a_reason(household=household, reason=REASON, by=boss)
    assert [seen(boss, household), seen(boss, other)] == [True, False]
    assert not seen(make_user(Role.COORDINATOR), household)
    assert not seen(make_consultant(), household)


@pytest.mark.parametrize("reason", ["", "   ", "Te kort", "a" * 501])
def test_a_reason_says_something(boss: User, household: Household, reason: str) -> None:
    page = signed_in(boss).post(address("reason", household), {"reason": reason})
    assert page.context["form"].errors["reason"]
    assert not ReasonedLook.objects.exists()


def test_blanks_do_not_make_a_reason_long(boss: User, household: Household) -> None:
    page = signed_in(boss).post(address("reason", household), {"reason": "a        b         c"})
    assert page.context["form"].errors["__all__"]


def test_only_for_a_coordinator_who_does_not_answer_for_the_family(
    owner: User, boss: User, household: Household
) -> None:
    backup = make_user(Role.COORDINATOR)
    Household.objects.update(backup=backup)
    for user in (owner, backup, make_consultant()):
        assert signed_in(user).get(address("reason", household)).status_code == 404
        assert signed_in(user).post(address("reason", household)).status_code == 404
        household.refresh_from_db()
        with pytest.raises(Refused):
            open_with_a_reason(household=household, reason=REASON, by=user)
    assert not ReasonedLook.objects.exists()


def test_a_double_click_and_a_second_reason_are_one_look(boss: User, household: Household) -> None:
    client = signed_in(boss)
    for _twice in range(2):
        answer = client.post(address("reason", household), {"reason": REASON})
        assert answer.url == address("change", household)
    open_with_a_reason(household=household, reason="Nog eens kijken, later.", by=boss)
    assert ReasonedLook.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_one_look(boss: User, household: Household) -> None:
    def attempt(_number: int) -> int:
        try:
            return open_with_a_reason(household=household, reason=REASON, by=boss).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(attempt, range(2)))) == 1


def test_the_reason_is_encrypted_and_the_look_ends_later(boss: User, household: Household) -> None:
    look = open_with_a_reason(household=household, reason=REASON, by=boss)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM recruitment_reasonedlook")
        assert REASON not in cursor.fetchone()[0]
    with pytest.raises(IntegrityError, match="look_ends_later"), transaction.atomic():
        ReasonedLook.objects.filter(pk=look.pk).update(until=look.at)


def test_what_is_my_own_work_stays_the_same(owner: User, boss: User, household: Household) -> None:
    """Reading a file makes it nobody's: lists of one's own work do not grow."""
    open_with_a_reason(household=household, reason=REASON, by=boss)
    assert not Household.objects.owned_by(boss).exists()
    assert list(Household.objects.owned_by(owner)) == [household]
    change_household(household=household, by=owner, version=0, notes="Anders")
    mine = reverse("admin:recruitment_household_changelist") + "?whose=mine"
    assert str(household) not in signed_in(boss).get(mine).content.decode()
