"""Error pages: static, the same for everybody, telling nothing about what was asked."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from desk import selectors

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


def test_a_form_from_elsewhere_is_refused() -> None:
    page = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": "an@demo.example"})
    assert page.status_code == 403
    assert "an@demo.example" not in page.content.decode()


def test_another_name_of_the_site_is_refused() -> None:
    page = Client().get("/", headers={"Host": "evil.example"})
    assert page.status_code == 400
    assert "evil" not in page.content.decode()
