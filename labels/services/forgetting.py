"""Taking away the words of plans and labels that were kept long enough; what happened stays.

Who decided what on which day, grades, numbers and dates are facts of the movement and the city.
"""

from typing import Any

from django.db import transaction

from accounts.models import User
from core.logs import log_activity
from labels.models import (
    ActionPlan,
    ActionPoint,
    Certificate,
    CheckedPoint,
    Condition,
    Decision,
    Label,
    PublishedReason,
)

WITHOUT_WORDS = "without_words"  # in what a label keeps of its day: they were taken away
GONE = "–"  # where something must be said, also when nobody may read it any more


@transaction.atomic
def forget_plan(*, plan: ActionPlan, by: User | None) -> None:
    """Empty what was promised, told, asked and decided in words; the letter goes with them."""
    ActionPlan.objects.select_for_update().get(pk=plan.pk)
    points = ActionPoint.objects.filter(plan=plan)
    points.update(commitment="", progress="", reason="", is_shared=False)
    plan.steps.exclude(message="").update(message="")
    Condition.objects.filter(decision__plan=plan).update(text=GONE, note="")
    Decision.objects.filter(plan=plan).update(reasons="", guidance="", frozen=None)
    log_activity(actor=by, verb="erased", obj=plan)


@transaction.atomic
def forget_label(*, label: Label, by: User | None) -> None:
    """Empty the words of a label that ended: of its day, its events, checks, visits and papers."""
    locked = Label.objects.select_for_update().get(pk=label.pk)
    locked.frozen = _without_words(locked.frozen)
    locked.save(update_fields=["frozen"])
    label.events.exclude(reason="").update(reason="")
    label.checks.update(note="")
    CheckedPoint.objects.filter(check_made__label=label).update(text="")
    label.visits.update(note="")
    PublishedReason.objects.filter(label=label).delete()
    for certificate in Certificate.objects.filter(label=label):
        certificate.frozen = {**certificate.frozen, "signatory": {}}
        certificate.reason = GONE if certificate.reason else ""
        certificate.save(update_fields=["frozen", "reason"])
    log_activity(actor=by, verb="erased", obj=label)


def _without_words(frozen: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {"signatory": {}, "reasons": "", "guidance": "", "conditions": []}
    kept = {**frozen, **{name: value for name, value in empty.items() if name in frozen}}
    words = ("commitment", "progress", "reason")
    kept["points"] = [
        {name: "" if name in words else value for name, value in point.items()}
        for point in frozen["points"]
    ]
    return {**kept, WITHOUT_WORDS: True}
