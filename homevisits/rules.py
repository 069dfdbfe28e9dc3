"""Who may do what with home visits."""

import rules

from accounts.models import User
from accounts.rules import is_staff_member
from homevisits.models import HomeVisit
from recruitment.rules import owns


@rules.predicate
def owns_household_of(user: User, visit: HomeVisit) -> bool:
    """Owner or backup of the household that was visited."""
    return bool(owns(user, visit.household))


can_see_notes = is_staff_member & owns_household_of

for _verb in ("view", "add", "change"):
    rules.add_perm(f"homevisits.{_verb}_homevisit", is_staff_member)
