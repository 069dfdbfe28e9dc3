"""What people do in a movement, and what an import says of a row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Function(models.TextChoices):
    """The function of a mandate."""

    MAIN_LEADER = "main_leader", _("main leader")
    LEADER = "leader", _("leader")
    ADULT_SUPERVISOR = "adult_supervisor", _("adult supervisor")


class RowResult(models.TextChoices):
    """The one result of each imported row, in the order in which reasons count."""

    LEFT_OUT = "left_out", _("left out")
    REFUSED = "refused", _("refused")
    OUTSIDE = "outside", _("outside the municipality")
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
