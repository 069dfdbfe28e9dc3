"""Records that are kept but not used while somebody disputes them (GDPR, article 18)."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.calendar import now


class Restriction(models.Model):
    """From when a person's record is set aside, until it is lifted. Ended, never deleted."""

    model = models.CharField(_("kind of record"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("record number"))
    since = models.DateTimeField(_("since"), default=now)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "object_id"],
                condition=models.Q(lifted_at__isnull=True),
                name="restriction_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True)
                | models.Q(lifted_at__gte=models.F("since")),
                name="restriction_lifted_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


def is_set_aside(row: models.Model) -> bool:
    """Whether one record is set aside now."""
    label = row._meta.label_lower
    open_ones = Restriction.objects.filter(lifted_at__isnull=True)
    return open_ones.filter(model=label, object_id=row.pk).exists()


def is_restricted(model: type[models.Model], path: str = "pk") -> Exists:
    """A condition for querysets: the record of `model` that `path` leads to is set aside."""
    return Exists(
        Restriction.objects.filter(
            model=model._meta.label_lower, object_id=OuterRef(path), lifted_at__isnull=True
        )
    )
