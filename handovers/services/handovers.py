"""Writes about handovers: opening them, notes of who goes, signatures of who comes."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import add_months, now, today
from core.errors import Refused, Stale
from core.logs import log_activity
from handovers.enums import HandoverState
from handovers.models import Handover, HandoverNote, HandoverSignature
from handovers.selectors.handovers import own_note, turns_of
from handovers.selectors.rotation import rotations_by_movement
from handovers.signing import is_of_age, may_note, may_sign, signing_mandate
from handovers.turns import OPEN_MONTHS, Turn
from movements.models import Movement

AT_ONCE = 200


def open_handovers(*, on: date | None = None) -> int:
    """Open a handover for each change of team of the last twelve months in movements that run.

    Gives the number of new ones. Running it again, or in two places at once, opens none twice. It
    reads dates only, so a missed night changes nothing; what changed longer ago is history.
    """
    day = on or today()
    running = list(Movement.objects.running(day).order_by("pk").values_list("pk", flat=True))
    chunks = [running[first : first + AT_ONCE] for first in range(0, len(running), AT_ONCE)]
    return sum(_open(chunk, day) for chunk in chunks)


def _open(movements: list[int], day: date) -> int:
    since = add_months(day, -OPEN_MONTHS)
    rows = Handover.objects.filter(movement__in=movements, rotation_on__gt=since)
    known = set(rows.values_list("movement_id", "rotation_on"))
    wanted = {
        (number, rotation)
        for number, found in rotations_by_movement(movements, day).items()
        for rotation in found
        if rotation > since
    }
    return sum(_opened(*pair)[1] for pair in sorted(wanted - known))


@transaction.atomic
def _opened(movement: int, rotation_on: date) -> tuple[Handover, bool]:
    handover, created = Handover.objects.get_or_create(
        movement_id=movement, rotation_on=rotation_on, defaults={"opened_at": now()}
    )
    if created:
        log_activity(actor=None, verb="opened", obj=handover)
    return handover, created


@transaction.atomic
def sign_handover(*, movement: Movement, rotation_on: date, by: User) -> HandoverSignature:
    """Sign that what was handed over at a change of team was read.

    A main leader signs; below somebody under 18 also somebody of age in the team or of the youth
    service. Raises Stale when the change is not on that day any more, Refused when nothing waits
    for this person's signature.
    """
    turn = _turn(movement, rotation_on)
    if turn.coming:
        raise Refused(_("The team has not changed yet."))
    if not turn.waits:
        raise Refused(_("This was signed already."))
    second = turn.state == HandoverState.HALF
    if not may_sign(by, movement, second=second):
        raise Refused(_("Somebody else has to sign this."))
    mandate = signing_mandate(by, movement, second=second)
    signature = HandoverSignature.objects.create(
        handover=_opened(movement.pk, rotation_on)[0],
        mandate=mandate,
        user=by,
        of_age=mandate is None or is_of_age(mandate),
        at=now(),
    )
    log_activity(actor=by, verb="signed", obj=signature.handover)
    return signature


@transaction.atomic
def write_note(
    *, movement: Movement, rotation_on: date, by: User, text: str, version: int
) -> HandoverNote:
    """Write what the next team should know, or change one's own note.

    `version` is that of the note which its author read, 0 for a first one. Raises Stale when the
    note or the day of the change is another meanwhile, Refused when this person cannot write for
    this change (any more).
    """
    turn = _turn(movement, rotation_on)
    if turn.state == HandoverState.SIGNED:
        raise Refused(_("The new team signed already. Write it in the conversation."))
    if not may_note(by, movement, rotation_on):
        raise Refused(_("Notes are written by who was in the team before the change."))
    note = own_note(turn, by)
    if (note.version if note else 0) != version:
        raise Stale(_("You wrote here meanwhile, in another window."))
    return _write(note, text, by) if note else _begin(movement, rotation_on, text, by)


def _begin(movement: Movement, rotation_on: date, text: str, by: User) -> HandoverNote:
    handover = _opened(movement.pk, rotation_on)[0]
    note = HandoverNote.objects.create(handover=handover, author=by, text=text, at=now())
    log_activity(actor=by, verb="added", obj=note)
    return note


def _write(note: HandoverNote, text: str, by: User) -> HandoverNote:
    note.text, note.at, note.version = text, now(), note.version + 1
    note.save(update_fields=["text", "at", "version"])
    log_activity(actor=by, verb="changed", obj=note, fields=["text"])
    return note


@transaction.atomic
def forget_note(*, note: HandoverNote, by: User | None) -> None:
    """Delete a note that was kept long enough: it was for a team that is history itself."""
    log_activity(actor=by, verb="deleted", obj=note)
    note.delete()


def _turn(movement: Movement, rotation_on: date) -> Turn:
    """The change of team of that day. Writers of one movement take turns."""
    Movement.objects.select_for_update().get(pk=movement.pk)
    turn = next((turn for turn in turns_of(movement)[-2:] if turn.on == rotation_on), None)
    if turn is None:
        raise Stale(_("The team changes on another day now. Look at the page again."))
    return turn
