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
    """How a request ended; refused needs a reason that the person is told.

    Unknown: we looked for this person and found nobody.
    """

    DONE = "done", pgettext_lazy("request", "done")
    REFUSED = "refused", pgettext_lazy("request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "taken back")
    UNKNOWN = "unknown", _("nothing is kept about this person")


class RunState(models.TextChoices):
    """How far a retention run is."""

    SHOWN = "shown", _("only shown")
    WAITING = "waiting", _("waits for approval")
    APPROVED = "approved", _("approved, being carried out")
    DONE = "done", pgettext_lazy("retention run", "done")
    REPLACED = "replaced", _("out of date: the policy changed")


OPEN_RUNS = (RunState.WAITING, RunState.APPROVED)


class ItemOutcome(models.TextChoices):
    """What became of a record on an approved list."""

    FORGOTTEN = "forgotten", _("forgotten")
    KEPT = "kept", _("kept: no longer due, or something must be done first")
    FAILED = "failed", _("failed: it is listed again")


class ConsentState(models.TextChoices):
    """How a consent stands today; one that ends soon is valid too."""

    VALID = "valid", pgettext_lazy("consents", "valid")
    ENDS_SOON = "ends_soon", pgettext_lazy("consents", "end within 60 days")
    EXPIRED = "expired", pgettext_lazy("consents", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("consents", "taken back")
