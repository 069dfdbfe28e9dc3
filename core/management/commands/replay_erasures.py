"""Erase again what a restored backup brought back (docs/operating.md tells when)."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from core import tombstones


class Command(BaseCommand):
    help = "Erase again what was erased after the backup that this database was restored from."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only compare; status 1 when something is missing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, or with --check say what only one of the two knows."""
        if not options["check"]:
            self.stdout.write(f"{tombstones.replay()} erased again")
            return
        found = tombstones.check()
        self.stdout.write(f"to erase again: {len(found.only_in_file)}")
        self.stdout.write(f"not in the file: {len(found.only_in_database)}")
        self.stdout.write(f"damaged lines in the file: {found.damaged}")
        if found.only_in_file:
            raise CommandError("Run replay_erasures.")
