"""What happens at sign-in: how long the session lasts follows from the roles of that moment."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.enums import Role
from accounts.models import User

LEADER_SESSION = timedelta(days=90)


@receiver(user_logged_in, dispatch_uid="accounts.session_lifetime")
def set_session_lifetime(
    sender: type[User], request: HttpRequest, user: User, **kwargs: Any
) -> None:
    """A leader's phone stays signed in for 90 days; everybody else for a working day."""
    if user.roles == {Role.LEADER}:
        request.session.set_expiry(LEADER_SESSION)
