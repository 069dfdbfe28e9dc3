"""What pages and other apps read about people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import access
from accounts.enums import Role
from accounts.models import CalendarFeed, RoleGrant, StaffInvitation, User
from core.calendar import in_words
from core.tokens import digest

NOBODY = 0  # no user has this number


@access.register_holders
def holders_of_grants(roles: frozenset[str], on: date | None) -> Q:
    """People to whom one of these roles is granted."""
    grants = RoleGrant.objects.active(on).filter(role__in=roles, user=OuterRef("pk"))
    return Q(Exists(grants))


@access.register_ends
def ends_of_grants(roles: frozenset[str], first: date, last: date) -> QuerySet[RoleGrant, Any]:
    """The last days of granted roles in a period."""
    ending = RoleGrant.objects.filter(role__in=roles, ends_on__range=(first, last))
    return ending.order_by().values_list("ends_on", flat=True)


@access.register_reasons
def reasons_of_grants(user: User) -> Iterable[access.Reason]:
    """Each role that was ever granted to somebody, the newest first."""
    held = set(RoleGrant.objects.active().filter(user=user).values_list("pk", flat=True))
    for grant in user.grants.order_by("-starts_on", "-pk"):
        why = _("granted, %(period)s") % {"period": in_words(grant.starts_on, grant.ends_on)}
        yield access.Reason(grant.role, why, grant.pk in held)


def users_with_role(role: Role) -> list[User]:
    """Active users who have a role at this moment, by name."""
    return list(access.people_with(role))


def longest_coordinator() -> User | None:
    """Who has been coordinator for the longest of those who are; None when nobody is."""
    grants = RoleGrant.objects.active().filter(role=Role.COORDINATOR, user__is_active=True)
    first = grants.select_related("user").order_by("starts_on", "pk").first()
    return first.user if first else None


def person_with_address(email: str) -> User | None:
    """Who has an open account under an address."""
    return User.objects.filter(email=email.strip().lower(), is_active=True).first()


def nobody() -> User | None:
    """Always None, at the price of looking up a user by number."""
    return User.objects.filter(pk=NOBODY).first()


# Second factors --------------------------------------------------------------------------------


def factors_of(user: User) -> "QuerySet[Authenticator]":
    """Somebody's app and passkeys, in the order in which they came; recovery codes are none."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk)
    return found.exclude(type=Authenticator.Type.RECOVERY_CODES).order_by("created_at", "pk")


def has_factor(user: User) -> bool:
    """Whether somebody can show a second factor."""
    return factors_of(user).exists()


def recovery_codes_of(user: User) -> RecoveryCodes | None:
    """Somebody's recovery codes: which are left, and whether they were seen."""
    kind = Authenticator.Type.RECOVERY_CODES
    row = Authenticator.objects.filter(user_id=user.pk, type=kind).first()
    return RecoveryCodes(row) if row else None


def open_invitation(user: User) -> StaffInvitation | None:
    """The leave to set up a first second factor that holds longest; None when there is none."""
    return user.invitations.open().order_by("-expires_at").first()


def last_invitation(user: User) -> StaffInvitation | None:
    """The invitation sent last, whether or not it still holds."""
    return user.invitations.first()


# The calendar ----------------------------------------------------------------------------------


def calendar_feed_of(user: User) -> CalendarFeed | None:
    """The secret address that somebody made for a calendar program; None when there is none."""
    return CalendarFeed.objects.filter(user=user).first()


def user_of_calendar(token: str) -> User | None:
    """Whose dates stand under a secret address; None for nobody's, and of a closed account."""
    feed = CalendarFeed.objects.filter(token_digest=digest(token)).select_related("user").first()
    return feed.user if feed and feed.user.is_active else None
