"""Grading, asking, proposing, confirming; and the mails of a plan."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from core.calendar import now, today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from core.messages import compose, kinds
from core.outbox import OutboxMessage
from labels.emails import PlanMail, PlanSubmitted
from labels.enums import OUTCOMES, Grade, PlanAction, PlanState, PointState
from labels.models import TEXT_LIMIT, Decision, Label
from labels.selectors import plans as selectors
from labels.services import assessment
from labels.services.plans import open_plan, submit_plan
from movements.models import Mandate
from movements.selectors.mails import thread_of
from tests.factories.labels import Group, coach, consultant, coordinator
from tests.labels.awarding import leader_of

pytestmark = pytest.mark.django_db

LATER = today() + timedelta(days=100)


# Grades ----------------------------------------------------------------------------------------


def grade(group: Group, number: int = 1, **values):
    given = {"grade": Grade.WELL_UNDERWAY, "reason": "Mooi.", "by": group.consultant, **values}
    return assessment.grade_point(point=group.plan.points.get(number=number), **given)


def test_a_grade_and_its_reason_stand_on_the_point():
    group = Group(state=PlanState.IN_DISCUSSION)
    point = grade(group)
    assert (point.grade, point.reason, point.version) == ("well_underway", "Mooi.", 2)
    assert point.state == PointState.VERIFIED
    assert grade(group).version == 2  # the same again is no change
    log = ActivityLog.objects.get(verb="graded")
    assert (log.fields, log.state) == (["grade", "reason"], "well_underway")
    assert grade(group, grade="", reason="").state == PointState.EMPTY


def test_a_colleague_who_read_an_older_version_is_told():
    group = Group(state=PlanState.IN_DISCUSSION)
    grade(group, version=1)
    with pytest.raises(Stale):
        grade(group, grade=Grade.TO_DO, version=1)
    assert grade(group, grade=Grade.TO_DO, version=2).grade == Grade.TO_DO


@pytest.mark.parametrize("state", sorted(set(PlanState) - {PlanState.IN_DISCUSSION}))
def test_grades_are_given_in_the_discussion_only(state):
    with pytest.raises(Refused):
        grade(Group(state=state))


def test_who_grades_and_with_what():
    group = Group(state=PlanState.IN_DISCUSSION)
    with pytest.raises(Refused):
        grade(group, by=group.leader)
    with pytest.raises(Refused):
        grade(group, grade="splendid")
    with pytest.raises(Refused):
        grade(group, reason="x" * (TEXT_LIMIT + 1))
    assert not group.plan.points.exclude(grade="").exists()


# Asking, proposing ------------------------------------------------------------------------------


def test_asking_needs_words_and_a_day_after_today():
    group = Group(state=PlanState.IN_DISCUSSION)
    for message, day in [("  ", today() + timedelta(days=1)), ("Wat?", today())]:
        with pytest.raises(Refused):
            assessment.ask_more(
                plan=group.plan, by=group.consultant, message=message, answer_by=day
            )
    assert group.plan.steps.count() == 2
    step = assessment.ask_more(
        plan=group.plan, by=group.consultant, message="Wat?", answer_by=today() + timedelta(days=1)
    )
    assert selectors.question(group.plan) == step
    assert selectors.conversation(group.plan) == []


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "submit"},
        {"outcome": ""},
        {"reasons": " "},
        {"outcome": "decline"},
        {"outcome": "decline", "guidance": " "},
        {"outcome": "award_with_conditions"},
        {"outcome": "award_with_conditions", "conditions": [(" \n", LATER)]},
        {"outcome": "award_with_conditions", "conditions": [("In mei.", today())]},
        {"outcome": "award_with_conditions", "conditions": [("In mei.", LATER)] * 11},
    ],
)
def test_a_proposal_is_complete_or_refused(values):
    group = Group(state=PlanState.IN_DISCUSSION)
    given = {"outcome": "award", "reasons": "Goed.", "conditions": [], **values}
    with pytest.raises(Refused):
        assessment.propose(plan=group.plan, by=group.consultant, **given)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_conditions_belong_to_an_award_with_conditions_only(outcome):
    group = Group(state=PlanState.IN_DISCUSSION)
    decision = assessment.propose(
        plan=group.plan,
        by=group.consultant,
        outcome=outcome,
        reasons=" Goed. ",
        conditions=[("In mei.", LATER), (" In juni. ", LATER + timedelta(days=30))],
        guidance=" Praat met de ouders. ",
    )
    assert decision.guidance == ("Praat met de ouders." if outcome == "decline" else "")
    assert decision.reasons == "Goed."
    kept = list(decision.due_conditions.values_list("text", flat=True))
    assert kept == (["In mei.", "In juni."] if outcome == "award_with_conditions" else [])
    assert selectors.open_proposal(group.plan) == decision
    assert selectors.decision_of(group.plan) is None


def test_a_proposal_sent_back_keeps_its_words_and_makes_room_for_another():
    group = Group(state=PlanState.PROPOSED)
    decision = group.decision
    with pytest.raises(Refused):
        assessment.send_back(decision=decision, by=group.coordinator, message=" ")
    assessment.send_back(decision=decision, by=group.coordinator, message="Punt 6 ontbreekt.")
    group.plan.refresh_from_db()
    assert (decision.returned_at is not None, group.plan.state) == (True, "in_discussion")
    assert selectors.open_proposal(group.plan) is None
    assert "Punt 6 ontbreekt." not in [s.message for s in selectors.conversation(group.plan)]
    second = group.propose(PlanAction.DECLINE)
    for stale in (assessment.send_back, assessment.confirm):
        given = {"message": "Nog eens."} if stale is assessment.send_back else {}
        with pytest.raises(Stale):
            stale(decision=decision, by=group.coordinator, **given)
    assert selectors.open_proposal(group.plan) == second


# Confirming -------------------------------------------------------------------------------------


def test_a_confirmed_award_makes_the_label():
    group = Group(state=PlanState.PROPOSED)
    decision = group.decision
    label = assessment.confirm(decision=decision, by=group.coordinator)
    assert label.starts_on == decision.effective_on == decision.decided_on == today()
    assert decision.confirmed_by == group.coordinator
    assert selectors.decision_of(decision.plan) == decision
    assert label.movement == group.movement


def test_a_label_may_start_later_never_earlier():
    group = Group(state=PlanState.PROPOSED)
    with pytest.raises(Refused):
        assessment.confirm(
            decision=group.decision, by=group.coordinator, effective_on=today() - timedelta(days=1)
        )
    assert not Label.objects.exists()
    later = today() + timedelta(days=40)
    label = assessment.confirm(decision=group.decision, by=group.coordinator, effective_on=later)
    assert label.starts_on == later


def test_not_yet_makes_no_label():
    group = Group(state=PlanState.NOT_YET)
    assert not Label.objects.exists()
    assert group.decision.effective_on is None
    assert selectors.decision_of(group.plan) == group.decision


def test_who_proposed_and_the_coach_cannot_confirm():
    proposer = coordinator("Piet Proposer")
    group = Group(state=PlanState.IN_DISCUSSION)
    decision = group.propose(PlanAction.AWARD, by=proposer)
    the_coach = coordinator("Clara Coach")
    coach(group.movement, the_coach)
    for by in (proposer, the_coach, group.consultant, group.leader):
        with pytest.raises(Refused):
            assessment.confirm(decision=decision, by=by)
    assert not Label.objects.exists()
    assert assessment.confirm(decision=decision, by=group.coordinator) is not None


def test_a_renewed_label_starts_the_day_after_the_one_that_runs(time_machine):
    group = Group(state=PlanState.AWARDED)
    first = group.decision.label
    time_machine.move_to(f"{first.renewal_from} 12:00+01:00")
    Mandate.objects.update(confirmed_on=today())  # each year they said that they go on
    group.plan = open_plan(movement=group.movement, by=group.leader)
    for step in ("submit", "discuss", "award"):
        group.take(step)
    label = assessment.confirm(decision=group.decision, by=group.coordinator)
    assert label.starts_on == first.ends_on + timedelta(days=1)
    assert group.decision.effective_on == label.starts_on


def test_a_refused_award_decides_nothing(monkeypatch):
    group = Group(state=PlanState.PROPOSED)

    def refuse(**kwargs):
        raise Refused("nee")

    monkeypatch.setattr(assessment, "award_label", refuse)
    with pytest.raises(Refused):
        assessment.confirm(decision=group.decision, by=group.coordinator)
    group.plan.refresh_from_db()
    assert group.plan.state == PlanState.PROPOSED
    assert group.decision.decided_on is None
    assert not OutboxMessage.objects.filter(kind="plan_decided").exists()


# Mails ------------------------------------------------------------------------------------------


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind).order_by("id"))


def test_a_plan_handed_in_goes_to_the_coach():
    group = Group()
    the_coach = consultant("Clara Coach")
    coach(group.movement, the_coach)
    group.take("submit")
    (row,) = mails("plan_submitted")
    assert (row.recipient, row.object_id) == (the_coach.key, group.plan.pk)
    mail = compose(row)
    assert mail.to == [the_coach.email]
    assert group.movement.name in mail.subject
    assert " 1, 2, 3, 4, 5, 6, 7, 8, 9, 10" in mail.body  # what is empty, for the one who assesses
    assert f"/admin/labels/actionplan/{group.plan.pk}/assess/" in mail.body


def test_when_the_coach_left_the_team_it_goes_to_every_coordinator():
    group = Group()
    gone = consultant("Clara Coach")
    coach(group.movement, gone)
    RoleGrant.objects.filter(user=gone).update(ends_on=timezone.localdate(), ended_at=now())
    group.take("submit")
    assert [row.recipient for row in mails("plan_submitted")] == [group.coordinator.key]


def test_without_a_coach_it_goes_to_every_coordinator():
    group = Group()
    other = coordinator("Tweede Coordinator")
    group.take("submit")
    assert {row.recipient for row in mails("plan_submitted")} == {group.coordinator.key, other.key}


def test_an_answer_is_a_mail_of_its_own_with_what_was_said():
    group = Group(state=PlanState.MORE_ASKED)
    submit_plan(plan=group.plan, by=group.leader, message="Wij slapen in tenten.")
    first, second = mails("plan_submitted")
    assert first.step != second.step
    assert compose(first) is None  # the plan went on since
    mail = compose(second)
    assert "Wij slapen in tenten." in mail.body
    assert mail.subject != PlanSubmitted(first).subject()


def test_a_question_goes_once_to_everybody_who_leads_now():
    group = Group(state=PlanState.IN_DISCUSSION)
    sam = leader_of(group.movement, "Sam Leider")
    Mandate.objects.create(
        movement=group.movement,
        user=sam,
        name=sam.full_name,
        email=sam.email.upper(),
        function="main_leader",
        starts_on=today(),
    )
    new = Mandate.objects.create(
        movement=group.movement,
        name="Nog Geenaccount",
        email="nog@demostad.example",
        starts_on=today(),
    )
    leader_of(group.movement, "Gus Gestopt", ends_on=today() - timedelta(days=1))
    group.take("ask_more")
    rows = mails("plan_more_asked")
    composed = [compose(row) for row in rows]
    assert all(row.recipient.startswith("mandate:") for row in rows)
    assert sorted(m.to[0].lower() for m in composed) == sorted(
        [group.leader.email, sam.email, new.email]
    )
    assert all("Wat doen jullie op kamp?" in m.body for m in composed)
    assert all(f"/my/{group.movement.pk}/plan/" in m.body for m in composed)
    assert composed[0].reply_to == [group.plan.edition.contact_email]


def test_everybody_reads_in_their_own_language():
    group = Group(state=PlanState.IN_DISCUSSION)
    User.objects.filter(pk=group.leader.pk).update(language="fr")
    group.movement.language = "en"
    group.movement.save()
    Mandate.objects.create(
        movement=group.movement,
        name="Nog Geenaccount",
        email="nog@demostad.example",
        starts_on=today(),
    )
    group.take("ask_more")
    assert sorted(row.language for row in mails("plan_more_asked")) == ["en", "fr"]


def test_a_mail_is_not_due_once_the_plan_went_on_or_the_mandate_ended():
    group = Group(state=PlanState.MORE_ASKED)
    (row,) = mails("plan_more_asked")
    assert compose(row) is not None
    Mandate.objects.update(ended_at=now())
    assert compose(row) is None
    Mandate.objects.update(ended_at=None)
    group.take("submit")
    assert compose(row) is None


def test_a_decision_is_told_though_a_second_look_began_until_the_next_decision():
    group = Group(state=PlanState.NOT_YET)
    (row,) = mails("plan_decided")
    colleague = consultant("Kim Collega")
    assessment.take_second_look(plan=group.plan, by=colleague)
    group.propose("award", by=colleague)
    assert "Praat met de ouders." in compose(row).body
    group.take("confirm")
    assert compose(row) is None


def test_a_mail_to_somebody_who_left_the_service_is_not_due():
    group = Group(state=PlanState.SUBMITTED)
    (row,) = mails("plan_submitted")
    RoleGrant.objects.filter(user=group.coordinator).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert compose(row) is None


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PlanState.AWARDED, "certificate is ready"),
        (PlanState.AWARDED_WITH_CONDITIONS, "In mei kijken we samen."),
        (PlanState.NOT_YET, "Praat met de ouders."),
    ],
)
def test_the_decision_goes_to_the_team_with_its_reasons_and_the_letter(state, said):
    group = Group(state=state)
    User.objects.filter(pk=group.leader.pk).update(language="en")
    OutboxMessage.objects.update(language="en")
    (row,) = mails("plan_decided")
    mail = compose(row)
    assert mail.to == [group.leader.email]
    html = str(mail.alternatives[0].content)
    for text in (mail.body, html):
        assert "Jullie plan klopt." in text
        assert said in text
        assert reverse("labels:letter", args=[group.movement.pk, group.decision.pk]) in text
        assert ("second look" in text) == (state == PlanState.NOT_YET)
    assert group.movement.name in mail.body


def test_the_team_hears_that_its_plan_came_in_by_when_it_is_answered_and_what_is_empty():
    group = Group()
    group.write(1)
    group.take("submit")
    (row,) = mails("plan_received")
    OutboxMessage.objects.update(language="en")
    row.refresh_from_db()
    mail = compose(row)
    day = timezone.localdate() + selectors.ANSWER_WITHIN
    for text in (mail.body, str(mail.alternatives[0].content)):
        assert f"You get an answer by {day.day} {day:%B}." in text
        assert "6. Uniform" in text
        assert "1. Known" not in text
    group.take("discuss")
    assert compose(row) is not None  # still true while they discuss it
    group.take("ask_more")
    assert compose(row) is None
    submit_plan(plan=group.plan, by=group.leader)
    first, second = mails("plan_received")
    assert first.step != second.step
    assert compose(second).subject != compose(first).subject


def test_the_mails_of_one_group_stand_in_one_thread():
    group = Group(state=PlanState.NOT_YET)
    other = Group("Chiro De Vlieger", state=PlanState.NOT_YET)
    threads = {
        (each.movement.name, PlanMail.thread(kinds()[row.kind](row)))
        for each in (group, other)
        for row in OutboxMessage.objects.filter(object_id=each.plan.pk, kind__startswith="plan_")
    }
    assert len(threads) == 2
    (row,) = OutboxMessage.objects.filter(object_id=group.plan.pk, kind="plan_decided")
    thread = thread_of(group.movement)
    mail = compose(row)
    assert (mail.extra_headers["In-Reply-To"], mail.extra_headers["References"]) == (thread, thread)


def test_steps_between_colleagues_send_nothing():
    group = Group(state=PlanState.IN_DISCUSSION)
    before = OutboxMessage.objects.count()
    decision = group.propose(PlanAction.AWARD)
    assessment.send_back(decision=decision, by=group.coordinator, message="Kijk nog eens.")
    assert OutboxMessage.objects.count() == before
