"""What happens at sign-in, and which tables of other packages take part in a change of keys.

How long a session lasts follows from the roles of the moment of signing in. Signing in and out are
lines in the log of the process, with the number of the account; wrong codes are logged by the pages
that ask for them.
"""

import logging
from datetime import timedelta
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from core.keyed import Expendable, TokensInJSON, register

logger = logging.getLogger(__name__)
LEADER_SESSION = timedelta(days=90)


@receiver(user_logged_in, dispatch_uid="accounts.session_lifetime")
def set_session_lifetime(
    sender: type[User], request: HttpRequest, user: User, **kwargs: Any
) -> None:
    """A leader's phone stays signed in for 90 days; everybody else for a working day.

    A moment and not a number of seconds: those would be counted anew from each change of the
    session.
    """
    day = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    request.session.set_expiry(
        timezone.now() + (LEADER_SESSION if user.roles == {Role.LEADER} else day)
    )


@receiver(authentication_step_completed, dispatch_uid="accounts.log_proof")
def log_proof(sender: type[User], user: User, method: str, **kwargs: Any) -> None:
    """A code by mail, a second factor or the city's sign-on was right."""
    logger.info("%s proved who they are by %s", user.key, method)


@receiver(user_logged_in, dispatch_uid="accounts.log_sign_in")
def log_sign_in(sender: type[User], user: User, **kwargs: Any) -> None:
    """A session begins."""
    logger.info("%s signed in", user.key)


@receiver(user_logged_out, dispatch_uid="accounts.log_sign_out")
def log_sign_out(sender: type[User], user: User | None, **kwargs: Any) -> None:
    """A session ends, by its owner; one that was over already belongs to nobody."""
    if user is not None:
        logger.info("%s signed out", user.key)


# secrets of apps and recovery codes (accounts.adapter), and what sessions hold (core.sessions)
register(TokensInJSON("mfa.authenticator", "data", "secret", "seed", "migrated_codes"))
register(Expendable("sessions.session", "session_data"))
