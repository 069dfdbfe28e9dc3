"""The work list of the admin index: what waits, for whom, oldest first."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from core.calendar import add_months, last_day, now, pretend, today
from core.outbox import OutboxMessage, OutboxState
from desk.worklist import SHOWN, Section, work_list
from labels.enums import CheckAnswer, CheckReason, PlanState
from labels.models import ActionPlan, Condition, LightCheck
from labels.services.assessment import send_back
from labels.services.plans import submit_plan
from movements.models import CoachAssignment
from movements.services import change_movement, end_mandate
from testimonies.enums import Giver
from testimonies.models import Testimony
from tests.factories.labels import Group, consultant, coordinator
from tests.factories.movements import mandate, movement
from tests.factories.people import make_consent, make_guidance, make_testimony, make_visit
from tests.factories.programmes import make_edition
from tests.labels.awarding import award, person

TITLES = [
    "Plans to discuss",
    "Proposals to confirm",
    "Conditions that were not met in time",
    "Promises that changed",
    "Still true? No answer for 60 days",
    "Teams without a successor",
    "Visits to follow up",
    "Guidance that stands still",
    "Consents that end",
    "Mails refused",
]


@pytest.fixture
def viewer(db: None) -> User:
    """The coordinator of the plans' factory, who also owns the families and stories here."""
    start = add_months(today(), -12).replace(day=1)
    make_edition(starts_on=start, ends_on=last_day(start, 24))
    return coordinator()


def days(number: int) -> date:
    return today() + timedelta(days=number)


def refuse_a_mail(number: int, **values: Any) -> OutboxMessage:
    moment = now() - timedelta(days=number)
    state = {"state": OutboxState.REFUSED, "settled_at": moment, "error": "550", **values}
    return OutboxMessage.objects.create(
        kind="invitation",
        object_id=number,
        recipient="user:1",
        language="nl",
        due_at=moment,
        **state,
    )


def fill(viewer: User, rows: int) -> None:
    """As many things of each kind."""
    for number in range(rows):
        Group(f"Groep A{number}", state=PlanState.SUBMITTED)
        Group(f"Groep B{number}", state=PlanState.PROPOSED)
        mandate(ends_on=days(30 + number))
        make_visit(viewer, on=days(-20), follow_up_on=days(-1))
        make_guidance(viewer, family_name=f"Naam {number}", on=days(-40))
        story = make_testimony(viewer, title=f"Verhaal {number}")
        make_consent(story, Giver.STORYTELLER, expires_on=days(20 + number))
        refuse_a_mail(number + 1)
        follow_labels(viewer, number)


def follow_labels(viewer: User, number: int) -> None:
    """A label with a condition that was missed, one with an unread answer, one without any."""
    young, checked, _silent = (
        award(movement(f"Label {months} {number}"), add_months(today(), -months))
        for months in (6, 13, 15)
    )
    Condition.objects.create(decision=young.decision, text="Een folder", due_on=days(-1))
    answered = {"answered_at": now(), "answered_by": viewer, "reason": CheckReason.YEARLY}
    check = LightCheck.objects.create(label=checked, due_on=days(-30), **answered)
    check.points.create(number=3, answer=CheckAnswer.STOPPED, text="Niemand doet het nog.")


def sections(user: User) -> dict[str, Section]:
    fresh = User.objects.get(pk=user.pk)
    with override("en"):
        return {section.title: section for section in work_list(fresh)}


def texts(user: User, title: str) -> list[str]:
    found = sections(user).get(title)
    return [item.text for item in found.items] if found else []


@pytest.mark.parametrize("rows", [1, 3])
def test_each_section_in_one_query_for_any_number_of_rows(
    viewer: User, rows: int, django_assert_num_queries: Any
) -> None:
    fill(viewer, rows)
    assert [section.title for section in sections(viewer).values()] == TITLES
    assert {section.count for section in sections(viewer).values()} == {rows}
    client = Client()
    client.force_login(viewer)
    client.get("/admin/")
    with django_assert_num_queries(45):
        page = client.get("/admin/")
    assert len(page.context["sections"]) == len(TITLES)


def test_what_is_shown_of_the_plans_stands_in_the_list_behind_it(viewer: User) -> None:
    fill(viewer, 1)
    ActionPlan.objects.filter(decisions__due_conditions__isnull=False).update(
        state=PlanState.AWARDED_WITH_CONDITIONS
    )
    client = Client()
    client.force_login(viewer)
    for title in ("Proposals to confirm", "Conditions that were not met in time"):
        section = sections(viewer)[title]
        listed = client.get(section.url).context["cl"].result_list
        assert section.items[0].text in {plan.movement.name for plan in listed}


def test_every_item_leads_to_its_page(viewer: User) -> None:
    fill(viewer, 1)
    client = Client()
    client.force_login(viewer)
    for section in sections(viewer).values():
        assert client.get(section.url).status_code == 200
        assert [client.get(item.url).status_code for item in section.items] == [200]


def test_oldest_first_and_not_more_than_fit(viewer: User) -> None:
    for number in range(SHOWN + 2):
        refuse_a_mail(number + 1)
    section = sections(viewer)["Mails refused"]
    assert section.count == SHOWN + 2
    assert len(section.items) == SHOWN
    for end in (80, 10, 40):
        mandate(movement(f"Chiro {end}"), ends_on=days(end))
    assert texts(viewer, "Teams without a successor") == ["Chiro 10", "Chiro 40", "Chiro 80"]


def test_nothing_of_it_for_who_is_no_staff(viewer: User) -> None:
    fill(viewer, 1)
    for role in ("alderman", ""):
        assert sections(person(f"Iemand {role or 'anders'}", role)) == {}


def test_the_privacy_officer_sees_consents_that_end_by_number(viewer: User) -> None:
    fill(viewer, 1)
    found = sections(person("Iemand privacy", "privacy_officer"))
    assert list(found) == ["Consents that end"]
    story = Testimony.objects.get()
    assert [item.text for item in found["Consents that end"].items] == [f"Testimony {story.pk}"]


def test_plans_wait_from_handing_in_until_the_proposal(viewer: User) -> None:
    with pretend(days(-3)):
        older = Group("Groep Ouder", state=PlanState.SUBMITTED)
    Group("Groep Nieuw", state=PlanState.IN_DISCUSSION)
    for state in (PlanState.DRAFT, PlanState.MORE_ASKED, PlanState.NOT_YET, PlanState.AWARDED):
        Group(f"Groep {state}", state=state)
    assert texts(consultant(), "Plans to discuss") == ["Groep Ouder", "Groep Nieuw"]
    assert sections(viewer)["Plans to discuss"].items[0].day == days(-3)
    older.take("discuss")
    older.take("award")
    assert texts(viewer, "Plans to discuss") == ["Groep Nieuw"]


def test_proposals_are_for_another_coordinator_who_does_not_coach(viewer: User) -> None:
    group = Group(state=PlanState.PROPOSED)
    second = person("Tweede Coordinator", "coordinator")
    for user in (viewer, second):
        assert texts(user, "Proposals to confirm") == [group.movement.name]
    assert texts(consultant(), "Proposals to confirm") == []
    assignment = CoachAssignment.objects.create(movement=group.movement, user=second)
    assert texts(second, "Proposals to confirm") == []
    assignment.ends_on, assignment.starts_on = days(-1), days(-9)
    assignment.save()
    assert texts(second, "Proposals to confirm") == [group.movement.name]
    send_back(decision=group.decision, by=viewer, message="Kijk nog eens.")
    group.propose("award", by=second)
    assert texts(second, "Proposals to confirm") == []
    assert texts(viewer, "Proposals to confirm") == [group.movement.name]


def test_a_team_waits_until_somebody_goes_on_after_it(viewer: User) -> None:
    title = "Teams without a successor"
    group = movement("Chiro De Zon")
    ends = mandate(group, ends_on=days(60))
    assert texts(viewer, title) == ["Chiro De Zon"]
    # somebody else who leaves with the last one, or before, is no successor
    mandate(group, ends_on=days(60))
    mandate(group, ends_on=days(20))
    assert texts(viewer, title) == ["Chiro De Zon"]
    assert sections(viewer)[title].items[0].day == days(60)
    # neither is somebody who does not lead
    mandate(group, function="leader")
    assert texts(viewer, title) == ["Chiro De Zon"]
    successor = mandate(group, starts_on=days(61))
    assert texts(viewer, title) == []
    end_mandate(mandate=successor, by=viewer)
    assert texts(viewer, title) == ["Chiro De Zon"]
    change_movement(movement=group, by=viewer, stopped_on=days(-1))
    assert texts(viewer, title) == []
    assert ends.ends_on == days(60)


@pytest.mark.parametrize(("ends_in", "listed"), [(-1, False), (0, True), (90, True), (91, False)])
def test_teams_are_listed_ninety_days_ahead(viewer: User, ends_in: int, listed: bool) -> None:
    mandate(starts_on=days(-200), ends_on=days(ends_in))
    assert ("Teams without a successor" in sections(viewer)) is listed


def test_families_are_listed_for_owner_and_backup(viewer: User) -> None:
    backup = person("Bea Backup", "consultant")
    guidance = make_guidance(viewer, on=days(-40), backup=backup)
    household = guidance.child.household
    make_visit(viewer, household, on=days(-20), follow_up_on=days(-2))
    for title in ("Guidance that stands still", "Visits to follow up"):
        for user in (viewer, backup):
            assert texts(user, title) == [f"Household {household.pk}"]
        assert texts(consultant(), title) == []
    assert sections(viewer)["Guidance that stands still"].items[0].day == days(-40)
    assert sections(viewer)["Visits to follow up"].items[0].day == days(-2)
    make_visit(viewer, household, on=days(-1))
    assert "Visits to follow up" not in sections(viewer)


def test_a_story_is_listed_once_with_the_consent_that_ends_first(viewer: User) -> None:
    story = make_testimony(viewer, title="Samen op kamp")
    make_consent(story, Giver.STORYTELLER, expires_on=days(50))
    make_consent(story, Giver.GUARDIAN, expires_on=days(10))
    section = sections(viewer)["Consents that end"]
    assert [(item.text, item.day) for item in section.items] == [("Samen op kamp", days(10))]


def test_mails_refused_of_the_last_month(viewer: User) -> None:
    refuse_a_mail(32)  # a change of the clock may be in between
    refuse_a_mail(1, state=OutboxState.SENT)
    assert "Mails refused" not in sections(viewer)
    row = refuse_a_mail(28)
    assert texts(viewer, "Mails refused") == [f"Mail {row.pk}"]


def test_figures_stand_above_it_for_staff(viewer: User) -> None:
    client = Client()
    for role, shown in (("consultant", 4), ("privacy_officer", 0)):
        client.force_login(person(f"Iemand {role}", role))
        assert len(client.get("/admin/").context["figures"]) == shown


def test_a_leader_hands_in_and_it_waits(viewer: User) -> None:
    group = Group("Groep Klaar")
    assert "Plans to discuss" not in sections(viewer)
    submit_plan(plan=group.plan, by=group.leader)
    assert texts(viewer, "Plans to discuss") == ["Groep Klaar"]
