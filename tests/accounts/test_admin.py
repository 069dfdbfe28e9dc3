"""Accounts and roles in the web admin, and what the admin does everywhere in the same way."""

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from accounts.enums import Role
from accounts.models import RoleGrant, User
from accounts.services import end_role
from core.calendar import today
from core.models import ActivityLog
from tests.accounts.people import someone

pytestmark = pytest.mark.django_db

NO_ROWS = {"grants-TOTAL_FORMS": 0, "grants-INITIAL_FORMS": 0}
USERS, GRANTS = "/admin/accounts/user/", "/admin/accounts/rolegrant/"


@pytest.fixture
def coordinator() -> User:
    return someone(Role.COORDINATOR)


@pytest.fixture
def desk(client: Client, coordinator: User) -> Client:
    """The coordinator's browser."""
    client.force_login(coordinator)
    return client


def errors_of(response: Any) -> str:
    found = re.findall(r'class="errorlist.*?</ul>', response.content.decode(), re.S)
    return " ".join(found)


# Accounts --------------------------------------------------------------------------------------


def test_add_a_colleague_with_a_role(desk: Client, coordinator: User) -> None:
    assert desk.get(USERS + "add/").status_code == 200
    response = desk.post(
        USERS + "add/",
        {"email": "Ann@X.test", "full_name": "Ann", "language": "fr", "role": "consultant"},
    )
    user = User.objects.get(email="ann@x.test")
    assert response.url == USERS
    assert (user.full_name, user.language, user.roles) == ("Ann", "fr", {Role.CONSULTANT})
    verbs = ActivityLog.objects.order_by("id").values_list("actor", "verb")
    assert list(verbs) == [(coordinator.key, verb) for verb in ("added", "granted", "invited")]
    assert not LogEntry.objects.exists()


def test_add_somebody_without_a_role(desk: Client) -> None:
    desk.post(USERS + "add/", {"email": "a@x.test", "full_name": "Ann", "language": "nl"})
    assert User.objects.get(email="a@x.test").roles == set()


@pytest.mark.parametrize(
    ("values", "told"),
    [({"email": "ann"}, "errorlist"), ({"email": "THERE@x.test"}, "errorlist")],
)
def test_wrong_address_is_told_and_the_rest_kept(
    values: dict[str, str], told: str, desk: Client
) -> None:
    someone(email="there@x.test")
    response = desk.post(USERS + "add/", {"full_name": "Typed Name", "language": "nl"} | values)
    assert response.status_code == 200
    assert told in response.content.decode()
    assert 'value="Typed Name"' in response.content.decode()
    assert User.objects.count() == 2


def test_correct_and_close(desk: Client) -> None:
    user = someone(Role.CONSULTANT)
    page = USERS + f"{user.pk}/change/"
    assert str(Role.CONSULTANT.label) in desk.get(page).content.decode()
    values = {"email": "new@x.test", "full_name": "Ann", "language": "en", **NO_ROWS}
    assert desk.post(page, values).url == USERS
    user = User.objects.get(pk=user.pk)
    assert (user.email, user.full_name, user.is_active) == ("new@x.test", "Ann", False)
    assert not LogEntry.objects.exists()


def test_refusal_is_told_at_the_form_and_nothing_typed_is_lost(
    desk: Client, coordinator: User
) -> None:
    page = USERS + f"{coordinator.pk}/change/"
    values = {"email": "new@x.test", "full_name": "Typed Name", "language": "fr", **NO_ROWS}
    response = desk.post(page, values)
    assert response.status_code == 200
    assert gettext("This is the last coordinator. Name another one first.") in errors_of(response)
    text = response.content.decode()
    assert 'value="Typed Name"' in text
    assert 'value="new@x.test"' in text
    stored = User.objects.get(pk=coordinator.pk)
    assert (stored.email, stored.is_active) == (coordinator.email, True)
    assert not ActivityLog.objects.exists()


def test_list_shows_roles_at_one_number_of_queries(desk: Client) -> None:
    counts = []
    for number in (1, 3):
        while User.objects.count() < number + 1:
            someone(Role.ALDERMAN)
        with CaptureQueriesContext(connection) as queries:
            text = desk.get(USERS + "?q=user").content.decode()
        counts.append(len(queries))
        assert text.count('class="field-roles_today"') == number + 1
    assert counts[0] == counts[1]


def test_the_page_of_somebody_says_why_they_get_in(desk: Client) -> None:
    user = someone(Role.CONSULTANT, Role.ALDERMAN)
    end_role(grant=user.grants.get(role=Role.ALDERMAN), by=None)
    page = desk.get(f"{USERS}{user.pk}/change/", headers={"accept-language": "en"})
    shown = page.content.decode()
    assert "<li>youth consultant: granted, from Jan. 1, 2020 </li>" in shown
    ended = in_english(today())
    assert f"<li>alderman: granted, from Jan. 1, 2020 to {ended} (not now)</li>" in shown


def test_the_page_of_somebody_without_a_role_says_so(desk: Client) -> None:
    page = desk.get(f"{USERS}{someone().pk}/change/", headers={"accept-language": "en"})
    assert "signed in, this person finds nothing." in page.content.decode()


def in_english(day: date) -> str:
    with override("en"):
        return date_format(day)


# Roles -----------------------------------------------------------------------------------------


def test_give_a_role_and_plan_its_end(desk: Client) -> None:
    user = someone()
    assert desk.get(GRANTS + "add/").status_code == 200
    start = today().isoformat()
    given = {"user": user.pk, "role": "alderman", "starts_on": start}
    assert desk.post(GRANTS + "add/", given).url == GRANTS
    grant = user.grants.get()
    page = GRANTS + f"{grant.pk}/change/"
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"ends_on": start, "role": "coordinator"}).url == GRANTS
    grant.refresh_from_db()
    assert (grant.ends_on, grant.role) == (today(), Role.ALDERMAN)


def test_role_given_twice_is_told(desk: Client) -> None:
    user = someone(Role.ALDERMAN)
    given = {"user": user.pk, "role": "alderman", "starts_on": "2026-01-01"}
    response = desk.post(GRANTS + "add/", given)
    assert response.status_code == 200
    assert errors_of(response)
    assert 'value="2026-01-01"' in response.content.decode()


def test_what_the_service_finds_stands_at_its_field(desk: Client, coordinator: User) -> None:
    grant = coordinator.grants.get()
    response = desk.post(GRANTS + f"{grant.pk}/change/", {"ends_on": date(2030, 1, 1)})
    assert response.status_code == 200
    assert errors_of(response)
    other = someone(Role.ALDERMAN).grants.get()
    response = desk.post(GRANTS + f"{other.pk}/change/", {"ends_on": "2019-01-01"})
    assert response.status_code == 200
    assert errors_of(response)
    assert not RoleGrant.objects.filter(ends_on__isnull=False).exists()


def end_now(desk: Client, *grants: RoleGrant) -> Any:
    chosen = [grant.pk for grant in grants]
    data = {"action": "end_now", "_selected_action": chosen, "index": 0}
    return desk.post(GRANTS, data, follow=True)


def test_end_roles_now(desk: Client) -> None:
    grants = [someone(Role.CONSULTANT).grants.get() for _ in range(2)]
    response = end_now(desk, *grants)
    assert response.redirect_chain == [(GRANTS, 302)]
    assert RoleGrant.objects.filter(ended_at__isnull=False).count() == 2


def test_all_chosen_roles_end_or_none(desk: Client, coordinator: User) -> None:
    other = someone(Role.CONSULTANT).grants.get()
    response = end_now(desk, other, coordinator.grants.get())
    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not RoleGrant.objects.filter(ended_at__isnull=False).exists()
    assert not ActivityLog.objects.exists()


def test_list_of_roles_at_one_number_of_queries(desk: Client) -> None:
    counts = []
    for number in (1, 3):
        while RoleGrant.objects.count() < number:
            someone(Role.ALDERMAN)
        with CaptureQueriesContext(connection) as queries:
            desk.get(GRANTS)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# What holds for every page of the admin -------------------------------------------------------


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.PRIVACY_OFFICER])
@pytest.mark.parametrize("path", [USERS, USERS + "add/", GRANTS, GRANTS + "add/"])
def test_colleagues_have_no_business_with_accounts(role: Role, path: str, client: Client) -> None:
    client.force_login(someone(role))
    assert client.get(path).status_code == 404
    assert client.post(path, {}).status_code in {404, 405}


def test_nothing_is_deleted(desk: Client) -> None:
    user = someone()
    assert desk.post(USERS + f"{user.pk}/delete/", {"post": "yes"}).status_code == 404
    desk.post(USERS, {"action": "delete_selected", "_selected_action": [user.pk], "index": 0})
    assert User.objects.filter(pk=user.pk).exists()
    assert "delete_selected" not in desk.get(USERS).content.decode()


def test_what_is_not_there_is_not_found(desk: Client) -> None:
    assert desk.get(USERS + "999999/change/").status_code == 404
    assert desk.get(USERS + "x/change/").status_code == 404


def test_history_of_django_leads_back(desk: Client) -> None:
    user = someone()
    response = desk.get(USERS + f"{user.pk}/history/")
    assert response.url == "../change/"


@pytest.mark.parametrize("name", ["outboxmessage", "activitylog", "accesslog"])
def test_logs_and_mails_are_for_reading(name: str, desk: Client) -> None:
    ActivityLog.objects.create(actor="user:1", verb="x", object_type="y", object_id="1")
    page = reverse(f"admin:core_{name}_changelist")
    assert desk.get(page).status_code == 200
    assert desk.post(page + "add/", {}).status_code == 404
    assert desk.get(page + "add/").status_code == 404


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        (Role.CONSULTANT, "outboxmessage", 200),
        (Role.CONSULTANT, "accesslog", 404),
        (Role.PRIVACY_OFFICER, "accesslog", 200),
        (Role.PRIVACY_OFFICER, "outboxmessage", 404),
        (Role.ALDERMAN, "accesslog", 404),
    ],
)
def test_who_reads_which_list(role: Role, name: str, status: int, client: Client) -> None:
    client.force_login(someone(role))
    page = reverse(f"admin:core_{name}_changelist")
    assert client.get(page, follow=True).status_code == status


@pytest.mark.parametrize("forged", ["x", "2026-01-01", "9" * 5000, "-1"])
def test_a_forged_number_in_the_picker_is_an_error_of_the_form(desk: Client, forged: str) -> None:
    form = {"user": forged, "role": "consultant", "starts_on": str(today()), "ends_on": ""}
    response = desk.post(GRANTS + "add/", form)
    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == {"user"}
