"""This app in the web admin."""

from movements.admin.counts import HeadCountAdmin
from movements.admin.groups import CoachAdmin, FederationAdmin, MovementAdmin
from movements.admin.joining import JoinRequestAdmin, TeamLinkAdmin
from movements.admin.mandates import MandateAdmin

__all__ = [
    "CoachAdmin",
    "FederationAdmin",
    "HeadCountAdmin",
    "JoinRequestAdmin",
    "MandateAdmin",
    "MovementAdmin",
    "TeamLinkAdmin",
]
