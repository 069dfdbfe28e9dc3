"""People at work, as a process: `python -m tests.support.traffic <worker> <of>`.

Reads and finds families that tests.factories.families made, and writes notes of every `of`-th of
them, until it is told to stop (TERM). Then it prints one line of JSON: how often it read, found and
wrote, and what was wrong.
"""

import json
import os
import random
import signal
import sys
from collections import Counter
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from cryptography.fernet import InvalidToken  # noqa: E402 - settings come first
from django.db import transaction  # noqa: E402

from recruitment.models import Household  # noqa: E402
from recruitment.services import change_household  # noqa: E402
from tests.factories.families import family_name, wrong_names  # noqa: E402

READ_AT_ONCE = 25


class Traffic:
    """One worker and what it saw."""

    def __init__(self, worker: int, of: int) -> None:
        self.random = random.Random(worker)
        self.all = list(Household.objects.order_by("pk").values_list("pk", "language"))
        self.own = self.all[worker::of]
        self.seen: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.last_notes: dict[int, str] = {}
        self.going = True

    def work(self) -> None:
        """Until told to stop; then everything that was written must still be there."""
        while self.going:
            self.do(self.random.choice((self.read, self.read, self.find, self.write)))
        for pk, notes in self.last_notes.items():
            if Household.objects.get(pk=pk).notes != notes:
                self.wrong.append(f"lost what was written in {pk}")

    def do(self, what: Any) -> None:
        try:
            what()
        except InvalidToken:
            self.wrong.append(f"{what.__name__}: unreadable")
        self.seen[what.__name__] += 1

    def read(self) -> None:
        """Some families with their children."""
        some = [pk for pk, _number in self.random.sample(self.all, READ_AT_ONCE)]
        families = list(Household.objects.filter(pk__in=some).prefetch_related("children"))
        self.wrong += [f"{pk} has another name" for pk in wrong_names(families)]
        self.seen["families"] += len(families)

    def find(self) -> None:
        """One family by its names."""
        pk, number = self.random.choice(self.all)
        words = f"{family_name(int(number))} kind{number} ouder{number}"
        if list(Household.objects.named(words).values_list("pk", flat=True)) != [pk]:
            self.wrong.append(f"{pk} is not found")

    def write(self) -> None:
        """Notes of a family of this worker's own."""
        pk, _number = self.random.choice(self.own)
        notes = f"Afspraak {self.random.random()}"
        with transaction.atomic():
            family = Household.objects.select_for_update().select_related("owner").get(pk=pk)
            change_household(household=family, by=family.owner, version=family.version, notes=notes)
        self.last_notes[pk] = notes


def main(worker: str, of: str) -> None:
    """Say when the work begins and what came of it."""
    traffic = Traffic(int(worker), int(of))

    def stop(*_signal: Any) -> None:
        traffic.going = False

    signal.signal(signal.SIGTERM, stop)
    say("at work")
    traffic.work()
    say(json.dumps({**traffic.seen, "wrong": traffic.wrong}))


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
