"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Support and outreach: interviews, counselling, trainings, days."""

    name = "activities"
    verbose_name = _("Support")
