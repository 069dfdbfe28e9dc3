"""What was erased, by number: kept in the database and, apart from it and its backups, in a file.

A restored backup knows nothing of later erasures; the file does.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import triggers
from core.calendar import now


class Tombstone(models.Model):
    """One record that was erased."""

    model = models.CharField(_("kind of record"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("record number"))
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["model", "object_id"], name="tombstone_once")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


triggers.refuse("core_tombstone")
