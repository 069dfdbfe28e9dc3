"""What this app forgets after how long: accounts that nobody has a role for any more."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import holding
from accounts.enums import Role
from accounts.models import RoleGrant, User
from core.retention import Category, register


def without_role_since(day: date) -> QuerySet[User]:
    """Accounts whose last granted role ended on a day or before, and that were not used since.

    A role without an end ended when the account was closed: nobody can use it. Apps that give roles
    in another way hold back the people whose role ended later.
    """
    lasting = Q(ends_on__isnull=True, user__is_active=True) | Q(ends_on__gt=day)
    later = RoleGrant.objects.filter(lasting)
    used = Q(last_login__date__gt=day) | Q(created_at__date__gt=day)
    return User.objects.exclude(pk__in=later.values("user")).exclude(used | holding(*Role))


register(
    Category(
        key="accounts.user",
        model="accounts.user",
        label=_("Accounts without a role"),
        months=60,
        counted=_("after the last role ended"),
        begun=without_role_since,
    )
)
