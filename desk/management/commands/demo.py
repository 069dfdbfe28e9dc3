"""Load the demonstration programme."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desk.demo.build import build
from desk.demo.people import give_apps


class Command(BaseCommand):
    """`manage.py demo`: once, into an empty database, and never in production."""

    help = "Load a fictional programme with 24 movements, unless there is a programme already."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration is not for production.")
        made = build()
        give_apps()
        self.stdout.write(
            "The demonstration is loaded." if made else "There is a programme already."
        )
