"""Every action from every state by every kind of person: allowed, or refused with a reason."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from accounts.models import RoleGrant, User
from core.calendar import now, today
from core.errors import Refused
from labels.enums import TRANSITIONS, PlanAction, PlanState
from labels.rules import WHO, may_write
from labels.selectors.plans import decision_of
from labels.services import assessment
from labels.services.plans import submit_plan
from labels.services.steps import take_step
from movements.models import Mandate
from tests.factories.labels import ROUTES, Group, coach, consultant, coordinator
from tests.labels.awarding import leader_of, make_movement, person

pytestmark = pytest.mark.django_db

ANY_STAFF = {"consultant", "coordinator", "coach", "proposer"}
COORDINATORS = ANY_STAFF - {"consultant"}

# written by hand from the design: state → action → (state after it, who may)
EXPECTED = {
    "draft": {"submit": ("submitted", {"leader"})},
    "submitted": {"discuss": ("in_discussion", ANY_STAFF)},
    "in_discussion": {
        "ask_more": ("more_asked", ANY_STAFF),
        "propose": ("proposed", ANY_STAFF),
    },
    "more_asked": {
        "answer": ("in_discussion", {"leader"}),
        "discuss": ("in_discussion", ANY_STAFF),
    },
    "proposed": {
        "return": ("in_discussion", COORDINATORS),
        "award": ("awarded", {"coordinator"}),
        "award_with_conditions": ("awarded_with_conditions", {"coordinator"}),
        "decline": ("not_yet", {"coordinator"}),
    },
    "awarded": {},
    "awarded_with_conditions": {},
    "not_yet": {"second_look": ("in_discussion", {"consultant", "coordinator", "coach"})},
}


class OwnProposer(Group):
    """Whoever proposes here is a coordinator, so that only the second person is missing."""

    def __init__(self, state: PlanState) -> None:
        self.proposer = coordinator("Piet Proposer")
        super().__init__(state=state)

    def propose(self, outcome: str, by: User | None = None):
        return super().propose(outcome, by or self.proposer)


def people(group: OwnProposer) -> dict[str, User]:
    the_coach = coordinator("Clara Coach")
    coach(group.movement, the_coach)
    gone = leader_of(group.movement, "Gus Gestopt", ends_on=today() - timedelta(days=1))
    stopped = leader_of(group.movement, "Nu Gestopt")
    Mandate.objects.filter(user=stopped).update(ended_at=now())
    ahead = leader_of(group.movement, "Tine Toekomst", starts_on=today() + timedelta(days=1))
    return {
        "leader": group.leader,
        "other leader": leader_of(make_movement("Chiro Elders"), "Els Elders"),
        "ended leader": gone,
        "leader ended just now": stopped,
        "future leader": ahead,
        "consultant": consultant("Katja Collega"),
        "coordinator": group.coordinator,
        "coach": the_coach,
        "proposer": group.proposer,
        "alderman": person("Ann Schepen", "alderman"),
        "privacy officer": person("Pia Privacy", "privacy_officer"),
        "consultant who left": person_who_left("Lou Vertrokken"),
        "nobody": person("Niko Niemand"),
    }


def person_who_left(name: str) -> User:
    """A consultant until yesterday."""
    user = consultant(name)
    RoleGrant.objects.filter(user=user).update(ends_on=today() - timedelta(days=1))
    return User.objects.get(pk=user.pk)


def attempt(group: Group, action: PlanAction, by: User) -> str:
    """The state after it, or "refused"; undone either way."""
    by = User.objects.get(pk=by.pk)
    answer_by = today() + timedelta(days=7) if action == PlanAction.ASK_MORE else None
    try:
        with transaction.atomic():
            step = take_step(plan=group.plan, action=action, by=by, answer_by=answer_by)
            transaction.set_rollback(True)
            return str(step.state)
    except Refused as refusal:
        return "refused" if refusal.message else "refused without a reason"


@pytest.mark.parametrize("state", PlanState)
def test_every_action_by_everybody(state):
    group = OwnProposer(state)
    wrong = []
    for (role, by), action in product(people(group).items(), PlanAction):
        target, allowed = EXPECTED[state].get(action, ("", set()))
        expected = target if role in allowed else "refused"
        got = attempt(group, action, by)
        if got != expected:
            wrong.append(f"{state} {action} by {role}: {got}, expected {expected}")
    assert not wrong, "\n".join(wrong)


def test_the_expectation_covers_the_whole_table():
    written = {(s, a): t for s, actions in EXPECTED.items() for a, (t, _who) in actions.items()}
    assert written == TRANSITIONS
    assert set(WHO) == set(PlanAction)


@pytest.mark.parametrize("state", PlanState)
def test_the_movement_writes_only_while_the_plan_is_with_it(state):
    group = OwnProposer(state)
    may = {role for role, user in people(group).items() if may_write.test(user, group.plan)}
    assert may == ({"leader"} if state in ("draft", "more_asked") else set())


def test_a_refusal_says_which_state_and_which_action(settings):
    group = Group(state=PlanState.SUBMITTED)
    with pytest.raises(Refused, match=r"“.+” now: “.+” is not possible|“.+”: “.+”") as refused:
        take_step(plan=group.plan, action=PlanAction.AWARD, by=group.coordinator)
    assert str(PlanState.SUBMITTED.label) in refused.value.message


def test_a_second_look_is_proposed_by_somebody_else():
    group = Group(state=PlanState.NOT_YET)
    other = consultant("Katja Collega")
    with pytest.raises(Refused):
        assessment.take_second_look(plan=group.plan, by=group.consultant)
    assessment.take_second_look(plan=group.plan, by=other)
    with pytest.raises(Refused):
        group.propose(PlanAction.AWARD, by=group.consultant)
    decision = group.propose(PlanAction.AWARD, by=other)
    assert assessment.confirm(decision=decision, by=group.coordinator) is not None


def test_after_a_second_look_the_movement_writes_again_and_gets_its_label():
    group = Group(state=PlanState.NOT_YET)
    other = consultant("Katja Collega")
    with pytest.raises(Refused):
        group.write(6, commitment="Slaapzakken lenen wij uit.")
    assessment.take_second_look(plan=group.plan, by=other)
    with pytest.raises(Refused):
        group.write(6, commitment="Slaapzakken lenen wij uit.")
    day = today() + timedelta(days=14)
    assessment.ask_more(plan=group.plan, by=other, message="En punt 6?", answer_by=day)
    group.write(6, commitment="Slaapzakken lenen wij uit.")
    submit_plan(plan=group.plan, by=group.leader, message="Punt 6 staat er.")
    with pytest.raises(Refused):
        group.propose(PlanAction.AWARD, by=group.consultant)
    decision = group.propose(PlanAction.AWARD, by=other)
    label = assessment.confirm(decision=decision, by=group.coordinator)
    assert label.frozen["points"][5]["commitment"] == "Slaapzakken lenen wij uit."
    group.plan.refresh_from_db()
    first, second = group.plan.decisions.order_by("id")
    assert (first.outcome, first.frozen["points"][5]["commitment"]) == ("decline", "")
    assert (second.outcome, decision_of(group.plan)) == ("award", second)


def test_a_second_no_is_looked_at_by_a_third_person():
    group = Group(state=PlanState.NOT_YET)
    other, third = consultant("Katja Collega"), consultant("Dirk Derde")
    assessment.take_second_look(plan=group.plan, by=other)
    decision = group.propose(PlanAction.DECLINE, by=other)
    assessment.confirm(decision=decision, by=group.coordinator)
    for earlier in (group.consultant, other):
        with pytest.raises(Refused):
            assessment.take_second_look(plan=group.plan, by=earlier)
    assessment.take_second_look(plan=group.plan, by=third)


def test_a_step_keeps_who_when_and_what_was_said():
    group = Group(state=PlanState.MORE_ASKED)
    steps = list(group.plan.steps.values_list("action", "state", "by__full_name", "message"))
    assert steps == [
        ("submit", "submitted", group.leader.full_name, ""),
        ("discuss", "in_discussion", "Karel Consulent", ""),
        ("ask_more", "more_asked", "Karel Consulent", "Wat doen jullie op kamp?"),
    ]


def test_the_date_to_answer_by_goes_with_the_question():
    group = Group(state=PlanState.MORE_ASKED)
    first = group.plan.submitted_at
    assert group.plan.answer_by == today() + timedelta(days=14)
    group.take("submit")
    group.plan.refresh_from_db()
    assert (group.plan.answer_by, group.plan.submitted_at) == (None, first)


def test_every_route_of_the_factories_ends_where_it_says():
    for state in ROUTES:
        group = Group(f"Groep {state}", state=state)
        group.plan.refresh_from_db()
        assert group.plan.state == state
