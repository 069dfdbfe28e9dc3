"""Who sees which family, and what the figures are made of."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.enums import Role
from core.calendar import today
from recruitment.models import Guidance, Household, NameToken
from recruitment.names import tokens
from recruitment.names import words as words_of
from recruitment.rules import can_hand_over, can_see_details
from recruitment.selectors import (
    household_choices,
    members_between,
    possibly_known,
    stalled,
    team,
)
from recruitment.services import add_child, open_guidance, record_stage
from tests.factories.people import (
    make_group,
    make_guidance,
    make_household,
    make_member,
    make_user,
)

pytestmark = pytest.mark.django_db


# Who sees what ---------------------------------------------------------------------------------


def test_the_team_sees_every_household_and_nobody_else_any(an, coordinator, outsider):
    household, guidance = make_household(an), make_guidance(an)
    for user in (an, coordinator):
        assert household in Household.objects.for_user(user)
        assert guidance in Guidance.objects.for_user(user)
    assert not Household.objects.for_user(outsider).exists()
    assert not Guidance.objects.for_user(outsider).exists()


def test_details_are_for_owner_and_backup(an, bo, coordinator, outsider):
    household = make_household(an, backup=bo)
    for user, sees in ((an, True), (bo, True), (coordinator, False), (outsider, False)):
        assert (household in Household.objects.with_details_for(user)) is sees
        assert can_see_details.test(user, household) is sees


def test_an_owner_who_left_the_team_sees_nothing(an):
    household = make_household(an)
    an.grants.update(ends_on=today() - timedelta(days=1))
    an = type(an).objects.get(pk=an.pk)
    assert not Household.objects.with_details_for(an).exists()
    assert not can_see_details.test(an, household)


def test_a_household_is_handed_over_by_its_own_people_or_the_coordinator(
    an, bo, coordinator, outsider
):
    household = make_household(an)
    assert can_hand_over.test(an, household)
    assert can_hand_over.test(coordinator, household)
    assert not can_hand_over.test(bo, household)
    assert not can_hand_over.test(outsider, household)


def test_the_team_is_who_holds_a_role_of_the_youth_service_today(an, bo, coordinator, outsider):
    bo.is_active = False
    bo.save()
    assert set(team()) == {an, coordinator}


# Names -----------------------------------------------------------------------------------------


def test_a_name_is_found_by_its_words_whatever_their_writing(an):
    guidance = make_guidance(an, "Zoë-Amína", family_name="Van den Berghe")
    make_guidance(an, "Yusuf", family_name="El Idrissi")
    household = guidance.child.household
    for words in ("zoe", "AMINA", "berghe van", "amina berghe", " Van  den Berghe "):
        assert list(Household.objects.named(words)) == [household], words


@pytest.mark.parametrize("words", ["", "-", "ber", "amina idrissi", "nobody"])
def test_parts_of_words_and_mixed_families_find_nothing(an, words):
    make_guidance(an, "Amina", family_name="Van den Berghe")
    make_guidance(an, "Yusuf", family_name="El Idrissi")
    assert not Household.objects.named(words).exists()


def test_an_index_says_nothing_about_the_name():
    assert tokens("El Idrissi") == tokens("idrissi  ÉL")
    assert words_of("El Idrissi") == {"el", "idrissi"}
    assert len(tokens("El Idrissi", "Idrissi")) == 2
    assert all(len(token) == 32 for token in tokens("El Idrissi"))
    assert not any("idrissi" in token for token in tokens("El Idrissi"))


def test_a_family_is_found_by_the_name_of_a_parent(an):
    household = make_household(an, "Peeters", guardian_name="Samira El Amrani")
    assert list(Household.objects.named("amrani peeters")) == [household]


def test_names_written_under_an_older_key_are_found_next_to_new_ones(an, settings):
    settings.INDEX_KEYS = ["old" * 11]
    old = make_guidance(an, "Amina", family_name="El Idrissi", birth_year=2014).child
    settings.INDEX_KEYS = ["new" * 11, "old" * 11]
    new = make_guidance(an, "Amina", family_name="El Idrissi", birth_year=2014).child
    add_child(household=old.household, first_name="Yusuf", birth_year=2015, by=an)
    assert set(Household.objects.named("amina idrissi")) == {old.household, new.household}
    assert list(Household.objects.named("amina yusuf")) == [old.household]
    known = possibly_known(family_name="Idrissi", first_name="Amina", birth_year=2014)
    assert set(known) == {old, new}
    settings.INDEX_KEYS = ["new" * 11]
    assert list(Household.objects.named("amina idrissi")) == [new.household]


def test_a_search_by_name_reads_an_index_not_the_table(an, django_assert_num_queries):
    make_guidance(an, "Amina", family_name="El Idrissi")
    with django_assert_num_queries(1) as queries:
        assert Household.objects.named("amina idrissi").count() == 1
    assert "LIKE" not in queries[0]["sql"]
    assert NameToken.objects.count() == 3


@pytest.mark.parametrize(
    ("family_name", "first_name", "birth_year", "known"),
    [
        ("Idrissi", "Amina", 2014, True),
        ("EL IDRISSI", "amína", 2014, True),
        ("El Idrissi", "Amina", 2015, False),
        ("Peeters", "Amina", 2014, False),
        ("El Idrissi", "Yusuf", 2014, False),
    ],
)
def test_a_child_may_be_known_already(an, family_name, first_name, birth_year, known):
    child = make_guidance(an, "Amina", family_name="El Idrissi", birth_year=2014).child
    found = possibly_known(family_name=family_name, first_name=first_name, birth_year=birth_year)
    assert list(found) == ([child] if known else [])


def test_the_drop_down_has_own_households_first_by_first_names(an, bo, django_assert_num_queries):
    theirs = make_guidance(bo, "Zoë").child.household
    second = make_guidance(an, "Yusuf").child.household
    first = make_guidance(an, "amina").child.household
    add_child(household=second, first_name="Bilal", birth_year=2015, by=an)
    empty = make_household(bo)
    assert an.roles
    with django_assert_num_queries(2):
        groups = household_choices(an)
    assert groups == [
        (True, [(first.pk, f"amina ({first})"), (second.pk, f"Bilal, Yusuf ({second})")]),
        (False, [(theirs.pk, f"Zoë ({theirs})"), (empty.pk, f"– ({empty})")]),
    ]


# Stalled ---------------------------------------------------------------------------------------


@time_machine.travel("2026-03-31 10:00+02:00")
def test_a_path_without_an_event_for_thirty_days_is_stalled(an, bo):
    old = make_guidance(an, on=date(2026, 3, 1))
    make_guidance(an, "Yusuf", on=date(2026, 3, 2))
    make_member(an, on=date(2026, 1, 1))
    make_guidance(bo, "Lina", on=date(2026, 1, 1))
    assert [(g, g.last_on) for g in stalled(an)] == [(old, date(2026, 3, 1))]
    assert stalled(an, on=date(2026, 4, 1)).count() == 2
    record_stage(guidance=old, stage="intake", by=an)
    assert not stalled(an).exists()


# Members (domain: "Targets") -------------------------------------------------------------------

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def stop_and_return(guidance, by, stopped, returned):
    record_stage(guidance=guidance, stage="stopped", on=stopped, by=by)
    record_stage(guidance=guidance, stage="member", on=returned, by=by, confirmation="family")


@pytest.fixture
def april():
    with time_machine.travel("2026-04-20 10:00+02:00"):
        yield


@pytest.mark.usefixtures("april")
def test_both_ends_of_a_period_count(an):
    for day in (date(2026, 2, 28), FIRST, LAST, date(2026, 4, 1)):
        make_member(an, on=day)
    found = members_between(FIRST, LAST)
    assert [child.member_on for child in found] == [FIRST, LAST]
    assert found.count() == 2


@pytest.mark.usefixtures("april")
def test_only_members_count(an):
    for stage in ("intake", "matched", "waiting_list", "trial", "stopped"):
        record_stage(guidance=make_guidance(an, on=FIRST), stage=stage, on=FIRST, by=an)
    make_guidance(an, on=FIRST)
    assert not members_between(FIRST, LAST).exists()


@pytest.mark.usefixtures("april")
def test_coming_back_counts_once_on_the_first_day(an):
    guidance = make_member(an, on=date(2026, 3, 5))
    stop_and_return(guidance, an, date(2026, 3, 10), date(2026, 3, 20))
    assert [c.member_on for c in members_between(FIRST, LAST)] == [date(2026, 3, 5)]


@pytest.mark.usefixtures("april")
def test_coming_back_later_in_the_edition_is_no_new_member(an):
    guidance = make_member(an, on=date(2026, 2, 5))
    stop_and_return(guidance, an, date(2026, 2, 10), date(2026, 3, 20))
    assert not members_between(FIRST, LAST, since=date(2026, 2, 1)).exists()
    assert members_between(FIRST, LAST, since=FIRST).count() == 1


@pytest.mark.usefixtures("april")
def test_a_later_edition_counts_a_person_again(an):
    guidance = make_member(an, on=date(2026, 2, 5))
    stop_and_return(guidance, an, date(2026, 3, 1), date(2026, 3, 2))
    assert members_between(date(2026, 2, 1), date(2026, 2, 28)).count() == 1
    assert members_between(FIRST, LAST).count() == 1


@pytest.mark.usefixtures("april")
def test_a_participant_who_becomes_a_leader_counts_once(an):
    child = make_member(an, on=date(2026, 3, 5)).child
    second = open_guidance(child=child, role="leader", by=an, on=date(2026, 3, 6))
    record_stage(
        guidance=second,
        stage="member",
        movement=make_group("Other"),
        confirmation="attendance",
        on=date(2026, 3, 7),
        by=an,
    )
    assert [c.member_on for c in members_between(FIRST, LAST)] == [date(2026, 3, 5)]


@pytest.mark.usefixtures("april")
def test_who_stopped_later_was_a_member_all_the_same(an):
    guidance = make_member(an, on=date(2026, 3, 5))
    record_stage(guidance=guidance, stage="stopped", on=date(2026, 3, 6), by=an)
    assert members_between(FIRST, LAST).count() == 1


def test_a_role_that_is_not_granted_yet_opens_nothing():
    tomorrow = make_user(Role.CONSULTANT)
    tomorrow.grants.update(starts_on=today() + timedelta(days=1))
    assert not Household.objects.for_user(type(tomorrow).objects.get(pk=tomorrow.pk)).exists()
