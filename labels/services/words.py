"""Taking away words that tell about a person; what was done, by whom and when, stays."""

from django.db import transaction

from accounts.models import User
from core.logs import log_activity
from labels.models import LabelEvent, PlanStep

WORDS = {PlanStep: "message", LabelEvent: "reason"}


@transaction.atomic
def forget_words(*, row: PlanStep | LabelEvent, by: User) -> None:
    """Empty the message of a step or the reason of an event (GDPR, article 17); twice is once.

    The triggers of both tables let nothing else be changed.
    """
    field = WORDS[type(row)]
    written = type(row)._base_manager.filter(pk=row.pk).exclude(**{field: ""})
    if written.update(**{field: ""}):
        log_activity(actor=by, verb="erased", obj=row, fields=[field])
