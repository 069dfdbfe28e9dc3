"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class MovementsConfig(WiredApp):
    """Federations, movements and the people who lead them."""

    name = "movements"
    verbose_name = _("Movements")
