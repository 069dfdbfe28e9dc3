"""What this app forgets after how long: the contact details of people who led a movement."""

from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.retention import Category, hold, register
from movements.models import CoachAssignment, Mandate, lasts_beyond


def _coaching(day: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day)


def over_since(day: date) -> QuerySet[Mandate]:
    """Mandates of people whose last one ended on a day or before.

    The same address is the same person, who is forgotten as a whole and not once per mandate.
    """
    mandates = Mandate.objects.annotate(address=Lower("email"))
    lasting = mandates.filter(lasts_beyond(day), merged_into__isnull=True)
    later = lasting.exclude(email="")
    over = mandates.exclude(pk__in=lasting.values("pk"))
    return over.exclude(address__in=later.values("address"))


def leads_or_coaches(day: date) -> Q:
    """Accounts of people who led or coached a movement after a day."""
    led = Mandate.objects.recorded().filter(lasts_beyond(day), user__isnull=False)
    coached = CoachAssignment.objects.filter(_coaching(day))
    return Q(pk__in=led.values("user")) | Q(pk__in=coached.values("user"))


hold("accounts.user", leads_or_coaches)
register(
    Category(
        key="movements.mandate",
        model="movements.mandate",
        label=_("People who led a movement"),
        months=60,
        counted=_("after their last mandate ended"),
        begun=over_since,
    )
)
