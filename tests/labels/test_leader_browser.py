"""The pages of plans in a real browser: on a phone, on a desk, without JavaScript."""

import pytest
from playwright.sync_api import Page

from labels.enums import PlanState
from labels.services import assessment
from tests.factories.labels import Group, picture_file
from tests.support.axe import assert_for_everybody
from tests.support.browser import PHONE_FIRST, WIDTHS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)


def commitment(group: Group, number: int) -> str:
    return group.plan.points.get(number=number).commitment


@pytest.mark.parametrize("width", WIDTHS)
def test_a_leader_writes_adds_a_picture_and_hands_in_without_javascript(new_page, width):
    group = Group()
    page = new_page(width, javascript=False)
    sign_in(page, group.leader)
    page.goto(f"/my/{group.movement.pk}/plan/")
    press(page, "text=Uniform en kampgerief")
    page.fill("textarea[name=commitment]", "Een ruilkast in het lokaal.")
    page.locator("#add-picture summary").click()
    file = {"name": "kast.jpg", "mimeType": "image/jpeg", "buffer": picture_file().read()}
    page.set_input_files("input[type=file]", file)
    page.fill("input[name=picture-caption]", "Onze ruilkast")
    press(page, "button[value=picture]")
    assert page.locator("img[alt='Onze ruilkast']").evaluate("image => image.naturalWidth") == 60
    assert commitment(group, 6) == "Een ruilkast in het lokaal."
    page.goto(f"/my/{group.movement.pk}/plan/")
    press(page, "#send button")
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.SUBMITTED


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_the_pages_of_a_leader_are_accessible_in_every_state(new_page, width):
    for state in PlanState:
        group = Group(f"Groep {state}")
        group.write(1, commitment="Wij hangen affiches op.")
        group.take_all(state)
        page = new_page(width)
        sign_in(page, group.leader)
        for place in ("", "1/"):
            page.goto(f"/my/{group.movement.pk}/plan/{place}")
            assert_for_everybody(page, width)


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_two_versions_and_errors_are_accessible_and_keep_what_was_typed(new_page, width):
    group = Group()
    page = new_page(width)
    sign_in(page, group.leader)
    page.goto(f"/my/{group.movement.pk}/plan/2/")
    page.fill("textarea[name=commitment]", "Mijn tekst.")
    group.write(2, commitment="De tekst van Sam.")
    page.locator("#add-link summary").click()
    press(page, "button[value=link]")
    assert_for_everybody(page, width)
    assert "De tekst van Sam." in page.inner_text(".versions")
    assert page.input_value("textarea[name=commitment]") == "Mijn tekst."
    page.fill("input[name=link-url]", "https://voorbeeld.be")
    page.fill("input[name=link-caption]", "Pagina")
    press(page, "button[value=save]")
    assert commitment(group, 2) == "Mijn tekst."


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_the_assessment_page_is_accessible_in_every_state(new_page, width):
    page = new_page(width)
    for state in PlanState:
        group = Group(f"Groep {state}", state=state)
        sign_in(page, group.coordinator)
        page.goto(f"/admin/labels/actionplan/{group.plan.pk}/assess/")
        assert_for_everybody(page, width)
        if state == PlanState.IN_DISCUSSION:
            point = group.plan.points.get(number=3)
            page.fill("textarea[name=point3-reason]", "Mijn reden")
            assessment.grade_point(
                point=point, by=group.consultant, grade="on_the_way", reason="Van Karel"
            )
            press(page, "button[value=propose]")
            assert_for_everybody(page, width)
            assert page.input_value("textarea[name=point3-reason]") == "Mijn reden"
    page.goto("/admin/labels/actionplan/")
    assert_for_everybody(page, width)
