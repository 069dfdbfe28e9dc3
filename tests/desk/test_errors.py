"""Error pages: static, the same for everybody, telling nothing about what was asked."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from accounts.enums import Role
from core.errors import NotLogged
from core.logs import AccessLog
from desk import selectors
from desk.views.errors import unavailable
from recruitment.models import Household
from tests.accounts.people import someone

pytestmark = pytest.mark.django_db


def broken(error: type[Exception]) -> Any:
    def raise_it() -> None:
        raise error("a secret")

    return raise_it


@pytest.mark.parametrize(
    ("error", "status"), [(PermissionDenied, 403), (ValueError, 500), (UnicodeError, 500)]
)
def test_an_error_of_a_page_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int
) -> None:
    monkeypatch.setattr(selectors, "front_page", broken(error))
    page = Client(raise_request_exception=False).get("/")
    assert page.status_code == status
    assert "a secret" not in page.content.decode()
    assert "<form" not in page.content.decode()
    assert page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"


@pytest.fixture
def consultant(client: Client) -> Client:
    client.force_login(someone(Role.CONSULTANT, email="ann@example.test"))
    return client


@pytest.fixture
def deaf_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of accesses takes no more rows."""

    def refuse(**kwargs: Any) -> None:
        try:
            raise ValueError("a secret")
        except ValueError as error:
            raise NotLogged from error

    for module in ("core.admin", "recruitment.views.consultant"):
        monkeypatch.setattr(f"{module}.log_access", refuse)


LIST, FIND = "/admin/recruitment/household/", "/admin/recruitment/household/find/"


@pytest.mark.usefixtures("deaf_log")
@pytest.mark.parametrize(("method", "url"), [("get", LIST), ("head", LIST), ("post", FIND)])
def test_what_cannot_be_logged_is_not_shown(
    consultant: Client, caplog: pytest.LogCaptureFixture, method: str, url: str
) -> None:
    page = getattr(consultant, method)(url, {"words": "Yilmaz"} if method == "post" else {})
    assert page.status_code == 503
    assert int(page["Retry-After"]) > 0
    assert page["Cache-Control"] == "no-store"
    assert page["Content-Security-Policy"]
    assert page.cookies == {}
    assert "Yilmaz" not in page.content.decode()
    assert method == "head" or "<h1>" in page.content.decode()
    assert "An access could not be logged: ValueError" in caplog.text
    assert "a secret" not in caplog.text
    assert not AccessLog.objects.exists()


@pytest.mark.usefixtures("deaf_log")
def test_pages_without_personal_records_go_on(consultant: Client) -> None:
    assert consultant.get("/").status_code == 200
    assert not Household.objects.exists()


def test_the_page_needs_no_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        page = unavailable(RequestFactory().get("/"))
    assert page.status_code == 503


def test_a_form_from_elsewhere_is_refused() -> None:
    page = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "an@demo.example"})
    assert page.status_code == 403
    assert "an@demo.example" not in page.content.decode()


def test_another_name_of_the_site_is_refused() -> None:
    page = Client().get("/", headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert "evil" not in page.content.decode()
