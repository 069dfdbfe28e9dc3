"""What this app forgets after how long: storytellers whose stories nobody may show any more."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Category, register
from testimonies.models import Storyteller, Testimony, TestimonyConsent


def over_since(day: date) -> QuerySet[Storyteller]:
    """Storytellers of whom each story was withdrawn, or has no consent any more, since a day.

    A story that never got a consent counts from the day on which it was written down.
    """
    ends_later = Q(withdrawn_on__isnull=True, expires_on__gt=day) | Q(withdrawn_on__gt=day)
    consents = TestimonyConsent.objects.filter(ends_later, testimony=OuterRef("pk"))
    alive = Q(withdrawn_on__isnull=True) & (Q(collected_on__gt=day) | Exists(consents))
    kept = Testimony.objects.filter(alive | Q(withdrawn_on__gt=day), storyteller=OuterRef("pk"))
    return Storyteller.objects.filter(~Exists(kept))


register(
    Category(
        key="testimonies.storyteller",
        model="testimonies.storyteller",
        label=_("Storytellers without a story that may be shown"),
        months=3,
        counted=_("after the story was withdrawn or its last consent ended"),
        begun=over_since,
    )
)
