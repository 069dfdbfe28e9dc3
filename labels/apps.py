"""Wiring of the app."""

from django.utils.translation import gettext_lazy as _

from core.wiring import WiredApp


class LabelsConfig(WiredApp):
    """The ten points, the action plan, the assessment and the label."""

    name = "labels"
    verbose_name = _("Label")
