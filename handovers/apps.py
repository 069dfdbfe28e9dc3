"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoversConfig(AppConfig):
    """Reminders around a change of team."""

    name = "handovers"
    verbose_name = _("Handovers")
