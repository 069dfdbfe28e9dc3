"""Predicates on people; other apps build on `is_staff_member` and `is_coordinator`."""

from typing import Any

import rules

from accounts.enums import ADMIN_USERS, STAFF, Role
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


def needs_second_factor(user: Any) -> bool:
    """Whether a role of today sees or decides so much that a code by mail alone will not do."""
    return bool(user.is_authenticated and user.roles & ADMIN_USERS)


for _verb in ("view", "add", "change"):
    rules.add_perm(f"accounts.{_verb}_user", is_coordinator)
    rules.add_perm(f"accounts.{_verb}_rolegrant", is_coordinator)
rules.add_perm("core.view_outboxmessage", is_staff_member)
rules.add_perm("core.view_receivedmail", is_staff_member)
rules.add_perm("core.view_activitylog", is_privacy_officer | is_coordinator)
rules.add_perm("core.view_accesslog", is_privacy_officer | is_coordinator)
