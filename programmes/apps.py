"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    """The edition of the programme: names, period, policy, targets."""

    name = "programmes"
    verbose_name = _("Programme")
