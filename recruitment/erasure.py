"""What erasing a family or a child does, beside the columns that the register empties."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import subjects
from core.erasing import Advice, Also, Deleted, Effect, Held, Kept, Required
from recruitment.models import Child, Guidance, GuidanceStep, Household, NameToken, ReasonedLook

COUNTED = gettext_lazy("counts in the figures, without a name")


def forget_household(household: Household) -> Iterator[Effect]:
    """Its children go with it; its number stays, for the visits that were counted."""
    yield Deleted(NameToken.objects.filter(household=household))
    yield Deleted(ReasonedLook.objects.filter(household=household))
    yield Also(Child.objects.filter(household=household))


def forget_child(child: Child) -> Iterator[Effect]:
    """The path stays: it counts as one who came, or who did not."""
    yield Held(Household.objects.filter(pk=child.household_id))
    yield Deleted(NameToken.objects.filter(child=child))
    yield Kept(Guidance.objects.filter(child=child), COUNTED)
    yield Kept(GuidanceStep.objects.filter(guidance__child=child), COUNTED)
    yield from _about_the_family(child)


def _about_the_family(child: Child) -> Iterator[Effect]:
    if child.household.notes:
        read = _("Notes of the family may be about this child too. Ask the owner to read them.")
        yield Advice(read, about=child.household)
    if not child.household.is_erased and not living_siblings(child):
        stays = _("The record of the family stays. Erase it too, or keep it.")
        yield Advice(stays, about=child.household)


def living_siblings(child: Child) -> list[Child]:
    """Other children of the family who were not erased."""
    others = child.household.children.exclude(pk=child.pk)
    return [other for other in others if not other.is_erased]


def keep_families(user: User) -> Iterator[Effect]:
    """Families have somebody who answers for them."""
    theirs = Household.objects.filter(Q(owner=user) | Q(backup=user))
    if any(not household.is_erased for household in theirs):
        yield Required(_("This person still has families. Give them to somebody else first."))


subjects.extend("recruitment.household", on_erasure=forget_household)
subjects.extend("recruitment.child", on_erasure=forget_child)
subjects.extend("accounts.user", on_erasure=keep_families)
