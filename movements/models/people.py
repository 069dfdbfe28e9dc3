"""What the youth service said about people who look alike."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.calendar import now
from movements.models.mandates import Mandate


class NotTheSame(models.Model):
    """Two mandates of which somebody said that they are of two persons; asked once.

    It holds for the persons: for every mandate with the address of the one or the other.
    """

    one = models.ForeignKey(
        Mandate, on_delete=models.CASCADE, related_name="+", verbose_name=_("the one")
    )
    other = models.ForeignKey(
        Mandate, on_delete=models.CASCADE, related_name="+", verbose_name=_("the other")
    )
    said_at = models.DateTimeField(_("said"), default=now)

    class Meta:
        verbose_name = _("pair of different people")
        verbose_name_plural = _("pairs of different people")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="not_the_same_once"),
            # one order, so that the other way round is the same pair
            models.CheckConstraint(
                condition=Q(one__lt=F("other")), name="not_the_same_lower_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"
