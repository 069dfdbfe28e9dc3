"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabelsConfig(AppConfig):
    """The ten points, the action plan, the assessment and the label."""

    name = "labels"
    verbose_name = _("Label")
