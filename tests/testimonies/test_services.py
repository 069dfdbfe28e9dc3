"""From what somebody told to a public story, and back."""

from datetime import date

import pytest
import time_machine

from core.errors import Refused, Stale
from core.logs import ActivityLog
from testimonies import services
from testimonies.enums import TRANSITIONS, Channel, Giver, TestimonyState
from testimonies.models import Storyteller, Testimony, TestimonyConsent
from testimonies.selectors import public_stories
from tests.factories.people import make_consent, make_consultant, make_story, make_testimony

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("march")]

TODAY, YESTERDAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 11)
CHILD = {"kind": "child", "birth_year": 2016}
TEENAGER = {"kind": "young_person", "birth_year": 2011}


@pytest.fixture
def march():
    with time_machine.travel("2026-03-10 10:00+01:00"):
        yield


@pytest.fixture
def an():
    return make_consultant("An")


def test_what_was_told_is_kept(an):
    testimony = make_testimony(
        an,
        title=" Samen ",
        text=" Dag. ",
        language="ar",
        contact=" nour@example.test ",
        on=YESTERDAY,
    )
    testimony.refresh_from_db()
    teller = testimony.storyteller
    assert (testimony.title, testimony.text, testimony.language) == ("Samen", "Dag.", "ar")
    assert (testimony.collected_by, testimony.collected_on) == (an, YESTERDAY)
    assert (testimony.state, teller.alias, teller.kind) == ("collected", "Nour", "parent")
    assert (teller.name, teller.contact) == ("Fatima Bensaïd", "nour@example.test")
    assert ActivityLog.objects.get(object_type="testimonies.testimony").state == "collected"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"alias": ""},
        {"title": " "},
        {"text": ""},
        {"on": TOMORROW},
        {"kind": "child"},
        {"kind": "leader"},
        {"birth_year": 1899},
        {"birth_year": 2027},
    ],
)
def test_what_is_incomplete_is_refused_and_not_written(an, fields):
    with pytest.raises(Refused):
        make_testimony(an, **fields)
    assert not Testimony.objects.exists()
    assert not Storyteller.objects.exists()


# Texts -----------------------------------------------------------------------------------------


def test_another_text_is_approved_again(an):
    testimony = make_testimony(an)
    services.approve(testimony=testimony, by=an)
    services.revise(
        testimony=testimony, title="Anders", text="Korter.", language="fr", version=0, by=an
    )
    testimony.refresh_from_db()
    assert (testimony.title, testimony.text, testimony.language) == ("Anders", "Korter.", "fr")
    assert (testimony.state, testimony.approved_on) == ("collected", None)
    assert ActivityLog.objects.get(verb="changed").fields == ["language", "text", "title"]


def test_the_second_of_two_texts_is_refused(an):
    testimony = make_testimony(an)
    services.revise(testimony=testimony, title="Een", text="Een", version=0, by=an)
    with pytest.raises(Stale):
        services.revise(testimony=testimony, title="Twee", text="Twee", version=0, by=an)
    testimony.refresh_from_db()
    assert (testimony.title, testimony.language) == ("Een", "nl")


def test_an_empty_text_is_refused(an):
    testimony = make_testimony(an)
    with pytest.raises(Refused):
        services.revise(testimony=testimony, title="Een", text=" ", version=0, by=an)
    testimony.refresh_from_db()
    assert testimony.version == 0


def test_a_public_story_keeps_the_approved_text(an):
    story = make_story(an)
    with pytest.raises(Refused):
        services.revise(testimony=story, title="Een", text="Een", version=0, by=an)
    story.refresh_from_db()
    assert story.title == "Een plek in de groep"


# Consents --------------------------------------------------------------------------------------


def test_a_consent_holds_five_years_both_days_included(an):
    consent = make_consent(make_testimony(an), Giver.STORYTELLER)
    assert (consent.given_on, consent.expires_on) == (TODAY, date(2031, 3, 9))
    assert (consent.explained_by, consent.text_version, consent.channel) == (an.key, "1", "site")
    assert ActivityLog.objects.filter(verb="consented", state="site").count() == 1


def test_a_consent_may_end_sooner(an):
    consent = make_consent(make_testimony(an), Giver.STORYTELLER, expires_on=TODAY)
    assert consent.expires_on == TODAY


@pytest.mark.parametrize("fields", [{"given_on": TOMORROW}, {"expires_on": YESTERDAY}])
def test_an_impossible_consent_is_refused(an, fields):
    with pytest.raises(Refused):
        make_consent(make_testimony(an), Giver.STORYTELLER, **fields)
    assert not TestimonyConsent.objects.exists()


def test_nobody_consents_to_a_withdrawn_story(an):
    testimony = services.withdraw(testimony=make_testimony(an), by=an)
    with pytest.raises(Refused):
        make_consent(testimony, Giver.STORYTELLER)
    assert not TestimonyConsent.objects.exists()


def test_a_consent_is_taken_back_once(an):
    consent = make_consent(make_testimony(an), Giver.STORYTELLER)
    services.take_back_consent(consent=consent, by=an)
    consent.refresh_from_db()
    assert consent.withdrawn_on == TODAY
    with pytest.raises(Refused):
        services.take_back_consent(consent=consent, by=an)
    assert ActivityLog.objects.filter(verb="took back").count() == 1


# From collected to published to withdrawn ------------------------------------------------------


def test_a_story_goes_public_once_approved_and_allowed(an):
    testimony = make_testimony(an, on=YESTERDAY)
    make_consent(testimony, Giver.STORYTELLER)
    services.approve(testimony=testimony, by=an, on=YESTERDAY)
    services.publish(testimony=testimony, by=an)
    testimony.refresh_from_db()
    assert (testimony.state, testimony.approved_on) == ("published", YESTERDAY)
    assert testimony.first_published_on == TODAY
    assert list(public_stories()) == [testimony]


@pytest.mark.parametrize("day", [date(2026, 3, 8), TOMORROW])
def test_a_text_is_approved_between_collection_and_today(an, day):
    testimony = make_testimony(an, on=YESTERDAY)
    with pytest.raises(Refused):
        services.approve(testimony=testimony, by=an, on=day)
    testimony.refresh_from_db()
    assert testimony.state == "collected"


@pytest.mark.parametrize(
    ("teller", "givers", "missing"),
    [
        ({}, [], "the storyteller"),
        (CHILD, [Giver.STORYTELLER], "a parent or guardian"),
        (TEENAGER, [Giver.STORYTELLER], "a parent or guardian"),
        (TEENAGER, [Giver.GUARDIAN], "the storyteller"),
        (TEENAGER, [], "a parent or guardian, the storyteller"),
    ],
)
def test_without_the_right_consents_nothing_goes_public(an, teller, givers, missing, settings):
    settings.LANGUAGE_CODE = "en"
    testimony = make_testimony(an, **teller)
    for giver in givers:
        make_consent(testimony, giver)
    services.approve(testimony=testimony, by=an)
    with pytest.raises(Refused) as refusal:
        services.publish(testimony=testimony, by=an)
    for word in missing.split(", "):
        assert word in refusal.value.message
    testimony.refresh_from_db()
    assert (testimony.state, testimony.first_published_on) == ("approved", None)


@pytest.mark.parametrize(
    ("teller", "givers"),
    [
        ({}, [Giver.STORYTELLER]),
        (CHILD, [Giver.GUARDIAN]),
        (TEENAGER, [Giver.GUARDIAN, Giver.STORYTELLER]),
    ],
)
def test_with_the_right_consents_it_does(an, teller, givers):
    testimony = make_testimony(an, **teller)
    for giver in givers:
        make_consent(testimony, giver)
    services.approve(testimony=testimony, by=an)
    assert services.publish(testimony=testimony, by=an).state == "published"


def test_a_consent_for_paper_does_not_open_the_site(an):
    testimony = make_testimony(an)
    make_consent(testimony, Giver.STORYTELLER, channel=Channel.PRINT)
    services.approve(testimony=testimony, by=an)
    with pytest.raises(Refused):
        services.publish(testimony=testimony, by=an)
    assert not public_stories().exists()


def test_withdrawal_empties_the_story_and_leaves_a_tombstone(an):
    story = make_story(an)
    services.withdraw(testimony=story, by=an)
    story.refresh_from_db()
    assert (story.title, story.text, story.state) == ("", None, "withdrawn")
    assert (story.first_published_on, story.withdrawn_on) == (TODAY, TODAY)
    assert not public_stories().exists()


@pytest.mark.parametrize("now", list(TestimonyState))
@pytest.mark.parametrize("step", ["approve", "publish", "withdraw"])
def test_only_the_table_decides_what_follows(an, now, step):
    testimony = make_testimony(an)
    make_consent(testimony, Giver.STORYTELLER)
    for before in {
        "approved": ["approve"],
        "published": ["approve", "publish"],
        "withdrawn": ["withdraw"],
    }.get(now, []):
        getattr(services, before)(testimony=testimony, by=an)
    then = TestimonyState({"approve": "approved", "publish": "published"}.get(step, "withdrawn"))
    if then in TRANSITIONS[now]:
        assert getattr(services, step)(testimony=testimony, by=an).state == then
    else:
        with pytest.raises(Refused):
            getattr(services, step)(testimony=testimony, by=an)
        testimony.refresh_from_db()
        assert testimony.state == now
