"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecruitmentConfig(AppConfig):
    """Households, children and their path into a movement."""

    name = "recruitment"
    verbose_name = _("Guidance")
