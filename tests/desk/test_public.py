"""The front page, finding a label, and where signing in leads."""

from typing import Any

import pytest
from django.test import Client

from labels.enums import PlanState
from labels.services.awards import pause_label
from testimonies.services import withdraw
from tests.architecture.world import World, told
from tests.support.writes import reading_only

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def visitor() -> Client:
    return Client(headers=ENGLISH)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_front_page_counts_the_labels_of_today(world: World, visitor: Client) -> None:
    assert "3 movements carry the label today" in text_of(visitor.get("/"))
    for label in (world.label, world.other_label):
        pause_label(label=label, by=world.user("coordinator"), reason="Rust")
    assert "1 movement carries the label today" in text_of(visitor.get("/"))


def test_front_page_shows_the_newest_public_stories_only(world: World, visitor: Client) -> None:
    page = text_of(visitor.get("/"))
    assert world.story.title in page
    assert world.unpublished.title not in page
    withdraw(testimony=world.story, by=world.user("consultant"))
    assert "Een plek in de groep" not in text_of(visitor.get("/"))


@pytest.mark.parametrize("change", [str, str.lower, lambda text: f" {text[:6]} {text[6:]} "])
@pytest.mark.parametrize("what", ["number", "code"])
def test_a_label_is_found_by_what_stands_on_its_certificate(
    world: World, visitor: Client, what: str, change: Any
) -> None:
    with reading_only():
        found = visitor.get("/label/", {"certificate": change(getattr(world.label, what))})
    assert found["Location"] == f"/label/{world.label.code}/"


def test_a_code_is_found_as_it_is_printed(world: World, visitor: Client) -> None:
    code = world.label.code
    typed = "-".join(code[place : place + 4] for place in range(0, len(code), 4)).upper()
    assert visitor.get("/label/", {"certificate": typed}).status_code == 302


@pytest.mark.parametrize("typed", ["2019-999", "<b>", "x" * 41])
def test_an_unknown_number_is_said_at_the_field(world: World, visitor: Client, typed: str) -> None:
    page = visitor.get("/label/", {"certificate": typed})
    assert page.status_code == 200
    assert page.context["form"].errors["certificate"]
    assert page.context["form"]["certificate"].value() == typed
    assert "<b>" not in page.content.decode()


def test_an_empty_number_is_asked_for(world: World, visitor: Client) -> None:
    page = visitor.get("/label/", {"certificate": "  "})
    assert list(page.context["form"].errors) == ["certificate"]


@pytest.mark.parametrize(
    ("who", "leads_to"),
    [
        ("coordinator", "/admin/"),
        ("consultant", "/admin/"),
        ("privacy_officer", "/admin/privacy/"),
        ("future_leader", "/my/"),
        ("leader", "/my/"),
        (f"leader_{PlanState.AWARDED}", "/my/"),
        ("alderman", "/dashboard/"),
    ],
)
def test_start_by_role(world: World, who: str, leads_to: str) -> None:
    client = Client()
    client.force_login(world.user(who))
    assert client.get("/start/")["Location"] == leads_to


@pytest.mark.parametrize("who", ["nobody", "ended_leader", "secondment_over"])
def test_start_without_a_role_says_so(world: World, who: str) -> None:
    client = Client(headers=ENGLISH)
    client.force_login(world.user(who))
    page = text_of(client.get("/start/"))
    assert "you have no task in the programme at this moment" in page
    assert world.edition.contact_email in page


def test_stories_in_another_language_say_so(world: World, visitor: Client) -> None:
    """A screen reader then reads them in that language."""
    assert f'href="/stories/{world.story.pk}/" lang="nl" dir="auto"' in text_of(visitor.get("/"))
    assert told(world, "Nieuw").title not in text_of(visitor.get("/"))
