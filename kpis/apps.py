"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KpisConfig(AppConfig):
    """The indicators, counted, and the dashboard."""

    name = "kpis"
    verbose_name = _("Figures")
