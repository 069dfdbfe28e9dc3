"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class AccountsConfig(WiredApp):
    """Who somebody is and which roles they hold today."""

    name = "accounts"
    verbose_name = _("Accounts")
