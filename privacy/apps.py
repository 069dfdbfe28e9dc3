"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """The rights of the people the records are about."""

    name = "privacy"
    verbose_name = _("Privacy")
