"""What was written with the steps of a plan stands in the conversation of the movement."""

from django.utils.translation import gettext_lazy as _

from labels.enums import CONVERSATION, PlanAction
from labels.models import PlanStep
from movements.models import Movement
from movements.selectors.conversation import Said, conversation_source


@conversation_source
def said_about_plans(movement: Movement) -> list[Said]:
    """What movement and youth service wrote with the steps of all plans of the movement."""
    steps = PlanStep.objects.filter(plan__movement=movement, action__in=CONVERSATION)
    return [
        Said(step.at, step.by, step.message, step.action == PlanAction.ASK_MORE, _("plan"))
        for step in steps.exclude(message="").select_related("by")
    ]
