"""Short sentences that pages make of a plan's facts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.calendar import today
from labels.enums import AWARDS, Kept, LabelState, PlanState, PointState
from labels.lifecycle import label_state
from labels.models import ActionPoint, Decision
from programmes.enums import LabelMode

HEADINGS: dict[str, Any] = {
    PlanState.DRAFT: gettext_lazy("Your plan"),
    PlanState.SUBMITTED: gettext_lazy("Your plan is with us"),
    PlanState.IN_DISCUSSION: gettext_lazy("We are discussing your plan"),
    PlanState.MORE_ASKED: gettext_lazy("We have a question for you"),
    PlanState.PROPOSED: gettext_lazy("The decision is nearly there"),
    PlanState.AWARDED: gettext_lazy("You have the label!"),
    PlanState.AWARDED_WITH_CONDITIONS: gettext_lazy("You have the label, with conditions"),
    PlanState.NOT_YET: gettext_lazy("No label yet"),
}
NOTES: dict[PointState, Any] = {
    PointState.EMPTY: gettext_lazy("Still empty"),
    PointState.STARTED: gettext_lazy("Started"),
    PointState.DONE: gettext_lazy("Done"),
    PointState.VERIFIED: gettext_lazy("Looked at together"),
}

# what a point asks in each mode of the label: first what counts, then what goes with it
QUESTIONS: dict[str, dict[str, Any]] = {
    LabelMode.COMMITMENT: {
        "commitment": gettext_lazy("What are you going to do?"),
        "progress": gettext_lazy("How far are you?"),
    },
    LabelMode.ACHIEVEMENT: {
        "progress": gettext_lazy("What did you do?"),
        "commitment": gettext_lazy("What did you plan to do?"),
    },
}

# of a point whose promise of the round before was dropped: why stands in the place of how far
QUESTIONS_DROPPED: dict[str, dict[str, Any]] = {
    LabelMode.COMMITMENT: {
        "progress": gettext_lazy("Why did you drop your promise?"),
        "commitment": gettext_lazy("Will you do something else on this point?"),
    },
    LabelMode.ACHIEVEMENT: {
        "progress": gettext_lazy("What did you do, and why did you drop your promise?"),
        "commitment": gettext_lazy("What did you plan to do?"),
    },
}

_ENDS = (".", "…", "!", "?")  # of a sentence that needs no full stop any more
KEPT = gettext_lazy("Saved.")
NOT_SAVED = gettext_lazy("Not saved yet. Your text still stands there.")
SEE_BOTH = gettext_lazy("Press “Save” to see both.")


def saved(moment: datetime | None) -> str:
    """ "Saved at 17.42" for today, otherwise with the day; empty for what was never saved."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if local.date() == today():
        return _("Saved at %(time)s") % {"time": date_format(local, "H.i")}
    return _("Saved on %(day)s") % {"day": date_format(local, "j F Y")}


def handed_in(answer: date | None) -> str:
    """What is said once a plan or an answer is sent: the day by which they hear from us."""
    if answer is None:
        return _("Sent. Thank you!")
    return _("Sent. Thank you! You get an answer by %(day)s.") % {"day": date_format(answer, "j F")}


def questions(point: ActionPoint) -> dict[str, Any]:
    """What is asked on a point, by the name of the field, in the order in which it is asked."""
    asked = QUESTIONS_DROPPED if point.kept == Kept.DROPPED else QUESTIONS
    return asked[point.plan.edition.label_mode]


def written(point: ActionPoint) -> list[tuple[str, Any, str]]:
    """What stands on a point: the name of each text, its question, and the text."""
    return [(name, asked, getattr(point, name)) for name, asked in questions(point).items()]


def tells_why_dropped(point: ActionPoint) -> bool:
    """Whether the second text of a point says why its promise was dropped, and nothing else."""
    dropped = point.kept == Kept.DROPPED
    return dropped and point.plan.edition.label_mode == LabelMode.COMMITMENT


def note(point: ActionPoint, decision: Decision | None = None) -> str:
    """The line under a point's title: how far it is, and the beginning of what it says.

    Once there is a decision, the grade stands in the place of how far it is.
    """
    far = point.get_grade_display() if decision and point.grade else _how_far(point)
    said = Truncator(point.progress or point.commitment).chars(70)
    count = len(point.examples.all())
    shown = ngettext("%(count)d example", "%(count)d examples", count) % {"count": count}
    parts = [capfirst(str(far)), said, shown if count else ""]
    return " ".join(part if part.endswith(_ENDS) else f"{part}." for part in parts if part)


def _how_far(point: ActionPoint) -> Any:
    if point.kept == Kept.DROPPED and not (point.commitment or point.is_done):
        return _("Promise dropped")
    return NOTES[point.state]


def not_held(decision: Decision | None) -> str:
    """What the label of a decision is today, in a word, when the movement does not carry it."""
    if decision is None or decision.outcome not in AWARDS:
        return ""
    state = label_state(decision.label)
    return "" if state in {LabelState.VALID, LabelState.UPCOMING} else str(state.label)


def gaps(points: Sequence[ActionPoint]) -> str:
    """What is empty, as a question that does not block; empty when nothing is."""
    if not points:
        return ""
    numbers = get_text_list([str(point.number) for point in points], _("and"))
    return ngettext(
        "Point %(numbers)s is empty. Discuss it anyway?",
        "Points %(numbers)s are empty. Discuss them anyway?",
        len(points),
    ) % {"numbers": numbers}
