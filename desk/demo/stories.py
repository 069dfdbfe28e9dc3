"""Stories of the demonstration: most are public, one was withdrawn, two are being made."""

from datetime import date, timedelta

from core.calendar import today
from desk.demo.clock import Demo
from desk.demo.texts import STORIES
from testimonies.enums import Channel
from testimonies.models import Testimony
from testimonies.rules import missing_givers
from testimonies.services import approve, collect, give_consent, publish, withdraw

IN_THE_MAKING = 2
WITHDRAWN = 9
EVERY_DAYS = 38


def build(demo: Demo) -> None:
    """Collect the stories one by one, and publish all but the last two."""
    for number, story in enumerate(STORIES):
        day = demo.start + timedelta(days=30 + number * EVERY_DAYS)
        with demo.on(day):
            testimony = _collect(demo, number, story)
        if number < len(STORIES) - IN_THE_MAKING:
            _publish(demo, testimony, day + timedelta(days=9))
        if number == WITHDRAWN:
            with demo.on(demo.today - timedelta(days=5)):
                withdraw(testimony=testimony, by=demo.user("lotte"))


def _collect(
    demo: Demo, number: int, story: tuple[str, str, int | None, str, str, str]
) -> Testimony:
    alias, kind, year, language, title, text = story
    return collect(
        name=f"{alias} {number}",
        alias=alias,
        kind=kind,
        birth_year=year,
        language=language,
        title=title,
        text=text,
        by=demo.user("lotte"),
    )


def _publish(demo: Demo, testimony: Testimony, day: date) -> None:
    with demo.on(day):
        by = demo.user("lotte")
        for giver in missing_givers(testimony, today()):
            give_consent(
                testimony=testimony,
                giver=giver,
                channel=Channel.SITE,
                given_on=today(),
                text_version="2021-1",
                language=testimony.language,
                by=by,
            )
        approve(testimony=testimony, by=by)
        publish(testimony=testimony, by=by)
