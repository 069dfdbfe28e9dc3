"""Federations, movements and their life, the mandates of the people who lead them, their coaches.

A constraint names, as its error code, the field at which a form shows that it was broken.
"""

from movements.models.counts import HeadCount
from movements.models.dated import active_on
from movements.models.federations import PATTERNS, Federation, matches, tidy, tidy_code
from movements.models.invitations import Invitation, JoinRequest, TeamLink
from movements.models.life import FormerName, Pause, Succession
from movements.models.mandates import Mandate, MandateQuerySet, lasts_beyond
from movements.models.messages import Message
from movements.models.movements import CoachAssignment, Movement, MovementQuerySet
from movements.models.people import NotTheSame

__all__ = [
    "PATTERNS",
    "CoachAssignment",
    "Federation",
    "FormerName",
    "HeadCount",
    "Invitation",
    "JoinRequest",
    "Mandate",
    "MandateQuerySet",
    "Message",
    "Movement",
    "MovementQuerySet",
    "NotTheSame",
    "Pause",
    "Succession",
    "TeamLink",
    "active_on",
    "lasts_beyond",
    "matches",
    "tidy",
    "tidy_code",
]
