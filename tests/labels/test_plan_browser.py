"""A leader's plan on a phone: a bad line, and how many taps and fields the whole path takes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from core.calendar import add_months, pretend, today
from labels.enums import Kept, PlanState
from movements.models import Mandate
from tests.factories.labels import Group
from tests.support.axe import assert_accessible
from tests.support.browser import PHONE, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_SAVED = "Nog niet bewaard"
TEXT = "textarea[name=commitment]"


def stands(group: Group, number: int) -> str:
    return group.plan.points.get(number=number).commitment


def check(page: Page) -> None:
    assert_fits(page)
    assert_accessible(page)


def after_sleep(pages: Any, page: Page) -> Page:
    """The browser was thrown out of memory while there was no line; a new page, and a line."""
    page.close()
    page.context.set_offline(False)
    woken = page.context.new_page()
    pages.watch(woken)
    return woken


def test_nothing_typed_is_lost_on_a_bad_line(new_page: Any) -> None:
    """The line breaks, the page is closed, the session ends: the text is there, and is saved."""
    group = Group()
    page = new_page(PHONE)
    sign_in(page, group.leader)
    address = f"/my/{group.movement.pk}/plan/2/"
    page.goto(address)
    status = page.locator("[data-save-status]")

    page.fill(TEXT, "Wij gaan langs.")
    page.locator(TEXT).blur()
    expect(status).to_contain_text(re.compile(r"\d\d\.\d\d"))
    assert stands(group, 2) == "Wij gaan langs."

    page.context.set_offline(True)
    page.fill(TEXT, "Wij gaan langs, met een taart.")
    page.locator("button[value=save]").last.click()
    expect(status).to_contain_text(NOT_SAVED)
    assert stands(group, 2) == "Wij gaan langs."
    page = after_sleep(new_page, page)
    status = page.locator("[data-save-status]")
    page.goto(f"/my/{group.movement.pk}/plan/")
    expect(page.locator("[data-drafts]")).to_be_visible()
    check(page)
    page.goto(address)
    expect(page.locator(TEXT)).to_have_value("Wij gaan langs, met een taart.")
    expect(page.locator("[data-restored]")).to_be_visible()
    check(page)
    expect(status).to_contain_text(re.compile(r"\d\d\.\d\d"))
    assert stands(group, 2) == "Wij gaan langs, met een taart."
    assert page.evaluate("localStorage.length") == 0


def test_when_the_session_ends_the_text_waits_and_no_colleague_is_written_over(
    new_page: Any,
) -> None:
    """Signed out while typing, a colleague writes, signed in again: both texts are there."""
    group = Group()
    page = new_page(PHONE)
    sign_in(page, group.leader)
    page.goto(f"/my/{group.movement.pk}/plan/2/")
    status = page.locator("[data-save-status]")
    Session.objects.all().delete()
    page.fill(TEXT, "Wij bellen aan.")
    page.locator(TEXT).blur()
    expect(status.locator("a")).to_be_visible()
    check(page)
    group.write(2, commitment="Van Sam.")  # meanwhile
    sign_in(page, group.leader)
    status.locator("a").click()
    assert page.input_value(TEXT) == "Wij bellen aan."
    expect(status).to_contain_text("Iemand van je ploeg")  # whose text is not written over
    assert stands(group, 2) == "Van Sam."
    page.locator("button[value=save]").last.click()
    expect(page.locator(".versions")).to_contain_text("Van Sam.")
    assert page.input_value(TEXT) == "Wij bellen aan."
    with page.expect_navigation():
        page.locator("button[value=save]").last.click()
    expect(page.locator(".versions")).to_have_count(0)
    assert stands(group, 2) == "Wij bellen aan."
    assert page.evaluate("localStorage.length") == 0


def test_who_does_not_lead_any_more_is_told_and_can_copy_the_text(new_page: Any) -> None:
    group = Group()
    page = new_page(PHONE)
    sign_in(page, group.leader)
    page.goto(f"/my/{group.movement.pk}/plan/2/")
    yesterday = today() - timedelta(days=1)
    Mandate.objects.update(starts_on=yesterday - timedelta(days=9), ends_on=yesterday)
    page.fill(TEXT, "Wij bellen aan.")
    words = page.locator("form[data-point]").get_attribute("data-gone")
    for _twice in range(2):
        page.locator("button[value=save]").last.click()
        expect(page.locator("[data-save-status]")).to_have_text(words or "?")
    assert page.input_value(TEXT) == "Wij bellen aan."
    (refused,) = new_page.problems
    assert refused.startswith("404 for ")
    new_page.problems.clear()


def test_an_answer_that_never_came_is_no_conflict_with_oneself(new_page: Any) -> None:
    """The text arrived, the answer did not; what is typed after it is saved all the same."""
    group = Group()
    page = new_page(PHONE)
    sign_in(page, group.leader)
    address = f"/my/{group.movement.pk}/plan/3/"

    def swallow(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.goto(address)
    page.route(f"**{address}", swallow)
    page.fill(TEXT, "Elk jaar op bezoek.")
    page.locator(TEXT).blur()
    expect(page.locator("[data-save-status]")).to_contain_text(NOT_SAVED)
    assert stands(group, 3) == "Elk jaar op bezoek."
    page.unroute(f"**{address}")
    page.fill(TEXT, "Elk jaar op bezoek, in september.")
    page.locator(TEXT).blur()
    expect(page.locator("[data-save-status]")).to_contain_text(re.compile(r"\d\d\.\d\d"))
    assert page.evaluate("localStorage.length") == 0
    assert stands(group, 3) == "Elk jaar op bezoek, in september."


class Counting:
    """A leader who counts what the hands do."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.fields = page, 0, 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def write(self, text: str) -> None:
        self.fields += 1
        self.page.fill(TEXT, text)


def test_the_whole_path_of_a_leader_is_counted(new_page: Any) -> None:
    """From the link of a mail: ten texts, hand in. What is typed is saved without a button."""
    group = Group()
    page = new_page(PHONE)
    sign_in(page, group.leader)
    first = Counting(page)
    page.goto(f"/my/{group.movement.pk}/plan/")  # the link of the mail
    first.tap(".points a")
    for number in range(1, 11):
        first.write(f"Wij beloven punt {number}.")
        first.tap(".pager a[rel=next], .pager a:last-child")
    first.tap("#send button[type=submit]")
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.SUBMITTED
    texts = list(group.plan.points.order_by("number").values_list("commitment", flat=True))
    assert texts == [f"Wij beloven punt {number}." for number in range(1, 11)]
    assert (first.taps, first.fields) == (12, 10)


def test_a_renewal_in_which_all_still_holds_is_counted(new_page: Any) -> None:
    """From the link of a mail: start, one tap per promise, hand in."""
    with pretend(add_months(today(), -31)):
        before = Group()
        for number in range(1, 11):
            before.write(number, commitment=f"Beloofd: {number}.")
        before.take_all(PlanState.AWARDED)
    Mandate.objects.update(confirmed_on=today())  # each year they said that they go on
    page = new_page(PHONE)
    sign_in(page, before.leader)
    again = Counting(page)
    page.goto(f"/my/{before.movement.pk}/plan/")
    again.tap("form[action$='/start/'] button")
    again.tap(".points a")
    for _number in range(1, 11):
        again.tap("button[value=kept-still]")
    again.tap("#send button[type=submit]")
    renewed = before.movement.plans.latest("id")
    assert renewed.state == PlanState.SUBMITTED
    rows = list(renewed.points.order_by("number").values_list("commitment", "kept"))
    assert rows == [(f"Beloofd: {number}.", Kept.STILL) for number in range(1, 11)]
    assert (again.taps, again.fields) == (13, 0)
