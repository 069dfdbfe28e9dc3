"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who somebody is and which roles they hold today."""

    name = "accounts"
    verbose_name = _("Accounts")
