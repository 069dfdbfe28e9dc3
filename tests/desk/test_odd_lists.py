"""Lists of the web admin that somebody asks for what no page offers: a page answers, in words."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.enums import Role
from accounts.models import RoleGrant, User
from tests.accounts.people import someone
from tests.support.proof import force_login

pytestmark = pytest.mark.django_db

MANY = "9" * 60


@pytest.fixture
def coordinator() -> User:
    return someone(Role.COORDINATOR)


@pytest.fixture
def desk(client: Client, coordinator: User) -> Client:
    force_login(client, coordinator)
    return client


def lists() -> list[tuple[Any, str]]:
    """Each admin with the address of its list."""
    name = "admin:{0.app_label}_{0.model_name}_changelist"
    return [(page, reverse(name.format(page.opts))) for page in admin.site._registry.values()]


def errors(response: Any) -> list[str]:
    return [str(said) for said in response.context["messages"] if said.level_tag == "error"]


@pytest.mark.parametrize("chosen", [MANY, "9" * 5000, "x", "\0", ""])
def test_forged_choice_is_refused_in_words(
    desk: Client, coordinator: User, rf: RequestFactory, chosen: str
) -> None:
    request = rf.get("/")
    request.user = coordinator
    tried = 0
    for page, address in lists():
        for action in page.get_actions(request):
            sent = {"action": action, "_selected_action": chosen}
            response = desk.post(address, sent, follow=True)
            assert response.redirect_chain == [(address, 302)]
            assert errors(response)
            tried += 1
    assert tried > 4
    assert not RoleGrant.objects.filter(ended_at__isnull=False).exists()


def names(page: Any) -> list[str]:
    """What the filters of a list are called in its address."""
    chosen = [each[0] if isinstance(each, tuple) else each for each in page.list_filter]
    return [getattr(each, "parameter_name", each) for each in chosen]


def test_filters_take_what_is_no_choice(desk: Client) -> None:
    for page, address in lists():
        for name in {"id__in", *names(page)}:
            assert desk.get(address, {name: MANY}).status_code in {200, 302, 400, 404}


def test_wrong_filter_is_said_once_and_ranges_are_no_filter(desk: Client) -> None:
    address = reverse("admin:programmes_partner_changelist")
    response = desk.get(address, {"id__in": "x"}, follow=True)
    assert response.redirect_chain == [(f"{address}?e=1", 302)]
    assert len(errors(response)) == 1
    assert desk.get(address, {"id__range": "1"}).status_code == 400


@pytest.mark.parametrize("number", [MANY, "9" * 5000])
def test_no_record_has_such_a_number(desk: Client, number: str) -> None:
    for _page, address in lists():
        response = desk.get(f"{address}{number}/change/", follow=True)
        assert response.status_code == 404
