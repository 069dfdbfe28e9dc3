"""What can be corrected about somebody who leads a movement, and by what."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core import subjects
from movements.models import Mandate
from movements.personal import mandates_of
from movements.services import change_mandate


@transaction.atomic
def correct(mandate: Mandate, by: User, values: dict[str, Any]) -> None:
    """In every mandate of the same person: what was wrong is wrong in each of them.

    Another address takes off the account, as always (see `change_mandate`).
    """
    for one in mandates_of(mandate).order_by("pk"):
        change_mandate(mandate=one, by=by, **values)


subjects.correctable("movements.mandate", ("name", "email", "phone"), correct)
