"""The form of a home visit and the list of visits."""

from datetime import date

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from core.calendar import today
from core.logs import AccessLog
from homevisits.models import HomeVisit
from homevisits.services import change_visit
from tests.factories.people import (
    make_consultant,
    make_guidance,
    make_household,
    make_user,
    make_visit,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:homevisits_homevisit_changelist")
ADD = reverse("admin:homevisits_homevisit_add")


def change(visit):
    return reverse("admin:homevisits_homevisit_change", args=[visit.pk])


def text_of(response):
    return response.content.decode()


def visit_data(household, user, **fields):
    return {
        "household": household.pk,
        "outcome": "conversation",
        "visitors": [user.pk],
        "on": today().isoformat(),
        "place": "home",
        "purpose": "acquaintance",
        "next_steps": "",
        "follow_up_on": "",
        **fields,
    }


@pytest.fixture
def household(an):
    return make_guidance(an, "Amina", family_name="Amadeus").child.household


# Who gets in -----------------------------------------------------------------------------------


def test_who_has_no_business_here_finds_nothing(client, outsider, an, household):
    visit = make_visit(an, household)
    client.force_login(outsider)
    for url in (LIST, ADD, change(visit)):
        assert client.get(url, follow=True).status_code == 404, url
        assert client.post(url, visit_data(household, an), follow=True).status_code == 404, url
    assert HomeVisit.objects.count() == 1
    assert not AccessLog.objects.exists()


def test_strangers_are_asked_to_sign_in(client, an, household):
    for url in (LIST, ADD, change(make_visit(an, household))):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("number", ["0", "999999", "abc"])
def test_a_missing_visit_is_not_found(client, an, number):
    client.force_login(an)
    assert client.get(f"{LIST}{number}/change/").status_code == 404


# Three taps ------------------------------------------------------------------------------------


def test_the_form_starts_with_today_me_and_at_home(client, an, bo, household):
    client.force_login(an)
    form = client.get(ADD, {"household": household.pk}).context["form"]
    assert form["household"].value() == str(household.pk)
    assert form["visitors"].value() == [an.pk]
    assert form["on"].value() == today()
    assert (form["place"].value(), form["purpose"].value()) == ("home", "acquaintance")
    assert set(form.fields["visitors"].queryset) == {an, bo}


def test_three_taps_record_a_visit(client, an, household):
    client.force_login(an)
    response = client.post(ADD, visit_data(household, an))
    visit = HomeVisit.objects.get()
    assert response.url == reverse("admin:recruitment_household_change", args=[household.pk])
    assert (visit.household, visit.on, visit.outcome) == (household, today(), "conversation")
    assert (list(visit.visitors.all()), visit.recorded_by) == ([an], an)


@time_machine.travel("2026-03-10 10:00+01:00")
def test_nobody_home_is_one_tap_and_proposes_a_day(client, an, household):
    client.force_login(an)
    data = visit_data(household, an, outcome="", nobody_home="1")
    response = client.post(ADD, data)
    visit = HomeVisit.objects.get()
    assert (visit.outcome, visit.follow_up_on) == ("nobody_home", date(2026, 3, 17))
    assert response.url == change(visit)
    page = client.get(response.url)
    assert "17" in str([str(message) for message in page.context["messages"]])
    assert 'value="2026-03-17"' in text_of(page)


def test_the_form_says_whom_to_call(client, an, household):
    client.force_login(an)
    for url in (ADD, change(make_visit(an, household))):
        page = text_of(client.get(url))
        assert "112" in page
        assert "1712" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"household": ""}, "household"),
        ({"household": "999999"}, "household"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "phoned"}, "outcome"),
        ({"visitors": []}, "visitors"),
        ({"visitors": ["999999"]}, "visitors"),
        ({"on": "gisteren"}, "on"),
        ({"on": "2999-01-01"}, "on"),
        ({"follow_up_on": "2020-01-01"}, "follow_up_on"),
        ({"place": "school"}, "place"),
        ({"purpose": "nonsense"}, "purpose"),
        ({"next_steps": "x" * 4001}, "next_steps"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_text_stays(client, an, household, wrong, field):
    client.force_login(an)
    data = {**visit_data(household, an), "next_steps": "Uniform zoeken", **wrong}
    response = client.post(ADD, data)
    form = response.context["form"]
    assert field in form.errors
    assert set(form.errors) <= {field, "visitors"}
    assert f"{data['next_steps']}</textarea>" in text_of(response)
    assert not HomeVisit.objects.exists()


def test_somebody_outside_the_team_did_not_go(client, an, household):
    client.force_login(an)
    data = visit_data(household, make_user(Role.ALDERMAN))
    assert client.post(ADD, data).context["form"].errors["visitors"]


def test_a_wrong_field_in_the_fold_opens_it(client, an, household):
    client.force_login(an)
    assert '<details class="fold">' in text_of(client.get(ADD))
    wrong = visit_data(household, an, follow_up_on="2020-01-01")
    assert '<details class="fold" open>' in text_of(client.post(ADD, wrong))


# Corrections -----------------------------------------------------------------------------------


def test_a_visit_is_corrected(client, an, bo, household):
    visit = make_visit(an, household)
    client.force_login(an)
    data = visit_data(household, bo, outcome="cancelled", version="0", next_steps="Later")
    assert client.post(change(visit), data).url == LIST
    visit.refresh_from_db()
    assert (visit.outcome, visit.next_steps, list(visit.visitors.all())) == (
        "cancelled",
        "Later",
        [bo],
    )


def test_notes_stay_with_owner_and_backup(client, an, bo, household):
    visit = make_visit(an, household, next_steps="Clavecimbel")
    client.force_login(bo)
    assert "Clavecimbel" not in text_of(client.get(change(visit)))
    data = visit_data(household, bo, version="0", next_steps="Weg ermee")
    assert client.post(change(visit), data).status_code == 302
    visit.refresh_from_db()
    assert (visit.next_steps, list(visit.visitors.all())) == ("Clavecimbel", [bo])
    client.force_login(an)
    assert "Clavecimbel" in text_of(client.get(change(visit)))


def test_the_second_writer_sees_both_texts_and_keeps_their_own(client, an, bo, household):
    visit = make_visit(an, household, next_steps="Eerst")
    change_visit(visit=visit, by=an, version=0, visitors=[an], next_steps="Van een ander")
    client.force_login(an)
    data = visit_data(household, an, version="0", next_steps="Van mij", visitors=[an.pk, bo.pk])
    response = client.post(change(visit), data)
    form = response.context["form"]
    assert "Van een ander" in str(form.errors["next_steps"])
    assert "Van mij</textarea>" in text_of(response)
    assert form["visitors"].value() == [str(an.pk), str(bo.pk)]
    assert client.post(change(visit), {**data, "version": "1"}).status_code == 302
    visit.refresh_from_db()
    assert visit.next_steps == "Van mij"


# Lists and logs --------------------------------------------------------------------------------


def test_the_list_shows_first_names_and_no_notes(client, bo, an, household):
    make_visit(an, household, next_steps="Clavecimbel")
    client.force_login(bo)
    page = text_of(client.get(LIST))
    assert "Amina" in page
    assert "An Peeters" in page
    assert "Clavecimbel" not in page
    assert "Amadeus" not in page


def test_the_list_is_filtered_by_own_and_by_outcome(client, an, bo, household):
    make_visit(an, household)
    make_visit(bo, make_guidance(bo, "Zoë").child.household, outcome="cancelled")
    make_visit(an, make_household(an))
    client.force_login(an)
    assert "Zoë" in text_of(client.get(LIST))
    assert "Zoë" not in text_of(client.get(LIST, {"whose": "mine"}))
    cancelled = text_of(client.get(LIST, {"outcome__exact": "cancelled"}))
    assert "Zoë" in cancelled
    assert "Amina" not in cancelled


def test_every_look_is_logged_and_nothing_else_written(client, an, household, no_writes):
    visit = make_visit(an, household)
    client.force_login(an)
    with no_writes():
        for url in (LIST, ADD, change(visit)):
            assert client.get(url).status_code == 200
    rows = AccessLog.objects.order_by("id").values_list("verb", "object_type", "object_id")
    assert list(rows) == [
        ("listed", "homevisits.homevisit", "*"),
        ("listed", "recruitment.household", "*"),
        ("viewed", "homevisits.homevisit", str(visit.pk)),
    ]
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_visits(
    client, an, edition, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_visit(make_consultant(), make_guidance(an).child.household)
    client.force_login(an)
    with django_assert_num_queries(9):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_costs_the_same_for_any_number_of_families(
    client, an, edition, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_guidance(an)
    client.force_login(an)
    with django_assert_num_queries(8):
        client.get(ADD)
