"""The yearly question "still leading?": the yes, the objection, and the end that is written."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from movements.models import Mandate, Movement
from movements.rules import may_run_team
from movements.services.mandates import end_mandate

SAID = ["confirmed_on", "came_back_on"]


@transaction.atomic
def confirm_mandates(*, movement: Movement, mandates: Iterable[Mandate], by: User) -> list[Mandate]:
    """Say of people in a team that they go on; gives those of whom it was not said yet.

    Everybody says it of themselves; of others only who runs the team, and the youth service. Who
    only looks because nobody said it in time may write again with the same tap; when they say it
    themselves a main leader may still object. Mandates that are over meanwhile are passed over.
    Raises Refused when somebody may not say it, or nobody of them leads any more.
    """
    Movement.objects.select_for_update().get(pk=movement.pk)
    numbers = [mandate.pk for mandate in mandates]
    asked = Mandate.objects.select_for_update().filter(pk__in=numbers, movement=movement)
    # one's own first: a main leader who was late speaks for the others in the same tap
    found = sorted(asked.order_by("pk"), key=lambda mandate: mandate.user_id != by.pk)
    holding = [mandate for mandate in found if mandate.holds_now]
    if not holding:
        raise Refused(_("This mandate is over. Somebody who runs the team can add you again."))
    return [mandate for mandate in holding if _confirm(mandate, by)]


def _confirm(mandate: Mandate, by: User) -> bool:
    """Whether it was news."""
    is_own = mandate.user_id == by.pk
    if not is_own and not _decides(by, mandate.movement):
        raise Refused(_("Only the main leader or the youth service can say this of others."))
    if not mandate.waits_for_confirmation and (is_own or not mandate.is_back_late):
        return False
    say_it_goes_on(mandate=mandate, by=by)
    mandate.save(update_fields=SAID)
    log_activity(actor=by, verb="confirmed", obj=mandate, state=str(mandate.function))
    return True


def say_it_goes_on(*, mandate: Mandate, by: User) -> None:
    """Note it in the mandate, unsaved: today, and whether its person says it too late."""
    too_late = mandate.user_id == by.pk and mandate.holds_now and not mandate.writes_now
    mandate.confirmed_on, mandate.came_back_on = today(), today() if too_late else None


def _decides(by: User, movement: Movement) -> bool:
    """Whether somebody decides about the team of a movement, at this moment."""
    return bool(may_run_team(by, movement))


@transaction.atomic
def object_to(*, mandate: Mandate, by: User) -> Mandate:
    """End the mandate of somebody who came back too late; nobody objects to themselves.

    Raises Refused for who does not run the team, and for who did not come back too late.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.user_id == by.pk or not _decides(by, mandate.movement):
        raise Refused(_("Only another main leader or the youth service can object."))
    if not mandate.is_back_late:
        raise Refused(_("There is nothing to object to any more."))
    log_activity(actor=by, verb="objected", obj=mandate)
    return end_mandate(mandate=mandate, by=by)


@transaction.atomic
def end_lapsed() -> int:
    """Write the last day into mandates that nobody confirmed; gives their number.

    They are over without it, by arithmetic: this is for whoever reads the table. So it may run
    twice, late or never.
    """
    lapsed = list(Mandate.objects.lapsed_unwritten().select_for_update().order_by("pk"))
    for mandate in lapsed:
        mandate.ends_on = mandate.last_day
        mandate.save(update_fields=["ends_on"])
        mandate.invitations.all().delete()
        log_activity(actor=None, verb="lapsed", obj=mandate, state=str(mandate.function))
    return len(lapsed)
