"""What each category forgets, and on which day: due exactly when its period is over."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import translation

from accounts.enums import Role
from accounts.models import RoleGrant, User
from accounts.services import end_role
from core.calendar import add_months, now, pretend, today
from core.errors import Refused
from core.logs import AccessLog
from core.restriction import Restriction
from core.retention import category_of
from core.tombstones import Tombstone
from handovers.models import Handover, HandoverNote
from homevisits.enums import Outcome
from labels.enums import PlanState
from labels.models import Condition, Example, Label
from labels.services import assessment, plans
from movements import years
from movements.models import CoachAssignment, Mandate, Message
from movements.services import say
from privacy.models import SubjectRequest
from privacy.services import retention
from programmes.services import add_partner, record_agreement, second_user
from recruitment.enums import Confirmation, Stage
from recruitment.services import add_child, open_guidance, record_stage
from testimonies.enums import Giver
from testimonies.services import take_back_consent, withdraw
from tests.core.test_retention import is_over
from tests.factories import movements
from tests.factories.labels import Group, picture_file
from tests.factories.people import (
    make_consent,
    make_consultant,
    make_guidance,
    make_household,
    make_member,
    make_testimony,
    make_user,
    make_visit,
)
from tests.privacy.due import carry_out, officer, waiting_run

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def an() -> User:
    return make_consultant("An Peeters")


def due(key: str, day: date | None = None) -> set[int]:
    category = category_of(key)
    return set(category.due(day or today(), category.months).values_list("pk", flat=True))


def falls_due(key: str, record: Any, day: date) -> None:
    """Not on the day before, and from that day on."""
    assert record.pk not in due(key, day - DAY)
    assert record.pk in due(key, day)
    assert record.pk in due(key, day + timedelta(days=500))


def never(key: str, record: Any) -> None:
    assert record.pk not in due(key, today() + timedelta(days=9000))


# Families and children -------------------------------------------------------------------------


def test_a_family_without_an_intake_goes_six_months_after_the_first_contact(an: User) -> None:
    day = date(2025, 8, 31)
    household = make_household(an, on=day)
    falls_due("recruitment.no_intake", household, date(2026, 2, 28))
    never("recruitment.family", household)


def test_a_later_attempt_or_a_visit_counts_from_itself(an: User) -> None:
    day = date(2025, 1, 10)
    tried = make_household(an, on=day)
    make_guidance(an, household=tried, on=date(2025, 4, 10))
    falls_due("recruitment.no_intake", tried, date(2025, 10, 10))
    visited = make_household(an, on=day)
    make_visit(an, visited, on=date(2025, 5, 10), outcome=Outcome.NOBODY_HOME)
    falls_due("recruitment.no_intake", visited, date(2025, 11, 10))


def test_who_stopped_before_an_intake_is_no_longer_known_than_who_never_came(an: User) -> None:
    path = make_guidance(an, on=date(2025, 1, 10))
    record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=date(2025, 5, 1))
    falls_due("recruitment.no_intake", path.child.household, date(2025, 7, 10))


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.MATCHED, Stage.WAITING_LIST, Stage.TRIAL])
def test_a_family_on_its_way_stays(an: User, stage: Stage) -> None:
    path = make_guidance(an, on=date(2024, 1, 10))
    record_stage(guidance=path, stage=stage, by=an, on=date(2024, 2, 1))
    for key in ("recruitment.no_intake", "recruitment.family"):
        never(key, path.child.household)
    never("recruitment.child", path.child)


def test_a_family_goes_twelve_months_after_the_last_path_stopped(an: User) -> None:
    path = make_guidance(an, on=date(2024, 1, 10))
    record_stage(guidance=path, stage=Stage.INTAKE, by=an, on=date(2024, 2, 1))
    record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=date(2024, 2, 29))
    falls_due("recruitment.family", path.child.household, date(2025, 2, 28))
    falls_due("recruitment.child", path.child, date(2025, 2, 28))
    never("recruitment.no_intake", path.child.household)


def test_a_member_is_known_until_a_year_after_the_last_check(an: User) -> None:
    path = make_member(an, on=date(2023, 9, 15))
    falls_due("recruitment.family", path.child.household, date(2025, 9, 15))
    falls_due("recruitment.child", path.child, date(2025, 9, 15))


def test_a_visit_after_the_end_counts_from_itself(an: User) -> None:
    path = make_guidance(an, on=date(2024, 1, 10))
    record_stage(guidance=path, stage=Stage.TRIAL, by=an, on=date(2024, 2, 1))
    record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=date(2024, 3, 1))
    make_visit(an, path.child.household, on=date(2024, 6, 1))
    falls_due("recruitment.family", path.child.household, date(2025, 6, 1))


def test_a_child_goes_although_its_sister_is_on_the_way(an: User) -> None:
    path = make_guidance(an, on=date(2024, 1, 10))
    record_stage(guidance=path, stage=Stage.INTAKE, by=an, on=date(2024, 2, 1))
    record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=date(2024, 3, 1))
    household = path.child.household
    sister = add_child(household=household, first_name="Leyla", birth_year=2015, by=an)
    never("recruitment.child", sister)
    with pretend(date(2024, 2, 1)):
        open_guidance(child=sister, by=an)
    falls_due("recruitment.child", path.child, date(2025, 3, 1))
    never("recruitment.family", household)


def test_somebody_who_came_back_is_not_closed(an: User) -> None:
    path = make_guidance(an, on=date(2024, 1, 10))
    record_stage(guidance=path, stage=Stage.INTAKE, by=an, on=date(2024, 2, 1))
    record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=date(2024, 3, 1))
    again = open_guidance(child=path.child, by=an, on=date(2024, 9, 1))
    never("recruitment.child", path.child)
    record_stage(
        guidance=again,
        stage=Stage.MEMBER,
        by=an,
        on=date(2024, 9, 2),
        movement=movements.movement(),
        confirmation=Confirmation.FAMILY,
    )
    falls_due("recruitment.child", path.child, date(2026, 9, 2))


def test_a_family_or_child_that_is_set_aside_holds_the_other_back(an: User) -> None:
    path = make_guidance(an, on=date(2024, 1, 10))
    record_stage(guidance=path, stage=Stage.INTAKE, by=an, on=date(2024, 2, 1))
    record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=date(2024, 3, 1))
    child, household = path.child, path.child.household
    aside = Restriction.objects.create(model="recruitment.child", object_id=child.pk)
    never("recruitment.family", household)
    never("recruitment.child", child)
    Restriction.objects.filter(pk=aside.pk).update(
        model="recruitment.household", object_id=household.pk
    )
    never("recruitment.family", household)
    never("recruitment.child", child)


def test_who_was_erased_is_on_no_list(an: User) -> None:
    household = make_household(an, on=date(2024, 1, 10))
    Tombstone.objects.create(model="recruitment.household", object_id=household.pk)
    never("recruitment.no_intake", household)


def test_erasing_a_family_takes_its_children_and_notes_along(an: User) -> None:
    with pretend(add_months(today(), -30)):
        day = today()
        path = make_guidance(an, family_name="Zzfamily", first_name="Zzchild", on=day)
        record_stage(guidance=path, stage=Stage.INTAKE, by=an, on=day)
        record_stage(guidance=path, stage=Stage.STOPPED, by=an, on=day)
        visit = make_visit(an, path.child.household, on=day, next_steps="Zznote")
    run = waiting_run("recruitment.family")
    retention.approve(run=run, by=officer())
    carry_out(run)
    for record in (path.child, path.child.household, visit):
        record.refresh_from_db()
    told = (path.child.first_name, path.child.household.family_name, visit.next_steps)
    assert not any("Zz" in text for text in told)
    never("recruitment.child", path.child)


# Stories ---------------------------------------------------------------------------------------


def test_a_storyteller_goes_three_months_after_the_story_was_withdrawn(an: User) -> None:
    story = make_testimony(an, on=date(2024, 1, 10))
    make_consent(story, Giver.STORYTELLER, given_on=date(2024, 1, 10))
    never_yet = story.storyteller
    assert never_yet.pk not in due("testimonies.storyteller", date(2026, 1, 10))
    with pretend(date(2024, 11, 30)):
        withdraw(testimony=story, by=an)
    falls_due("testimonies.storyteller", story.storyteller, date(2025, 2, 28))


def test_a_storyteller_goes_three_months_after_the_last_consent_ended(an: User) -> None:
    story = make_testimony(an, on=date(2024, 1, 10))
    given = date(2024, 1, 10)
    ends = {"given_on": given, "expires_on": date(2024, 6, 30)}
    early = make_consent(story, Giver.STORYTELLER, **ends)
    falls_due("testimonies.storyteller", story.storyteller, date(2024, 9, 30))
    later = make_consent(story, Giver.STORYTELLER, given_on=given, expires_on=date(2028, 1, 9))
    assert story.storyteller.pk not in due("testimonies.storyteller", date(2028, 1, 1))
    with pretend(date(2024, 8, 15)):
        take_back_consent(consent=later, by=an)
    assert early.withdrawn_on is None
    falls_due("testimonies.storyteller", story.storyteller, date(2024, 11, 15))


def test_a_story_that_never_got_a_consent_counts_from_its_day(an: User) -> None:
    story = make_testimony(an, on=date(2024, 1, 10))
    falls_due("testimonies.storyteller", story.storyteller, date(2024, 4, 10))


# Handovers -------------------------------------------------------------------------------------


def test_a_note_for_the_next_team_goes_three_years_after_the_change() -> None:
    movement, author = movements.movement(), movements.user()
    handover = Handover.objects.create(movement=movement, rotation_on=date(2022, 9, 1))
    note = handover.notes.create(author=author, text="The key lies at Mia's.")
    falls_due("handovers.handovernote", note, date(2025, 9, 1))
    run = waiting_run("handovers.handovernote")
    retention.approve(run=run, by=officer())
    carry_out(run)
    assert not HandoverNote.objects.exists()
    assert Handover.objects.filter(pk=handover.pk).exists()


# Leaders and accounts --------------------------------------------------------------------------


def test_somebody_who_led_goes_five_years_after_the_last_mandate() -> None:
    starts = date(2017, 9, 1)
    first = movements.mandate(
        email="Lotte@example.org", starts_on=starts, ends_on=date(2018, 8, 31)
    )
    falls_due("movements.mandate", first, date(2023, 8, 31))
    second = movements.mandate(
        email="lotte@example.org", starts_on=date(2019, 9, 1), ends_on=date(2020, 2, 29)
    )
    for mandate in (first, second):
        falls_due("movements.mandate", mandate, date(2025, 2, 28))
    movements.mandate(email="lotte@example.org", starts_on=date(2021, 9, 1))
    # an open end ends with the working year in which nobody says any more that it goes on
    lapse = years.lapses_on(today())
    for mandate in (first, second):
        falls_due("movements.mandate", mandate, add_months(lapse, 60))


def test_mandates_without_an_address_are_nobodys_other_mandate() -> None:
    past = movements.mandate(starts_on=date(2017, 9, 1), ends_on=date(2018, 8, 31))
    present = movements.mandate(starts_on=date(2017, 9, 1))
    Mandate.objects.update(email="")
    falls_due("movements.mandate", past, date(2023, 8, 31))
    falls_due("movements.mandate", present, add_months(years.lapses_on(today()), 60))


def account(made: date = date(2015, 1, 10)) -> User:
    user = make_user(name="Oud")
    moment = datetime(made.year, made.month, made.day, 12, tzinfo=UTC)
    User.objects.filter(pk=user.pk).update(created_at=moment, last_login=None)
    return user


def test_an_account_goes_five_years_after_the_last_role() -> None:
    never_used = account()
    falls_due("accounts.user", never_used, date(2020, 1, 10))
    had_a_role = account()
    values = {"role": Role.CONSULTANT, "starts_on": date(2016, 1, 1), "user": had_a_role}
    grant = RoleGrant.objects.create(**values)
    never("accounts.user", had_a_role)
    RoleGrant.objects.filter(pk=grant.pk).update(ends_on=date(2016, 2, 29))
    falls_due("accounts.user", had_a_role, date(2021, 2, 28))
    User.objects.filter(pk=had_a_role.pk).update(last_login=datetime(2018, 5, 5, 12, tzinfo=UTC))
    falls_due("accounts.user", had_a_role, date(2023, 5, 5))


def test_a_role_that_was_ended_today_counts_from_today() -> None:
    user = account()
    grant = RoleGrant.objects.create(role=Role.CONSULTANT, starts_on=date(2016, 1, 1), user=user)
    end_role(grant=grant, by=None)
    falls_due("accounts.user", user, add_months(today(), 60))


@pytest.mark.parametrize("used", [None, date(2018, 5, 5)])
def test_a_closed_account_goes_although_its_role_never_ended(used: date | None) -> None:
    """Nobody can use it, so nothing that was given to it goes on."""
    closed = account()
    moment = datetime(used.year, used.month, used.day, 12, tzinfo=UTC) if used else None
    values: dict[str, Any] = {"starts_on": date(2016, 1, 1), "user": closed}
    RoleGrant.objects.create(role=Role.CONSULTANT, **values)
    CoachAssignment.objects.create(movement=movements.movement(), **values)
    partner = add_partner(name="Partner", by=None)
    partner.secondments.create(**values)
    User.objects.filter(pk=closed.pk).update(last_login=moment)
    never("accounts.user", closed)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    falls_due("accounts.user", closed, add_months(used or date(2015, 1, 10), 60))
    RoleGrant.objects.update(ends_on=date(2019, 6, 30))
    falls_due("accounts.user", closed, date(2024, 6, 30))


def test_a_mandate_a_movement_to_coach_or_a_secondment_keeps_an_account() -> None:
    leads, coaches, seconded = account(), account(), account()
    movements.mandate(account=leads, starts_on=date(2016, 9, 1), ends_on=date(2017, 8, 31))
    falls_due("accounts.user", leads, date(2022, 8, 31))
    movements.mandate(account=leads, starts_on=date(2018, 9, 1))
    coaching = CoachAssignment.objects.create(
        movement=movements.movement(), user=coaches, starts_on=date(2016, 1, 1)
    )
    partner = add_partner(name="Partner", by=None)
    with pretend(date(2020, 1, 1)):
        record_agreement(
            partner=partner,
            reference="A1",
            signed_on=date(2020, 1, 1),
            starts_on=date(2020, 1, 1),
            by=None,
        )
        second = second_user(partner=partner, email=seconded.email, full_name="Oud", by=None)
    for user in (leads, coaches, seconded):
        never("accounts.user", user)
    type(second).objects.filter(pk=second.pk).update(ends_on=date(2020, 12, 31))
    falls_due("accounts.user", seconded, date(2025, 12, 31))
    CoachAssignment.objects.filter(pk=coaching.pk).update(ends_on=date(2020, 6, 30))
    falls_due("accounts.user", coaches, date(2025, 6, 30))


# Examples, requests, logs ----------------------------------------------------------------------


def example_of(group: Group) -> Example:
    point = group.plan.points.get(number=1)
    return plans.add_picture(point=point, by=group.leader, caption="Zzcaption", file=picture_file())


@pytest.mark.parametrize("last", ["award", "decline"])
def test_examples_go_with_their_files_a_year_after_the_decision(
    last: str, django_capture_on_commit_callbacks: Any
) -> None:
    with pretend(add_months(today(), -14)):
        group = Group()
        shown = example_of(group)
        for step in ("submit", "discuss", last):
            group.take(step)
    with pretend(add_months(today(), -13)):
        group.take("confirm")
        decided = today()
    falls_due("labels.example", shown, add_months(decided, 12))
    assert default_storage.exists(shown.file.name)
    run = waiting_run("labels.example")
    retention.approve(run=run, by=officer())
    with django_capture_on_commit_callbacks(execute=True):
        carry_out(run)
    assert not Example.objects.exists()
    assert not default_storage.exists(shown.file.name)
    assert [item.outcome for item in run.items.all()] == ["forgotten"]


@pytest.mark.parametrize(
    "state", [PlanState.DRAFT, PlanState.SUBMITTED, PlanState.IN_DISCUSSION, PlanState.PROPOSED]
)
def test_examples_of_a_plan_that_is_not_decided_stay(state: PlanState) -> None:
    group = Group()
    shown = example_of(group)
    group.take_all(state)
    never("labels.example", shown)


def test_an_example_of_a_plan_that_is_taken_up_again_meanwhile_stays() -> None:
    """Whoever writes goes first: what was due when it was listed is looked at once more."""
    group = Group()
    shown = example_of(group)
    group.take_all(PlanState.IN_DISCUSSION)
    with pytest.raises(Refused):
        plans.forget_example(example=shown, by=None)
    assert Example.objects.get() == shown


def told(*rows: Any) -> str:
    """Every word in some rows."""
    return " ".join(str(list(each.values())) for each in rows)


def test_words_of_a_plan_go_ten_years_after_edition_and_label() -> None:
    group = Group()
    group.write(1, progress="Zzprogress")
    group.take("submit")
    group.take("discuss")
    assessment.ask_more(
        plan=group.plan, by=group.consultant, message="Zzasked", answer_by=today() + DAY
    )
    plans.submit_plan(plan=group.plan, by=group.leader, message="Zztold")
    for step in ("award_with_conditions", "confirm"):
        group.take(step)
    plan, label = group.plan, Label.objects.get()
    assert label.effective_end > plan.edition.ends_on
    falls_due("labels.actionplan", plan, add_months(label.effective_end, 120))
    Label.objects.update(effective_end=label.starts_on - DAY)
    falls_due("labels.actionplan", plan, add_months(plan.edition.ends_on, 120))
    grades = list(plan.points.values_list("grade", "is_done", "number"))
    category_of("labels.actionplan").forget(plan, None)  # type: ignore[misc]
    conditions = Condition.objects.filter(decision__plan=plan)
    assert len(conditions) == 1
    words = told(plan.points, plan.steps, plan.decisions, conditions)
    assert not [gone for gone in ("Zz", "affiches", "klopt", "Jullie") if gone in words]
    assert group.decision.confirmed_by == group.coordinator
    assert list(plan.points.values_list("grade", "is_done", "number")) == grades
    never("labels.actionplan", plan)


def test_a_draft_with_words_goes_with_its_edition_and_one_without_never() -> None:
    group, silent = Group(), Group("Groep twee")
    never("labels.actionplan", silent.plan)
    group.write(1)
    falls_due("labels.actionplan", group.plan, add_months(group.plan.edition.ends_on, 120))


def test_words_about_a_label_go_ten_years_after_its_last_day() -> None:
    group = Group()
    group.write(1, commitment="Zzpromise")
    group.take_all(PlanState.AWARDED)
    label, by = Label.objects.get(), group.coordinator
    label.events.create(kind="paused", reason="Zzpause", by=by)
    label.visits.create(note="Zzvisit", by=by)
    check = label.checks.create(
        due_on=today(), reason="yearly", answered_at=now(), answered_by=by, note="Zznote"
    )
    check.points.create(number=1, answer="changed", text="Zzpoint")
    label.published.create(number=0, text="Zzpublic", approved_by=by)
    new = {"code": "c" * 16, "issue": 2, "reason": "Zznew", "frozen": label.frozen}
    label.certificates.update(replaced_on=today())
    label.certificates.create(**new)
    falls_due("labels.label", label, add_months(label.effective_end, 120))
    category_of("labels.label").forget(label, None)  # type: ignore[misc]
    label.refresh_from_db()
    rows = (label.events, label.visits, label.checks, check.points, label.published)
    reasons = label.certificates.values_list("reason", flat=True)
    assert "Zz" not in told(*rows) + str(label.frozen) + str(list(reasons))
    assert label.frozen["movement"] == group.movement.name
    assert {str(each.frozen["signatory"]) for each in label.certificates.all()} == {"{}"}
    assert [point["number"] for point in label.frozen["points"]] == list(range(1, 11))
    assert label.frozen["reasons"] == ""
    never("labels.label", label)


def test_a_conversation_goes_ten_years_after_each_message() -> None:
    group = Group()
    message = say(movement=group.movement, text="Zzmessage", by=group.leader)
    falls_due("movements.message", message, add_months(today(), 120))
    category_of("movements.message").forget(message, None)  # type: ignore[misc]
    assert not Message.objects.exists()


def test_a_closed_request_goes_after_five_years() -> None:
    values = {"right": "access", "handled_by": officer(), "received_on": date(2020, 2, 1)}
    closed = SubjectRequest.objects.create(
        outcome="done", closed_on=date(2020, 2, 29), due_on=date(2020, 3, 1), **values
    )
    waits = SubjectRequest.objects.create(due_on=date(2020, 3, 1), **values)
    falls_due("privacy.subjectrequest", closed, date(2025, 2, 28))
    never("privacy.subjectrequest", waits)
    run = waiting_run("privacy.subjectrequest")
    retention.approve(run=run, by=officer())
    carry_out(run)
    assert list(SubjectRequest.objects.all()) == [waits]


def test_a_log_is_due_by_the_day_of_its_rows() -> None:
    AccessLog.objects.create(actor="system", verb="viewed", object_type="x.y", object_id="1")
    assert due("core.accesslog") == set()
    assert due("core.accesslog", add_months(today(), 60)) != set()


# Every day, against a count by hand -----------------------------------------------------------


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.proof)])
def test_what_is_due_on_a_day_is_what_a_count_by_hand_says(seed: int) -> None:
    chance = random.Random(seed)
    first = date(2023, 11, 1)
    by = officer()
    closed = [first + timedelta(days=chance.randrange(900)) for _number in range(150)]
    closed += [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 1, 31)]
    SubjectRequest.objects.bulk_create(
        SubjectRequest(
            right="access",
            handled_by=by,
            received_on=day,
            due_on=day,
            closed_on=day,
            outcome="done",
        )
        for day in closed
    )
    category = category_of("privacy.subjectrequest")
    rows = list(SubjectRequest.objects.values_list("pk", "closed_on"))
    for _number in range(60 if seed == 1 else 1500):
        day = date(2024, 2, 20) + timedelta(days=chance.randrange(1500))
        months = chance.choice([1, 2, 6, 11, 12, 13, 24, 36])
        expected = {pk for pk, start in rows if start and is_over(start, months, day)}
        found = set(category.due(day, months).values_list("pk", flat=True))
        assert found == expected, (day, months)
