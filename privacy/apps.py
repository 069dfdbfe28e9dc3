"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class PrivacyConfig(WiredApp):
    """The rights of the people the records are about."""

    name = "privacy"
    verbose_name = _("Privacy")
