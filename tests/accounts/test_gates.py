"""Views that are open to some roles only."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

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
