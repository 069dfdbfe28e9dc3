"""The reminder ladder of teams and labels: its steps, its rungs, and what a decision can be."""

from datetime import date
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.calendar import add_months, first_sunday
from movements import years


class Chain(StrEnum):
    """Steps that follow on one another: of several that wait, the latest is sent."""

    TAKEOVER = "takeover"
    CONFIRM = "confirm"
    CHANGE = "change"
    RENEWAL = "renewal"
    CHECK = "check"
    CONDITION = "condition"


class Step(models.TextChoices):
    """What is said, in the order in which the steps of each chain fall due."""

    MARCH = "march", _("who takes over? (15 March)")
    MAY = "may", _("who takes over? (1 May)")
    SEPTEMBER = "september", _("who takes over? (first Sunday of September)")
    OPENS = "opens", _("who goes on? (the working year begins)")
    REMINDS = "reminds", _("who goes on? (a month before it becomes read-only)")
    READ_ONLY = "read_only", _("who goes on? (from now on read-only)")
    WELCOME = "welcome", _("plan, label and promises for the new team")
    AFTER_14 = "after_14", _("has it taken over? (after 14 days)")
    AFTER_45 = "after_45", _("has it taken over? (after 45 days)")
    RENEWS = "renews", _("the label can be renewed")
    ENDS_SOON = "ends_soon", _("the label can be renewed (a month before its end)")
    GRACE = "grace", _("the label can be renewed (last chance)")
    CHECK = "check", _("is it still true? (light check)")
    CONDITION = "condition", _("a condition of the label (30 days before its day)")

    @property
    def chain(self) -> Chain:
        """The chain that a step is part of."""
        return next(chain for chain, steps in STEPS.items() if self in steps)

    def day(self, year: int) -> date:
        """The day of a dated step in a year (of the working year that begins in it)."""
        return {
            Step.MARCH: date(year, 3, 15),
            Step.MAY: date(year, 5, 1),
            Step.SEPTEMBER: first_sunday(year, 9),
            Step.OPENS: years.opens_on(year),
            Step.REMINDS: max(years.opens_on(year), add_months(years.read_only_from(year), -1)),
            Step.READ_ONLY: years.read_only_from(year),
        }[self]

    def comes_after(self, other: "Step") -> bool:
        """Whether it is the later one of two steps of a chain."""
        steps = STEPS[self.chain]
        return steps.index(self) > steps.index(other)


STEPS: dict[Chain, list[Step]] = {
    Chain.TAKEOVER: [Step.MARCH, Step.MAY, Step.SEPTEMBER],
    Chain.CONFIRM: [Step.OPENS, Step.REMINDS, Step.READ_ONLY],
    Chain.CHANGE: [Step.WELCOME, Step.AFTER_14, Step.AFTER_45],
    Chain.RENEWAL: [Step.RENEWS, Step.ENDS_SOON, Step.GRACE],
    Chain.CHECK: [Step.CHECK],
    Chain.CONDITION: [Step.CONDITION],
}
# of these every year has one
DATED = STEPS[Chain.TAKEOVER]
# after how many days of the new team
DAYS_AFTER = {Step.WELCOME: 0, Step.AFTER_14: 14, Step.AFTER_45: 45}
# the others invite somebody to do something; nobody else is asked when they do not (what was not
# answered about a label stands on the work list)
CLIMBING = {
    Step.MARCH,
    Step.MAY,
    Step.SEPTEMBER,
    Step.READ_ONLY,
    Step.AFTER_14,
    Step.AFTER_45,
    Step.ENDS_SOON,
    Step.GRACE,
}


class Rung(models.IntegerChoices):
    """Who is asked, and who next when nobody is left or nobody reacts."""

    TEAM = 0, _("those whom it is about")
    ADULT = 1, _("adult supervisor or other adult contact")
    COACH = 2, _("consultant")
    COORDINATOR = 3, _("coordinator")

    @property
    def is_staff(self) -> bool:
        """Whether quiet periods do not bind it."""
        return self in {Rung.COACH, Rung.COORDINATOR}


class Outcome(models.TextChoices):
    """What was decided about one step for one person; what became of a mail its row tells."""

    QUEUED = "queued", _("mailed")
    SUPERSEDED = "superseded", _("left out: a later one went instead")
    NOBODY = "nobody", _("nobody to ask")


class Why(models.TextChoices):
    """The reason of a decision, for the page that explains."""

    ENDS = "ends", _("their time ends within six months, and nobody goes on after it")
    NOBODY_LEADS = "nobody_leads", _("the movement has no main leader any more")
    UNCONFIRMED = "unconfirmed", _("nobody said yet that they go on")
    NEW_TEAM = "new_team", _("they are in the new team")
    UNSIGNED = "unsigned", _("the handover is not signed")
    LABEL_ENDS = "label_ends", _("their label ends, and no plan to renew it was handed in")
    CHECK_OPEN = "check_open", _("it was not said yet whether the promises are still true")
    CONDITION = "condition", _("a condition of their label falls due")
    UNDER_18 = "under_18", _("only people under 18 were asked, so an adult is asked too")
    NO_REACTION = "no_reaction", _("nobody reacted within 14 days")
    NOBODY_LEFT = "nobody_left", _("nobody is left who can be asked")
    COPY = "copy", _("a copy for whoever reads the group's mailbox")
    LATER_STEP = "later_step", _("several waited: only the latest is sent")
    STAFF_FIRST = "staff_first", _("it waited in a quiet period until the next one was asked")


class HandoverState(models.TextChoices):
    """How a handover stands; computed from its rotation and its signatures, never stored."""

    COMING = "coming", _("the team is going to change")
    OPEN = "open", _("waits for the main leader")
    HALF = "half", _("waits for somebody of 18 or older")
    SIGNED = "signed", _("signed")
    FOLLOWED = "followed", _("not signed before the next change")
