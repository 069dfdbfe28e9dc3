"""The working year of movements: when leaders are asked whether they go on, and until when.

The three days are settings, so each city has its own; by default 1 September, 1 November and
31 December. Everything here is date arithmetic and reads no record.
"""

from datetime import date, timedelta

from django.conf import settings

DAY = timedelta(days=1)


def _on_or_after(start: date, month_and_day: str) -> date:
    month, day = map(int, month_and_day.split("-"))
    this_year = date(start.year, month, day)
    return this_year if this_year >= start else date(start.year + 1, month, day)


def opens_on(year: int) -> date:
    """The first day of the working year that begins in a year; leaders are asked from then on."""
    month, day = map(int, settings.WORKING_YEAR_STARTS.split("-"))
    return date(year, month, day)


def read_only_from(year: int) -> date:
    """The day from which who was not confirmed in that working year only looks."""
    return _on_or_after(opens_on(year), settings.LEADERS_CONFIRM_BY)


def ends_on(year: int) -> date:
    """The last day of who is not confirmed in that working year."""
    return _on_or_after(opens_on(year), settings.LEADERS_END_ON)


def working_year(day: date) -> int:
    """The year in which the working year of a day began."""
    return day.year if day >= opens_on(day.year) else day.year - 1


def lapses_on(confirmed_on: date) -> date:
    """The last day of a mandate that is not confirmed again after a day."""
    return ends_on(working_year(confirmed_on) + 1)


def asked_since(day: date) -> date:
    """Who was confirmed on this day or later is not asked on `day`."""
    return opens_on(working_year(day))


def writes_since(day: date) -> date:
    """Who was confirmed on this day or later may write on `day`."""
    year = working_year(day)
    return opens_on(year if read_only_from(year) <= day else year - 1)


def holds_since(day: date) -> date:
    """Of who was confirmed on this day or later the mandate holds on `day`."""
    year = working_year(day)
    return opens_on(year if ends_on(year) < day else year - 1)
