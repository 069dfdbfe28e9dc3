"""Make the first coordinator, who makes everybody else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.enums import Role
from accounts.services import ensure_user, grant_role
from accounts.services.invitations import INVITED_FOR


class Command(BaseCommand):
    """`manage.py create_coordinator ann@city.example --name "Ann Peeters"`."""

    help = "Make a coordinator, who then makes all other accounts in the web admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--language", default="nl", choices=["nl", "fr", "en"])

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = ensure_user(
                email=options["email"], full_name=options["name"], language=options["language"]
            )
            grant_role(user=user, role=Role.COORDINATOR, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(
            f"{user.email} is a coordinator: sign in with a code by mail, and set up a second "
            f"factor within {INVITED_FOR.days} days."
        )
