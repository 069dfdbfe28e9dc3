"""What rows of an imported list of teams are judged by."""

from collections import defaultdict
from datetime import date

from core.calendar import today
from core.restriction import is_restricted
from movements.models import FormerName, Mandate, Movement
from movements.team_rows import TeamContext


def team_context(*, starts_on: date, movement: Movement | None = None) -> TeamContext:
    """All that rows of a list are judged by, in four queries.

    `starts_on` is the start of who is new and has none in the list, `movement` that of rows that
    name none.
    """
    # without an address: of somebody who was erased
    recorded = Mandate.objects.recorded().exclude(email="")
    former: dict[str, list[int]] = defaultdict(list)
    for name, number in FormerName.objects.values_list("name", "movement_id"):
        former[name].append(number)
    movements = list(Movement.objects.select_related("federation").order_by("name", "pk"))
    mandates, numbered = list(recorded), {each.pk: each for each in movements}
    for mandate in mandates:
        mandate.movement = numbered[mandate.movement_id]
    return TeamContext(
        movements=movements,
        mandates=mandates,
        today=today(),
        starts_on=starts_on,
        movement=movement,
        former_names=former,
        set_aside=frozenset(recorded.filter(is_restricted(Mandate)).values_list("pk", flat=True)),
    )
