"""Wiring of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TestimoniesConfig(AppConfig):
    """Storytellers, their consents and their stories."""

    name = "testimonies"
    verbose_name = _("Testimonies")
