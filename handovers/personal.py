"""The personal data of this app: who was reminded of what."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register
from handovers.models import Reminder
from movements.personal import mandates_of

REMINDED = ("recipient", "step", "decided_on", "outcome", "why")

register(
    [
        PersonalField(
            model="handovers.reminder",
            field=field,
            purpose=_("to remind nobody twice, and to tell why somebody was reminded"),
            ground=Ground.PUBLIC_TASK,
            access=_("youth service; the leaders of the same movement"),
            retention=_("as long as the movement is known here; a number once the name is gone"),
            erasure=False,
        )
        for field in REMINDED
    ]
)


def _of_leader(mandate: Any) -> QuerySet[Reminder]:
    keys = [each.key for each in mandates_of(mandate)]
    return Reminder.objects.filter(recipient__in=keys)


subjects.extend(
    "movements.mandate",
    subjects.Part("handovers.reminder", among=_of_leader, erased=False),
)
subjects.extend(
    "accounts.user",
    subjects.Part("handovers.reminder", "recipient", by_key=True, erased=False),
)
