"""Reminders that were mailed before decisions were rows are remembered."""

from datetime import date
from importlib import import_module

import pytest
import time_machine
from django.apps import apps

from core.outbox import OutboxMessage, OutboxState, enqueue
from handovers.models import Reminder
from handovers.services import queue_reminders
from tests.factories.movements import mandate

remember = import_module("handovers.migrations.0003_reminders_of_before").remember


@pytest.mark.django_db
@time_machine.travel("2027-05-02T10:00:00+00:00")
def test_nobody_gets_the_same_step_twice() -> None:
    leader = mandate(ends_on=date(2027, 8, 31))
    for number, step in ((leader.pk, "2027-05-01"), (leader.pk, "may 2027"), (0, "2027-03-15")):
        enqueue(kind="team_ends", object_id=number, step=step, recipient=leader.key, language="nl")
    enqueue(kind="team_ends", object_id=leader.pk, step="2027-02-01", recipient="x", language="nl")
    OutboxMessage.objects.update(state=OutboxState.NOT_DUE, settled_at="2027-05-02T10:00Z")
    remember(apps, None)
    [row] = Reminder.objects.all()
    assert (row.step, row.cycle, row.recipient) == ("may", "2027", leader.key)
    assert queue_reminders() == 0
