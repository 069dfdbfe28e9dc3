"""Partner organisations, the data agreements with them, and the people they second to the team."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, holds_on
from core.calendar import today


class Partner(models.Model):
    """An organisation whose people work in the team of the youth service."""

    name = models.CharField(
        _("name"),
        max_length=120,
        unique=True,
        error_messages={"unique": _("There is a partner with this name already.")},
    )
    contact_email = models.EmailField(_("address of its contact"), blank=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="partner_has_name")]

    def __str__(self) -> str:
        return self.name


class DatedQuerySet(models.QuerySet):
    """Rows with a period that can be ended at a moment."""

    def active(self, on: date | None = None) -> "DatedQuerySet":
        """Those that hold on a day; without a day: those that hold at this moment."""
        return self.filter(holds_on(on))


class Dated(models.Model):
    """From a day on, until a day; "end now" keeps the moment too. Ended, never deleted."""

    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        """Whether it holds no more and never will."""
        return self.ended_at is not None or (self.ends_on is not None and self.ends_on < today())


class DataAgreement(Dated):
    """What the city and a partner agreed on personal data; without it its people stay out."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    reference = models.CharField(
        _("reference"), max_length=120, help_text=_("Where the signed paper is kept.")
    )
    signed_on = models.DateField(_("signed on"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("data agreement")
        verbose_name_plural = _("data agreements")
        ordering = ["partner", "-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reference=""), name="agreement_has_reference"),
            models.CheckConstraint(
                condition=Q(signed_on__lte=F("starts_on")),
                name="agreement_signed_first",
                violation_error_message=_("It is signed before it starts, or on that day."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_start",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["partner", "reference"],
                name="agreement_once",
                violation_error_message=_("This agreement was recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SecondmentQuerySet(DatedQuerySet):
    """Secondments by date."""

    def active(self, on: date | None = None) -> "SecondmentQuerySet":
        """Those that open the door on a day (at this moment): under an agreement in force."""
        agreements = DataAgreement.objects.active(on).filter(partner=OuterRef("partner"))
        return self.filter(holds_on(on), Exists(agreements))


class Secondment(Dated):
    """Somebody of a partner who works in the team as a youth consultant."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="secondments", verbose_name=_("user")
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="secondments", verbose_name=_("partner")
    )

    objects = SecondmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("secondment")
        verbose_name_plural = _("secondments")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="secondment_ends_after_start",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["user", "partner"],
                condition=Q(ends_on__isnull=True, ended_at__isnull=True),
                name="secondment_open_once",
                violation_error_message=_("This person is seconded by this partner already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.pk})"
