"""Why a label was awarded, and what of it the movement lets everybody read."""

from dataclasses import dataclass

from core.translated import Translated
from labels.models import Label, PublicChoice
from labels.selectors.wording import wording

OVERALL = 0  # the number of the decision as a whole; a point has its own, 1 to 10


@dataclass(frozen=True)
class Reason:
    """Why, for the decision as a whole (number 0, without a title) or for a point."""

    number: int
    title: str
    text: str


def reasons_of(label: Label) -> list[Reason]:
    """The reasons of the decision on a label that say something, as they were on that day.

    None for a label that was taken over from an earlier programme.
    """
    decision = label.decision
    if decision is None:
        return []
    # a label of before these words were frozen has them in its plan
    words = label.frozen if "reasons" in label.frozen else wording(decision)
    rows = [Reason(OVERALL, "", words["reasons"])]
    rows += [
        Reason(point["number"], str(Translated(point["title"])), point["reason"])
        for point in words["points"]
    ]
    return [row for row in rows if row.text]


def public_numbers(label: Label) -> list[int]:
    """Which reasons of a label everybody may read, by number."""
    return list(label.published.order_by("number").values_list("number", flat=True))


def choice_made(label: Label) -> PublicChoice | None:
    """That the movement said what everybody may read, nothing at all included; None before."""
    return PublicChoice.objects.filter(label=label).first()


def choice_seen(label: Label) -> str:
    """What the movement chose, as a page carries it along: "" while there is no choice."""
    return " ".join(["-", *map(str, public_numbers(label))]) if choice_made(label) else ""
