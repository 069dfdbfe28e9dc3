"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class RecruitmentConfig(WiredApp):
    """Households, children and their path into a movement."""

    name = "recruitment"
    verbose_name = _("Guidance")
