"""Who may do what with families; the look-ups of models.py hold the same answers in SQL."""

import rules

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from recruitment.models import Household


@rules.predicate
def owns(user: User, household: Household) -> bool:
    """Owner or backup of a household."""
    return user.pk in (household.owner_id, household.backup_id)


can_see_details = is_staff_member & owns  # contacts and notes
can_hand_over = is_staff_member & (owns | is_coordinator)  # give it another owner or backup

for _verb in ("view", "add", "change"):
    rules.add_perm(f"recruitment.{_verb}_household", is_staff_member)
