"""Every write about people, their roles and how they sign in."""

from accounts.services.calendars import remove_calendar_feed, renew_calendar_feed
from accounts.services.factors import (
    add_app,
    add_passkey,
    mark_codes_saved,
    remove_factor,
    renew_recovery_codes,
    reset_second_factor,
    sign_out_everywhere,
    use_up,
)
from accounts.services.invitations import invite_again, invite_colleague
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
    "add_app",
    "add_passkey",
    "end_role",
    "end_sessions",
    "ensure_user",
    "grant_role",
    "invite_again",
    "invite_colleague",
    "mark_codes_saved",
    "plan_role_end",
    "queue_sign_in_code",
    "remove_calendar_feed",
    "remove_factor",
    "renew_calendar_feed",
    "renew_recovery_codes",
    "reset_second_factor",
    "sign_out_everywhere",
    "update_user",
    "use_up",
]
