"""What the privacy desk forgets after how long, and which periods it decided."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.logs import KEPT_MONTHS, Log, allow_log_deletion, delete_old_log_rows, old_log_rows
from core.retention import Category, Words, decided_by, register
from privacy.models import RetentionPolicy, SubjectRequest
from privacy.services.retention import forget_request

DAY = timedelta(days=1)


@decided_by
def decided_months() -> dict[str, int]:
    """The months of each category that somebody decided on; the newest decision counts."""
    policies = RetentionPolicy.objects.order_by("pk")
    return dict(policies.values_list("category", "months"))


def closed_since(day: date) -> QuerySet[SubjectRequest]:
    """Requests that were closed on a day or before."""
    return SubjectRequest.objects.filter(closed_on__lte=day)


def _forget_request(request: Any, by: Any) -> None:
    forget_request(request=request, by=by)


register(
    Category(
        key="privacy.subjectrequest",
        model="privacy.subjectrequest",
        label=_("Requests of people about their data"),
        months=60,
        counted=_("after the request was closed"),
        begun=closed_since,
        forget=_forget_request,
        legal_reference=_("GDPR, article 5(2): to show that it was answered"),
    )
)


def _rows(log: str) -> Callable[[date], QuerySet[Any]]:
    return lambda day: old_log_rows(log, day + DAY)


def _forget_rows(log: str) -> Callable[[date, Any], None]:
    def forget(day: date, by: Any) -> None:
        allow_log_deletion(log=log, before=day + DAY, by=by)
        delete_old_log_rows(log=log, by=by)

    return forget


def _log(log: str, model: str, label: Words) -> Category:
    """A log, of which all rows up to a day go together."""
    return Category(
        key=model,
        model=model,
        label=label,
        months=60,
        counted=_("after it was written down"),
        begun=_rows(log),
        forget_up_to=_forget_rows(log),
        legal_reference=_("GDPR, articles 5(2) and 32: to show and to find out who did what"),
        least=KEPT_MONTHS + 1,  # the shortest time counts by day, a period may end a day earlier
    )


register(_log(Log.ACTIVITY, "core.activitylog", _("Log of changes")))
register(_log(Log.ACCESS, "core.accesslog", _("Log of looks at personal records")))
