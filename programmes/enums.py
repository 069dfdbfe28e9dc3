"""The indicators with a target and the modes of a label."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Indicator(models.TextChoices):
    """What the programme counts against a target. Counting rules: kpis.indicators."""

    LABELS = "labels", _("Labels valid today")
    RECRUITS = "recruits", _("Children who joined")
    HOME_VISITS = "home_visits", _("Home visits held")
    TESTIMONIES = "testimonies", _("Stories shared")


class LabelMode(models.TextChoices):
    """What a label rewards."""

    COMMITMENT = "commitment", _("commitment: an accepted plan")
    ACHIEVEMENT = "achievement", _("achievement: what was done")
