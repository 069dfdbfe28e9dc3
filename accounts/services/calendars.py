"""The secret address of somebody's calendar: made, made anew, taken away."""

from django.db import transaction

from accounts.models import CalendarFeed, User
from core.calendar import now
from core.logs import log_activity
from core.tokens import digest, new_token


@transaction.atomic
def renew_calendar_feed(*, user: User) -> str:
    """Give somebody a secret address for their dates; the one before is dead at once.

    Gives the secret, of which only the digest is kept: it is shown once.
    """
    token = new_token()
    values = {"token_digest": digest(token), "created_at": now()}
    CalendarFeed.objects.update_or_create(user=user, defaults=values)
    log_activity(actor=user, verb="opened calendar", obj=user)
    return token


@transaction.atomic
def remove_calendar_feed(*, user: User) -> None:
    """Take the address away; nothing happens when there is none."""
    if CalendarFeed.objects.filter(user=user).delete()[0]:
        log_activity(actor=user, verb="closed calendar", obj=user)
