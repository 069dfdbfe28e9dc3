"""Labels as they were awarded, their numbers, and what happened to them since."""

import secrets
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import add_months, last_day, now, today
from labels.enums import FINAL_EVENTS, LabelEventKind
from labels.models.decisions import Decision
from labels.models.plans import TEXT_LIMIT
from movements.models import Movement


class LabelNumber(models.Model):
    """The last number given out in a year; its row is locked while a label is made."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("last number of a year")
        verbose_name_plural = _("last numbers of years")
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def new_code() -> str:
    """A code for a QR code that nobody can guess: 16 letters and digits."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _i in range(16))


class LabelQuerySet(models.QuerySet["Label"]):
    """Labels by date and by who may see them."""

    def for_user(self, user: User) -> "LabelQuerySet":
        """Those of the movements that this user may see at this moment."""
        return self.filter(movement__in=Movement.objects.for_user(user))

    def with_facts(self) -> "LabelQuerySet":
        """With everything that a label's state is computed from, in two queries for any number."""
        related = ("movement__federation", "decision")
        return self.select_related(*related).prefetch_related("events")

    def valid_on(self, day: date | None = None) -> "LabelQuerySet":
        """Started, not past its end, not paused, and ended by nothing else on that day."""
        on = day or today()
        latest = LabelEvent.objects.filter(label=models.OuterRef("pk"), on__lte=on)
        last_kind = models.Subquery(latest.order_by("-on", "-id").values("kind")[:1])
        # without events the kind is null, and null is neither paused nor not paused
        not_paused = Q(last_kind__isnull=True) | ~Q(last_kind=LabelEventKind.PAUSED)
        return self.alias(last_kind=last_kind).filter(
            not_paused, starts_on__lte=on, effective_end__gte=on
        )


class Label(models.Model):
    """A label as it was awarded; what it is on a date follows from dates and events.

    `frozen` keeps the words of the day of the award: {"movement": str, "municipality": str,
    "programme": {nl, fr, en}, "signatory": {nl, fr, en},
    "mode": str, "outcome": str, "reasons": str, "guidance": str,
    "conditions": [{"text": str, "due_on": iso date}],
    "points": [{"number": int, "title": {nl, fr, en}, "commitment": str, "progress": str,
    "grade": str, "reason": str}]}. Older labels, and those that were taken over, know no mode,
    outcome, reasons, conditions, progress and grades.
    """

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="labels", verbose_name=_("movement")
    )
    decision = models.OneToOneField(
        Decision,
        on_delete=models.PROTECT,
        related_name="label",
        null=True,
        blank=True,
        verbose_name=_("decision"),
    )
    taken_over_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("taken over by"),
        help_text=_("who recorded a label that was decided on before this programme was here"),
    )
    decided_on = models.DateField(_("decided on"))
    previous = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="next",
        null=True,
        blank=True,
        verbose_name=_("label before it"),
    )
    number = models.CharField(_("number"), max_length=12, unique=True)
    code = models.CharField(_("code"), max_length=16, unique=True, default=new_code)
    starts_on = models.DateField(_("valid from"))
    ends_on = models.DateField(_("valid until"))
    effective_end = models.DateField(
        _("last valid day"), help_text=_("earlier than the end when something ended it")
    )
    renewal_months = models.PositiveSmallIntegerField(_("months of the renewal window"))
    grace_months = models.PositiveSmallIntegerField(_("months of grace"))
    frozen = models.JSONField(_("wording at the award"))

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__isnull=False) ^ Q(taken_over_by__isnull=False),
                name="label_decided_or_taken_over",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=F("decided_on")),
                name="label_never_before_its_decision",
                violation_error_message=_("A label cannot start before the decision."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="label_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(effective_end__lte=F("ends_on")), name="label_effective_end"
            ),
            models.UniqueConstraint(
                fields=["movement"], condition=Q(previous__isnull=True), name="label_one_first"
            ),
        ]
        indexes = [models.Index(fields=["starts_on", "effective_end"])]

    def __str__(self) -> str:
        return self.number

    @property
    def renewal_from(self) -> date:
        """First day of the renewal window, which ends on the label's last day."""
        return add_months(self.ends_on + timedelta(days=1), -self.renewal_months)

    @property
    def grace_until(self) -> date:
        """Last day of grace: until then the right to renew is kept."""
        return last_day(self.ends_on + timedelta(days=1), self.grace_months)


class LabelEvent(models.Model):
    """What happened to a label after its award. Rows are only ever added."""

    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, related_name="events", verbose_name=_("label")
    )
    kind = models.CharField(_("what"), max_length=12, choices=LabelEventKind.choices)
    on = models.DateField(_("from"), default=today)
    reason = models.TextField(_("reason"), max_length=TEXT_LIMIT)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded at"), default=now)

    class Meta:
        verbose_name = _("event of a label")
        verbose_name_plural = _("events of labels")
        ordering = ["label", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LabelEventKind.values), name="labelevent_kind_known"
            ),
            models.UniqueConstraint(
                fields=["label"],
                condition=Q(kind__in=sorted(FINAL_EVENTS)),
                name="labelevent_final_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
