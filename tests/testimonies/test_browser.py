"""Stories in any direction, on a phone and at a desk."""

import pytest
from django.urls import reverse

from testimonies.enums import Giver
from tests.factories.people import make_consent, make_consultant, make_story, make_testimony
from tests.factories.programmes import make_edition
from tests.support.axe import assert_for_everybody
from tests.support.browser import PHONE_FIRST, WIDTHS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARABIC = {
    "title": "وجدت أصدقاء هنا",
    "text": "عندما وصلنا لم أكن أعرف أحداً. الآن ألعب كل يوم سبت مع أصدقائي.",
    "language": "ar",
    "alias": "نور",
}


@pytest.fixture
def an(site):
    make_edition()
    return make_consultant("An Peeters")


@pytest.mark.parametrize("width", WIDTHS)
def test_anybody_reads_an_arabic_story_from_right_to_left(new_page, an, width):
    make_story(an)
    story = make_story(an, **ARABIC)
    page = new_page(width, javascript=False)
    page.goto(reverse("testimonies:stories"))
    page.get_by_role("link", name=ARABIC["title"]).click()
    page.wait_for_url(f"**{reverse('testimonies:story', args=[story.pk])}")
    text = page.locator("blockquote")
    assert text.inner_text() == ARABIC["text"]
    assert text.evaluate("node => getComputedStyle(node).direction") == "rtl"


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_every_page_of_stories_fits_and_is_accessible(new_page, an, width):
    page = new_page(width)
    page.goto(reverse("testimonies:stories"))
    assert_for_everybody(page, width)
    make_story(an, title="Een titel met een heellangwoorddatnietbreekt" * 2)
    story, testimony = make_story(an, **ARABIC), make_testimony(an)
    consent = make_consent(testimony, Giver.STORYTELLER)
    sign_in(page, an)
    for name, arguments in (
        ("testimonies:stories", []),
        ("testimonies:story", [story.pk]),
        ("admin:testimonies_testimony_changelist", []),
        ("admin:testimonies_testimony_add", []),
        ("admin:testimonies_testimony_change", [story.pk]),
        ("admin:testimonies_testimony_change", [testimony.pk]),
        ("admin:testimonies_testimony_revise", [testimony.pk]),
        ("admin:testimonies_testimony_consent", [testimony.pk]),
        ("admin:testimonies_testimony_approve", [testimony.pk]),
        ("admin:testimonies_testimony_publish", [testimony.pk]),
        ("admin:testimonies_testimony_withdraw", [testimony.pk]),
        ("admin:testimonies_consent_take_back", [consent.pk]),
    ):
        page.goto(reverse(name, args=arguments))
        assert_for_everybody(page, width)
        if name.endswith(("_add", "_consent", "_publish")):
            page.locator("input[name=save]").click()
            page.locator(".is-invalid, .alert-danger").first.wait_for()
            assert_for_everybody(page, width)
