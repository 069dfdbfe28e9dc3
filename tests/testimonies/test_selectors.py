"""What is public, what counts, and what the database refuses by itself."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.utils import IntegrityError

from testimonies.enums import Giver
from testimonies.models import Storyteller, Testimony, TestimonyConsent
from testimonies.selectors import (
    consents_about_to_end,
    online_on,
    public_stories,
    shared_between,
    withdrawn_between,
)
from testimonies.services import approve, take_back_consent, withdraw
from tests.factories.people import make_consent, make_story, make_testimony

pytestmark = pytest.mark.django_db

FIRST, MIDDLE, LAST = date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 31)


def on(day):
    return time_machine.travel(f"{day:%Y-%m-%d} 10:00+00:00")


# The figure (domain: "Targets") ----------------------------------------------------------------


def test_both_ends_of_a_period_count(an):
    stories = []
    for day in (date(2026, 2, 28), FIRST, LAST, date(2026, 4, 1)):
        with on(day):
            stories.append(make_story(an))
    assert set(shared_between(FIRST, LAST)) == set(stories[1:3])


def test_collected_and_approved_is_not_shared(an):
    with on(MIDDLE):
        make_consent(make_testimony(an), Giver.STORYTELLER)
        approve(testimony=make_testimony(an), by=an)
    assert not shared_between(FIRST, LAST).exists()
    assert not online_on(MIDDLE).exists()


def test_a_withdrawn_story_was_shared_all_the_same(an):
    with on(FIRST):
        story = make_story(an)
    with on(MIDDLE):
        withdraw(testimony=story, by=an)
        withdraw(testimony=make_testimony(an), by=an)
    assert list(shared_between(FIRST, LAST)) == [story]
    assert list(withdrawn_between(FIRST, LAST)) == [story]
    assert not withdrawn_between(FIRST, MIDDLE - timedelta(days=1)).exists()


def test_online_is_from_publication_until_the_day_of_withdrawal(an):
    with on(FIRST):
        story = make_story(an)
    with on(MIDDLE):
        withdraw(testimony=story, by=an)
    online = {day: story in online_on(date(2026, 3, day)) for day in (1, 9, 10)}
    assert online == {1: True, 9: True, 10: False}
    assert not online_on(date(2026, 2, 28)).exists()


def test_a_story_without_consent_is_not_online_but_was_shared(an):
    with on(FIRST):
        story = make_story(an)
    with on(MIDDLE):
        take_back_consent(consent=story.consents.get(), by=an)
        assert not public_stories().exists()
    assert list(online_on(MIDDLE - timedelta(days=1))) == [story]
    assert not online_on(MIDDLE).exists()
    assert list(shared_between(FIRST, LAST)) == [story]
    assert not withdrawn_between(FIRST, LAST).exists()


# Who sees what ---------------------------------------------------------------------------------


def test_the_team_sees_texts_and_the_collector_and_coordinator_all(an, bo, coordinator, outsider):
    testimony = make_testimony(an)
    for user in (an, bo, coordinator):
        assert testimony in Testimony.objects.for_user(user)
    assert not Testimony.objects.for_user(outsider).exists()
    for user, sees in ((an, True), (bo, False), (coordinator, True), (outsider, False)):
        assert (testimony in Testimony.objects.with_details_for(user)) is sees


def test_consents_about_to_end(an, bo):
    with on(MIDDLE):
        soon = make_consent(
            make_testimony(an), Giver.STORYTELLER, expires_on=MIDDLE + timedelta(days=60)
        )
        make_consent(make_testimony(an), Giver.STORYTELLER, expires_on=MIDDLE + timedelta(days=61))
        gone = make_testimony(an)
        make_consent(gone, Giver.STORYTELLER, expires_on=MIDDLE)
        withdraw(testimony=gone, by=an)
        assert list(consents_about_to_end(an)) == [soon]
        assert not consents_about_to_end(bo).exists()
    assert not consents_about_to_end(an, on=MIDDLE + timedelta(days=90)).filter(pk=soon.pk).exists()


# The database ----------------------------------------------------------------------------------


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_the_tables_hold_no_name_contact_or_text(an):
    make_story(an, name="Wolfgang Amadeus", contact="0470998877", text="Speelt clavecimbel")
    raw = ""
    with connection.cursor() as cursor:
        for model in (Storyteller, Testimony, TestimonyConsent):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            raw += str(cursor.fetchall())
    assert "Nour" in raw
    for word in ("Wolfgang", "Amadeus", "0470998877", "lavecimbel"):
        assert word not in raw
    with pytest.raises(FieldError):
        Storyteller.objects.filter(name="Wolfgang Amadeus").exists()


@pytest.mark.parametrize(
    "change",
    [
        "state = 'nonsense'",
        "language = 'xx'",
        "state = 'approved'",
        "state = 'published'",
        "approved_on = '2026-01-01'",
        "state = 'published', approved_on = '2026-01-02'",
        "state = 'published', approved_on = '2026-01-02', first_published_on = '2026-01-01'",
        "state = 'withdrawn'",
        "state = 'withdrawn', withdrawn_on = '2026-01-01'",
        "state = 'withdrawn', withdrawn_on = '2026-01-01', text = NULL",
        "state = 'withdrawn', withdrawn_on = '2026-01-01', title = ''",
        "withdrawn_on = '2026-01-01'",
    ],
)
def test_the_database_refuses_a_state_without_its_dates(an, change):
    testimony = make_testimony(an)
    with pytest.raises(IntegrityError):
        run(f"UPDATE testimonies_testimony SET {change}")
    testimony.refresh_from_db()
    assert testimony.state == "collected"


@pytest.mark.parametrize(
    "change", ["kind = 'nonsense'", "kind = 'child'", "kind = 'leader'", "kind = 'volunteer'"]
)
def test_the_database_refuses_a_minor_without_a_birth_year(an, change):
    testimony = make_testimony(an)
    with pytest.raises(IntegrityError):
        run(f"UPDATE testimonies_storyteller SET {change}")
    testimony.storyteller.refresh_from_db()
    assert testimony.storyteller.kind == "parent"


@pytest.mark.parametrize(
    "change",
    [
        "giver = 'a friend'",
        "channel = 'billboard'",
        "expires_on = '2000-01-01'",
        "withdrawn_on = '2000-01-01'",
    ],
)
def test_the_database_refuses_an_impossible_consent(an, change):
    consent = make_consent(make_testimony(an), Giver.STORYTELLER)
    with pytest.raises(IntegrityError):
        run(f"UPDATE testimonies_testimonyconsent SET {change}")
    consent.refresh_from_db()
    assert (consent.giver, consent.channel, consent.withdrawn_on) == ("storyteller", "site", None)


def test_people_and_stories_are_named_by_numbers(an):
    story = make_story(an, name="Wolfgang", title="Amadeus")
    for record in (story, story.storyteller, story.consents.get()):
        assert str(record.pk) in str(record)
        assert "Wolfgang" not in str(record)
        assert "Amadeus" not in str(record)
