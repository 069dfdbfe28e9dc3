"""Taking away words that tell about a person; what was done, by whom and when, stays."""

from django.db import transaction

from accounts.models import User
from core.logs import log_activity
from labels.models import CheckedPoint, LabelEvent, LabelVisit, LightCheck, PlanStep

WORDS = {
    PlanStep: "message",
    LabelEvent: "reason",
    LightCheck: "note",
    CheckedPoint: "text",
    LabelVisit: "note",
}
Row = PlanStep | LabelEvent | LightCheck | CheckedPoint | LabelVisit


@transaction.atomic
def forget_words(*, row: Row, by: User) -> None:
    """Empty what was written in a step, an event, a light check or a visit; twice is once.

    GDPR, article 17. The triggers of steps and events let nothing else be changed.
    """
    field = WORDS[type(row)]
    written = type(row)._base_manager.filter(pk=row.pk).exclude(**{field: ""})
    if written.update(**{field: ""}):
        log_activity(actor=by, verb="erased", obj=row, fields=[field])
