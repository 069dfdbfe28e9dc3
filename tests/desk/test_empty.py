"""The first minutes of a new installation: one coordinator and nothing else."""

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User


@pytest.fixture
def coordinator(db: None) -> Client:
    call_command("create_coordinator", "ann@city.example", name="Ann Peeters", verbosity=0)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get())
    return client


def test_front_page(db: None) -> None:
    page = Client(headers={"Accept-Language": "en"}).get("/").content.decode()
    assert "0 movements carry the label today" in page
    assert "<h2>Stories</h2>" not in page


def test_work_list(coordinator: Client) -> None:
    page = coordinator.get("/admin/")
    assert page.context["sections"] == []
    assert page.context["figures"] == []
    assert "Nothing waits for you" in page.content.decode()


@pytest.mark.parametrize("path", ["/dashboard/", "/register/", "/stories/", "/start/"])
def test_pages_without_anything_on_them(coordinator: Client, path: str) -> None:
    assert coordinator.get(path, follow=True).status_code == 200
