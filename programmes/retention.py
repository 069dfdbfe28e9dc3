"""Who has a role by a secondment keeps the account as long as any other member of the team."""

from datetime import date

from django.db.models import Q

from core.retention import hold
from programmes.models import Secondment


def seconded(day: date) -> Q:
    """Accounts of people whose secondment lasted longer than a day, if they were not closed."""
    lasting = Q(ends_on__isnull=True, user__is_active=True) | Q(ends_on__gt=day)
    later = Secondment.objects.filter(lasting)
    return Q(pk__in=later.values("user"))


hold("accounts.user", seconded)
