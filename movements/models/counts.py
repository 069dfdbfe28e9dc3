"""How many there are in a movement, counted by itself once per working year."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from movements.models.movements import Movement


class HeadCount(models.Model):
    """Members and leaders of one working year; the first one of a movement is its baseline.

    The number with a migration background is the movement's own estimate, without names; it may
    decline to give one.
    """

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="head_counts", verbose_name=_("movement")
    )
    working_year = models.PositiveSmallIntegerField(
        _("working year"), help_text=_("the year in which it began")
    )
    members = models.PositiveSmallIntegerField(_("members"))
    leaders = models.PositiveSmallIntegerField(_("leaders"))
    estimate = models.PositiveSmallIntegerField(
        _("members with a migration background"), null=True, blank=True
    )
    declined = models.BooleanField(_("rather not estimated"), default=False)
    given_on = models.DateField(_("given on"), default=today)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by")
    )

    class Meta:
        verbose_name = _("head count")
        verbose_name_plural = _("head counts")
        ordering = ["movement", "-working_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "working_year"],
                name="head_count_once_a_year",
                violation_error_message=_("There is a head count of this working year already."),
            ),
            models.CheckConstraint(
                condition=Q(declined=False) | Q(estimate__isnull=True),
                name="head_count_declined_is_empty",
                violation_error_code="estimate",
                violation_error_message=_("Give an estimate, or say that you rather do not."),
            ),
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__lte=F("members")),
                name="head_count_estimate_within",
                violation_error_code="estimate",
                violation_error_message=_("These are more than all members together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.working_year}"
