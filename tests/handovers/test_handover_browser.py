"""A new main leader takes over on a phone: one page, one button."""

import pytest
from playwright.sync_api import Page

from core.calendar import today
from handovers.services import write_note
from labels.enums import PlanState
from tests.factories.labels import Group
from tests.handovers.test_pack import DAY, group_with_label, next_leader
from tests.support.axe import assert_accessible
from tests.support.browser import assert_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def handed_over() -> tuple[Group, object]:
    """The team changed today; who led until yesterday left a note the day before."""
    group = group_with_label(PlanState.AWARDED_WITH_CONDITIONS)
    sami = next_leader(group)
    write_note(
        movement=group.movement,
        rotation_on=today() + DAY,
        by=group.leader,
        text="De sleutel ligt bij Mia.",
        version=0,
    )
    for mandate in group.movement.mandates.all():
        mandate.starts_on -= DAY
        mandate.ends_on = mandate.ends_on and mandate.ends_on - DAY
        mandate.save()
    return group, sami


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def test_a_new_main_leader_knows_within_one_page_what_was_promised(new_page) -> None:
    group, sami = handed_over()
    page = new_page(320)
    sign_in(page, sami)
    page.goto(f"/my/{group.movement.pk}/")
    press(page, ".card-next a")  # the one next thing
    assert_fits(page)
    assert_accessible(page)
    shown = page.locator("main").inner_text()
    label = group.movement.labels.get()
    for promised in (label.number, "Affiches in vier talen.", "Een ruilkast.", "In mei kijken we"):
        assert promised in shown
    assert "De sleutel ligt bij Mia." in shown  # planned for another day, and not lost
    press(page, "#sign [type=submit]")
    assert_fits(page)
    assert page.locator("#sign li").count() == 1
    assert page.locator("#sign [type=submit]").count() == 0
    page.goto(f"/my/{group.movement.pk}/")
    assert f"/my/{group.movement.pk}/handover/" not in page.locator(".card-next").inner_html()
