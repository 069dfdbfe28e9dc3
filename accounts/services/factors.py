"""Second factors: added and removed by their owner, taken away by a coordinator when lost."""

from typing import Any
from uuid import uuid4

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import needs_second_factor
from accounts.selectors import factors_of, has_factor, recovery_codes_of
from accounts.services.invitations import invite_colleague
from accounts.services.people import end_sessions
from core import outbox
from core.calendar import now
from core.errors import Refused
from core.logs import log_activity

KIND = Authenticator.Type


def use_up(user: User, code: str) -> bool:
    """Whether a code of the app is used for the first time; RFC 6238 asks for it in section 5.2.

    allauth remembers a code for one period; with a tolerance it would be good for longer.
    """
    periods = 2 * app_settings.TOTP_TOLERANCE + 1
    key = f"totp-used:{user.pk}:{normalize_user_code(code)}"
    return bool(cache.add(key, "", periods * app_settings.TOTP_PERIOD))


@transaction.atomic
def add_app(*, user: User, secret: str) -> Authenticator:
    """Add an authenticator app, of which a code was right a moment ago.

    Raises Refused for a second app, and for a first factor without an invitation.
    """
    user = _who_may_add(user)
    if factors_of(user).filter(type=KIND.TOTP).exists():
        raise Refused(_("You have an app already. Remove it first."))
    return _added(user, TOTP.activate(user, secret).instance)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: dict[str, Any]) -> Authenticator:
    """Add a passkey that answered our challenge. Raises Refused as `add_app` does."""
    user = _who_may_add(user)
    return _added(user, WebAuthn.add(user, name, credential).instance)


@transaction.atomic
def remove_factor(*, user: User, factor: Authenticator) -> None:
    """Remove one's own app or passkey; with the last one the recovery codes go too.

    Raises Refused for the only one of somebody whose role needs one.
    """
    user = _locked(user)
    others = factors_of(user).exclude(pk=factor.pk).exists()
    if not others and needs_second_factor(user):
        raise Refused(_("This is your only one. Add another one first."))
    factor.delete()
    if not others:
        Authenticator.objects.filter(user_id=user.pk).delete()
    _tell(user, f"{factor.type}_removed", by=user)


@transaction.atomic
def renew_recovery_codes(*, user: User) -> RecoveryCodes:
    """Make new recovery codes; the old ones no longer work. Raises Refused without a factor."""
    user = _locked(user)
    if not has_factor(user):
        raise Refused(_("Set up a second factor first."))
    Authenticator.objects.filter(user_id=user.pk, type=KIND.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    _tell(user, "recovery_codes_renewed", by=user)
    return codes


@transaction.atomic
def mark_codes_saved(*, user: User) -> None:
    """From now on the recovery codes are not shown any more."""
    codes = recovery_codes_of(_locked(user))
    if codes:
        codes.mark_as_viewed()


@transaction.atomic
def reset_second_factor(*, user: User, by: User | None) -> None:
    """Take away every second factor of somebody who lost theirs, and invite them anew.

    Their sessions end. Raises Refused for one's own: whoever took over a session would use that.
    """
    if by is not None and by.pk == user.pk:
        raise Refused(_("Nobody can take away their own. Ask another coordinator."))
    user = _locked(user)
    Authenticator.objects.filter(user_id=user.pk).delete()
    end_sessions(user=user)
    _tell(user, "reset", by=by)
    if needs_second_factor(user):
        invite_colleague(user=user, by=by)


@transaction.atomic
def sign_out_everywhere(*, user: User) -> None:
    """End all sessions of somebody at their own wish."""
    end_sessions(user=user)
    log_activity(actor=user, verb="signed_out_everywhere", obj=user)


def _locked(user: User) -> User:
    """The user as they are now; two requests about their factors take turns."""
    return User.objects.select_for_update().get(pk=user.pk)


def _who_may_add(user: User) -> User:
    """The user, locked; a first factor takes an invitation, which is then used."""
    user = _locked(user)
    if not has_factor(user) and not user.invitations.open().update(accepted_at=now()):
        raise Refused(_("Your invitation is over. Ask a coordinator to send it again."))
    return user


def _added(user: User, factor: Authenticator) -> Authenticator:
    RecoveryCodes.activate(user)
    _tell(user, f"{factor.type}_added", by=user)
    return factor


def _tell(user: User, what: str, *, by: User | None) -> None:
    """Log it and mail it to the person: they should hear of what they did not do."""
    log_activity(actor=by, verb="second_factor", obj=user, state=what)
    outbox.enqueue(
        kind="second_factor_changed",
        object_id=user.pk,
        step=uuid4().hex,
        recipient=user.key,
        language=user.language,
        payload={"what": what, "at": now().isoformat()},
        urgent=True,
    )
