"""A handover: what the old team leaves behind, and who of the new one took it over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import now
from movements.models import Mandate, Movement


class Handover(models.Model):
    """Opened by a rotation of a movement; what it holds is read from the records of now."""

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("movement")
    )
    rotation_on = models.DateField(_("day of the change of team"))
    opened_at = models.DateTimeField(_("opened"), default=now)

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-rotation_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "rotation_on"], name="handover_once_per_rotation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.rotation_on}"


class HandoverNote(models.Model):
    """What somebody of the old team wants the new one to know."""

    handover = models.ForeignKey(
        Handover, on_delete=models.CASCADE, related_name="notes", verbose_name=_("handover")
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("note"), max_length=4000)
    at = models.DateTimeField(_("at"), default=now)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("handover note")
        verbose_name_plural = _("handover notes")
        ordering = ["handover", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "author"], name="handover_note_once_per_author"
            )
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.pk}"


class HandoverSignature(models.Model):
    """Somebody of the new team, or of the youth service beside somebody under 18, took it over."""

    handover = models.ForeignKey(
        Handover, on_delete=models.CASCADE, related_name="signatures", verbose_name=_("handover")
    )
    mandate = models.ForeignKey(
        Mandate,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("mandate"),
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    of_age = models.BooleanField(_("18 or older"), default=True)
    at = models.DateTimeField(_("signed"), default=now)

    class Meta:
        verbose_name = _("signature under a handover")
        verbose_name_plural = _("signatures under a handover")
        ordering = ["handover", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "user"],
                name="handover_signed_once",
                violation_error_message=_("You signed this already."),
            ),
            models.CheckConstraint(
                condition=Q(mandate__isnull=False) | Q(of_age=True),
                name="handover_staff_is_of_age",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.pk}"
