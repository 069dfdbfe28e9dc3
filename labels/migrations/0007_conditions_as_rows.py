"""The conditions of an award become rows with a day, of which each can be settled by itself."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from core.calendar import add_months

MONTHS = 6


def as_rows(apps: Any, schema_editor: Any) -> None:
    """One row for each text; it never said by when, so half a year is given."""
    Decision, Condition = (apps.get_model("labels", name) for name in ("Decision", "Condition"))
    written = Decision.objects.filter(outcome="award_with_conditions").exclude(conditions="")
    for decision in written.iterator():
        day = decision.decided_on or timezone.localdate(decision.proposed_at)
        Condition.objects.create(
            decision=decision, text=decision.conditions, due_on=add_months(day, MONTHS)
        )
    if schema_editor.connection.vendor == "postgresql":
        # a table with checks still to come cannot be altered
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("labels", "0006_as_decided")]

    operations = [
        migrations.RunPython(as_rows, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="decision", name="decision_conditions_written"),
        migrations.RemoveField(model_name="decision", name="conditions"),
    ]
