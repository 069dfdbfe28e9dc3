"""What can be corrected about families and children, and by what."""

from typing import Any

from accounts.models import User
from core import subjects
from recruitment.models import Child, Household
from recruitment.services import DETAILS, change_child, change_household


def correct_household(household: Household, by: User, values: dict[str, Any]) -> None:
    """Names, contacts and notes."""
    change_household(household=household, by=by, version=household.version, **values)


def correct_child(child: Child, by: User, values: dict[str, Any]) -> None:
    """First name and birth year."""
    change_child(child=child, by=by, **values)


subjects.correctable("recruitment.household", DETAILS, correct_household)
subjects.correctable("recruitment.child", ("first_name", "birth_year"), correct_child)
