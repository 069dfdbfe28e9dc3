"""Predicates on people; other apps build on `is_staff_member` and `is_coordinator`."""

import rules

from accounts.enums import STAFF, Role
from accounts.models import User


@rules.predicate
def is_coordinator(user: User) -> bool:
    """Holds the coordinator's role today."""
    return Role.COORDINATOR in user.roles


@rules.predicate
def is_staff_member(user: User) -> bool:
    """Coordinator or consultant today."""
    return bool(STAFF & user.roles)


@rules.predicate
def is_privacy_officer(user: User) -> bool:
    """Holds the privacy officer's role today."""
    return Role.PRIVACY_OFFICER in user.roles


for _verb in ("view", "add", "change"):
    rules.add_perm(f"accounts.{_verb}_user", is_coordinator)
    rules.add_perm(f"accounts.{_verb}_rolegrant", is_coordinator)
rules.add_perm("core.view_outboxmessage", is_staff_member)
rules.add_perm("core.view_activitylog", is_privacy_officer | is_coordinator)
rules.add_perm("core.view_accesslog", is_privacy_officer | is_coordinator)
