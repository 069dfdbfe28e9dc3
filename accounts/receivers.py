"""What happens at sign-in, and which tables of other packages take part in a change of keys.

How long a session lasts follows from the roles of the moment of signing in.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from core.keyed import Expendable, TokensInJSON, register

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


# secrets of apps and recovery codes (accounts.adapter), and what sessions hold (core.sessions)
register(TokensInJSON("mfa.authenticator", "data", "secret", "seed", "migrated_codes"))
register(Expendable("sessions.session", "session_data"))
