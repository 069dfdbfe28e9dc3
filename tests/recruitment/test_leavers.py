"""Files of people who leave the team: said in time, handed over by hand, never left behind."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.enums import Role
from accounts.models import RoleGrant, User
from accounts.services import end_role, plan_role_end, update_user
from core.calendar import pretend, today
from core.errors import Refused
from core.logs import ActivityLog
from core.messages import compose
from core.outbox import OutboxMessage
from desk.worklist import work_list
from programmes.services import add_partner, record_agreement, second_user
from recruitment import tasks
from recruitment.models import Household
from recruitment.selectors import leavers
from recruitment.services import (
    hand_over_files,
    hand_over_household,
    hand_over_left_files,
    queue_leaving_mails,
)
from tests.factories.people import make_consultant, make_guidance, make_household, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIST = "Files of people who leave"


@pytest.fixture
def boss() -> User:
    """Coordinator since 2020; another one came later."""
    user = make_user(Role.COORDINATOR, name="Cora Coördinator")
    RoleGrant.objects.filter(user=user).update(starts_on=date(2019, 1, 1))
    return user


@pytest.fixture
def ann(boss: User) -> User:
    """A consultant of the city whose last day is in 30 days."""
    user = make_consultant("Ann Anders")
    plan_role_end(grant=user.grants.get(), ends_on=today() + 30 * DAY, by=None)
    return user


@pytest.fixture
def bo() -> User:
    return make_consultant("Bo Blijft")


def who(household: Household) -> tuple[User, User | None]:
    household.refresh_from_db()
    return household.owner, household.backup


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def address(person: User) -> str:
    return reverse("admin:recruitment_household_leaver", args=[person.pk])


# Said in time ------------------------------------------------------------------------------------


def test_thirty_days_before_the_end_the_files_are_listed(ann: User, bo: User) -> None:
    for _number in range(3):
        make_household(ann)
    make_household(bo, backup=ann)
    found = [(leaver.person, leaver.last_day, leaver.files) for leaver in leavers()]
    assert found == [(ann, today() + 30 * DAY, 3)]
    assert leavers(today() - DAY) == []
    assert leavers(today() + 31 * DAY) == []


def test_the_end_of_a_secondment_counts_in_the_same_way(boss: User) -> None:
    partner = add_partner(name="Huis", by=None)
    record_agreement(
        partner=partner,
        reference="DPA",
        signed_on=today() - DAY,
        starts_on=today() - DAY,
        ends_on=today() + 5 * DAY,
        by=None,
    )
    secondment = second_user(
        partner=partner,
        email="x@huis.example",
        full_name="Xan",
        ends_on=today() + 20 * DAY,
        by=None,
    )
    make_household(secondment.user)
    assert [leaver.last_day for leaver in leavers()] == [today() + 5 * DAY]


def test_who_stays_in_another_role_does_not_leave(ann: User) -> None:
    make_household(ann)
    RoleGrant.objects.create(user=ann, role=Role.COORDINATOR, starts_on=today() + 31 * DAY)
    assert leavers() == []


def test_the_soonest_stands_first(ann: User) -> None:
    soon = make_consultant()
    plan_role_end(grant=soon.grants.get(), ends_on=today() + 2 * DAY, by=None)
    for person in (ann, soon):
        make_household(person)
    assert [leaver.person for leaver in leavers()] == [soon, ann]


def section(user: User) -> list[str] | None:
    fresh = User.objects.get(pk=user.pk)
    with override("en"):
        found = {section.title: section for section in work_list(fresh)}
        return [item.text for item in found[LIST].items] if LIST in found else None


def test_the_work_list_says_so_to_that_person_and_the_coordinators(
    ann: User, bo: User, boss: User
) -> None:
    make_household(ann)
    assert section(ann) == ["1 file needs a new owner"]
    assert section(boss) == ["Ann Anders: 1 file needs a new owner"]
    assert section(bo) is None


def test_the_mail_goes_once_to_that_person_and_the_coordinators(
    ann: User, bo: User, boss: User
) -> None:
    for _number in range(3):
        make_household(ann)
    OutboxMessage.objects.all().delete()
    assert [queue_leaving_mails() for _twice in range(2)] == [2, 0]
    mails = {row.recipient: compose(row) for row in OutboxMessage.objects.all()}
    assert set(mails) == {ann.key, boss.key}
    plan_role_end(grant=ann.grants.get(), ends_on=today() + 29 * DAY, by=None)
    assert queue_leaving_mails() == 2


@pytest.mark.parametrize("files", [1, 3])
def test_what_the_mail_says(ann: User, boss: User, files: int) -> None:
    for number in range(files):
        make_household(ann, family_name=f"Geheim {number}")
    User.objects.update(language="en")
    OutboxMessage.objects.all().delete()
    queue_leaving_mails()
    word = {1: "1 file needs", 3: "3 files need"}[files]
    for reader, line in (
        (ann, "Your last day in the team is"),
        (boss, "The last day of Ann Anders"),
    ):
        mail = compose(OutboxMessage.objects.get(recipient=reader.key))
        assert mail is not None
        assert mail.subject.startswith(f"{word} a new owner by ")
        assert mail.to == [reader.email]
        assert line in mail.body
        assert address(ann) in mail.body
        assert "Geheim" not in mail.body + str(mail.alternatives)


def stays(ann: User, bo: User, boss: User) -> None:
    plan_role_end(grant=ann.grants.get(), ends_on=None, by=None)


def handed_over(ann: User, bo: User, boss: User) -> None:
    hand_over_household(household=Household.objects.get(), owner=bo, by=boss)


@pytest.mark.parametrize("change", [stays, handed_over])
def test_the_mail_stays_here_when_there_is_no_need(
    ann: User, bo: User, boss: User, change: Any
) -> None:
    make_household(ann)
    OutboxMessage.objects.all().delete()
    queue_leaving_mails()
    change(ann, bo, boss)
    assert [compose(row) for row in OutboxMessage.objects.filter(kind="files_need_owner")] == [
        None,
        None,
    ]


def test_the_mail_is_not_for_who_is_no_coordinator_any_more(ann: User, boss: User) -> None:
    make_household(ann)
    make_user(Role.COORDINATOR)
    queue_leaving_mails()
    end_role(grant=boss.grants.get(), by=None)
    row = OutboxMessage.objects.get(kind="files_need_owner", recipient=boss.key)
    assert compose(row) is None


# Handed over by hand -----------------------------------------------------------------------------


def test_everything_goes_to_one_person_but_for_some(ann: User, bo: User, boss: User) -> None:
    cas = make_consultant("Cas Collega")
    first, second, third = (make_household(ann) for _number in range(3))
    hand_over_household(household=second, owner=ann, backup=bo, by=boss)
    backed = make_household(cas, backup=ann)
    page = signed_in(boss).post(address(ann), {"to": bo.pk, f"household-{third.pk}": cas.pk})
    assert page.url == "/admin/"
    assert [who(household) for household in (first, second, third, backed)] == [
        (bo, None),
        (bo, None),
        (cas, None),
        (cas, bo),
    ]
    assert ActivityLog.objects.filter(verb="handed over", actor=boss.key).count() == 5


def test_who_leaves_does_it_too_and_nobody_else(ann: User, bo: User, boss: User) -> None:
    household = make_household(ann)
    for stranger in (bo, make_user(Role.PRIVACY_OFFICER), make_user()):
        assert signed_in(stranger).get(address(ann)).status_code == 404
        assert signed_in(stranger).post(address(ann), {"to": bo.pk}).status_code == 404
        with pytest.raises(Refused):
            hand_over_files(leaver=ann, to={household.pk: bo}, by=stranger)
    assert signed_in(ann).post(address(ann), {"to": bo.pk}).status_code == 302
    assert who(household) == (bo, None)
    assert signed_in(boss).get(address(make_user())).status_code == 200
    assert (
        signed_in(boss).get(reverse("admin:recruitment_household_leaver", args=[0])).status_code
        == 404
    )


def test_the_page_shows_first_names_and_is_logged(ann: User, bo: User) -> None:
    household = make_guidance(ann, family_name="Geheim", first_name="Amina").child.household
    text = signed_in(ann).get(address(ann)).content.decode()
    assert f"Household {household.pk}: Amina (owner)" in text
    assert "Geheim" not in text
    hand_over_household(household=household, owner=bo, by=ann)
    assert (
        "Ann Anders has no families any more." in signed_in(ann).get(address(ann)).content.decode()
    )


def test_the_next_one_is_another_one_of_the_team(ann: User, bo: User, boss: User) -> None:
    household = make_household(ann)
    stranger = make_user(Role.ALDERMAN)
    for wrong in (ann, stranger):
        page = signed_in(boss).post(address(ann), {"to": wrong.pk})
        assert page.context["form"].errors["to"]
        with pytest.raises(Refused):
            hand_over_files(leaver=ann, to={household.pk: wrong}, by=boss)
    assert who(household) == (ann, None)


def test_a_coordinator_takes_no_files_of_somebody_who_stays(
    ann: User, bo: User, boss: User
) -> None:
    """To take them all, read and give them back would be a look without a reason."""
    end_planned = ann.grants.get()
    plan_role_end(grant=end_planned, ends_on=None, by=boss)
    household = make_household(ann)
    page = signed_in(boss).post(address(ann), {"to": boss.pk})
    assert page.context["form"].errors
    with pytest.raises(Refused):
        hand_over_files(leaver=ann, to={household.pk: boss}, by=boss)
    assert who(household) == (ann, None)
    plan_role_end(grant=end_planned, ends_on=today() + 30 * DAY, by=boss)
    assert hand_over_files(leaver=ann, to={household.pk: boss}, by=boss) == 1
    assert who(household) == (boss, None)


def test_what_is_not_theirs_any_more_is_left_alone(ann: User, bo: User, boss: User) -> None:
    household, cas = make_household(ann), make_consultant()
    hand_over_household(household=household, owner=cas, by=boss)
    assert hand_over_files(leaver=ann, to={household.pk: bo}, by=boss) == 0
    assert who(household) == (cas, None)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_files(
    ann: User, boss: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _number in range(rows):
        make_guidance(ann)
    client = signed_in(boss)
    client.get(address(ann))
    with django_assert_num_queries(13):
        client.get(address(ann))


# Never left behind -------------------------------------------------------------------------------


@pytest.mark.parametrize("nights", [[31], [31, 31], [32], [45, 31], list(range(29, 60))])
def test_the_day_after_they_are_with_the_longest_serving_coordinator(
    ann: User, bo: User, boss: User, nights: list[int]
) -> None:
    make_user(Role.COORDINATOR)
    owned, backed = make_household(ann, backup=bo), make_household(bo, backup=ann)
    both, kept = make_household(ann, backup=boss), make_household(bo, backup=boss)
    for night in nights:
        with pretend(today() + night * DAY):
            hand_over_left_files()
    assert [who(household) for household in (owned, backed, both, kept)] == [
        (boss, bo),
        (bo, None),
        (boss, None),
        (bo, boss),
    ]
    logged = ActivityLog.objects.filter(verb="handed over", actor="system")
    assert set(logged.values_list("object_id", flat=True)) == {
        str(household.pk) for household in (owned, backed, both)
    }


def test_on_the_last_day_nothing_moves(ann: User) -> None:
    household = make_household(ann)
    assert hand_over_left_files(on=today() + 30 * DAY) == 0
    end_role(grant=ann.grants.get(), by=None)
    assert hand_over_left_files() == 0
    assert who(household) == (ann, None)
    assert hand_over_left_files(on=today() + DAY) == 1
    assert hand_over_left_files(on=today() + DAY) == 0


def test_both_left(ann: User, bo: User, boss: User) -> None:
    household = make_household(ann, backup=bo)
    end_role(grant=bo.grants.get(), by=None)
    assert hand_over_left_files(on=today() + 31 * DAY) == 1
    assert who(household) == (boss, None)


def test_the_file_of_a_closed_account_moves_too(ann: User, boss: User) -> None:
    household = make_household(ann)
    update_user(user=ann, full_name="Ann", language="nl", is_active=False, by=boss)
    assert tasks.look_after_files() == 1
    assert who(household) == (boss, None)


def test_without_a_coordinator_the_owner_stays_and_a_backup_who_left_goes(
    ann: User, bo: User
) -> None:
    owned, backed = make_household(ann), make_household(bo, backup=ann)
    RoleGrant.objects.filter(role=Role.COORDINATOR).delete()
    assert hand_over_left_files(on=today() + 31 * DAY) == 1
    assert [who(owned), who(backed)] == [(ann, None), (bo, None)]
