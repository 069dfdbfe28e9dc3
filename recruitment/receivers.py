"""What the app answers to mechanisms below it.

How fingerprints of names move to another key, and what becomes of children's paths when a movement
goes into another one.
"""

from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.translation import ngettext

from core.keyed import Place, Rows, as_stored, register
from movements.models import Movement
from movements.signals import Manner, foretelling, handles, merging
from recruitment.models import Child, Household, NameToken
from recruitment.names import key_of, under_each_key
from recruitment.services import replace_tokens
from recruitment.services.mergers import follow, paths_that_follow

Names = dict[int | None, tuple[list[str], set[str]]]  # by child (None: family, parent)


class NameTokens(Place):
    """Fingerprints, by household; what they are made from stands in the encrypted names."""

    setting = "INDEX_KEYS"
    name = NameToken._meta.label_lower

    def table(self) -> type[Household]:
        """A household with its children is one row of work."""
        return Household

    def read(self, rows: QuerySet) -> Rows:
        """For each household the names, still encrypted, with the tokens that are there."""
        family, guardian = as_stored("family_name"), as_stored("guardian_name")
        households: dict[int, Names] = {
            pk: {None: (names, set())} for pk, *names in rows.values_list("pk", family, guardian)
        }
        children = Child.objects.filter(household__in=households)
        for pk, child, name in children.values_list("household", "pk", as_stored("first_name")):
            households[pk][child] = ([name], set())
        there = NameToken.objects.filter(household__in=households)
        for pk, number, token in there.values_list("household", "child", "token"):
            # of a child that was added since: read again once the household is locked
            households[pk].setdefault(number, ([], set()))[1].add(token)
        return households.items()

    def key_of(self, stored: Names) -> int:
        """The oldest key among the names; 0 when the tokens of one are not what it says."""
        numbers = [key_of(*names) for names in stored.values()]
        return max(numbers) if all(numbers) else 0

    def renew(self, rows: list[tuple[int, Names]]) -> None:
        """All tokens of these households anew."""
        wanted = {
            pk: {child: under_each_key(names)[0] for child, (names, _there) in stored.items()}
            for pk, stored in rows
        }
        replace_tokens(wanted=wanted)


register(NameTokens())
handles(Manner.FOLLOWS, "recruitment.guidance.movement")


@receiver(merging, sender=Movement)
def lead_children_on(source: Movement, heir: Movement, by: Any, **kwargs: Any) -> None:
    """Children go where their movement went."""
    follow(source=source, heir=heir, by=by)


@receiver(foretelling, sender=Movement)
def foretell(source: Movement, **kwargs: Any) -> list[str]:
    """How many children go along; nothing more is said of them."""
    count = paths_that_follow(source).count()
    text = ngettext("%(count)s child goes along.", "%(count)s children go along.", count)
    return [text % {"count": count}] if count else []
