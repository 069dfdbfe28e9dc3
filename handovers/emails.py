"""The reminder that a mandate ends and somebody should take over."""

from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.calendar import today
from core.outbox import Message, register
from core.restriction import is_set_aside
from handovers.rules import asks_about
from movements.models import Mandate


@register("team_ends")
class TeamEnds(Message):
    """Asks somebody whose mandate ends who takes over."""

    called = gettext_lazy("team that ends")

    @cached_property
    def mandate(self) -> Mandate:
        return Mandate.objects.select_related("movement").get(pk=self.object_id)

    def still_due(self) -> bool:
        """The mandate still holds and still ends within six months of the step."""
        mandate, stopped = self.mandate, self.mandate.movement.stopped_on
        in_time = asks_about(mandate.ends_on, date.fromisoformat(self.step))
        reachable = mandate.holds_now and not is_set_aside(mandate)
        return in_time and reachable and (stopped is None or stopped >= today())

    def address(self) -> str:
        return self.mandate.email

    def subject(self) -> str:
        return _("%(movement)s: who takes over?") % {"movement": self.mandate.movement.name}

    def context(self) -> dict[str, Any]:
        mandate = self.mandate
        return {
            "mandate": mandate,
            "movement": mandate.movement,
            "path": f"/my/{mandate.movement_id}/",
        }
