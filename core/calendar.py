"""Days and periods: always Europe/Brussels, both ends included."""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """This moment, with its time zone."""
    return _pretended.get() or timezone.now()


def today() -> date:
    """The present day in Europe/Brussels (the TIME_ZONE setting)."""
    return timezone.localdate(now())


@contextmanager
def pretend(day: date) -> Iterator[None]:
    """Let services believe that it is noon of `day`: how the demonstration gets its history."""
    moment = timezone.make_aware(datetime.combine(day, time(12)))
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later (or earlier); the last day when it is missing."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def latest_start(day: date, months: int) -> date:
    """The latest day on which a period of `months` that is over by `day` can have begun.

    That is the last one from which `add_months` leads to `day` or before: several days at the end
    of a long month lead to the last day of a short one.
    """
    start = add_months(day, -months)
    if day.day < monthrange(day.year, day.month)[1]:
        return start
    return start.replace(day=monthrange(start.year, start.month)[1])


def last_day(start: date, months: int) -> date:
    """The last day of a period of `months` that begins on `start` (the period includes it)."""
    return add_months(start, months) - timedelta(days=1)


def first_sunday(year: int, month: int) -> date:
    """The first Sunday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7)


def in_words(first: date, last: date | None) -> str:
    """A period in the active language; an open one has no last day."""
    days = {"first": date_format(first), "last": date_format(last) if last else ""}
    if last is None:
        return _("from %(first)s") % days
    return _("from %(first)s to %(last)s") % days
