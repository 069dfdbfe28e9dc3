"""Accounts and granted roles: who may do what from when, and that somebody always can."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from accounts import access, rules
from accounts.enums import ADMIN_USERS, GRANTED, STAFF, Role
from accounts.models import RoleGrant, User
from accounts.selectors import open_invitation, users_with_role
from accounts.services import (
    end_role,
    ensure_user,
    grant_role,
    invite_colleague,
    people,
    plan_role_end,
    queue_sign_in_code,
    update_user,
)
from core.calendar import today
from core.errors import Refused
from core.models import ActivityLog, OutboxMessage
from tests.accounts.people import someone

pytestmark = pytest.mark.django_db

YESTERDAY, TOMORROW = timedelta(days=-1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def logged() -> list[tuple[str, str, str, list[str], str]]:
    rows = ActivityLog.objects.order_by("id")
    return list(rows.values_list("actor", "verb", "object_type", "fields", "state"))


# Users -----------------------------------------------------------------------------------------


def test_ensure_user_makes_one_and_leaves_it() -> None:
    by = someone(Role.COORDINATOR)
    made = ensure_user(email=" Ann@Example.TEST ", full_name=" Ann ", language="fr", by=by)
    assert (made.email, made.full_name, made.language) == ("ann@example.test", "Ann", "fr")
    assert not made.has_usable_password()
    again = ensure_user(email="ANN@example.test", full_name="Other", language="en")
    assert again == made
    assert fresh(made).full_name == "Ann"
    assert logged() == [(by.key, "added", "accounts.user", [], "")]
    assert (str(made), made.key) == ("Ann", f"user:{made.pk}")


@pytest.mark.parametrize(
    "values", [{"email": "ann"}, {"full_name": ""}, {"language": "de"}, {"full_name": "x" * 121}]
)
def test_ensure_user_refuses_what_is_no_user(values: dict[str, str]) -> None:
    details = {"email": "ann@example.test", "full_name": "Ann"} | values
    with pytest.raises(ValidationError):
        ensure_user(**details)
    assert not User.objects.exists()


def test_addresses_are_kept_in_small_letters() -> None:
    user = someone(email="Ann@Example.TEST")
    assert user.email == "ann@example.test"
    assert User.objects.get_by_natural_key("ANN@example.test") == user
    with pytest.raises(IntegrityError, match="lower_case"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Ann@example.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        someone(email="ANN@example.test")


def test_update_user_logs_names_of_fields_only() -> None:
    by, user = someone(Role.COORDINATOR), someone()
    before = fresh(user).password
    update_user(user=user, full_name=" Ann ", language="fr", is_active=True, by=by)
    assert (fresh(user).full_name, fresh(user).language) == ("Ann", "fr")
    assert fresh(user).password == before
    update_user(user=user, full_name="Ann", language="fr", is_active=True, by=by)
    assert logged() == [(by.key, "changed", "accounts.user", ["full_name", "language"], "")]


@pytest.mark.parametrize(
    ("change", "field"), [({"is_active": False}, "is_active"), ({"email": "New@x.test"}, "email")]
)
def test_closing_and_moving_end_sessions(change: dict[str, Any], field: str) -> None:
    user = someone()
    before = fresh(user).password
    details = {"full_name": user.full_name, "language": "nl", "is_active": True} | change
    update_user(user=user, by=None, **details)
    assert fresh(user).password != before
    assert [row[3] for row in logged()] == [[field]]


def test_address_of_somebody_else_is_refused() -> None:
    user, other = someone(), someone()
    with pytest.raises(ValidationError):
        update_user(
            user=user, full_name="A", language="nl", is_active=True, email=other.email, by=None
        )
    assert fresh(user).email == user.email


# Roles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", GRANTED)
def test_grant_role(role: Role) -> None:
    user, by = someone(), someone(Role.COORDINATOR)
    before = fresh(user).password
    grant = grant_role(user=user, role=role, by=by)
    assert (grant.starts_on, grant.ends_on, grant.ended_at) == (today(), None, None)
    assert fresh(user).roles == {role}
    assert fresh(user).password != before
    invited = [(by.key, "invited", "accounts.user", [], "")] if role in ADMIN_USERS else []
    assert logged() == [(by.key, "granted", "accounts.rolegrant", [], role), *invited]
    assert str(grant) == role.label


def test_leaders_are_not_granted() -> None:
    with pytest.raises(Refused):
        grant_role(user=someone(), role=Role.LEADER, by=None)
    with pytest.raises(IntegrityError, match="grant_role_known"), transaction.atomic():
        RoleGrant.objects.create(user=someone(), role=Role.LEADER)


def test_grant_role_refuses_what_cannot_be() -> None:
    user = someone(Role.CONSULTANT)
    with pytest.raises(ValidationError, match="role already"):
        grant_role(user=user, role=Role.CONSULTANT, by=None)
    with pytest.raises(ValidationError, match="before the start"):
        grant_role(user=user, role=Role.ALDERMAN, by=None, ends_on=today() + YESTERDAY)
    assert RoleGrant.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (YESTERDAY, None, True),
        (timedelta(), timedelta(), True),
        (TOMORROW, None, False),
        (YESTERDAY, YESTERDAY, False),
        (YESTERDAY, TOMORROW, True),
    ],
)
def test_roles_hold_by_date(start: timedelta, end: timedelta | None, holds: bool) -> None:
    user = someone()
    ends_on = None if end is None else today() + end
    RoleGrant.objects.create(
        user=user, role=Role.CONSULTANT, starts_on=today() + start, ends_on=ends_on
    )
    assert (Role.CONSULTANT in user.roles) is holds
    assert (users_with_role(Role.CONSULTANT) == [user]) is holds


def test_ended_role_stops_at_once() -> None:
    someone(Role.COORDINATOR)
    user = someone(Role.CONSULTANT)
    grant = end_role(grant=user.grants.get(), by=None)
    assert grant.ends_on == today()
    assert grant.ended_at is not None
    assert timezone.now() - grant.ended_at < timedelta(minutes=1)
    assert fresh(user).roles == set()
    assert logged() == [("system", "ended", "accounts.rolegrant", [], "consultant")]


def test_role_that_was_to_begin_can_be_ended() -> None:
    user = someone()
    grant = grant_role(user=user, role=Role.CONSULTANT, starts_on=today() + TOMORROW, by=None)
    assert end_role(grant=grant, by=None).ends_on == today() + TOMORROW
    assert RoleGrant.objects.active(on=today() + TOMORROW).count() == 0


@pytest.mark.parametrize("change", [end_role, lambda **a: plan_role_end(ends_on=None, **a)])
@pytest.mark.parametrize("how", ["now", "by date"])
def test_what_has_ended_stays_ended(change: Any, how: str) -> None:
    user = someone(Role.CONSULTANT)
    grant = user.grants.get()
    if how == "now":
        end_role(grant=grant, by=None)
    else:
        user.grants.update(ends_on=today() + YESTERDAY)
    with pytest.raises(Refused):
        change(grant=grant, by=None)


def test_last_day_of_a_role() -> None:
    user = someone(Role.CONSULTANT)
    grant = plan_role_end(grant=user.grants.get(), ends_on=today() + TOMORROW, by=None)
    assert user.grants.get().ends_on == today() + TOMORROW
    assert fresh(user).roles == {Role.CONSULTANT}
    plan_role_end(grant=grant, ends_on=None, by=None)
    assert user.grants.get().ends_on is None
    with pytest.raises(ValidationError):
        plan_role_end(grant=grant, ends_on=date(2019, 1, 1), by=None)
    assert [row[1:] for row in logged()] == [
        ("changed", "accounts.rolegrant", ["ends_on"], "consultant")
    ] * 2


def test_closed_account_has_no_roles() -> None:
    user = someone(Role.COORDINATOR, active=False)
    assert user.roles == set()
    assert not user.is_staff
    assert not user.has_perm("accounts.view_user")
    assert not user.has_module_perms("accounts")
    assert users_with_role(Role.COORDINATOR) == []


@pytest.mark.parametrize("role", GRANTED)
def test_what_a_role_opens(role: Role) -> None:
    user = someone(role)
    assert user.is_staff is (role in ADMIN_USERS)
    assert user.has_module_perms("accounts") is (role in ADMIN_USERS)
    assert user.has_perm("accounts.change_user") is (role == Role.COORDINATOR)
    assert user.has_perm("core.view_outboxmessage") is (role in STAFF)
    reads_logs = role in {Role.COORDINATOR, Role.PRIVACY_OFFICER}
    assert user.has_perm("core.view_accesslog") is reads_logs
    assert not user.has_perm("accounts.delete_user")
    assert not user.has_perm("no.such_rule")
    assert rules.is_coordinator(user) is (role == Role.COORDINATOR)
    assert rules.is_staff_member(user) is (role in STAFF)
    assert rules.is_privacy_officer(user) is (role == Role.PRIVACY_OFFICER)


def test_every_source_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_holders", [*access._holders])
    user, wanted = someone(Role.ALDERMAN), []

    @access.register_holders
    def everybody(roles: frozenset[str], on: date | None) -> Q:
        wanted.append((roles, on))
        return Q(full_name=user.full_name) if Role.LEADER in roles else access.NOBODY

    assert user.roles == {Role.ALDERMAN, Role.LEADER}
    assert wanted == [(frozenset({role.value}), None) for role in Role]
    assert list(access.people_with(Role.LEADER, Role.ALDERMAN)) == [user]
    assert list(access.people_with(Role.CONSULTANT)) == []


# The last coordinator --------------------------------------------------------------------------


def closed(user: User) -> None:
    update_user(user=user, full_name=user.full_name, language="nl", is_active=False, by=None)


def ended(user: User) -> None:
    end_role(grant=user.grants.get(role=Role.COORDINATOR), by=None)


def dated(user: User) -> None:
    grant = user.grants.get(role=Role.COORDINATOR)
    plan_role_end(grant=grant, ends_on=today() + TOMORROW, by=None)


REMOVALS = pytest.mark.parametrize("remove", [closed, ended, dated])


@REMOVALS
def test_last_coordinator_stays(remove: Callable[[User], None]) -> None:
    user = someone(Role.COORDINATOR)
    someone(Role.COORDINATOR, active=False)
    grant_role(user=someone(), role=Role.COORDINATOR, ends_on=today() + TOMORROW, by=None)
    grant_role(user=someone(), role=Role.COORDINATOR, starts_on=today() + TOMORROW, by=None)
    with pytest.raises(Refused, match="last coordinator"):
        remove(user)
    assert fresh(user).is_active
    assert user.grants.get().ends_on is None


@REMOVALS
def test_one_of_two_coordinators_may_go(remove: Callable[[User], None]) -> None:
    first, second = someone(Role.COORDINATOR), someone(Role.COORDINATOR)
    remove(first)
    with pytest.raises(Refused):
        remove(second)


@REMOVALS
def test_who_is_not_the_last_may_always_go(remove: Callable[[User], None]) -> None:
    someone(Role.COORDINATOR)
    later = someone()
    grant_role(user=later, role=Role.COORDINATOR, starts_on=today() + TOMORROW, by=None)
    remove(later)
    assert later.grants.get().ends_on or not fresh(later).is_active


@REMOVALS
@pytest.mark.django_db(transaction=True)
def test_two_who_remove_each_other_at_once(remove: Callable[[User], None]) -> None:
    for _round in range(3):
        RoleGrant.objects.all().delete()
        pair = [someone(Role.COORDINATOR) for _ in range(2)]
        assert sorted(at_once(remove, pair)) == ["done", "refused"]
        assert RoleGrant.objects.active().filter(user__is_active=True).count() in {1, 2}


def one_way_or_the_other(first: int, user: User) -> None:
    (closed if user.pk == first else ended)(user)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_closed_while_the_other_is_ended() -> None:
    for _round in range(3):
        RoleGrant.objects.all().delete()
        first, second = someone(Role.COORDINATOR), someone(Role.COORDINATOR)
        remove = partial(one_way_or_the_other, first.pk)
        results = at_once(remove, [first, second])
        assert sorted(results) == ["done", "refused"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the two tests above."""
    query_set = type(RoleGrant.objects.all())
    monkeypatch.setattr(query_set, "select_for_update", lambda self, **options: self)
    both_looked = threading.Barrier(2)
    keep = people._keep_a_coordinator

    def look_and_wait(**arguments: Any) -> None:
        keep(**arguments)
        both_looked.wait(10)

    monkeypatch.setattr(people, "_keep_a_coordinator", look_and_wait)
    pair = [someone(Role.COORDINATOR) for _ in range(2)]
    assert at_once(ended, pair) == ["done", "done"]


def at_once(remove: Callable[[User], None], people: list[User]) -> list[str]:
    start = threading.Barrier(len(people))

    def attempt(user: User) -> str:
        try:
            start.wait(10)
            remove(user)
        except Refused:
            return "refused"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(attempt, people))


# Commands and codes ----------------------------------------------------------------------------


def test_create_coordinator(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_coordinator", "Ann@City.example", name="Ann Peeters", language="fr")
    user = User.objects.get()
    assert (user.email, user.full_name, user.language) == (
        "ann@city.example",
        "Ann Peeters",
        "fr",
    )
    assert user.roles == {Role.COORDINATOR}
    assert "ann@city.example" in capsys.readouterr().out


def test_create_coordinator_of_somebody_known() -> None:
    user = someone(Role.CONSULTANT)
    call_command("create_coordinator", user.email, name="Other")
    assert fresh(user).roles == {Role.CONSULTANT, Role.COORDINATOR}
    with pytest.raises(CommandError, match="role already"):
        call_command("create_coordinator", user.email, name="Other")


def test_create_coordinator_writes_nothing_when_refused() -> None:
    with pytest.raises(CommandError):
        call_command("create_coordinator", "ann", name="Ann")
    assert not User.objects.exists()


def test_code_is_queued_for_the_person() -> None:
    user = someone(email="ann@example.test")
    queue_sign_in_code(email=" ANN@example.test", code="BCD-FGH")
    queue_sign_in_code(email="nobody@example.test", code="BCD-FGH")
    known, unknown = OutboxMessage.objects.order_by("id")
    assert (known.object_id, known.recipient) == (user.pk, user.key)
    assert (unknown.object_id, unknown.recipient) == (0, "user:0")
    assert known.payload == unknown.payload == '{"code": "BCD-FGH"}'


@pytest.mark.parametrize(
    ("by", "is_open"), [(Role.PRIVACY_OFFICER, False), (Role.COORDINATOR, True), (None, True)]
)
def test_only_a_coordinator_lets_another_address_set_up_a_second_factor(
    by: Role | None, is_open: bool
) -> None:
    """Else who corrects the address of a new colleague could become that colleague."""
    colleague = someone(Role.CONSULTANT)
    invite_colleague(user=colleague, by=None)
    given = {"full_name": "An", "language": "nl", "is_active": True, "by": by and someone(by)}
    update_user(user=colleague, email=colleague.email, **given)
    assert open_invitation(colleague) is not None
    update_user(user=colleague, email="new@example.test", **given)
    assert (open_invitation(colleague) is not None) == is_open


@pytest.mark.parametrize(
    "day", [date.min, date(2019, 1, 1), date.max - timedelta(days=1), date.max]
)
def test_a_role_may_begin_on_any_day_of_the_calendar(day: date) -> None:
    colleague = someone()
    grant_role(user=colleague, role=Role.CONSULTANT, starts_on=day, by=None)
    invitation = open_invitation(colleague)
    assert invitation is not None
    assert timezone.localtime(invitation.expires_at).year >= timezone.now().year
