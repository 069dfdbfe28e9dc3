"""What this app forgets after how long: who led a movement, what was said with it."""

from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.retention import Category, hold, register
from movements.models import CoachAssignment, Mandate, Message, lasts_beyond
from movements.services import forget_message


def _coaching(day: date) -> Q:
    """Whoever has a closed account coaches nobody, also when no last day was noted."""
    return Q(ends_on__isnull=True, user__is_active=True) | Q(ends_on__gt=day)


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


def said_since(day: date) -> QuerySet[Message]:
    """What was said on a day or before."""
    return Message.objects.filter(at__date__lte=day)


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
register(
    Category(
        key="movements.message",
        model="movements.message",
        label=_("Conversations of movements with the youth service"),
        months=120,
        counted=_("after it was written"),
        begun=said_since,
        forget=lambda message, by: forget_message(message=message, by=by),
    )
)
