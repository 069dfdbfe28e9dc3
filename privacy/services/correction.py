"""Correcting what is kept about somebody (GDPR, article 16), by the services of its app."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.subjects import Kind


@transaction.atomic
def correct(*, kind: Kind, person: Any, by: User, values: dict[str, Any]) -> None:
    """Change some of the fields that can be corrected, as the app's own forms do.

    Raises Refused and Stale as its service does, and Refused for a kind that nobody corrects.
    """
    if kind.correct is None:
        raise Refused(_("This record cannot be corrected here."))
    unknown = set(values) - set(kind.corrected)
    if unknown:
        raise ValueError(f"{kind.model} does not correct {unknown}")
    kind.correct(person, by, values)
