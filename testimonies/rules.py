"""Who may do what with a testimony, and whose consent it needs."""

from datetime import date

import rules

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from testimonies.enums import Giver
from testimonies.models import (
    CHILD_CONSENTS_FROM,
    GUARDIAN_CONSENTS_UNTIL,
    Storyteller,
    Testimony,
    TestimonyConsent,
)


@rules.predicate
def collected(user: User, testimony: Testimony) -> bool:
    """Collected it."""
    return testimony.collected_by_id == user.pk


can_handle = is_staff_member & (collected | is_coordinator)


def required_givers(storyteller: Storyteller, on: date) -> frozenset[Giver]:
    """Who must agree on a day: under 12 the guardian, 12 to 17 both, adults themselves.

    Only the birth year is known: who turns 12 or 18 in this year may be either, so both are asked.
    """
    if storyteller.birth_year is None:
        return frozenset({Giver.STORYTELLER})
    age = on.year - storyteller.birth_year
    if age < CHILD_CONSENTS_FROM:
        return frozenset({Giver.GUARDIAN})
    if age <= GUARDIAN_CONSENTS_UNTIL:
        return frozenset({Giver.GUARDIAN, Giver.STORYTELLER})
    return frozenset({Giver.STORYTELLER})


def missing_givers(testimony: Testimony, on: date) -> list[Giver]:
    """Who still has to agree to the story on the site on a day, or said no."""
    consents = TestimonyConsent.objects.for_site().filter(testimony=testimony)
    agreed = set(consents.valid_on(on).values_list("giver", flat=True))
    refused = set(consents.refusals_on(on).values_list("giver", flat=True))
    return sorted((required_givers(testimony.storyteller, on) - agreed) | set(map(Giver, refused)))


for _verb in ("view", "add", "change"):
    rules.add_perm(f"testimonies.{_verb}_testimony", is_staff_member)
