"""Following a running label: the yearly light check by the movement, and visits to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from labels.enums import CheckAnswer, CheckReason
from labels.models.labels import Label
from labels.models.plans import TEXT_LIMIT
from labels.models.templates import POINTS


class LightCheck(models.Model):
    """The question to a movement with a label whether its promises are still true.

    Which ones fall due is arithmetic over the dates; a row is made when one is answered.
    """

    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="checks", verbose_name=_("label")
    )
    due_on = models.DateField(_("due on"))
    reason = models.CharField(_("because of"), max_length=10, choices=CheckReason.choices)
    answered_at = models.DateTimeField(_("answered at"))
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    note = models.TextField(_("note"), blank=True, max_length=TEXT_LIMIT)
    looked_at = models.DateTimeField(
        _("looked at"), null=True, blank=True, help_text=_("when the youth service read it")
    )
    looked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("looked at by"),
    )

    class Meta:
        verbose_name = _("light check")
        verbose_name_plural = _("light checks")
        ordering = ["label", "due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["label", "due_on", "reason"], name="lightcheck_once"),
            models.CheckConstraint(
                condition=Q(reason__in=CheckReason.values), name="lightcheck_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
                name="lightcheck_looked_at_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due_on}"


class CheckedPoint(models.Model):
    """What a movement answered about one promise; only those that are not simply still true."""

    check_made = models.ForeignKey(
        LightCheck, on_delete=models.CASCADE, related_name="points", verbose_name=_("light check")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    answer = models.CharField(_("answer"), max_length=10, choices=CheckAnswer.choices)
    text = models.TextField(_("what changed"), blank=True, max_length=TEXT_LIMIT)

    class Meta:
        verbose_name = _("checked point")
        verbose_name_plural = _("checked points")
        ordering = ["check_made", "number"]
        constraints = [
            models.UniqueConstraint(fields=["check_made", "number"], name="checkedpoint_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, POINTS)) & Q(answer__in=CheckAnswer.values),
                name="checkedpoint_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_made} {self.number}"


class LabelVisit(models.Model):
    """A visit of the youth service to a movement with a label, to see how it goes."""

    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="visits", verbose_name=_("label")
    )
    on = models.DateField(_("day"), default=today)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    note = models.TextField(_("what we saw"), max_length=TEXT_LIMIT)

    class Meta:
        verbose_name = _("visit to a group")
        verbose_name_plural = _("visits to groups")
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.label} {self.on}"
