"""A team that forgot to say that it goes on, on a phone and with one thumb."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.calendar import today
from movements import years
from movements.enums import Function
from movements.models import JoinRequest, Mandate
from tests.factories import movements as make
from tests.support.axe import assert_accessible
from tests.support.browser import PHONE, Pages, assert_fits, sign_in

pytestmark = pytest.mark.browser


def month_and_day(day: date) -> str:
    return f"{day:%m-%d}".replace("02-29", "02-28")


@pytest.fixture
def _too_late(settings: Any) -> None:
    """Whatever today is: the day to say it passed, the last day has not come."""
    settings.WORKING_YEAR_STARTS = month_and_day(today() - timedelta(days=60))
    settings.LEADERS_CONFIRM_BY = month_and_day(today() - timedelta(days=10))
    settings.LEADERS_END_ON = month_and_day(today() + timedelta(days=20))


def press(page: Page, words: str) -> None:
    """Tap what says these words; it is large enough for a thumb."""
    target = page.locator("main").get_by_text(words, exact=True).first
    box = target.bounding_box()
    assert box
    assert box["height"] >= 40, words
    target.click()
    look(page)


def look(page: Page) -> None:
    expect(page.locator("main h1").first).to_be_visible()
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.usefixtures("_too_late")
@pytest.mark.django_db(transaction=True)
def test_the_whole_team_goes_on_with_one_tap_and_one_stops(new_page: Pages, site: str) -> None:
    group, main, leader = make.movement(), make.user("An Main"), make.user("Bo Leader")
    make.mandate(group, account=main)
    bo = make.mandate(group, account=leader, function=Function.LEADER)
    Mandate.objects.update(
        starts_on=date(2020, 1, 1), confirmed_on=years.asked_since(today()) - timedelta(days=1)
    )
    page = new_page(PHONE, locale="en-GB")
    sign_in(page, main)
    page.goto("/my/")
    look(page)
    expect(page).to_have_url(re.compile("still-leading"))
    page.get_by_text("Look at your group first").click()
    expect(page.locator("main")).to_contain_text("nobody said that you still lead")
    press(page, "To your team")
    press(page, "Yes, we all go on")
    expect(page.locator("main")).to_contain_text("Everybody goes on.")
    assert not Mandate.objects.waiting().exists()

    page = new_page(PHONE, locale="en-GB")
    sign_in(page, leader)
    page.goto("/my/")
    press(page, "To your team")
    press(page, "I am stopping")
    last = today() + timedelta(days=14)
    page.locator("[name=last_day]").fill(last.isoformat())
    page.locator("[name=name]").fill("Eva Erna")
    page.locator("[name=email]").fill("eva@example.org")
    press(page, "I stop on that day")
    expect(page.locator("main h1")).to_contain_text("Thank you")
    bo.refresh_from_db()
    assert bo.ends_on == last
    assert JoinRequest.objects.get().email == "eva@example.org"
