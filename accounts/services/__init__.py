"""Every write about people, their roles and how they sign in."""

from accounts.services.people import (
    end_role,
    end_sessions,
    ensure_user,
    grant_role,
    plan_role_end,
    queue_sign_in_code,
    update_user,
)

__all__ = [
    "end_role",
    "end_sessions",
    "ensure_user",
    "grant_role",
    "plan_role_end",
    "queue_sign_in_code",
    "update_user",
]
