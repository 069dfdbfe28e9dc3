"""Take away the lost second factor of somebody whom no other coordinator can help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.selectors import person_with_address
from accounts.services import reset_second_factor
from accounts.services.invitations import INVITED_FOR


class Command(BaseCommand):
    """`manage.py reset_second_factor ann@city.example`."""

    help = (
        "Take away the second factors of somebody who lost theirs, end their sessions and invite "
        "them anew. Make sure first that it is really this person who asks. Coordinators do the "
        "same for each other on the page of the account."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_with_address(options["email"])
        if user is None:
            raise CommandError("Nobody has an open account under this address.")
        reset_second_factor(user=user, by=None)
        self.stdout.write(
            "Done: the second factors are gone, every session has ended and two mails are on their "
            "way.\nNow this person signs in with a code by mail and sets up a new second factor, "
            f"within {INVITED_FOR.days} days; when that is too late, run this again."
        )
