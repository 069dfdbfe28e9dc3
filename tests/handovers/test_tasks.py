"""What beat runs exists, and does what its name says."""

from datetime import date

import pytest
import time_machine
from celery import current_app
from django.conf import settings

from core.outbox import OutboxMessage
from handovers import tasks
from tests.factories.movements import mandate


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_every_entry_of_the_schedule_is_a_task(name: str) -> None:
    current_app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE[name]["task"] in current_app.tasks


@time_machine.travel("2027-05-01T10:00:00+00:00")
def test_the_task_queues_todays_reminders_once(db: None) -> None:
    mandate(ends_on=date(2027, 8, 31))
    assert [tasks.queue_reminders(), tasks.queue_reminders()] == [1, 0]
    assert OutboxMessage.objects.get(kind="team_ends").step == "may 2027"
