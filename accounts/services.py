"""Every write about people."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import GRANTED, Role
from accounts.models import RoleGrant, User
from core.calendar import now, today
from core.errors import Refused
from core.logs import log_activity


@transaction.atomic
def ensure_user(
    *, email: str, full_name: str, language: str = "nl", by: User | None = None
) -> User:
    """The user with this address, made when there is none. An existing one is left as it is."""
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
    *, user: User, full_name: str, language: str, is_active: bool, by: User | None
) -> User:
    """Correct a name or language, or close an account. The last coordinator stays active."""
    if not is_active:
        _keep_a_coordinator(without=user)
    user.full_name, user.language, user.is_active = full_name.strip(), language, is_active
    user.save(update_fields=["full_name", "language", "is_active"])
    log_activity(actor=by, verb="changed", obj=user, fields=["full_name", "language", "is_active"])
    return user


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role | str,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give somebody a role from a day on (today when not said)."""
    if role not in GRANTED:
        raise Refused(_("This role follows from a mandate and cannot be given."))
    grant = RoleGrant(user=user, role=role, starts_on=starts_on or today(), ends_on=ends_on)
    grant.full_clean()
    grant.save()
    log_activity(actor=by, verb="granted", obj=grant, state=str(role))
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User | None) -> RoleGrant:
    """End a role at this moment. Refused for the last coordinator."""
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.role == Role.COORDINATOR:
        _keep_a_coordinator(without=grant.user)
    grant.ends_on, grant.ended_at = max(today(), grant.starts_on), now()
    grant.save(update_fields=["ends_on", "ended_at"])
    log_activity(actor=by, verb="ended", obj=grant, state=grant.role)
    return grant


def _keep_a_coordinator(*, without: User) -> None:
    coordinators = RoleGrant.objects.active().filter(role=Role.COORDINATOR, user__is_active=True)
    # the rows are locked, so that two people cannot each remove the other
    holders = {grant.user_id for grant in coordinators.select_for_update()}
    if holders == {without.pk}:
        raise Refused(_("This is the last coordinator. Name another one first."))
