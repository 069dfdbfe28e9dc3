"""Views that are open to some roles only."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.views import View

from accounts import gates
from accounts.enums import GRANTED, Role
from tests.accounts.people import someone

pytestmark = pytest.mark.django_db


def view(request: HttpRequest, number: int) -> HttpResponse:
    """Its own text."""
    return HttpResponse(str(number))


def opened(gate: Any, user: Any, rf: RequestFactory) -> Any:
    request = rf.get("/page/?x=1")
    request.user = user
    return gate(view)(request, number=7)


@pytest.mark.parametrize("role", GRANTED)
@pytest.mark.parametrize(
    ("gate", "roles"),
    [
        (gates.staff_only, {Role.COORDINATOR, Role.CONSULTANT}),
        (gates.coordinator_only, {Role.COORDINATOR}),
        (gates.alderman_or_staff, {Role.ALDERMAN, Role.COORDINATOR, Role.CONSULTANT}),
        (gates.leader_only, {Role.LEADER}),
        (gates.roles_required(Role.PRIVACY_OFFICER), {Role.PRIVACY_OFFICER}),
    ],
)
def test_who_gets_in(gate: Any, roles: set[Role], role: Role, rf: RequestFactory) -> None:
    user = someone(role)
    if role in roles:
        assert opened(gate, user, rf).content == b"7"
    else:
        with pytest.raises(Http404):
            opened(gate, user, rf)


def test_strangers_sign_in_first(rf: RequestFactory) -> None:
    response = opened(gates.staff_only, AnonymousUser(), rf)
    assert response.url == "/sign-in/?next=/page/%3Fx%3D1"


def test_role_that_ended_finds_nothing(rf: RequestFactory) -> None:
    user = someone(Role.CONSULTANT, active=False)
    with pytest.raises(Http404):
        opened(gates.staff_only, user, rf)


def test_gate_tells_its_roles_and_keeps_the_name() -> None:
    guarded: Any = gates.leader_only(view)
    assert guarded.roles == {Role.LEADER}
    assert (guarded.__name__, guarded.__doc__) == ("view", "Its own text.")


# Asked again -----------------------------------------------------------------------------------


class Sensitive(gates.RecentlyProven, View):
    """A class of view behind the question."""

    def get(self, request: HttpRequest, number: int) -> HttpResponse:
        return view(request, number)

    post = get


@pytest.mark.parametrize("guarded", [gates.recently_proven(view), Sensitive.as_view()])
@pytest.mark.parametrize(
    ("method", "minutes", "opens"),
    [("get", 14, True), ("get", 16, False), ("post", 59, True), ("post", 61, False)],
)
def test_sensitive_views_ask_again(
    guarded: Any, method: str, minutes: int, opens: bool, rf: RequestFactory, client: Client
) -> None:
    request = getattr(rf, method)("/page/?x=1")
    request.user, request.session = someone(Role.COORDINATOR), client.session
    request.session["account_authentication_methods_user"] = str(request.user.pk)
    records = [{"method": "code", "at": time.time()}]
    records.append({"method": "mfa", "at": time.time() - minutes * 60})
    request.session["account_authentication_methods"] = records
    answer = guarded(request, number=7)
    if opens:
        assert answer.content == b"7"
    else:
        assert answer.url == "/sign-in/second-factor/again/?next=%2Fpage%2F%3Fx%3D1"


@pytest.mark.parametrize("roles", [(), (Role.ALDERMAN,)])
def test_who_has_no_second_factor_to_show_is_not_asked(
    roles: tuple[Role, ...], rf: RequestFactory, client: Client
) -> None:
    request: Any = rf.get("/page/")
    request.user, request.session = someone(*roles), client.session
    assert gates.recently_proven(view)(request, number=7).content == b"7"
    request.user = AnonymousUser()
    assert gates.recently_proven(view)(request, number=7).content == b"7"


def test_proofs_of_somebody_else_do_not_count(rf: RequestFactory, client: Client) -> None:
    request: Any = rf.get("/page/")
    request.user, request.session = someone(Role.COORDINATOR), client.session
    request.session["account_authentication_methods_user"] = "0"
    request.session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    assert gates.recently_proven(view)(request, number=7).status_code == 302
