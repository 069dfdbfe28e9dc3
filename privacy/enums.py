"""The rights that somebody can ask for, and how a request ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Right(models.TextChoices):
    """Articles 15 to 18 of the GDPR."""

    ACCESS = "access", _("see what is kept")
    CORRECTION = "correction", _("have it corrected")
    RESTRICTION = "restriction", _("have it set aside")
    ERASURE = "erasure", _("have it erased")


class RequestOutcome(models.TextChoices):
    """How a request ended; refused needs a reason that the person is told."""

    DONE = "done", pgettext_lazy("request", "done")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "taken back")
