"""What the ladder reads."""

from datetime import date

from core.calendar import add_months
from handovers.rules import HORIZON_MONTHS
from movements.models import Mandate, MandateQuerySet


def mandates_asked(step_day: date, today: date) -> MandateQuerySet:
    """Mandates that hold today and end within six months of a step, in a movement that exists."""
    last = add_months(step_day, HORIZON_MONTHS)
    ending = Mandate.objects.active(today).in_use().ending_between(today, last)
    going_on = ending.exclude(movement__stopped_on__lt=today)
    return going_on.select_related("movement").order_by("id")
