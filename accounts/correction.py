"""What can be corrected about somebody with an account, and by what."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import ADMIN_USERS
from accounts.models import User
from accounts.services import update_user
from core import subjects
from core.errors import Refused


def correct(user: User, by: User, values: dict[str, Any]) -> None:
    """Another address ends the sessions of this person.

    Raises Refused for the address of who works with data about people: whoever sets it decides who
    signs in there.
    """
    if (
        ADMIN_USERS & user.roles
        and str(values.get("email", user.email)).strip().lower() != user.email
    ):
        raise Refused(_("Only a coordinator changes the address of a colleague."))
    update_user(user=user, is_active=user.is_active, by=by, **values)


subjects.correctable("accounts.user", ("full_name", "email", "language"), correct)
