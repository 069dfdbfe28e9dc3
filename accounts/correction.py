"""What can be corrected about somebody with an account, and by what."""

from typing import Any

from accounts.models import User
from accounts.services import update_user
from core import subjects


def correct(user: User, by: User, values: dict[str, Any]) -> None:
    """Another address ends the sessions of this person."""
    update_user(user=user, is_active=user.is_active, by=by, **values)


subjects.correctable("accounts.user", ("full_name", "email", "language"), correct)
