"""Reminders that were mailed before decisions were rows: so that nobody gets the same step twice."""

from datetime import date
from typing import Any

from django.db import migrations
from django.utils import timezone

STEPS = {3: "march", 5: "may", 9: "september"}


def remember(apps: Any, schema_editor: Any) -> None:
    """A row for each mail of the old kind, whose step is a day."""
    mails = apps.get_model("core", "OutboxMessage").objects.filter(kind="team_ends")
    found = [(mail, due_on) for mail in mails.order_by("pk") if (due_on := _day(mail.step))]
    mandates = apps.get_model("movements", "Mandate").objects
    movements = dict(
        mandates.filter(pk__in=[mail.object_id for mail, _day in found]).values_list(
            "pk", "movement_id"
        )
    )
    reminder = apps.get_model("handovers", "Reminder")
    reminder.objects.bulk_create(
        [
            reminder(
                movement_id=movements[mail.object_id],
                step=STEPS[due_on.month],
                cycle=str(due_on.year),
                rung=0,
                recipient=mail.recipient,
                due_on=due_on,
                decided_on=max(due_on, timezone.localdate(mail.created_at)),
                outcome="queued",
                why="ends",
            )
            for mail, due_on in found
            if mail.object_id in movements
        ]
    )


def _day(step: str) -> date | None:
    try:
        day = date.fromisoformat(step)
    except ValueError:
        return None
    return day if day.month in STEPS else None


class Migration(migrations.Migration):
    dependencies = [
        ("handovers", "0002_reminders"),
        ("core", "0005_mails_not_wanted_and_not_arrived"),
    ]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
