"""Wiring of the app."""

from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class DeskConfig(WiredApp):
    """Pages composed of several apps."""

    name = "desk"
    verbose_name = _("Desk")


class DeskAdminConfig(admin_apps.AdminConfig):
    """Put the desk's own admin site in the place of Django's."""

    default = False  # the app itself is the default of this module
    default_site = "desk.site.DeskAdminSite"
