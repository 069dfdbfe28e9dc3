"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomevisitsConfig(AppConfig):
    """Visits to families at home."""

    name = "homevisits"
    verbose_name = _("Home visits")
