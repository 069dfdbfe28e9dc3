"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class ActivitiesConfig(WiredApp):
    """Support and outreach: interviews, counselling, trainings, days."""

    name = "activities"
    verbose_name = _("Support")
