"""Families, children and the steps of their paths."""

from datetime import date

import pytest
import time_machine

from core.errors import Refused, Stale
from core.logs import ActivityLog
from recruitment import services
from recruitment.enums import TRANSITIONS, Confirmation, GuidanceRole, Stage, StopReason
from recruitment.models import Child, Guidance, GuidanceStep, Household
from tests.factories.people import make_consultant, make_group, make_guidance, make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def an():
    return make_consultant("An")


@pytest.fixture
def bo():
    return make_consultant("Bo")


# Households ------------------------------------------------------------------------------------


def test_a_household_keeps_what_was_said_of_it(an, bo):
    household = services.open_household(
        family_name=" El Idrissi ",
        guardian_name="Samira",
        phone="0470 00 00 00",
        address="Markt 1",
        language="Arabisch",
        notes="Belt liever ’s avonds.",
        backup=bo,
        by=an,
    )
    household.refresh_from_db()
    assert (household.family_name, household.owner, household.backup) == ("El Idrissi", an, bo)
    assert (household.guardian_name, household.phone) == ("Samira", "0470 00 00 00")
    assert (household.address, household.language) == ("Markt 1", "Arabisch")
    assert household.notes == "Belt liever ’s avonds."
    row = ActivityLog.objects.get(object_type="recruitment.household")
    assert (row.actor, row.verb, row.object_id) == (an.key, "added", str(household.pk))


def test_a_household_can_belong_to_a_colleague(an, bo):
    assert make_household(an, owner=bo).owner == bo


@pytest.mark.parametrize("name", ["", "  ", "-"])
def test_a_household_without_a_name_is_refused(an, name):
    with pytest.raises(Refused):
        services.open_household(family_name=name, by=an)
    assert not Household.objects.exists()


def test_the_backup_is_somebody_else(an, bo):
    with pytest.raises(Refused):
        services.open_household(family_name="Peeters", by=an, backup=an)
    household = make_household(an)
    with pytest.raises(Refused):
        services.hand_over_household(household=household, owner=bo, backup=bo, by=an)
    household.refresh_from_db()
    assert household.owner == an


@time_machine.travel("2026-03-01 10:00+01:00")
def test_a_household_is_not_opened_in_the_future(an):
    with pytest.raises(Refused):
        make_household(an, on=date(2026, 3, 2))


def test_changing_details_moves_the_index_and_logs_field_names_only(an):
    household = make_household(an, phone="1")
    services.change_household(
        household=household, by=an, version=0, family_name="Ünal", phone="1", notes="Nieuw"
    )
    assert list(Household.objects.named("unal")) == [household]
    assert not Household.objects.named("idrissi").exists()
    row = ActivityLog.objects.filter(verb="changed").get()
    assert row.fields == ["family_name", "notes"]
    household.refresh_from_db()
    assert (household.phone, household.notes, household.version) == ("1", "Nieuw", 1)


def test_the_second_of_two_changes_is_refused_and_writes_nothing(an):
    household = make_household(an)
    services.change_household(household=household, by=an, version=0, notes="Eerst")
    with pytest.raises(Stale):
        services.change_household(household=household, by=an, version=0, notes="Later")
    household.refresh_from_db()
    assert household.notes == "Eerst"


def test_a_household_cannot_lose_its_name(an):
    household = make_household(an)
    with pytest.raises(Refused):
        services.change_household(household=household, by=an, version=0, family_name=" ")
    household.refresh_from_db()
    assert household.family_name == "El Idrissi"


def test_a_household_is_handed_over(an, bo):
    household = make_household(an)
    services.hand_over_household(household=household, owner=bo, backup=an, by=an)
    household.refresh_from_db()
    assert (household.owner, household.backup) == (bo, an)
    assert ActivityLog.objects.filter(verb="handed over").get().fields == ["backup", "owner"]


# Children --------------------------------------------------------------------------------------


def test_a_child_stands_in_its_household(an):
    household = make_household(an)
    child = services.add_child(household=household, first_name=" Amina ", birth_year=2014, by=an)
    assert list(household.children.values_list("pk", flat=True)) == [child.pk]
    child.refresh_from_db()
    assert child.first_name == "Amina"


@pytest.mark.parametrize("year", [1989, 2027])
@time_machine.travel("2026-03-01 10:00+01:00")
def test_an_impossible_birth_year_is_refused(an, year):
    with pytest.raises(Refused, match="2014"):
        services.add_child(household=make_household(an), first_name="A", birth_year=year, by=an)


# Paths -----------------------------------------------------------------------------------------


@time_machine.travel("2026-03-10 10:00+01:00")
def test_a_path_begins_with_a_contact(an):
    guidance = make_guidance(an, on=date(2026, 3, 1), role=GuidanceRole.LEADER)
    step = guidance.steps.get()
    assert (guidance.stage, guidance.role) == (Stage.CONTACTED, GuidanceRole.LEADER)
    assert (step.stage, step.on, step.by) == (Stage.CONTACTED, date(2026, 3, 1), an)


@time_machine.travel("2026-03-10 10:00+01:00")
def test_a_whole_path_with_a_way_back_in(an):
    guidance, group = make_guidance(an, on=date(2026, 1, 1)), make_group()
    path = [Stage.INTAKE, Stage.MATCHED, Stage.WAITING_LIST, Stage.TRIAL]
    for day, stage in enumerate(path, start=2):
        services.record_stage(guidance=guidance, stage=stage, by=an, on=date(2026, 1, day))
    services.record_stage(
        guidance=guidance,
        stage="member",
        by=an,
        on=date(2026, 2, 1),
        movement=group,
        confirmation="family",
        reason=StopReason.COST,
    )
    stop = services.record_stage(guidance=guidance, stage="stopped", by=an, reason="cost")
    back = services.record_stage(
        guidance=guidance, stage="member", by=an, confirmation=Confirmation.MOVEMENT
    )
    guidance.refresh_from_db()
    assert (guidance.stage, guidance.movement) == (Stage.MEMBER, group)
    assert [step.stage for step in guidance.steps.all()] == [
        "contacted", *path, "member", "stopped", "member",
    ]  # fmt: skip
    assert (stop.reason, stop.confirmation) == (StopReason.COST, "")
    assert (back.reason, back.confirmation, back.on) == ("", "movement", date(2026, 3, 10))
    assert ActivityLog.objects.filter(verb="recorded").count() == 7


def test_why_a_path_stopped_may_be_unknown(an):
    step = services.record_stage(guidance=make_guidance(an), stage=Stage.STOPPED, by=an)
    assert step.reason == StopReason.UNKNOWN


@pytest.mark.parametrize("now", list(Stage))
@pytest.mark.parametrize("then", list(Stage))
def test_only_the_table_decides_which_step_follows(an, now, then):
    guidance = make_guidance(an, movement=make_group())
    Guidance.objects.filter(pk=guidance.pk).update(stage=now)

    def step():
        services.record_stage(guidance=guidance, stage=then, by=an, confirmation="family")
        return guidance.steps.latest("id").stage

    if then in TRANSITIONS[now]:
        assert step() == then
    else:
        with pytest.raises(Refused):
            step()
        assert guidance.steps.count() == 1


def test_a_member_needs_a_movement_and_how_we_know(an):
    guidance = make_guidance(an)
    with pytest.raises(Refused):
        services.record_stage(guidance=guidance, stage="member", by=an, confirmation="family")
    with pytest.raises(Refused):
        services.record_stage(guidance=guidance, stage="member", by=an, movement=make_group())
    guidance.refresh_from_db()
    assert (guidance.stage, guidance.movement) == ("contacted", None)


@time_machine.travel("2026-03-10 10:00+01:00")
@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 3, 11)])
def test_a_step_lies_between_the_last_step_and_today(an, day):
    guidance = make_guidance(an, on=date(2026, 3, 1))
    with pytest.raises(Refused):
        services.record_stage(guidance=guidance, stage="intake", by=an, on=day)
    assert guidance.steps.count() == 1


def test_a_mistaken_step_is_taken_back(an):
    guidance = make_guidance(an)
    services.record_stage(guidance=guidance, stage="trial", by=an)
    services.take_back_step(guidance=guidance, by=an)
    guidance.refresh_from_db()
    assert (guidance.stage, guidance.steps.get().stage) == ("contacted", "contacted")
    with pytest.raises(Refused):
        services.take_back_step(guidance=guidance, by=an)
    assert guidance.steps.count() == 1


# In one go -------------------------------------------------------------------------------------


def member(by, **fields):
    defaults = {
        "family_name": "El Idrissi",
        "first_name": "Amina",
        "birth_year": 2014,
        "confirmation": "movement",
    }
    return services.record_member(by=by, **{**defaults, **fields})


@time_machine.travel("2026-03-10 10:00+01:00")
def test_a_new_family_whose_child_became_a_member(an):
    group = make_group()
    guidance = member(an, movement=group, on=date(2026, 2, 1), role="leader")
    assert (guidance.stage, guidance.movement, guidance.role) == ("member", group, "leader")
    assert guidance.child.household.owner == an
    assert [(s.stage, s.on) for s in guidance.steps.all()] == [
        ("contacted", date(2026, 2, 1)),
        ("member", date(2026, 2, 1)),
    ]


def test_a_brother_comes_into_the_known_household(an, bo):
    first = member(an, movement=make_group())
    second = member(
        bo,
        movement=make_group(),
        household=first.child.household,
        first_name="Yusuf",
        family_name="",
    )
    assert second.child.household == first.child.household
    assert (Household.objects.count(), Child.objects.count()) == (1, 2)


def test_a_known_child_goes_on_where_its_path_was(an):
    guidance = make_guidance(an)
    services.record_stage(guidance=guidance, stage="trial", by=an)
    again = member(
        an, movement=make_group(), household=guidance.child.household, first_name=" AMÍNA"
    )
    assert again == guidance
    assert (again.stage, Child.objects.count(), Guidance.objects.count()) == ("member", 1, 1)


def test_a_child_that_stopped_comes_back_on_its_own_path(an):
    guidance = member(an, movement=make_group())
    services.record_stage(guidance=guidance, stage="stopped", by=an)
    again = member(an, movement=make_group(), household=guidance.child.household)
    assert again == guidance
    assert [step.stage for step in again.steps.all()][-3:] == ["member", "stopped", "member"]


def test_a_known_child_without_a_path_gets_one(an):
    household = make_household(an)
    child = services.add_child(household=household, first_name="Amina", birth_year=2014, by=an)
    assert member(an, movement=make_group(), household=household).child == child


def test_somebody_who_is_a_member_cannot_become_one(an):
    guidance = member(an, movement=make_group())
    with pytest.raises(Refused):
        member(an, movement=make_group(), household=guidance.child.household)
    assert GuidanceStep.objects.filter(stage="member").count() == 1


def test_a_refused_member_leaves_no_family_behind(an):
    with pytest.raises(Refused):
        member(an, movement=make_group(), confirmation="")
    assert not Household.objects.exists()


def test_taking_in_a_child_of_a_known_household(an):
    first = make_guidance(an)
    again = make_guidance(an, household=first.child.household)
    assert again.child == first.child
