"""How a figure stands against its plan."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pace(models.TextChoices):
    """The colour of a figure, always shown with a shape and this word. Rules: kpis.pace."""

    GOOD = "good", _("on schedule")
    FAIR = "fair", _("catching up")
    BAD = "bad", _("behind")
    NONE = "none", _("not compared yet")
