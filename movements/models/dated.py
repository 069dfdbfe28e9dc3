"""The condition that a dated row holds."""

from datetime import date

from django.db.models import Q


def active_on(day: date, prefix: str = "") -> Q:
    """The condition that a dated row (`starts_on`, `ends_on`) holds on a day, ends included."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )
