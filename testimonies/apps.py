"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class TestimoniesConfig(WiredApp):
    """Storytellers, their consents and their stories."""

    name = "testimonies"
    verbose_name = _("Testimonies")
