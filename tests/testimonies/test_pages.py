"""The pages of the team for testimonies: what they show, to whom, and what they write."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from core.calendar import today
from core.logs import AccessLog
from testimonies.enums import Giver
from testimonies.models import Testimony, TestimonyConsent
from testimonies.services import approve, revise, withdraw
from tests.factories.people import make_consent, make_story, make_testimony

pytestmark = pytest.mark.django_db

LIST = reverse("admin:testimonies_testimony_changelist")
ADD = reverse("admin:testimonies_testimony_add")
STEPS = ["change", "revise", "consent", "approve", "publish", "withdraw"]


def page_of(step, testimony):
    return reverse(f"admin:testimonies_testimony_{step}", args=[testimony.pk])


def take_back_page(consent):
    return reverse("admin:testimonies_consent_take_back", args=[consent.pk])


def text_of(response):
    return response.content.decode()


def collect_data(**fields):
    return {
        "kind": "parent",
        "birth_year": "",
        "name": "Wolfgang",
        "contact": "",
        "alias": "Nour",
        "language": "ar",
        "title": "Samen",
        "text": "Dag.",
        **fields,
    }


def consent_data(**fields):
    return {
        "giver": "storyteller",
        "channel": "site",
        "given_on": today().isoformat(),
        "expires_on": "",
        "language": "ar",
        "text_version": "1",
        **fields,
    }


@pytest.fixture
def testimony(an):
    return make_testimony(an, name="Wolfgang", contact="0470998877", title="Clavecimbel")


# Who gets in -----------------------------------------------------------------------------------


def test_who_has_no_business_here_finds_nothing(client, outsider, testimony):
    consent = make_consent(testimony, Giver.STORYTELLER)
    urls = [LIST, ADD, take_back_page(consent), *(page_of(step, testimony) for step in STEPS)]
    for url in urls:
        assert client.get(url).status_code == 302, url
    client.force_login(outsider)
    for url in urls:
        assert client.get(url, follow=True).status_code == 404, url
        assert client.post(url, follow=True).status_code == 404, url
    assert not AccessLog.objects.exists()
    testimony.refresh_from_db()
    assert testimony.state == "collected"


def test_a_colleague_reads_the_text_and_nothing_of_the_person(client, bo, testimony):
    consent = make_consent(testimony, Giver.STORYTELLER)
    client.force_login(bo)
    page = text_of(client.get(page_of("change", testimony)))
    assert "Clavecimbel" in page
    assert "Wolfgang" not in page
    assert "0470998877" not in page
    for step in STEPS[1:]:
        assert client.get(page_of(step, testimony)).status_code == 404
        assert client.post(page_of(step, testimony)).status_code == 404
    assert client.post(take_back_page(consent)).status_code == 404
    assert set(AccessLog.objects.values_list("verb", flat=True)) == {"viewed"}


def test_collector_and_coordinator_see_the_person_and_the_consents(
    client, an, coordinator, testimony
):
    consent = make_consent(testimony, Giver.STORYTELLER)
    for user in (an, coordinator):
        client.force_login(user)
        page = text_of(client.get(page_of("change", testimony)))
        assert "Wolfgang" in page
        assert "0470998877" in page
        assert take_back_page(consent) in page


@pytest.mark.parametrize("number", ["0", "999999", "abc"])
def test_a_missing_testimony_is_not_found(client, an, number):
    client.force_login(an)
    assert client.get(f"{LIST}{number}/change/").status_code == 404


# From collected to withdrawn -------------------------------------------------------------------


def test_the_whole_way_by_buttons(client, an):
    client.force_login(an)
    response = client.post(ADD, collect_data())
    testimony = Testimony.objects.get()
    overview = page_of("change", testimony)
    assert response.url == overview
    assert testimony.language == "ar"
    for step, data in (
        ("consent", consent_data()),
        ("approve", {"on": today().isoformat()}),
        ("publish", {}),
    ):
        assert page_of(step, testimony) in text_of(client.get(overview))
        assert client.get(page_of(step, testimony)).status_code == 200
        assert client.post(page_of(step, testimony), data).url == overview
    testimony.refresh_from_db()
    assert testimony.state == "published"
    page = text_of(client.get(overview))
    assert page_of("publish", testimony) not in page
    assert page_of("revise", testimony) not in page
    assert client.get(page_of("withdraw", testimony)).status_code == 200
    testimony.refresh_from_db()
    assert testimony.state == "published"
    assert client.post(page_of("withdraw", testimony)).url == overview
    testimony.refresh_from_db()
    assert (testimony.state, testimony.text) == ("withdrawn", None)
    page = text_of(client.get(overview))
    assert page_of("consent", testimony) not in page
    assert page_of("withdraw", testimony) not in page


def test_publishing_too_early_says_who_still_has_to_agree(client, an):
    testimony = make_testimony(an, kind="child", birth_year=today().year - 8)
    approve(testimony=testimony, by=an)
    client.force_login(an)
    [error] = client.post(page_of("publish", testimony)).context["form"].non_field_errors()
    assert str(Giver.GUARDIAN.label) in error
    assert str(Giver.GUARDIAN.label) in text_of(client.get(page_of("change", testimony)))
    testimony.refresh_from_db()
    assert testimony.state == "approved"


@pytest.mark.parametrize("step", ["approve", "publish", "withdraw", "revise", "consent"])
def test_an_impossible_step_is_said_at_the_form(client, an, step):
    testimony = withdraw(testimony=make_testimony(an), by=an)
    client.force_login(an)
    data = {**consent_data(), "on": today().isoformat(), "title": "x", "text": "x", "version": "1"}
    response = client.post(page_of(step, testimony), data)
    assert response.context["form"].non_field_errors()
    testimony.refresh_from_db()
    assert testimony.state == "withdrawn"


def test_a_consent_is_taken_back_after_asking(client, an, testimony):
    consent = make_consent(testimony, Giver.STORYTELLER)
    client.force_login(an)
    assert client.get(take_back_page(consent)).status_code == 200
    consent.refresh_from_db()
    assert consent.withdrawn_on is None
    assert client.post(take_back_page(consent)).url == page_of("change", testimony)
    consent.refresh_from_db()
    assert consent.withdrawn_on == today()
    assert client.post(take_back_page(consent)).context["form"].non_field_errors()
    page = text_of(client.get(page_of("change", testimony)))
    assert take_back_page(consent) not in page


def test_a_consent_that_is_over_is_shown_as_such(client, an, testimony):
    consent = make_consent(testimony, Giver.STORYTELLER)
    TestimonyConsent.objects.update(given_on="2020-01-01", expires_on="2020-12-31")
    client.force_login(an)
    page = text_of(client.get(page_of("change", testimony)))
    assert take_back_page(consent) not in page


# Forms keep what was typed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "king"}, "kind"),
        ({"kind": "child"}, "birth_year"),
        ({"birth_year": "1066"}, "birth_year"),
        ({"name": ""}, "name"),
        ({"alias": ""}, "alias"),
        ({"alias": "x" * 61}, "alias"),
        ({"title": ""}, "title"),
        ({"text": ""}, "text"),
        ({"language": "xx"}, "language"),
        ({"birth_year": "2099"}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, an, wrong, field):
    client.force_login(an)
    data = collect_data(**wrong)
    response = client.post(ADD, data)
    assert list(response.context["form"].errors) == [field]
    page = text_of(response)
    assert f"{data['text']}</textarea>" in page
    assert not data["name"] or f'value="{data["name"]}"' in page
    assert not Testimony.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"giver": ""}, "giver"),
        ({"channel": "billboard"}, "channel"),
        ({"given_on": ""}, "given_on"),
        ({"given_on": "2999-01-01"}, "__all__"),
        ({"expires_on": "2020-01-01"}, "__all__"),
        ({"text_version": ""}, "text_version"),
    ],
)
def test_an_impossible_consent_is_said_at_the_form(client, an, testimony, wrong, field):
    client.force_login(an)
    response = client.post(page_of("consent", testimony), consent_data(**wrong))
    assert list(response.context["form"].errors) == [field]
    assert not TestimonyConsent.objects.exists()


def test_the_second_writer_sees_both_texts_and_keeps_their_own(client, an, testimony):
    revise(testimony=testimony, title="Clavecimbel", text="Van een ander", version=0, by=an)
    client.force_login(an)
    mine = {"title": "Clavecimbel", "text": "Van mij", "language": "nl", "version": "0"}
    response = client.post(page_of("revise", testimony), mine)
    assert "Van een ander" in str(response.context["form"].errors["text"])
    assert "Van mij</textarea>" in text_of(response)
    again = {**mine, "version": response.context["form"]["version"].value()}
    assert client.post(page_of("revise", testimony), again).status_code == 302
    testimony.refresh_from_db()
    assert testimony.text == "Van mij"


# Lists and logs --------------------------------------------------------------------------------


def test_the_list_shows_alias_and_state_and_no_person(client, bo, testimony):
    client.force_login(bo)
    page = text_of(client.get(LIST, {"state__exact": "collected"}))
    assert "Nour" in page
    assert "Wolfgang" not in page
    assert "Nour" not in text_of(client.get(LIST, {"state__exact": "published"}))
    assert client.get(LIST, {"title__contains": "C"}).status_code == 400


def test_every_look_is_logged_and_nothing_else_written(client, an, testimony, no_writes):
    consent = make_consent(testimony, Giver.STORYTELLER)
    number = str(testimony.pk)
    client.force_login(an)
    with no_writes():
        for url in (LIST, ADD, take_back_page(consent)):
            assert client.get(url).status_code == 200
        for step in STEPS:
            assert client.get(page_of(step, testimony)).status_code == 200
    rows = AccessLog.objects.order_by("id").values_list("verb", "object_type", "object_id")
    looks = [(verb, kind.split(".")[1], number) for verb, kind, number in rows]
    assert looks == [
        ("listed", "testimony", "*"),
        ("viewed", "testimonyconsent", str(consent.pk)),
        ("viewed details", "testimony", number),
        *[("viewed", "testimony", number)] * 5,
    ]


def test_names_stay_out_of_addresses_messages_and_the_admin_log(client, an):
    client.force_login(an)
    response = client.post(ADD, collect_data(alias="Zubeida", title="Clavecimbel"))
    kept = response["Location"] + str(client.session.items())
    for word in ("Wolfgang", "Zubeida", "Clavecimbel"):
        assert word not in kept
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_testimonies(
    client, an, edition, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_story(an)
    client.force_login(an)
    with django_assert_num_queries(7):
        client.get(LIST)
