"""What is sent twice, by one hand or by two, is written once and overwrites nothing unseen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from core import pages
from core.calendar import today
from movements.models import Federation, Movement
from recruitment.models import Household
from tests.factories.people import make_group, make_user
from tests.factories.programmes import make_edition

MEMBER = "admin:recruitment_household_member"


def signed_in(role: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(role, name="Cleo"))
    return client


def member(token: str) -> dict[str, Any]:
    make_edition()
    return {
        "csrfmiddlewaretoken": token,
        "first_name": "Amina",
        "birth_year": "2014",
        "family_name": "El Idrissi",
        "movement": make_group().pk,
        "on": today().isoformat(),
        "confirmation": "movement",
        "role": "participant",
    }


# One form, sent twice ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_back_button_leads_to_what_was_saved() -> None:
    client, form = signed_in(Role.CONSULTANT), member("a")
    first = client.post(reverse(MEMBER), form)
    again = client.post(reverse(MEMBER), form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert again["Location"] == first["Location"]
    assert Household.objects.count() == 1


@pytest.mark.django_db
def test_the_same_words_in_another_page_are_asked_about() -> None:
    client, form = signed_in(Role.CONSULTANT), member("a")
    client.post(reverse(MEMBER), form)
    again = client.post(reverse(MEMBER), {**form, "csrfmiddlewaretoken": "b"})
    assert "Possibly known already" in again.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_refused_can_be_sent_again() -> None:
    client, form = signed_in(Role.CONSULTANT), member("a")
    wrong = {**form, "on": "2999-01-01"}
    texts = [client.post(reverse(MEMBER), wrong).content.decode() for _time in range(2)]
    assert ["still to come" in text for text in texts] == [True, True]


@pytest.mark.django_db
def test_a_twin_that_was_saved_in_between_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    client, form = signed_in(Role.CONSULTANT), member("a")
    first = client.post(reverse(MEMBER), form)
    answers = iter([None])
    get = pages.cache.get
    monkeypatch.setattr(pages.cache, "get", lambda key: next(answers, get(key)))
    again = client.post(reverse(MEMBER), form)
    assert again["Location"] == first["Location"]
    assert Household.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_household() -> None:
    client, form = signed_in(Role.CONSULTANT), member("a")

    def click(_number: int) -> str:
        try:
            twin = Client()
            twin.cookies = client.cookies
            return str(twin.post(reverse(MEMBER), form)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        addresses = list(pool.map(click, range(2)))
    assert Household.objects.count() == 1
    assert addresses[0] == addresses[1]


# Two people --------------------------------------------------------------------------------------


def opened(client: Client, movement: Movement) -> tuple[str, dict[str, Any]]:
    """The page of a movement and what a browser would send from it."""
    address = reverse("admin:movements_movement_change", args=[movement.pk])
    form = client.get(address).context["adminform"].form
    return address, {name: form[name].value() or "" for name in form.fields}


@pytest.mark.django_db
def test_the_second_to_save_sees_what_the_first_wrote() -> None:
    make_edition()
    movement = make_group()
    client = signed_in(Role.COORDINATOR)
    address, form = opened(client, movement)
    first = client.post(address, {**form, "name": "Their name"})
    second = client.post(address, {**form, "name": "My name"})
    text = second.content.decode()
    assert first.status_code == 302
    assert "Somebody changed this in the meantime." in text
    assert "It now says: “Their name”." in text
    assert 'value="My name"' in text
    assert Movement.objects.get().name == "Their name"
    seen = second.context["adminform"].form["seen"].value()
    assert client.post(address, {**form, "name": "My name", "seen": seen}).status_code == 302
    assert Movement.objects.get().name == "My name"


@pytest.mark.django_db
def test_nothing_changes_back_behind_a_colleague() -> None:
    make_edition()
    movement = make_group()
    client = signed_in(Role.COORDINATOR)
    address, form = opened(client, movement)
    client.post(address, {**form, "language": "fr"})
    text = client.post(address, {**form, "postcode": "2800"}).content.decode()
    assert "It now says: “French”." in text
    assert Movement.objects.get().language == "fr"


@pytest.mark.django_db
def test_saving_at_the_same_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    make_edition()
    save, tries = Federation.save, []

    def late(self: Federation, *args: Any, **kwargs: Any) -> None:
        tries.append(self.name)
        if len(tries) == 1:
            raise IntegrityError("somebody was a moment earlier")
        save(self, *args, **kwargs)

    monkeypatch.setattr(Federation, "save", late)
    words = {
        f"{name}_{code}": "x"
        for name in ("group_word", "main_leader_word")
        for code in ("nl", "fr", "en")
    }
    address = reverse("admin:movements_federation_add")
    response = signed_in(Role.COORDINATOR).post(address, {"name": "Kampers", **words})
    assert response.status_code == 302
    assert tries == ["Kampers", "Kampers"]
    assert Federation.objects.filter(name="Kampers").count() == 1


# What no person types ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["q=%00", "state=%00", "page=1&q=a%00b"])
def test_a_nul_in_an_address_is_a_bad_request(query: str) -> None:
    make_edition()
    assert signed_in(Role.COORDINATOR).get(f"/admin/movements/mandate/?{query}").status_code == 400


@pytest.mark.django_db
def test_an_edition_is_saved_as_a_browser_sends_it() -> None:
    """A hidden copy of the translated texts, which Django adds, used to break every save."""
    edition = make_edition()
    client = signed_in(Role.COORDINATOR)
    page = client.get(reverse("admin:programmes_edition_change", args=[edition.pk]))
    assert 'name="initial-name"' not in page.content.decode()
