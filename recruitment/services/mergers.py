"""What becomes of the paths of children when a movement goes into another one."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import log_many
from movements.models import Movement
from movements.selectors.life import heirs
from recruitment.enums import Stage
from recruitment.models import Guidance


def receives(movement: Movement) -> Movement:
    """A movement for the path of a child, locked until the transaction ends, as a merger does.

    To be called before anything of the child is locked, so that two writers cannot wait in a
    circle. Raises Refused for one that went into another: its children went along.
    """
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    *_before, (heir, _first) = heirs(movement, today())
    if heir != movement:
        words = {"movement": movement, "other": heir}
        raise Refused(_("%(movement)s went into %(other)s. Choose that one.") % words)
    return movement


def paths_that_follow(movement: Movement) -> QuerySet[Guidance]:
    """Children on their way into a movement or in it; who stopped had stopped there."""
    return Guidance.objects.filter(movement=movement).exclude(stage=Stage.STOPPED)


@transaction.atomic
def follow(*, source: Movement, heir: Movement, by: User) -> int:
    """Lead the children of a movement on to the one it went into; gives their number.

    Steps and days stay as they are, so a child who became a member counts as before.
    """
    paths = list(paths_that_follow(source).select_for_update().order_by("pk"))
    Guidance.objects.filter(pk__in=[path.pk for path in paths]).update(movement=heir)
    log_many(actor=by, verb="changed", objs=paths)
    return len(paths)
