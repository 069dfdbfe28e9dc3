"""Wiring of the app."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Pages composed of several apps."""

    name = "desk"
    verbose_name = _("Desk")


class DeskAdminConfig(AdminConfig):
    """Put the desk's own admin site in the place of Django's."""

    default_site = "desk.site.DeskAdminSite"
