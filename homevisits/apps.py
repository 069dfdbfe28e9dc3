"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class HomevisitsConfig(WiredApp):
    """Visits to families at home."""

    name = "homevisits"
    verbose_name = _("Home visits")
