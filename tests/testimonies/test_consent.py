"""Whose consent a story needs on a day: the rule, and the same rule in SQL."""

from datetime import date, timedelta
from itertools import product

import pytest
import time_machine

from accounts.enums import Role
from testimonies.enums import Giver, TestimonyState
from testimonies.models import Storyteller, Testimony, TestimonyConsent
from testimonies.rules import can_handle, missing_givers, required_givers
from testimonies.selectors import public_stories
from testimonies.services import take_back_consent
from tests.factories.people import (
    make_consent,
    make_consultant,
    make_story,
    make_testimony,
    make_user,
)

DAY = date(2026, 3, 10)
T, G = Giver.STORYTELLER, Giver.GUARDIAN


@pytest.mark.parametrize(
    ("birth_year", "givers"),
    [
        (None, {T}),
        (2026, {G}),
        (2015, {G}),  # eleven at most
        (2014, {G, T}),  # eleven or twelve
        (2010, {G, T}),
        (2008, {G, T}),  # seventeen or eighteen
        (2007, {T}),  # eighteen at least
        (1980, {T}),
    ],
)
def test_the_birth_year_decides_who_consents(birth_year, givers):
    assert required_givers(Storyteller(birth_year=birth_year), DAY) == givers


@pytest.mark.django_db
def test_the_rule_and_the_look_up_agree():
    """Every mix of age and consent, by two writings of the rule."""
    an = make_consultant()
    days = [None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    for birth_year, own, guardian in product([None, 2015, 2014, 2008, 2007], days, days):
        teller = Storyteller.objects.create(
            name="x", alias="x", kind="parent", birth_year=birth_year
        )
        story = Testimony.objects.create(storyteller=teller, collected_by=an, title="x", text="x")
        for giver, taken_back in ((T, own), (G, guardian)):
            if taken_back:
                TestimonyConsent.objects.create(
                    testimony=story,
                    giver=giver,
                    given_on=date(2026, 1, 1),
                    expires_on=date(2027, 1, 1),
                    withdrawn_on=None if taken_back == DAY + timedelta(days=1) else taken_back,
                    text_version="1",
                    language="nl",
                    explained_by=an.key,
                )
        allowed = Testimony.objects.filter(pk=story.pk).consented_on(DAY).exists()
        assert allowed == (not missing_givers(story, DAY)), (birth_year, own, guardian)
    assert Testimony.objects.count() == 80


@pytest.mark.django_db
@time_machine.travel("2026-03-10 10:00+01:00")
@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (DAY, DAY, True),
        (DAY - timedelta(days=9), DAY, True),
        (DAY - timedelta(days=9), DAY - timedelta(days=1), False),
    ],
)
def test_both_ends_of_a_consent_count(first, last, shown):
    an = make_consultant()
    story = make_story(an)
    TestimonyConsent.objects.update(given_on=first, expires_on=last)
    assert public_stories().filter(pk=story.pk).exists() is shown


@pytest.mark.django_db
def test_a_story_disappears_on_the_day_after_its_consent():
    with time_machine.travel("2026-03-10 10:00+01:00"):
        story = make_story(make_consultant())
    with time_machine.travel("2031-03-09 23:59+01:00"):
        assert list(public_stories()) == [story]
    with time_machine.travel("2031-03-10 00:01+01:00"):
        assert not public_stories().exists()
    story.refresh_from_db()
    assert story.state == TestimonyState.PUBLISHED


@pytest.mark.django_db
def test_a_child_that_turns_twelve_is_asked_itself():
    with time_machine.travel("2026-03-10 10:00+01:00"):
        story = make_story(make_consultant(), kind="child", birth_year=2015)
        assert list(public_stories()) == [story]
    with time_machine.travel("2027-01-01 10:00+01:00"):
        assert not public_stories().exists()
        make_consent(story, T)
        assert list(public_stories()) == [story]


@pytest.mark.django_db
@time_machine.travel("2026-03-10 10:00+01:00")
def test_no_of_a_child_under_twelve_blocks():
    story = make_story(make_consultant(), kind="child", birth_year=2016)
    take_back_consent(consent=make_consent(story, T), by=story.collected_by)
    assert not public_stories().exists()
    assert missing_givers(story, DAY) == [T]


@pytest.mark.django_db
@time_machine.travel("2026-03-10 10:00+01:00")
def test_no_of_the_other_parent_blocks_until_they_agree_again():
    story = make_testimony(make_consultant(), kind="child", birth_year=2016)
    make_consent(story, G, given_on=date(2026, 3, 1))
    other = make_consent(story, G, given_on=date(2026, 3, 2))
    assert missing_givers(story, DAY) == []
    take_back_consent(consent=other, by=story.collected_by)
    assert missing_givers(story, DAY) == [G]
    make_consent(story, G)
    assert missing_givers(story, DAY) == []


@pytest.mark.django_db
def test_a_testimony_is_handled_by_its_collector_and_the_coordinator():
    an, bo = make_consultant(), make_consultant()
    testimony = make_testimony(an)
    assert can_handle.test(an, testimony)
    assert can_handle.test(make_user(Role.COORDINATOR), testimony)
    assert not can_handle.test(bo, testimony)
    assert not can_handle.test(make_user(Role.ALDERMAN), testimony)
    gone = make_user()
    Testimony.objects.update(collected_by=gone)
    testimony.refresh_from_db()
    assert not can_handle.test(gone, testimony)
