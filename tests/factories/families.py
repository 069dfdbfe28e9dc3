"""Very many families at once, written as the services would, for proofs and measurements."""

from collections.abc import Iterator

from accounts.models import User
from recruitment.models import Child, Household
from recruitment.names import tokens
from recruitment.services import replace_tokens

BATCH = 2000


def family_name(number: int) -> str:
    """Two words: one that a family has alone, one that it shares with many."""
    return f"Familie{number} {SHARED[number % len(SHARED)]}"


SHARED = ["Peeters", "El Idrissi", "Janssens", "Yılmaz", "Van den Berghe"]


def make_families(number: int, *, by: User) -> None:
    """So many families with a parent, notes and one child each, under the first keys of now.

    The plain column `language` holds the family's number: what its encrypted names must say.
    """
    for first in range(0, number, BATCH):
        _make(range(first, min(first + BATCH, number)), by)


def _make(numbers: range, by: User) -> None:
    households = Household.objects.bulk_create(_household(number, by) for number in numbers)
    children = Child.objects.bulk_create(
        Child(household=household, first_name=f"Kind{household.language}", birth_year=2014)
        for household in households
    )
    replace_tokens(
        wanted={
            household.pk: {
                None: tokens(household.family_name, household.guardian_name),
                child.pk: tokens(child.first_name),
            }
            for household, child in zip(households, children, strict=True)
        }
    )


def _household(number: int, by: User) -> Household:
    return Household(
        family_name=family_name(number),
        guardian_name=f"Ouder{number}",
        notes="Belt liever ’s avonds.",
        language=str(number),
        owner=by,
    )


def wrong_names(households: list[Household]) -> Iterator[int]:
    """The numbers of the families whose names do not say what they should."""
    for household in households:
        number = household.language
        children = [child.first_name for child in household.children.all()]
        said = (household.family_name, household.guardian_name, *children)
        if said != (family_name(int(number)), f"Ouder{number}", f"Kind{number}"):
            yield household.pk
