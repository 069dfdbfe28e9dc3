"""States of plan and label, the actions between them, and the table of what may follow what."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    """Where an action plan is."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_DISCUSSION = "in_discussion", _("in discussion")
    MORE_ASKED = "more_asked", _("more asked")
    PROPOSED = "proposed", _("proposed")
    AWARDED = "awarded", _("awarded")
    AWARDED_WITH_CONDITIONS = "awarded_with_conditions", _("awarded with conditions")
    NOT_YET = "not_yet", _("not yet")


class PlanAction(models.TextChoices):
    """What somebody does to a plan."""

    SUBMIT = "submit", _("submit")
    DISCUSS = "discuss", _("start the discussion")
    ASK_MORE = "ask_more", _("ask for more")
    ANSWER = "answer", _("answer")
    PROPOSE = "propose", _("propose a decision")
    RETURN = "return", _("send back to the discussion")
    AWARD = "award", _("award")
    AWARD_WITH_CONDITIONS = "award_with_conditions", _("award with conditions")
    DECLINE = "decline", _("decide: not yet")
    SECOND_LOOK = "second_look", _("take a second look")


S, A = PlanState, PlanAction

TRANSITIONS: dict[tuple[PlanState, PlanAction], PlanState] = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.DISCUSS): S.IN_DISCUSSION,
    (S.IN_DISCUSSION, A.ASK_MORE): S.MORE_ASKED,
    (S.MORE_ASKED, A.ANSWER): S.IN_DISCUSSION,
    (S.MORE_ASKED, A.DISCUSS): S.IN_DISCUSSION,
    (S.IN_DISCUSSION, A.PROPOSE): S.PROPOSED,
    (S.PROPOSED, A.RETURN): S.IN_DISCUSSION,
    (S.PROPOSED, A.AWARD): S.AWARDED,
    (S.PROPOSED, A.AWARD_WITH_CONDITIONS): S.AWARDED_WITH_CONDITIONS,
    (S.PROPOSED, A.DECLINE): S.NOT_YET,
    (S.NOT_YET, A.SECOND_LOOK): S.IN_DISCUSSION,
}

# the movement may write in these, the youth service assesses in those
EDITABLE_STATES = frozenset({S.DRAFT, S.MORE_ASKED})
ASSESSED_STATES = frozenset({S.SUBMITTED, S.IN_DISCUSSION, S.MORE_ASKED, S.PROPOSED})
DECIDED_STATES = frozenset({S.AWARDED, S.AWARDED_WITH_CONDITIONS})
# nobody works on it at this moment; "not yet" may begin again
RESTING_STATES = (*sorted(DECIDED_STATES), S.NOT_YET)
# the youth service has something to do
WAITING_STATES = (S.SUBMITTED, S.IN_DISCUSSION, S.PROPOSED)

# of these steps the movement reads the message; of the others it is between colleagues
CONVERSATION = (A.SUBMIT, A.ASK_MORE, A.ANSWER)
# what a decision may be, and which of them give a label
OUTCOMES = (A.AWARD, A.AWARD_WITH_CONDITIONS, A.DECLINE)
AWARDS = frozenset({A.AWARD, A.AWARD_WITH_CONDITIONS})


class NextStep(models.TextChoices):
    """What a movement can do next, when it is not writing a point."""

    START = "start", _("start the plan")
    SUBMIT = "submit", _("hand in the plan")
    ANSWER = "answer", _("answer the youth service")
    WAIT = "wait", _("wait for an answer")
    TALK = "talk", _("talk with the youth service")
    LABEL = "label", _("see the label")


class Grade(models.TextChoices):
    """What the assessor says of a point."""

    WELL_UNDERWAY = "well_underway", _("doing well")
    ON_THE_WAY = "on_the_way", _("on the way")
    TO_DO = "to_do", _("still to do")


class PointState(models.TextChoices):
    """A segment of the ring."""

    EMPTY = "empty", _("empty")
    STARTED = "started", _("started")
    DONE = "done", _("done")
    VERIFIED = "verified", _("verified")


class Kept(models.TextChoices):
    """What became of the promise of the plan before."""

    STILL = "still", _("still true")
    CHANGED = "changed", _("changed")
    DROPPED = "dropped", _("dropped")


class Settled(models.TextChoices):
    """What became of a condition."""

    MET = "met", _("met")
    DROPPED = "dropped", _("not needed any more")


class ExampleKind(models.TextChoices):
    """How an example is given."""

    PICTURE = "picture", _("picture")
    DOCUMENT = "document", _("document")
    LINK = "link", _("link")


# kinds of which we keep a file
STORED_EXAMPLES = (ExampleKind.PICTURE, ExampleKind.DOCUMENT)


class LabelState(models.TextChoices):
    """What a label is on a date; computed, never stored."""

    UPCOMING = "upcoming", _("upcoming")
    VALID = "valid", _("valid")
    PAUSED = "paused", _("paused")
    GRACE = "grace", _("in grace")
    EXPIRED = "expired", _("expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    GIVEN_BACK = "given_back", _("given back")
    MERGED = "merged", _("ended by a merger")


class LabelEventKind(models.TextChoices):
    """What can happen to a label after the award."""

    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    GIVEN_BACK = "given_back", _("given back")
    MERGED = "merged", _("ended by a merger")


FINAL_EVENTS = frozenset(
    {LabelEventKind.WITHDRAWN, LabelEventKind.GIVEN_BACK, LabelEventKind.MERGED}
)

# the states in which an event may happen; what state follows is computed from the dates
_RUNNING = frozenset({LabelState.UPCOMING, LabelState.VALID, LabelState.GRACE})
EVENT_ALLOWED_IN: dict[LabelEventKind, frozenset[LabelState]] = {
    LabelEventKind.PAUSED: _RUNNING,
    LabelEventKind.RESUMED: frozenset({LabelState.PAUSED}),
    LabelEventKind.WITHDRAWN: _RUNNING | {LabelState.PAUSED},
    LabelEventKind.GIVEN_BACK: _RUNNING | {LabelState.PAUSED},
    LabelEventKind.MERGED: _RUNNING | {LabelState.PAUSED},
}


# how a state is tagged: with a shape and a colour (components/tag.html)
STATE_KINDS = {
    PlanState.SUBMITTED: "bad",
    PlanState.IN_DISCUSSION: "fair",
    PlanState.PROPOSED: "fair",
    PlanState.AWARDED: "good",
    PlanState.AWARDED_WITH_CONDITIONS: "good",
}


class CheckReason(models.TextChoices):
    """Why a movement with a label is asked whether its promises are still true."""

    YEARLY = "yearly", _("a year has gone by")
    ROTATION = "rotation", _("there is a new team")


class CheckAnswer(models.TextChoices):
    """What a movement says of a promise that is not simply still true."""

    CHANGED = "changed", _("changed")
    STOPPED = "stopped", _("stopped")


class BatchFormat(models.TextChoices):
    """How a batch of certificates is given."""

    PDF = "pdf", _("one PDF")
    ZIP = "zip", _("a zip with one PDF each")


class BatchState(models.TextChoices):
    """How far the job of a batch is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")


class ItemState(models.TextChoices):
    """How far one label of a batch is."""

    WAITING = "waiting", _("waiting")
    CLAIMED = "claimed", _("being made")
    DONE = "done", _("made")
    FAILED = "failed", _("failed")


class Ring(StrEnum):
    """The ring on a certificate: of a valid label, of one that will be, and of any other."""

    FULL = "full"
    COMING = "coming"
    EMPTY = "empty"
