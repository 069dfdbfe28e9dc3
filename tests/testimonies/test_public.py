"""The public pages: only what the right people allow today, and one 404 for all the rest."""

import pytest
import time_machine
from django.urls import reverse

from testimonies.models import TestimonyConsent
from testimonies.services import approve, take_back_consent, withdraw
from tests.factories.people import make_story, make_testimony

pytestmark = pytest.mark.django_db

STORIES = reverse("testimonies:stories")


def story_page(story):
    return reverse("testimonies:story", args=[story.pk])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_anybody_reads_stories_in_their_own_direction(client, an, edition):
    dutch = make_story(an, title="Op zaterdag", text="Ik lach weer.")
    arabic = make_story(an, title="أصدقاء", text="ألعب كل سبت.", language="ar", alias="نور")
    page = text_of(client.get(STORIES))
    assert '<h2 lang="nl" dir="ltr">' in page
    assert '<h2 lang="ar" dir="rtl">' in page
    for story in (dutch, arabic):
        assert story_page(story) in page
        detail = text_of(client.get(story_page(story)))
        assert story.title in detail
        assert story.text in detail
        assert story.storyteller.alias in detail
        assert f'lang="{story.language}" dir="{story.direction}"' in detail


def test_who_tells_is_never_named_and_no_number_of_a_person_is_shown(client, an, edition):
    story = make_story(
        an, name="Wolfgang", contact="0470998877", kind="young_person", birth_year=2011
    )
    for url in (STORIES, story_page(story)):
        page = text_of(client.get(url))
        for word in ("Wolfgang", "0470998877", "2011", "An Peeters"):
            assert word not in page


def test_a_text_is_shown_as_text(client, an, edition):
    story = make_story(an, title="<b>&", text="<script>alert(1)</script>", alias="<i>")
    for url in (STORIES, story_page(story)):
        page = text_of(client.get(url))
        assert "<script>alert" not in page
        assert "&lt;b&gt;&amp;" in page
        assert "&lt;i&gt;" in page


def test_nothing_of_a_story_is_kept_in_a_cache(client, an, edition):
    story = make_story(an)
    for url in (STORIES, story_page(story)):
        assert client.get(url)["Cache-Control"] == "no-store"


def test_the_first_visitor_reads_what_the_page_is_for(client, edition):
    response = client.get(STORIES)
    assert response.status_code == 200
    assert 'class="empty"' in text_of(response)


def hidden_stories(an):
    collected = make_testimony(an)
    approved = approve(testimony=make_testimony(an), by=an)
    withdrawn = withdraw(testimony=make_story(an), by=an)
    taken_back, over = make_story(an), make_story(an)
    take_back_consent(consent=taken_back.consents.get(), by=an)
    over.consents.update(given_on="2020-01-01", expires_on="2020-12-31")
    return [collected, approved, withdrawn, taken_back, over]


def test_hidden_and_missing_stories_are_one_404(client, an, edition):
    hidden = hidden_stories(an)
    assert 'class="empty"' in text_of(client.get(STORIES))
    missing = client.get(reverse("testimonies:story", args=[999999]))
    for story in hidden:
        response = client.get(story_page(story))
        assert response.status_code == missing.status_code == 404
        assert response.content == missing.content
        assert response.headers.keys() == missing.headers.keys()
    client.force_login(an)
    assert client.get(story_page(hidden[0])).status_code == 404


def test_an_expired_consent_hides_at_once(client, an, edition):
    with time_machine.travel("2026-03-10 10:00+01:00"):
        story = make_story(an)
        assert client.get(story_page(story)).status_code == 200
    TestimonyConsent.objects.update(expires_on="2026-03-11")
    with time_machine.travel("2026-03-11 23:59+01:00"):
        assert client.get(story_page(story)).status_code == 200
    with time_machine.travel("2026-03-12 00:01+01:00"):
        assert client.get(story_page(story)).status_code == 404
        assert story_page(story) not in text_of(client.get(STORIES))


def test_stories_come_in_pages_of_twelve_newest_first(client, an, edition):
    stories = [make_story(an) for _ in range(13)]
    first, second = text_of(client.get(STORIES)), text_of(client.get(STORIES, {"page": 2}))
    assert story_page(stories[0]) not in first
    assert story_page(stories[12]) in first
    assert story_page(stories[0]) in second
    assert client.get(STORIES, {"page": 3}).status_code == 404
    assert client.get(STORIES, {"page": "x"}).status_code == 404


def test_reading_writes_nothing(client, an, edition, no_writes):
    story = make_story(an)
    with no_writes():
        assert client.get(STORIES).status_code == 200
        assert client.get(story_page(story)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_stories(
    client, an, edition, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_story(an)
    with django_assert_num_queries(3):
        client.get(STORIES)


def test_a_story_costs_two_queries(client, an, edition, django_assert_num_queries):
    story = make_story(an)
    with django_assert_num_queries(2):
        client.get(story_page(story))
