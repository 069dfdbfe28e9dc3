"""Wiring of the app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from core import triggers


class CoreConfig(AppConfig):
    """Mechanisms that every app uses; imports no app."""

    name = "core"
    verbose_name = _("Logs and mail")

    def ready(self) -> None:
        pre_migrate.connect(
            triggers.drop_before_migrate, sender=self, dispatch_uid="core.no_triggers"
        )
        post_migrate.connect(triggers.make_after_migrate, sender=self, dispatch_uid="core.triggers")
