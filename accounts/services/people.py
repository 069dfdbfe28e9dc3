"""Every write about people."""

from datetime import date
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.enums import ADMIN_USERS, GRANTED, Role
from accounts.models import CalendarFeed, RoleGrant, User
from accounts.rules import is_coordinator
from accounts.selectors import NOBODY
from accounts.services.invitations import invite_colleague
from core import outbox
from core.calendar import now, today
from core.erasing import refuse_erased
from core.errors import Refused
from core.logs import log_activity


@transaction.atomic
def ensure_user(
    *, email: str, full_name: str, language: str = "nl", by: User | None = None
) -> User:
    """The user with this address, made when there is none. An existing one is left as it is.

    Raises ValidationError for an address that is none.
    """
    email = email.strip().lower()
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User(email=email, full_name=full_name.strip(), language=language)
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
        log_activity(actor=by, verb="added", obj=user)
    return user


@transaction.atomic
def update_user(
    *,
    user: User,
    full_name: str,
    language: str,
    is_active: bool,
    by: User | None,
    email: str | None = None,
) -> User:
    """Correct somebody's details, or close or open the account.

    A new address or a closed account ends every session; the calendar stays when somebody changes
    their own. Leave to set up a second factor does not
    move to an address that anybody but a coordinator gives. Raises Refused for closing the account
    of the last coordinator, ValidationError for an address that somebody else has.
    """
    if not is_active:
        _keep_a_coordinator(without=models.Q(user=user.pk))
    stored = User.objects.select_for_update().get(pk=user.pk)
    refuse_erased(stored)
    new = {"full_name": full_name.strip(), "language": language, "is_active": is_active}
    new["email"] = (email or stored.email).strip().lower()
    changed = [name for name, value in new.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, new[name])
    if "email" in changed or not is_active:
        _end_sessions(stored)
    if not is_active or ("email" in changed and by != user):
        # perhaps somebody else's from now on
        CalendarFeed.objects.filter(user=stored).delete()
    if "email" in changed and by is not None and not is_coordinator.test(by):
        stored.invitations.open().update(expires_at=now())
    stored.full_clean(exclude=["password"])
    stored.save()
    if changed:
        log_activity(actor=by, verb="changed", obj=stored, fields=changed)
    return stored


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role | str,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give somebody a role from a day on (today when not said), until a day if said.

    Ends their sessions: how long one may last follows from the roles. Invites them to set up a
    second factor when the role needs one. Raises Refused for a role that is not given but follows
    from a mandate, ValidationError for one they have already.
    """
    if role not in GRANTED:
        raise Refused(_("This role follows from a mandate and cannot be given."))
    refuse_erased(User.objects.select_for_update().get(pk=user.pk))
    grant = RoleGrant(user=user, role=role, starts_on=starts_on or today(), ends_on=ends_on)
    grant.full_clean()
    grant.save()
    end_sessions(user=user)
    log_activity(actor=by, verb="granted", obj=grant, state=str(role))
    if role in ADMIN_USERS:
        invite_colleague(user=user, by=by, starts_on=grant.starts_on)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User | None) -> RoleGrant:
    """End a role at this moment; the next request is refused.

    Raises Refused for a role that has ended, and for that of the last coordinator.
    """
    _keep_a_coordinator(without=models.Q(pk=grant.pk))
    grant = _open_grant(grant)
    grant.ends_on, grant.ended_at = max(today(), grant.starts_on), now()
    grant.save(update_fields=["ends_on", "ended_at"])
    log_activity(actor=by, verb="ended", obj=grant, state=grant.role)
    return grant


@transaction.atomic
def plan_role_end(*, grant: RoleGrant, ends_on: date | None, by: User | None) -> RoleGrant:
    """Set the last day of a role, or take that day away (None).

    Raises Refused for a role that has ended, and when no coordinator without an end would be left;
    ValidationError for a day before the start.
    """
    if ends_on is not None:
        _keep_a_coordinator(without=models.Q(pk=grant.pk))
    grant = _open_grant(grant)
    grant.ends_on = ends_on
    grant.full_clean()
    grant.save(update_fields=["ends_on"])
    log_activity(actor=by, verb="changed", obj=grant, fields=["ends_on"], state=grant.role)
    return grant


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Sign somebody out everywhere; they may sign in again."""
    _end_sessions(user)
    user.save(update_fields=["password"])


@transaction.atomic
def queue_sign_in_code(*, email: str, code: str) -> None:
    """Queue the mail with a sign-in code.

    An address that nobody has costs the same queries and gives the same kind of row, of a mail that
    is never due: neither page nor clock tells who has an account here.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    outbox.enqueue(
        kind="sign_in_code",
        object_id=user.pk if user else NOBODY,
        step=uuid4().hex,
        recipient=user.key if user else f"user:{NOBODY}",
        language=user.language if user else settings.LANGUAGE_CODE,
        payload={"code": code},
        urgent=True,
    )


def _open_grant(grant: RoleGrant) -> RoleGrant:
    """The grant as it is now, locked. Raises Refused when it has ended."""
    stored = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if stored.ended_at or (stored.ends_on and stored.ends_on < today()):
        raise Refused(_("This role has ended already."))
    return stored


def _end_sessions(user: User) -> None:
    """Sessions carry a fingerprint of the password field, also when it holds no password."""
    user.set_unusable_password()


def _keep_a_coordinator(*, without: models.Q) -> None:
    """Refuse a change that leaves no active coordinator whose role has no end.

    Locks their rows, in one order, before anything else is locked: of two people who each remove
    the other at the same moment, the second waits and is refused.
    """
    lasting = RoleGrant.objects.active().filter(
        role=Role.COORDINATOR, ends_on__isnull=True, user__is_active=True
    )
    locked = {grant.pk for grant in lasting.order_by("pk").select_for_update()}
    gone = set(lasting.filter(without).values_list("pk", flat=True))
    if gone and gone == locked:
        raise Refused(_("This is the last coordinator. Name another one first."))
