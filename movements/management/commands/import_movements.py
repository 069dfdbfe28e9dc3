"""Load a list of movements from a file, as the web admin does."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.errors import Refused
from movements.enums import RowResult
from movements.preview import Group, Preview
from movements.services.imports import ImportOptions, import_movements, read_list

# the results whose rows somebody has to look at
TO_LOOK_AT = {RowResult.CHANGED, RowResult.REFUSED, RowResult.LEFT_OUT}


class Command(BaseCommand):
    """Each row gets one result. Numbers that stand there twice are refused: choose in the admin."""

    help = "Import movements from an xlsx or csv file"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", default="", help="take in this municipality only")
        parser.add_argument("--federation", default="", help="federation of rows that name none")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            verdicts = import_movements(
                rows=self._rows(options["file"], options["municipality"], options["federation"]),
                by=None,
                municipality=options["municipality"],
                dry_run=options["dry_run"],
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self._tell(Preview(verdicts, options["municipality"]))
        if options["dry_run"]:
            self.stdout.write(_("Nothing was written: this was a dry run."))

    def _rows(self, file: Path, municipality: str, federation: str) -> Any:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        return read_list(data, file.name, ImportOptions(municipality, federation))

    def _tell(self, preview: Preview) -> None:
        for group in preview.groups:
            self._tell_group(group)
        if preview.flagged_sentence:
            self.stdout.write(preview.flagged_sentence)

    def _tell_group(self, group: Group) -> None:
        self.stdout.write(group.sentence)
        for reason, count in group.reasons:
            self.stdout.write(f"  {count} × {reason}")
        if group.result in TO_LOOK_AT:
            for line in group.lines():
                self.stdout.write(f"    {line.row.number}: {line.row.name} – {line.text}")
