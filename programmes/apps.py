"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class ProgrammesConfig(WiredApp):
    """The edition of the programme: names, period, policy, targets."""

    name = "programmes"
    verbose_name = _("Programme")
