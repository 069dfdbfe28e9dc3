"""Requests of people about their own data, and which records they are about, by number."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.calendar import add_months, today
from core.encryption import EncryptedTextField
from privacy.enums import RequestOutcome, Right


def one_month_on() -> date:
    """The last day to answer (GDPR, article 12(3))."""
    return add_months(today(), 1)


class SubjectRequestQuerySet(models.QuerySet["SubjectRequest"]):
    """Requests by who may see them, and by whether they wait for an answer."""

    def for_user(self, user: User) -> "SubjectRequestQuerySet":
        """The privacy officer; nobody else."""
        return self if Role.PRIVACY_OFFICER in user.roles else self.none()

    def open(self) -> "SubjectRequestQuerySet":
        """Those without an answer, the one that is due first in front."""
        return self.filter(outcome="").order_by("due_on", "id")


class SubjectRequest(models.Model):
    """One person asks for one right. Who it is follows from the records it names."""

    right = models.CharField(_("what is asked"), max_length=12, choices=Right.choices)
    received_on = models.DateField(_("received on"), default=today)
    due_on = models.DateField(_("answer before"), default=one_month_on)
    identity_checked = models.BooleanField(_("we know that it is this person"), default=False)
    note = EncryptedTextField(_("note"), blank=True)
    handled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("handled by")
    )
    outcome = models.CharField(
        _("how it ended"), max_length=10, choices=RequestOutcome.choices, blank=True
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    refusal = EncryptedTextField(_("why it was refused"), blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(right__in=Right.values) & Q(outcome__in=["", *RequestOutcome.values]),
                name="request_words_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") ^ Q(closed_on__isnull=False),
                name="request_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("received_on")), name="request_due_later"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("received_on")),
                name="request_closed_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return not self.outcome

    @property
    def days_left(self) -> int:
        """Days until the last day to answer; negative once that is past."""
        return (self.due_on - today()).days


class RequestSubject(models.Model):
    """One record of the person who asks; the same person may have several."""

    request = models.ForeignKey(
        SubjectRequest,
        on_delete=models.CASCADE,
        related_name="subjects",
        verbose_name=_("request"),
    )
    model = models.CharField(_("kind of record"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("record number"))

    class Meta:
        verbose_name = _("record of a request")
        verbose_name_plural = _("records of requests")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "model", "object_id"], name="request_subject_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
