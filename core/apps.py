"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Mechanisms that every app uses; imports no app."""

    name = "core"
    verbose_name = _("Core")
