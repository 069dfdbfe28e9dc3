"""The continuity of a movement, on pages of apps that this one builds on."""

from typing import Any

from django import template

from handovers.selectors.continuity import continuity_of
from movements.models import Movement

register = template.Library()


@register.inclusion_tag("handovers/facts.html")
def continuity(movement: Movement) -> dict[str, Any]:
    """The facts of one movement in words: `{% continuity movement %}`."""
    return {"facts": continuity_of(movement)}
