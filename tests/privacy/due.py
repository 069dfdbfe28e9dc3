"""Records that were kept for longer than their period, for the tests of retention."""

from datetime import timedelta
from typing import Any

from accounts.enums import Role
from accounts.models import User
from core.calendar import pretend, today
from privacy.models import RetentionRun
from privacy.services import retention
from recruitment.models import Household
from tests.factories.people import make_household, make_user

KEY = "recruitment.no_intake"


def officer() -> User:
    return make_user(Role.PRIVACY_OFFICER, name="Olga Officer")


def old_family(**details: Any) -> Household:
    """A family that was spoken to a year ago and never came to an intake."""
    with pretend(today() - timedelta(days=366)):
        return make_household(make_user(Role.CONSULTANT), **details)


def waiting_run(key: str = KEY, days_ago: int = 1) -> RetentionRun:
    """A list that waits for approval; the first one was shown the day before."""
    with pretend(today() - timedelta(days=days_ago + 1)):
        retention.list_due(key=key, by=None)
    with pretend(today() - timedelta(days=days_ago)):
        return retention.list_due(key=key, by=None)


def carry_out(run: RetentionRun) -> RetentionRun:
    """Go on with a run until nothing is left."""
    retention.carry_out_approved()
    run.refresh_from_db()
    return run
