"""What erasing a family or a child does to what was written down about visits."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import subjects
from core.erasing import Advice, Effect, Emptied, Kept
from homevisits.models import HomeVisit
from recruitment.erasure import COUNTED, living_siblings
from recruitment.models import Child, Household

NOTES = {"next_steps": "", "follow_up_on": None}


def keep_visits(household: Household) -> Iterator[Effect]:
    """What was agreed goes with the family; that we talked stays."""
    yield Kept(HomeVisit.objects.filter(household=household), COUNTED)


def forget_notes_about(child: Child) -> Iterator[Effect]:
    """Notes are about a family: they go with its last child, else the owner reads them."""
    visits = HomeVisit.objects.filter(household=child.household_id)
    if not living_siblings(child):
        yield Emptied(visits, NOTES)
        return
    written = [visit for visit in visits.order_by("on", "pk") if visit.next_steps]
    if written:
        days = ", ".join(date_format(visit.on, "j F Y") for visit in written)
        yield Advice(
            _("Notes of visits may be about this child too. Ask the owner to read them: %(days)s.")
            % {"days": days}
        )


subjects.extend("recruitment.household", on_erasure=keep_visits)
subjects.extend("recruitment.child", on_erasure=forget_notes_about)
