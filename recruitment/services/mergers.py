"""What becomes of the paths of children when a movement goes into another one."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from core.logs import log_many
from movements.models import Movement
from recruitment.enums import Stage
from recruitment.models import Guidance


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
