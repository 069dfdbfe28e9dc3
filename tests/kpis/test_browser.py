"""The dashboard in Chromium: phone and desk, without JavaScript, on paper, for everybody's eyes."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from accounts.enums import Role
from core.calendar import add_months, last_day, today
from tests.factories.programmes import make_edition
from tests.kpis.rows import City, user_with
from tests.support.axe import assert_for_everybody
from tests.support.browser import DESK, PHONE_FIRST, Pages, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def nothing() -> None:
    """No edition yet."""


def part_way(visits: int = 70) -> None:
    """Month 21 of 24: green everywhere, but for the visits."""
    first = add_months(today(), -20)
    city = City(make_edition(starts_on=first, ends_on=last_day(first, 24)))
    for number in range(visits):
        city.visit(first + timedelta(days=8 * number))
    for number in range(58):
        city.member(first + timedelta(days=10 * number))
    for number in range(14):
        city.story(first + timedelta(days=30 * number))
    for number in range(22):
        label = city.label(first + timedelta(days=20 * number), last_day(first, 40))
        plan = label.decision.plan
        for point in plan.template.points.filter(number__lte=number):
            plan.points.create(point=point, number=point.number, is_done=True)


def far_behind() -> None:
    """Red: hardly any visit for months."""
    part_way(visits=20)


@pytest.fixture(params=[nothing, part_way, far_behind])
def story(request: Any) -> Callable[[], None]:
    request.param()
    return request.param


def opened(new_page: Pages, width: int, role: str = Role.ALDERMAN, **options: Any) -> Page:
    page = new_page(width, **options)
    sign_in(page, user_with(role))
    page.goto("/dashboard/")
    return page


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_the_dashboard_is_for_everybody_at_every_width(
    story: Callable[[], None], new_page: Pages, width: int
) -> None:
    page = opened(new_page, width)
    assert_for_everybody(page, width)
    assert page.locator("h1").count() == 1


def test_rules_and_months_open_without_javascript(new_page: Pages) -> None:
    part_way()
    page = opened(new_page, 320, javascript=False)
    assert page.locator(".figure-card").count() == 4
    for fold in page.locator("main details").all():
        inside = fold.locator("p, table").first
        assert not inside.is_visible()
        fold.locator("summary").click()
        assert inside.is_visible()
    assert_fits(page)
    assert page.locator("main tbody tr").count() == 24


def test_colours_come_with_a_shape_and_a_word(new_page: Pages) -> None:
    far_behind()
    page = opened(new_page, DESK, locale="en")
    tags = [" ".join(text.split()) for text in page.locator(".figure-card .tag").all_inner_texts()]
    assert [tag[0] for tag in tags] == ["●", "●", "▲", "●"]
    assert page.locator(".tag-bad").count() == 1


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_it_prints_on_one_page_with_its_rules(new_page: Pages, language: str) -> None:
    part_way()
    page = opened(new_page, DESK, locale=language)
    paper = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    text = " ".join(paper.pages[0].extract_text().split())
    for rule in page.locator(".figure-rule p").all():
        start = " ".join((rule.text_content() or "").split())[:25]
        assert start in text
    assert " ".join(page.locator("h1").inner_text().split()) in text


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_the_pages_of_an_edition_are_for_everybody(new_page: Pages, width: int) -> None:
    edition = make_edition()
    page = opened(new_page, width, role=Role.COORDINATOR)
    for place in ("add", f"{edition.pk}/change", f"{edition.pk}/target", f"{edition.pk}/plan"):
        page.goto(f"/admin/programmes/edition/{place}/")
        assert page.locator("form[method=post]").count() >= 1
        assert_for_everybody(page, width)
