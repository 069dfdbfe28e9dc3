"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovementsConfig(AppConfig):
    """Federations, movements and the people who lead them."""

    name = "movements"
    verbose_name = _("Movements")
