"""Who writes notes for a change of team, and who signs that they were read."""

from datetime import date, timedelta

import rules

from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import today
from movements.enums import Function
from movements.models import Mandate, Movement
from movements.rules import writes_in

NOTES_AFTER = timedelta(days=90)


def is_of_age(mandate: Mandate) -> bool:
    """Whether its person is 18 or older today; who gave no day is."""
    return mandate.turns_18_on is None or mandate.turns_18_on <= today()


def signing_mandate(user: User, movement: Movement, *, second: bool) -> Mandate | None:
    """The mandate by which somebody signs a handover at this moment; None when they may not.

    First a main leader does. Under the signature of somebody under 18 comes a second one, of
    anybody in the team who is of age.
    """
    writing = Mandate.objects.writing().filter(user=user, movement=movement).by_function()
    mandates = writing if user.is_active else writing.none()
    if not second:
        return mandates.filter(function=Function.MAIN_LEADER).first()
    return mandates.exclude(turns_18_on__gt=today()).first()


def may_sign(user: User, movement: Movement, *, second: bool) -> bool:
    """Whether somebody may sign now; the youth service only beside somebody under 18."""
    if signing_mandate(user, movement, second=second):
        return True
    return second and is_staff_member(user)


def may_note(user: User, movement: Movement, turn: date) -> bool:
    """Whether somebody may write a note for a change of team: who was there before it and still is.

    After the change that goes on for 90 days; nobody adds to what was handed over long ago.
    """
    if turn + NOTES_AFTER < today() or not writes_in(user, movement):
        return False
    return movement.mandates.recorded().filter(user=user, starts_on__lt=turn).exists()


rules.add_perm("handovers.view_handover", is_staff_member)
