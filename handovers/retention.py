"""What this app forgets after how long: what an old team wrote for the one after it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Category, register
from handovers.models import HandoverNote
from handovers.services.handovers import forget_note


def changed_since(day: date) -> QuerySet[HandoverNote]:
    """Notes for changes of team on a day or before."""
    return HandoverNote.objects.filter(handover__rotation_on__lte=day)


def forget(note: Any, by: Any) -> None:
    """Delete a note."""
    forget_note(note=note, by=by)


# by then a whole team turned over again; a signature stays, it holds no words
register(
    Category(
        key="handovers.handovernote",
        model="handovers.handovernote",
        label=_("Notes that a team left for the next one"),
        months=36,
        counted=_("after the change of team"),
        begun=changed_since,
        forget=forget,
    )
)
