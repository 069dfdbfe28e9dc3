"""What this app forgets after how long: the examples of a plan that was decided on."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from core.retention import Category, register
from labels.enums import RESTING_STATES
from labels.models import Decision, Example
from labels.services.plans import forget_example


def decided_since(day: date) -> QuerySet[Example]:
    """Examples of plans whose last decision was taken on a day or before."""
    decisions = Decision.objects.filter(plan=OuterRef("point__plan"), decided_on__isnull=False)
    decided = Example.objects.filter(point__plan__state__in=RESTING_STATES)
    return decided.filter(
        Exists(decisions.filter(decided_on__lte=day)),
        ~Exists(decisions.filter(decided_on__gt=day)),
    )


def forget(example: Any, by: Any) -> None:
    """Delete an example and its file."""
    forget_example(example=example, by=by)


register(
    Category(
        key="labels.example",
        model="labels.example",
        label=_("Examples of a plan: pictures, documents, links"),
        months=12,
        counted=_("after the decision"),
        begun=decided_since,
        forget=forget,
    )
)
