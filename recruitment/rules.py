"""Who may do what with families; the look-ups of models.py hold the same answers in SQL."""

import rules

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from recruitment.models import Household, ReasonedLook


@rules.predicate
def owns(user: User, household: Household) -> bool:
    """Owner or backup of a household."""
    return user.pk in (household.owner_id, household.backup_id)


@rules.predicate
def gave_a_reason(user: User, household: Household) -> bool:
    """Typed a reason to open this household, not longer than eight hours ago."""
    return ReasonedLook.objects.open().filter(by=user, household=household).exists()


can_change_details = is_staff_member & owns  # contacts and notes
can_see_details = can_change_details | (is_coordinator & gave_a_reason)
can_give_a_reason = is_coordinator & ~owns
can_hand_over = is_staff_member & (owns | is_coordinator)  # give it another owner or backup

for _verb in ("view", "add", "change"):
    rules.add_perm(f"recruitment.{_verb}_household", is_staff_member)
