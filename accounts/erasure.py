"""What erasing somebody with an account does, beside the columns that the register empties."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import CalendarFeed, StaffInvitation, User
from accounts.personal import sessions_of
from core import subjects
from core.calendar import today
from core.erasing import Deleted, Effect, Emptied, Kept, Required, mails_to, uploads_of


def nowhere(user: User) -> str:
    """An address that is nobody's (RFC 2606) and that no second account has."""
    return f"erased-{user.pk}@erased.invalid"


def close_account(user: User) -> Iterator[Effect]:
    """Nobody signs in with it any more, and nothing is sent to it."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=today())
    if user.grants.filter(lasting, ended_at__isnull=True).exists():
        yield Required(_("This person still has a role. End it first."))
    me = User.objects.filter(pk=user.pk)
    yield Emptied(me, {"email": nowhere(user), "is_active": False})
    # a fresh mark ends sessions that are kept elsewhere; once is enough
    yield Emptied(me.filter(is_active=True), {"password": make_password(None)})
    yield Deleted(sessions_of(user))
    yield Deleted(Authenticator.objects.filter(user=user))
    yield Deleted(StaffInvitation.objects.filter(user=user))
    yield Deleted(CalendarFeed.objects.filter(user=user))
    yield from mails_to(user.key)
    yield from uploads_of(user.key)
    yield Kept(user.grants.all(), _("show which decisions this account could take, without a name"))


subjects.extend("accounts.user", on_erasure=close_account)
