"""One edition of the programme: its names, period, label policy, quiet periods and targets."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import triggers
from core.calendar import today
from core.translated import TranslatedField, translated_check
from programmes.enums import Indicator, LabelMode


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions by date."""

    def current(self, on: date | None = None) -> "Edition | None":
        """The edition of a day (today when not said); after its end the latest one goes on.

        Labels and checks fall due after an edition ends, so its policy stays in force until the
        next edition starts.
        """
        return self.filter(starts_on__lte=on or today()).order_by("-starts_on").first()


class Edition(models.Model):
    """The programme of one city during one period."""

    name = TranslatedField(_("name"))
    municipality = models.CharField(_("municipality"), max_length=80)
    starts_on = models.DateField(_("first day"), unique=True)
    ends_on = models.DateField(_("last day"))
    contact_email = models.EmailField(_("contact address"))
    signatory = TranslatedField(_("who signs certificates"))
    label_mode = models.CharField(
        _("mode of the label"),
        max_length=12,
        choices=LabelMode.choices,
        default=LabelMode.COMMITMENT,
    )
    label_months = models.PositiveSmallIntegerField(_("months a label is valid"), default=36)
    renewal_months = models.PositiveSmallIntegerField(_("months of the renewal window"), default=6)
    grace_months = models.PositiveSmallIntegerField(_("months of grace"), default=3)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-starts_on"]
        constraints = [
            translated_check("name", "edition"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="edition_ends_after_start",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(label_mode__in=LabelMode.values), name="edition_mode_known"
            ),
            models.CheckConstraint(
                condition=models.Q(label_months__gte=1)
                & models.Q(renewal_months__lte=models.F("label_months")),
                name="edition_label_months",
                violation_error_message=_("The renewal window cannot be longer than the label."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class QuietPeriod(models.Model):
    """Days of every year on which volunteers get no reminders (exams, camp); both ends included."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="quiet_periods", verbose_name=_("edition")
    )
    reason = TranslatedField(_("reason"))
    first_month = models.PositiveSmallIntegerField(_("first month"))
    first_day = models.PositiveSmallIntegerField(_("first day"))
    last_month = models.PositiveSmallIntegerField(_("last month"))
    last_day = models.PositiveSmallIntegerField(_("last day"))

    class Meta:
        verbose_name = _("quiet period")
        verbose_name_plural = _("quiet periods")
        ordering = ["first_month", "first_day"]
        constraints = [
            translated_check("reason", "quietperiod"),
            models.CheckConstraint(
                condition=models.Q(first_month__range=(1, 12))
                & models.Q(last_month__range=(1, 12))
                & models.Q(first_day__range=(1, 31))
                & models.Q(last_day__range=(1, 31)),
                name="quietperiod_real_days",
                violation_error_message=_("Months go from 1 to 12, days from 1 to 31."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reason)

    def covers(self, day: date) -> bool:
        """Whether a day falls in it; a period may run over New Year."""
        first, last = (self.first_month, self.first_day), (self.last_month, self.last_day)
        this = (day.month, day.day)
        return first <= this <= last if first <= last else this >= first or this <= last


class Target(models.Model):
    """What an indicator should reach, from a day on. A change is a new row with a reason."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="targets", verbose_name=_("edition")
    )
    indicator = models.CharField(_("indicator"), max_length=20, choices=Indicator.choices)
    value = models.PositiveIntegerField(_("target"))
    valid_from = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(indicator__in=Indicator.values), name="target_indicator_known"
            ),
            models.UniqueConstraint(
                fields=["edition", "indicator", "valid_from"],
                name="target_once_a_day",
                violation_error_message=_("There is a target from this day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(value__gte=1),
                name="target_at_least_one",
                violation_error_message=_("A target is at least 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{Indicator(self.indicator).label}: {self.value}"


triggers.refuse("programmes_target")


class PlannedValue(models.Model):
    """One point of the planned curve: the cumulative value expected at the end of a day."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="planned", verbose_name=_("edition")
    )
    indicator = models.CharField(_("indicator"), max_length=20, choices=Indicator.choices)
    on = models.DateField(_("day"))
    value = models.PositiveIntegerField(_("planned"))

    class Meta:
        verbose_name = _("planned value")
        verbose_name_plural = _("planned values")
        ordering = ["indicator", "on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(indicator__in=Indicator.values), name="planned_indicator_known"
            ),
            models.UniqueConstraint(
                fields=["edition", "indicator", "on"], name="planned_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{Indicator(self.indicator).label} {self.on}: {self.value}"
