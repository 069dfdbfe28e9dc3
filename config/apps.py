"""Wiring of the project itself."""

from importlib import import_module

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Has no models; brings the deployment checks in."""

    name = "config"
    verbose_name = "Project"

    def ready(self) -> None:
        import_module("config.checks")
