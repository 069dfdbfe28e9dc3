"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class KpisConfig(WiredApp):
    """The indicators, counted, and the dashboard."""

    name = "kpis"
    verbose_name = _("Figures")
