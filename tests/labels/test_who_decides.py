"""Only what somebody did to this plan, and what still counts, keeps them from deciding on it."""

import pytest

from core.errors import Refused
from labels.enums import PlanAction, PlanState
from labels.services import assessment
from tests.factories.labels import Group, coordinator

pytestmark = pytest.mark.django_db


def test_who_proposes_for_one_group_confirms_for_another() -> None:
    ours, theirs = Group("Chiro Een", state=PlanState.PROPOSED), Group("Chiro Twee")
    theirs.take_all(PlanState.IN_DISCUSSION)
    both = coordinator("Bea Beide")
    decision = theirs.propose(PlanAction.AWARD, by=both)
    assert assessment.confirm(decision=ours.decision, by=both) is not None
    with pytest.raises(Refused):
        assessment.confirm(decision=decision, by=both)


def test_who_proposed_what_was_sent_back_confirms_what_a_colleague_proposes() -> None:
    group, earlier = Group(state=PlanState.IN_DISCUSSION), coordinator("Ed Eerder")
    sent_back = group.propose(PlanAction.AWARD, by=earlier)
    assessment.send_back(decision=sent_back, by=group.coordinator, message="Nog eens kijken.")
    decision = group.propose(PlanAction.AWARD)
    assert assessment.confirm(decision=decision, by=earlier) is not None


@pytest.mark.parametrize("outcome", [PlanAction.AWARD, PlanAction.DECLINE])
def test_only_not_yet_asks_for_fresh_eyes_and_only_on_that_plan(outcome: str) -> None:
    """Whoever proposed something that was sent back, or declined another group, proposes here."""
    declined = Group("Chiro Een", state=PlanState.NOT_YET)
    group = Group("Chiro Twee", state=PlanState.IN_DISCUSSION)
    by = declined.consultant
    sent_back = group.propose(outcome, by=by)
    assessment.send_back(decision=sent_back, by=group.coordinator, message="Nog eens kijken.")
    assert group.propose(PlanAction.AWARD, by=by).proposed_by == by
