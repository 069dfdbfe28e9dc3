"""The personal data of this app: who was reminded of what, who wrote and signed at a handover."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import subjects
from core.personal import Ground, PersonalField, register
from core.retention import Words, in_words
from handovers.models import HandoverNote, HandoverSignature, Reminder
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


# Handovers ----------------------------------------------------------------------------------------

TEAM = _("youth service; the leaders of the same movement")
WITH_HANDOVER = _("as long as the movement is known here; without a name once that is gone")


def _entry(model: str, field: str, purpose: Any, retention: Words = WITH_HANDOVER) -> PersonalField:
    """Of the movement: it stays, and who wrote or signed has no name any more."""
    name = f"handovers.{model}"
    return PersonalField(name, field, purpose, Ground.PUBLIC_TASK, TEAM, retention, erasure=False)


_TOLD = _("to tell the next team what only the one before knew")
_SIGNED = _("to know that somebody of the new team took over what was promised")
_KEPT = in_words("handovers.handovernote")
register([_entry("handovernote", field, _TOLD, _KEPT) for field in ("author", "text", "at")])
register([_entry("handoversignature", field, _SIGNED) for field in ("mandate", "user", "at")])
register(
    [
        _entry(
            "handoversignature",
            "of_age",
            _("to know that not only somebody under 18 signed"),
        )
    ]
)

WRITTEN, SIGNED = ("author", "text", "at"), ("user", "of_age", "at")


def _notes_of(mandate: Any) -> QuerySet[HandoverNote]:
    """Those of the account behind the mandates of one address, in their movements."""
    mandates = mandates_of(mandate).exclude(user=None)
    return HandoverNote.objects.filter(
        author__in=mandates.values("user"), handover__movement__in=mandates.values("movement")
    )


def _signatures_of(mandate: Any) -> QuerySet[HandoverSignature]:
    return HandoverSignature.objects.filter(mandate__in=mandates_of(mandate))


subjects.extend(
    "movements.mandate",
    subjects.Part("handovers.handovernote", fields=WRITTEN, among=_notes_of, erased=False),
    subjects.Part("handovers.handoversignature", fields=SIGNED, among=_signatures_of, erased=False),
)
subjects.extend(
    "accounts.user",
    subjects.Part("handovers.handovernote", "author", fields=WRITTEN, erased=False),
    subjects.Part("handovers.handoversignature", "mandate__user", fields=SIGNED, erased=False),
    subjects.Part("handovers.handoversignature", "user", fields=SIGNED, erased=False),
)
