"""The one conversation between a movement and the youth service."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import now
from movements.models.movements import Movement


class Message(models.Model):
    """What somebody said in the conversation; it belongs to the movement, whoever said it."""

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="messages", verbose_name=_("movement")
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    from_staff = models.BooleanField(_("by the youth service"))
    text = models.TextField(_("message"), max_length=4000)
    at = models.DateTimeField(_("at"), default=now)
    # the Message-ID of the mail it came by: one that is fetched twice is one message
    mail_id = models.CharField(_("number of the mail"), max_length=255, null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["movement", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mail_id"], name="message_once_per_mail"),
            models.CheckConstraint(
                condition=Q(mail_id__isnull=True) | ~Q(mail_id=""), name="message_mail_known"
            ),
        ]
        indexes = [models.Index(fields=["movement", "at"], name="message_by_movement")]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.pk}"
