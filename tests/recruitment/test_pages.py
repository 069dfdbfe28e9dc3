"""The pages of the team for families: what they show, to whom, and what they write."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from accounts.enums import Role
from core.calendar import today
from core.logs import AccessLog
from recruitment.models import Child, Guidance, Household, ReasonedLook
from recruitment.services import change_household, open_with_a_reason, record_stage
from tests.factories.people import (
    make_group,
    make_guidance,
    make_household,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db


def address(name, *arguments):
    return reverse(f"admin:recruitment_{name}", args=arguments)


LIST, FIND = address("household_changelist"), address("household_find")
ADD, MEMBER = address("household_add"), address("household_member")


def member_data(group, **fields):
    return {
        "first_name": "Amina",
        "birth_year": "2014",
        "family_name": "El Idrissi",
        "household": "",
        "movement": group.pk,
        "on": today().isoformat(),
        "confirmation": "movement",
        "role": "participant",
        **fields,
    }


def household_data(**fields):
    return {
        "family_name": "El Idrissi",
        "first_name": "Amina",
        "birth_year": "2014",
        "role": "participant",
        "on": today().isoformat(),
        **fields,
    }


def text_of(response):
    return response.content.decode()


@pytest.fixture
def guidance(an):
    return make_guidance(
        an,
        "Amina",
        family_name="Van Amadeus",
        guardian_name="Leopold",
        phone="0470998877",
        address="Getreidegasse 9",
        notes="Speelt clavecimbel",
    )


SECRETS = ["Amadeus", "Leopold", "0470998877", "Getreidegasse", "clavecimbel"]


def all_addresses(guidance):
    household = guidance.child.household_id
    return [
        LIST,
        FIND,
        ADD,
        MEMBER,
        address("household_change", household),
        address("household_details", household),
        address("household_owner", household),
        address("household_child", household),
        address("guidance_step", guidance.pk),
        address("guidance_take_back", guidance.pk),
    ]


# Who gets in -----------------------------------------------------------------------------------


def test_who_has_no_business_here_finds_nothing(client, outsider, guidance):
    client.force_login(outsider)
    for url in all_addresses(guidance):
        assert client.get(url, follow=True).status_code == 404, url
        assert client.post(url, {"words": "Amadeus"}, follow=True).status_code == 404, url
    assert not AccessLog.objects.exists()
    assert guidance.steps.count() == 1


def test_strangers_are_asked_to_sign_in(client, guidance):
    for url in all_addresses(guidance):
        assert client.get(url).status_code == 302, url


@pytest.mark.parametrize("number", ["0", "999999", "abc", "99999999999999999999"])
def test_a_missing_household_is_not_found(client, an, number):
    client.force_login(an)
    assert client.get(f"{LIST}{number}/change/").status_code == 404
    assert not AccessLog.objects.exists()


def test_nothing_is_deleted_in_the_admin(client, coordinator, guidance):
    client.force_login(coordinator)
    url = address("household_delete", guidance.child.household_id)
    assert client.post(url, {"post": "yes"}).status_code == 404
    assert Household.objects.count() == 1


# What the team sees ----------------------------------------------------------------------------


def test_owner_and_backup_see_contacts_and_notes(client, an, bo, guidance):
    household = guidance.child.household
    Household.objects.update(backup=bo)
    for user in (an, bo):
        client.force_login(user)
        page = text_of(client.get(address("household_change", household.pk)))
        form = text_of(client.get(address("household_details", household.pk)))
        for secret in SECRETS:
            assert secret in page
            assert secret in form


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.COORDINATOR])
def test_everybody_else_in_the_team_sees_first_name_stage_and_owner(client, guidance, role):
    client.force_login(make_user(role))
    household = guidance.child.household
    page = text_of(client.get(address("household_change", household.pk)))
    for word in ("Amina", guidance.get_stage_display(), "An Peeters"):
        assert word.lower() in page.lower()
    for secret in SECRETS:
        assert secret not in page
    assert client.get(address("household_details", household.pk)).status_code == 404
    assert not AccessLog.objects.filter(verb="viewed details").exists()


def test_a_colleague_cannot_hand_over_but_the_coordinator_can(client, bo, coordinator, guidance):
    url = address("household_owner", guidance.child.household_id)
    client.force_login(bo)
    assert client.post(url, {"owner": bo.pk}).status_code == 404
    client.force_login(coordinator)
    assert client.post(url, {"owner": bo.pk, "backup": ""}).status_code == 302
    assert Household.objects.get().owner == bo


@pytest.mark.parametrize("place", ["owner", "backup"])
def test_a_coordinator_who_takes_a_file_over_says_why(place, client, an, coordinator, guidance):
    """Else taking it, reading it and giving it back would be a look without a reason."""
    household = guidance.child.household
    url = address("household_owner", household.pk)
    client.force_login(coordinator)
    taken = {"owner": an.pk, "backup": "", place: coordinator.pk}
    for reason in ("", "   ", "kort"):
        response = client.post(url, {**taken, "reason": reason})
        assert response.context["form"].non_field_errors()
    household.refresh_from_db()
    assert household.owner == an
    assert not ReasonedLook.objects.exists()
    assert client.post(url, {**taken, "reason": "An is lang ziek"}).status_code == 302
    household.refresh_from_db()
    assert getattr(household, place) == coordinator
    look = ReasonedLook.objects.get()
    assert (look.by, look.reason) == (coordinator, "An is lang ziek")
    assert AccessLog.objects.filter(verb="gave a reason").count() == 1


def test_who_gave_a_reason_today_or_owns_it_is_not_asked_again(client, an, coordinator, guidance):
    household = guidance.child.household
    url = address("household_owner", household.pk)
    open_with_a_reason(household=household, reason="An is lang ziek", by=coordinator)
    client.force_login(coordinator)
    assert client.post(url, {"owner": coordinator.pk, "backup": an.pk}).status_code == 302
    assert "reason" not in client.get(url).context["form"].fields
    assert client.post(url, {"owner": an.pk, "backup": coordinator.pk}).status_code == 302
    assert ReasonedLook.objects.count() == 1


def test_lists_and_choices_show_first_names_only(client, bo, guidance):
    client.force_login(bo)
    for url in (LIST, MEMBER):
        page = text_of(client.get(url))
        assert "Amina" in page
        for secret in SECRETS:
            assert secret not in page


def test_the_list_is_filtered_by_stage_and_by_own(client, an, bo, guidance):
    make_member(bo, first_name="Zoë")
    client.force_login(an)
    assert "Zoë" in text_of(client.get(LIST))
    mine = text_of(client.get(LIST, {"whose": "mine"}))
    assert "Amina" in mine
    assert "Zoë" not in mine
    members = text_of(client.get(LIST, {"stage": "member"}))
    assert "Zoë" in members
    assert "Amina" not in members


def test_the_list_cannot_be_filtered_by_the_index_of_a_name(client, an):
    client.force_login(an)
    lookups = ["name_tokens__token", "children__name_tokens__token", "children__birth_year"]
    for lookup in lookups:
        assert client.get(LIST, {lookup: "a"}).status_code == 400


# Every look is logged --------------------------------------------------------------------------


def logged(user):
    rows = AccessLog.objects.filter(actor=user.key).order_by("id")
    found = list(rows.values_list("verb", "object_type", "object_id"))
    return [(verb, kind.split(".")[1], number) for verb, kind, number in found]


def test_every_look_is_logged_with_numbers_only(client, an, guidance):
    household = str(guidance.child.household_id)
    client.force_login(an)
    for url in all_addresses(guidance):
        assert client.get(url).status_code == 200, url
    client.post(FIND, {"words": "Amadeus"})
    client.post(MEMBER, {})
    path = ("viewed", "guidance", str(guidance.pk))
    assert logged(an) == [
        ("listed", "household", "*"),
        ("listed", "household", "*"),
        ("listed", "household", "*"),
        ("viewed", "household", household),
        ("viewed details", "household", household),
        ("viewed details", "household", household),
        ("viewed", "household", household),
        ("viewed", "household", household),
        path,
        path,
        ("searched", "household", "*"),
        ("searched", "household", "*"),
    ]


def test_pages_write_nothing_but_the_access_log(client, an, guidance, no_writes):
    client.force_login(an)
    with no_writes():
        for url in all_addresses(guidance):
            assert client.get(url).status_code == 200


def test_names_stay_out_of_addresses_messages_and_the_admin_log(client, an, bo):
    group = make_group()
    client.force_login(an)
    posts = [
        (MEMBER, member_data(group, first_name="Wolfgang", family_name="Amadeus")),
        (ADD, household_data(first_name="Nannerl", family_name="Amadeus", birth_year="2011")),
        (FIND, {"words": "Amadeus"}),
    ]
    for url, data in posts:
        response = client.post(url, data)
        assert response.status_code in (200, 302)
        address_and_messages = response.get("Location", "") + str(client.session.items())
        for name in ("Wolfgang", "Nannerl", "Amadeus"):
            assert name not in address_and_messages
    assert Child.objects.count() == 2
    assert not LogEntry.objects.exists()


# Finding ---------------------------------------------------------------------------------------


def test_a_family_is_found_by_name_and_shown_without_it(client, bo, guidance):
    client.force_login(bo)
    page = text_of(client.post(FIND, {"words": "amadeus"}))
    results = page[page.index('id="found"') :]
    assert address("household_change", guidance.child.household_id) in results
    assert "Amina" in results
    assert "An Peeters" in results
    assert "madeus" not in results
    nobody = text_of(client.post(FIND, {"words": "Mozart"}))
    assert address("household_change", guidance.child.household_id) not in nobody


def test_search_words_in_an_address_are_ignored(client, an, guidance):
    client.force_login(an)
    assert 'id="found"' not in text_of(client.get(FIND, {"words": "Amadeus"}))


def test_a_search_without_words_asks_for_them(client, an):
    client.force_login(an)
    response = client.post(FIND, {"words": ""})
    assert response.context["form"].errors["words"]
    assert not AccessLog.objects.exists()


# A child became a member -----------------------------------------------------------------------


def test_one_short_form_records_a_member(client, an):
    group = make_group()
    client.force_login(an)
    response = client.post(MEMBER, member_data(group))
    guidance = Guidance.objects.get()
    assert response.url == address("household_change", guidance.child.household_id)
    assert (guidance.stage, guidance.movement) == ("member", group)
    assert guidance.child.household.owner == an
    assert client.get(response.url).status_code == 200


def test_a_brother_goes_into_the_chosen_household(client, an, guidance):
    client.force_login(an)
    household = guidance.child.household
    data = member_data(
        make_group(), first_name="Yusuf", family_name="", household=str(household.pk)
    )
    assert client.post(MEMBER, data).status_code == 302
    assert household.children.count() == 2


def test_who_may_be_known_is_named_by_number_and_owner(client, an, bo):
    known = make_guidance(an, "Amina", family_name="El Idrissi", phone="0470998877").child
    client.force_login(bo)
    data = member_data(make_group())
    response = client.post(MEMBER, data)
    [hint] = response.context["form"].non_field_errors()
    assert str(known.household) in hint
    assert "An Peeters" in hint
    assert "0470998877" not in text_of(response)
    assert Child.objects.count() == 1
    assert client.post(MEMBER, {**data, "another_child": "on"}).status_code == 302
    assert Child.objects.count() == 2


def test_the_known_household_is_the_other_way_out(client, an):
    known = make_guidance(an, "Amina", family_name="El Idrissi")
    client.force_login(an)
    data = member_data(make_group(), household=str(known.child.household_id))
    assert client.post(MEMBER, data).status_code == 302
    known.refresh_from_db()
    assert (known.stage, Child.objects.count()) == ("member", 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"family_name": ""}, "family_name"),
        ({"first_name": ""}, "first_name"),
        ({"birth_year": "14"}, "birth_year"),
        ({"movement": ""}, "movement"),
        ({"movement": "999999"}, "movement"),
        ({"confirmation": ""}, "confirmation"),
        ({"on": "gisteren"}, "on"),
        ({"household": "999999"}, "household"),
        ({"role": "king"}, "role"),
        ({"on": "2999-01-01"}, None),
        ({"family_name": "–"}, None),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, an, wrong, field):
    client.force_login(an)
    response = client.post(MEMBER, member_data(make_group(), **wrong))
    form = response.context["form"]
    assert response.status_code == 200
    assert form.errors[field or "__all__"]
    kept = {"first_name": "Amina", "family_name": "El Idrissi", **wrong}
    for name in ("first_name", "family_name"):
        if kept[name]:
            assert f'value="{kept[name]}"' in text_of(response)
    assert not Household.objects.exists()


def test_who_is_a_member_already_is_said_at_the_form(client, an):
    guidance = make_member(an, first_name="Amina", birth_year=2014)
    client.force_login(an)
    data = member_data(make_group(), household=str(guidance.child.household_id))
    response = client.post(MEMBER, data)
    assert response.context["form"].non_field_errors()
    assert guidance.steps.count() == 2


def test_a_movement_that_stopped_is_not_offered(client, an):
    group = make_group()
    group.stopped_on = date(2020, 1, 1)
    group.save()
    client.force_login(an)
    response = client.post(MEMBER, member_data(group))
    assert response.context["form"].errors["movement"]


# Other forms -----------------------------------------------------------------------------------


def test_a_new_household_with_its_first_child(client, an, bo):
    client.force_login(an)
    response = client.post(ADD, household_data(phone="1", notes="Nieuw", backup=bo.pk))
    household = Household.objects.get()
    assert response.url == address("household_change", household.pk)
    assert (household.phone, household.notes, household.backup) == ("1", "Nieuw", bo)
    assert Guidance.objects.get().stage == "contacted"


def test_a_wrong_field_in_the_fold_opens_it(client, an):
    client.force_login(an)
    response = client.post(ADD, household_data(phone="1" * 81))
    assert '<details class="fold" open>' in text_of(response)
    assert '<details class="fold">' in text_of(client.get(ADD))


def test_another_child_joins_a_household(client, an, guidance):
    client.force_login(an)
    household = guidance.child.household
    data = {
        "first_name": "Yusuf",
        "birth_year": "2016",
        "role": "participant",
        "movement": "",
        "on": today().isoformat(),
    }
    url = address("household_child", household.pk)
    assert client.post(url, data).url == address("household_change", household.pk)
    assert {child.first_name for child in household.children.all()} == {"Amina", "Yusuf"}


def test_details_are_changed_by_the_owner(client, an, guidance):
    client.force_login(an)
    household = guidance.child.household
    url = address("household_details", household.pk)
    data = {"family_name": "Peeters", "notes": "Ander", "version": "0"}
    assert client.post(url, data).url == address("household_change", household.pk)
    household.refresh_from_db()
    assert (household.family_name, household.notes, household.phone) == ("Peeters", "Ander", "")


def test_the_second_writer_sees_both_texts_and_keeps_their_own(client, an, guidance):
    client.force_login(an)
    household = guidance.child.household
    url = address("household_details", household.pk)
    change_household(household=household, by=an, version=0, notes="Van een ander")
    mine = {"family_name": "Van Amadeus", "notes": "Van mij", "version": "0"}
    response = client.post(url, mine)
    form = response.context["form"]
    assert form.non_field_errors()
    assert "Van een ander" in str(form.errors["notes"])
    assert "family_name" not in form.errors
    assert "Van mij</textarea>" in text_of(response)
    household.refresh_from_db()
    assert household.notes == "Van een ander"
    assert client.post(url, {**mine, "version": form["version"].value()}).status_code == 302
    household.refresh_from_db()
    assert household.notes == "Van mij"


def test_owner_and_backup_are_two_persons(client, an, guidance):
    client.force_login(an)
    url = address("household_owner", guidance.child.household_id)
    response = client.post(url, {"owner": an.pk, "backup": an.pk})
    assert response.context["form"].errors["backup"]
    nobody = make_user(Role.ALDERMAN)
    response = client.post(url, {"owner": nobody.pk, "backup": ""})
    assert response.context["form"].errors["owner"]


def step_data(**fields):
    return {"stage": "intake", "on": today().isoformat(), "movement": "", **fields}


def test_a_step_is_recorded_by_anybody_in_the_team(client, bo, guidance):
    client.force_login(bo)
    url = address("guidance_step", guidance.pk)
    offered = {value for value, _label in client.get(url).context["form"].fields["stage"].choices}
    assert offered == {"intake", "matched", "waiting_list", "trial", "member", "stopped"}
    response = client.post(url, step_data())
    assert response.url == address("household_change", guidance.child.household_id)
    guidance.refresh_from_db()
    assert guidance.stage == "intake"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"stage": ""}, ["stage"]),
        ({"stage": "contacted"}, ["stage"]),
        ({"stage": "member"}, ["movement", "confirmation"]),
        ({"stage": "member", "confirmation": "family"}, ["movement"]),
        ({"on": "2999-01-01"}, ["__all__"]),
        ({"on": "2000-01-01"}, ["__all__"]),
    ],
)
def test_an_impossible_step_is_said_at_the_form(client, an, guidance, fields, wrong):
    client.force_login(an)
    response = client.post(address("guidance_step", guidance.pk), step_data(**fields))
    assert list(response.context["form"].errors) == wrong
    assert guidance.steps.count() == 1


def test_a_step_is_taken_back_after_asking(client, an, guidance):
    client.force_login(an)
    url = address("guidance_take_back", guidance.pk)
    response = client.post(url)
    assert response.context["form"].non_field_errors()
    record_stage(guidance=guidance, stage="trial", by=an)
    assert client.get(url).status_code == 200
    assert guidance.steps.count() == 2
    assert client.post(url).status_code == 302
    assert guidance.steps.count() == 1


def test_a_household_without_children_and_a_child_without_a_path_have_a_page(client, an):
    client.force_login(an)
    household = make_household(an)
    assert client.get(address("household_change", household.pk)).status_code == 200
    Child.objects.create(household=household, first_name="Amina", birth_year=2014)
    assert "Amina" in text_of(client.get(address("household_change", household.pk)))
    assert "Amina" in text_of(client.get(LIST))


# Query counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_families(
    client, an, edition, rows, django_assert_num_queries
):
    for _ in range(rows):
        make_member(an)
    client.force_login(an)
    with django_assert_num_queries(10):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_household_costs_the_same_for_any_number_of_children(
    client, an, edition, rows, django_assert_num_queries
):
    household = make_household(an)
    for number in range(rows):
        make_member(an, household=household, first_name=f"Kind {number}")
    client.force_login(an)
    with django_assert_num_queries(11):
        client.get(address("household_change", household.pk))


@pytest.mark.parametrize("rows", [1, 3])
def test_searching_costs_the_same_for_any_number_found(client, an, rows, django_assert_num_queries):
    for _ in range(rows):
        make_member(an, family_name="Peeters")
    client.force_login(an)
    with django_assert_num_queries(9):
        client.post(FIND, {"words": "Peeters"})
