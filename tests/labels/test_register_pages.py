"""Register, verification and the admin's label pages in a real browser, on a phone and a desk."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from core.calendar import add_months, today
from labels.models import LabelEvent
from labels.services.awards import pause_label
from tests.labels.awarding import award, make_edition, make_movement, person
from tests.support.axe import assert_accessible
from tests.support.browser import WIDTHS, Pages, assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "Scouts en Gidsen 14de Sint-Martinus Overbekeaandedenderderdeafdeling"


def recently() -> date:
    return add_months(today(), -3)


def assert_good(page: Any) -> None:
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_public_finds_and_checks_a_label(new_page: Pages, width: int) -> None:
    make_edition()
    page = new_page(width, locale="en-GB")
    page.goto("/register/")
    expect(page.get_by_role("heading", name="No label is valid yet")).to_be_visible()
    assert_good(page)
    label = award(make_movement(NAME), recently())
    award(make_movement("Chiro Zonnig"), recently())
    page.get_by_label("Name, federation or place").fill("overbeke")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=2)).to_have_text([NAME])
    assert_good(page)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", name="The ten points")).to_be_visible()
    assert_good(page)
    page.goto(f"/label/{label.code}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Yes, valid until")
    assert_good(page)
    page.goto("/register/open-data/")
    assert_good(page)
    page.goto("/label/?certificate=2019-999")
    expect(page.get_by_text("We do not know this number.")).to_be_visible()
    assert_good(page)
    assert told == []  # the policy has nothing against data blocks
    page.goto(f"/label/{label.code}/")
    pause_label(label=label, by=person("By"), reason="…")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("No, not valid")
    assert_good(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_coordinator_pauses_a_label_without_scripts(new_page: Pages, width: int) -> None:
    label = award(make_movement(NAME), recently())
    page = new_page(width, javascript=False, locale="en-GB")
    sign_in(page, person("Cora Coordinator", "coordinator"))
    page.goto("/admin/labels/label/")
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Pause the label").click()
    page.get_by_label("Reason").fill("De ploeg zoekt leiding")
    page.get_by_role("button", name="Pause the label").click()
    expect(page.get_by_text("De ploeg zoekt leiding")).to_be_visible()
    assert LabelEvent.objects.get().label == label


@pytest.mark.parametrize("width", WIDTHS)
def test_the_label_pages_of_the_admin_are_accessible(new_page: Pages, width: int) -> None:
    label = award(make_movement(NAME), recently())
    page = new_page(width, locale="en-GB")
    sign_in(page, person("Cora Coordinator", "coordinator"))
    for address in ("", f"{label.pk}/change/", f"{label.pk}/event/withdraw/"):
        page.goto(f"/admin/labels/label/{address}")
        assert_good(page)
    page.get_by_label("From which day?").fill("2999-01-01")
    page.get_by_label("Reason").fill("Wat ik typte")
    page.get_by_role("button", name="Withdraw the label").click()
    expect(page.get_by_text("Choose today or an earlier day.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("Wat ik typte")
    assert_good(page)
