"""The agenda as a calendar that other programs read (RFC 5545, with the names of RFC 7986)."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from icalendar import Calendar
from icalendar import Event as Entry

from core.calendar import today
from desk.agenda import DAY, Event

LOOK_AGAIN = timedelta(hours=12)


def calendar(events: Iterable[Event], *, name: str, language: str) -> bytes:
    """The file: one entry of whole days for each event, which takes up nobody's time."""
    made = Calendar()
    made.add("PRODID", f"-//{settings.MAIL_DOMAIN}//Youth Work for All//{language.upper()}")
    made.add("VERSION", "2.0")
    made.add("CALSCALE", "GREGORIAN")
    made.add("METHOD", "PUBLISH")
    made.add("NAME", name)
    made.add("X-WR-CALNAME", name)
    made.add("REFRESH-INTERVAL", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("X-PUBLISHED-TTL", LOOK_AGAIN)
    for event in events:
        made.add_component(_entry(event, language))
    return made.to_ical()


def _entry(event: Event, language: str) -> Entry:
    entry = Entry()
    entry.add("UID", f"{event.key}@{settings.MAIL_DOMAIN}")
    # the same all day long, so that the file of an unchanged agenda is the same
    entry.add("DTSTAMP", datetime.combine(today(), time(), tzinfo=UTC))
    entry.add("DTSTART", event.first)
    entry.add("DTEND", event.last + DAY)  # the first day after it
    text = f"{event.movement}: {event.text}" if event.movement else event.text
    entry.add("SUMMARY", text, parameters={"LANGUAGE": language})
    entry.add("CATEGORIES", [str(event.kind.label)])
    entry.add("TRANSP", "TRANSPARENT")
    return entry
