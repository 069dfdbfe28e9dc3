"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class HandoversConfig(WiredApp):
    """Reminders around a change of team."""

    name = "handovers"
    verbose_name = _("Handovers")
