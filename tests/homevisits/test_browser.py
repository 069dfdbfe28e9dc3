"""Recording families and visits on a phone and at a desk, by keyboard sizes and without scripts."""

import pytest
from django.urls import reverse

from homevisits.models import HomeVisit
from recruitment.models import Guidance
from tests.factories.people import make_consultant, make_group, make_guidance, make_visit
from tests.factories.programmes import make_edition
from tests.support.axe import assert_for_everybody
from tests.support.browser import PHONE_FIRST, WIDTHS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def an(site):
    make_edition()
    return make_consultant("An Peeters")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_visit_takes_three_taps_without_javascript(new_page, an, width):
    household = make_guidance(an).child.household
    page = new_page(width, javascript=False)
    sign_in(page, an)
    page.goto(reverse("admin:homevisits_homevisit_add"))
    page.locator("select[name=household]").select_option(str(household.pk))
    page.locator("input[name=outcome][value=conversation]").check()
    page.locator("input[name=save]").click()
    page.wait_for_url(f"**/household/{household.pk}/change/")
    visit = HomeVisit.objects.get()
    assert (visit.outcome, list(visit.visitors.all())) == ("conversation", [an])


@pytest.mark.parametrize("width", WIDTHS)
def test_a_member_is_recorded_in_one_short_form_without_javascript(new_page, an, width):
    group = make_group()
    page = new_page(width, javascript=False)
    sign_in(page, an)
    page.goto(reverse("admin:recruitment_household_changelist"))
    page.locator(f"a[href='{reverse('admin:recruitment_household_member')}']").click()
    page.locator("input[name=first_name]").fill("Amina")
    page.locator("input[name=birth_year]").fill("2014")
    page.locator("input[name=family_name]").fill("El Idrissi")
    page.locator("select[name=movement]").select_option(str(group.pk))
    page.locator("input[name=confirmation][value=family]").check()
    page.locator("input[name=save]").click()
    page.wait_for_url("**/change/")
    assert Guidance.objects.get().stage == "member"


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_every_page_of_families_and_visits_fits_and_is_accessible(new_page, an, width):
    guidance = make_guidance(an, "أمينة", family_name="الإدريسي", notes="Belt ’s avonds.")
    household, visit = guidance.child.household, make_visit(an, guidance.child.household)
    page = new_page(width)
    sign_in(page, an)
    for name, arguments in (
        ("recruitment_household_changelist", []),
        ("recruitment_household_add", []),
        ("recruitment_household_member", []),
        ("recruitment_household_find", []),
        ("recruitment_household_change", [household.pk]),
        ("recruitment_household_details", [household.pk]),
        ("recruitment_household_owner", [household.pk]),
        ("recruitment_household_child", [household.pk]),
        ("recruitment_guidance_step", [guidance.pk]),
        ("recruitment_guidance_take_back", [guidance.pk]),
        ("homevisits_homevisit_changelist", []),
        ("homevisits_homevisit_add", []),
        ("homevisits_homevisit_change", [visit.pk]),
    ):
        page.goto(reverse(f"admin:{name}", args=arguments))
        assert_for_everybody(page, width)
        if name.endswith(("_add", "_member", "_find", "_step")):
            page.locator("input[name=save]").click()
            page.locator(".is-invalid").first.wait_for()
            assert_for_everybody(page, width)
