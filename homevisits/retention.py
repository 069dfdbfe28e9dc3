"""A family that was visited is known for longer; what was written about visits goes with it."""

from datetime import date

from django.db.models import Q

from core.retention import hold
from homevisits.models import HomeVisit


def visited(day: date) -> Q:
    """Families that were visited after a day."""
    return Q(pk__in=HomeVisit.objects.filter(on__gt=day).values("household"))


hold("recruitment.no_intake", visited)
hold("recruitment.family", visited)
