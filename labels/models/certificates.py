"""Certificates as they were issued, batches for an award evening, and reasons made public."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import now, today
from labels.enums import BatchFormat, BatchState, ItemState
from labels.models.labels import Label, new_code
from labels.models.plans import TEXT_LIMIT
from labels.models.templates import POINTS


class Certificate(models.Model):
    """One issue of a label's certificate. A new issue replaces the one before it.

    `frozen` keeps what is printed on it: {"movement": str, "municipality": str,
    "programme": {nl, fr, en}, "signatory": {nl, fr, en}}; the ten points are the label's own.
    """

    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("label")
    )
    issue = models.PositiveSmallIntegerField(_("issue"), default=1)
    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code)
    frozen = models.JSONField(_("what is printed on it"))
    issued_on = models.DateField(_("issued on"), default=today)
    issued_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("issued by"),
    )
    reason = models.CharField(_("why a new one"), max_length=200, blank=True)
    replaced_on = models.DateField(_("replaced on"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["label", "issue"]
        constraints = [
            models.UniqueConstraint(fields=["label", "issue"], name="certificate_issue_once"),
            models.UniqueConstraint(
                fields=["label"],
                condition=Q(replaced_on__isnull=True),
                name="certificate_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(issue=1) | (Q(issue__gt=1) & ~Q(reason="")),
                name="certificate_new_one_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.issue})"


class CertificateBatch(models.Model):
    """Certificates of several labels at once, made by a job, for an award evening.

    How far it is stands in its rows of `BatchItem`; what was claimed and left is taken up again.
    """

    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), default=now)
    labels = models.ManyToManyField(
        Label, through="BatchItem", related_name="+", verbose_name=_("labels")
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        help_text=_("empty: each in the language of its movement"),
    )
    format = models.CharField(_("as"), max_length=3, choices=BatchFormat.choices)
    with_posters = models.BooleanField(_("with posters"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=BatchState.choices, default=BatchState.WAITING
    )
    # while somebody puts the file together
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to="batches", blank=True)

    class Meta:
        verbose_name = _("batch of certificates")
        verbose_name_plural = _("batches of certificates")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(format__in=BatchFormat.values) & Q(state__in=BatchState.values),
                name="certificatebatch_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.READY) | ~Q(file=""),
                name="certificatebatch_ready_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{_('batch of certificates')} {self.pk}"


class BatchItem(models.Model):
    """One label of a batch, and whether its papers are made."""

    batch = models.ForeignKey(
        CertificateBatch, on_delete=models.CASCADE, related_name="items", verbose_name=_("batch")
    )
    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="+", verbose_name=_("label")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ItemState.choices, default=ItemState.WAITING
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("label in a batch")
        verbose_name_plural = _("labels in a batch")
        ordering = ["batch", "id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "label"], name="batchitem_once"),
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values)
                & (~Q(state=ItemState.CLAIMED) | Q(claimed_at__isnull=False)),
                name="batchitem_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.label}"


class PublishedReason(models.Model):
    """Why a label was awarded, as far as the movement wants the public to read it.

    Number 0 is the decision as a whole, 1 to 10 a point. The text is a copy of what was decided.
    """

    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="published", verbose_name=_("label")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"), max_length=TEXT_LIMIT)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), default=now)

    class Meta:
        verbose_name = _("published reason")
        verbose_name_plural = _("published reasons")
        ordering = ["label", "number"]
        constraints = [
            models.UniqueConstraint(fields=["label", "number"], name="publishedreason_once"),
            models.CheckConstraint(
                condition=Q(number__range=(0, POINTS)) & ~Q(text=""), name="publishedreason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.number}"


class PublicChoice(models.Model):
    """That a movement said what of a label everybody may read; nothing at all is a choice too.

    What it chose stands in the rows of `PublishedReason`.
    """

    label = models.OneToOneField(
        Label, on_delete=models.PROTECT, related_name="public_choice", verbose_name=_("label")
    )
    chosen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("chosen by")
    )
    chosen_at = models.DateTimeField(_("chosen at"), default=now)

    class Meta:
        verbose_name = _("choice of what everybody may read")
        verbose_name_plural = _("choices of what everybody may read")
        ordering = ["label"]

    def __str__(self) -> str:
        return str(self.label)
