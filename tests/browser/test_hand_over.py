"""Five leaders hand over to five new people, on a phone.

Two successors are named and come by the mail, three ask by the link from the chat. On the first day
of the new team they write, and who led before finds nothing. Mails go out by the outbox itself; one
of the new people signs in with the code, as all would.
"""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from core import outbox
from movements.enums import Function
from movements.models import Mandate, Movement
from tests.factories import movements as make
from tests.support.axe import assert_accessible
from tests.support.browser import PHONE, Pages, assert_fits, sign_in
from tests.support.proof import force_login
from tests.support.smtp import Sink, code_in, links_in

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

LAST_DAY, FIRST_DAY = date(2027, 8, 31), date(2027, 9, 1)
BY_MAIL = {"Nina Nieuw": "nina@new.test", "Ben Begint": "ben@new.test"}
BY_LINK = {"Cato Claes": "cato@new.test", "Daan De Wit": "daan@new.test", "Eva E": "eva@new.test"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Chromium keeps real time: only the wall clock of the server moves."""
    with time_machine.travel("2027-06-05T10:00:00+02:00", tick=True) as coordinates:
        yield coordinates


@pytest.fixture
def leaders(transactional_db: None, clock: object) -> list[User]:
    """The team that stops: a main leader and four leaders, until 31 August."""
    movement, people = make.movement("Chiro De Zon"), [make.user() for _number in range(5)]
    for number, person in enumerate(people):
        function = Function.LEADER if number else Function.MAIN_LEADER
        dates = {"starts_on": date(2026, 9, 1), "ends_on": LAST_DAY}
        make.mandate(movement, account=person, function=function, **dates)
    return people


def look(page: Page) -> None:
    expect(page.locator("main h1").first).to_be_visible()
    assert_fits(page)
    assert_accessible(page)


def name_two(page: Page, team: str) -> None:
    """Two of them by name, in the rows of the form."""
    page.goto(f"{team}pass-on/")
    page.locator("main details.fold > summary").nth(1).click()
    look(page)
    assert page.locator("[name=starts_on]").input_value() == FIRST_DAY.isoformat()
    for number, (name, address) in enumerate(BY_MAIL.items(), start=1):
        page.locator(f"[name=name_{number}]").fill(name)
        page.locator(f"[name=email_{number}]").fill(address)
    page.locator("[name=function_1]").select_option("main_leader")
    page.locator("[name=save]").click()
    expect(page).to_have_url(re.compile(rf"{team}$"))


def copy_link(page: Page, team: str) -> str:
    """The text for the chat; what somebody pastes there holds the link."""
    page.goto(f"{team}pass-on/")
    page.locator("form[action$='/team/link/'] button").click()
    look(page)
    text = page.locator("textarea#message").input_value()
    assert "Chiro De Zon" in text
    [link] = re.findall(r"http\S+", text)
    return str(link)


def ask(page: Page, link: str, name: str, address: str) -> None:
    page.goto(link)
    page.locator("main [name=name]").fill(name)
    page.locator("main [name=email]").fill(address)
    page.locator("main form [type=submit]").click()
    expect(page).to_have_url(re.compile("/team/thank-you/$"))


def say_yes(page: Page, mail: Sink, address: str) -> None:
    """From the mail to the page of the team, and three times yes."""
    told = mail.wait(address, wanted=lambda text: "/team/" in text)
    [link] = [url for url in links_in(told) if "/team/" in url]
    page.goto(link)
    look(page)
    for left in (2, 1, 0):
        page.locator("#requests button[value=accept]").first.click()
        expect(page.locator("#requests button[value=accept]")).to_have_count(left)


def come_in(page: Page, mail: Sink, address: str) -> None:
    """The link of the invitation, the code of the next mail."""
    [link] = [url for url in links_in(mail.wait(address)) if "/invitation/" in url]
    page.goto(link)
    page.locator("main form [type=submit]").click()
    expect(page.locator("main [name=code]")).to_be_visible()
    outbox.deliver_due()
    page.locator("main [name=code]").fill(code_in(mail.wait(address)))
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("main h1").first).to_be_visible()


def invitations_of(mail: Sink, address: str) -> int:
    """How many invitations came for somebody."""
    told = (links_in(message) for message in mail.to(address))
    return sum(any("/invitation/" in link for link in links) for links in told)


def answers(user: User | None, path: str) -> int:
    """What a page answers to somebody who is signed in."""
    client = Client()
    force_login(client, user)
    return client.get(path).status_code


def test_five_leaders_hand_over_to_five_new_people(
    leaders: list[User], clock: time_machine.Traveller, smtp: Sink, new_page: Pages
) -> None:
    main, movement = new_page(PHONE), Movement.objects.get()
    home, team = f"/my/{movement.pk}/", f"/my/{movement.pk}/team/"
    sign_in(main, leaders[0])
    name_two(main, team)
    link = copy_link(main, team)
    stranger = new_page(PHONE)
    stranger.goto(link)
    look(stranger)
    for name, address in BY_LINK.items():
        ask(stranger, link, name, address)
    outbox.deliver_due()
    say_yes(main, smtp, leaders[0].email)
    outbox.deliver_due()

    new = {**BY_MAIL, **BY_LINK}
    coming = Mandate.objects.filter(starts_on=FIRST_DAY)
    assert {mandate.email for mandate in coming} == set(new.values())
    assert [invitations_of(smtp, address) for address in new.values()] == [1] * 5
    come_in(stranger, smtp, BY_LINK["Cato Claes"])
    stranger.goto(home)
    look(stranger)  # to look at; there is nothing to write yet
    assert answers(coming[0].user, f"{team}pass-on/") == 404

    clock.move_to(f"{FIRST_DAY}T00:00:30+02:00")
    for mandate in coming:
        assert answers(mandate.user, f"{team}pass-on/") == 200
    for leader in leaders:
        assert answers(leader, team) == 404
