"""Bring everything that depends on a key under the first one, or count what is not there yet."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from core.rotation import Tally, close_run, log_run, look, places, rotate

SHOWN = 5  # numbers of records that cannot be read
STEP = 10_000


class Command(BaseCommand):
    """Runs while people work, may be killed at any moment, and goes on where it ended."""

    help = (
        "Write everything encrypted again with the first of FIELD_KEYS, and the fingerprints of "
        "names with the first of INDEX_KEYS. Ends with an error as long as something does not "
        "stand under the first key."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One switch."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; count the rows under each key, to know which one may go",
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Place by place; what could not be done is counted and named by its number."""
        self.told: Counter[str] = Counter()
        job = None if check else log_run()
        tallies = [(look if check else rotate)(place, self._progress) for place in places()]
        for tally in tallies:
            self.stdout.write(in_words(tally, renewing=not check))
        if job:
            close_run(job, tallies)
        mistakes = [*unreadable(tallies), *(behind(tallies) if check else busy(tallies))]
        if mistakes:
            raise CommandError("\n".join(mistakes))
        self.stdout.write(
            "Everything stands under the first key of its setting."
            if check
            else "Done. `rotate_keys --check` tells whether an older key may go."
        )

    def _progress(self, tally: Tally) -> None:
        """Every ten thousand rows, that it is still at work."""
        if tally.seen >= self.told[tally.place.name] + STEP:
            self.told[tally.place.name] = tally.seen
            self.stdout.write(f"  … {tally.place.name}: {tally.seen} rows looked at")
            self.stdout.flush()


def in_words(tally: Tally, *, renewing: bool) -> str:
    """One line about a place."""
    if renewing:
        return f"{tally.place.name}: {tally.seen} rows, {tally.renewed} written again"
    keys = ", ".join(
        f"key {number}: {rows}" if number else f"no key: {rows}"
        for number, rows in sorted(tally.keys.items())
    )
    return f"{tally.place.name} ({tally.place.setting}): {keys or 'no rows'}"


def unreadable(tallies: list[Tally]) -> list[str]:
    """A sentence per place with rows that no key reads."""
    return [
        f"{tally.place.name}: {len(tally.unreadable)} rows that no key of {tally.place.setting} "
        f"reads ({_some(tally, tally.unreadable)})."
        for tally in tallies
        if tally.unreadable
    ]


def busy(tallies: list[Tally]) -> list[str]:
    """A sentence per place with rows that somebody else kept locked all the time."""
    return [
        f"{tally.place.name}: {len(tally.busy)} rows in use by somebody else "
        f"({_some(tally, tally.busy)}). Run the command again."
        for tally in tallies
        if tally.busy
    ]


def behind(tallies: list[Tally]) -> list[str]:
    """A sentence per key that is still needed, and one for fingerprints that no key made."""
    sentences = []
    for setting in ("FIELD_KEYS", "INDEX_KEYS"):
        here = [tally for tally in tallies if tally.place.setting == setting]
        for number in range(2, len(getattr(settings, setting)) + 1):
            if rows := sum(tally.keys[number] for tally in here):
                sentences.append(f"Key {number} of {setting} is still needed: {rows} rows.")
        if rows := sum(tally.keys[0] for tally in here):
            sentences.append(f"No key of {setting} made what is stored: {rows} rows.")
    return sentences and [*sentences, "`rotate_keys` brings them under the first key."]


def _some(tally: Tally, numbers: list[Any]) -> str:
    """Records by table and number; of fingerprints, the household whose they are."""
    shown = ", ".join(map(str, sorted(numbers)[:SHOWN]))
    rest = f" and {len(numbers) - SHOWN} more" if len(numbers) > SHOWN else ""
    return f"{tally.place.table()._meta.label_lower} {shown}{rest}"
