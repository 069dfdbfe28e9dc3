"""Home visits: when, who went, how it went."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import now, today
from core.encryption import EncryptedTextField
from core.restriction import is_restricted
from homevisits.enums import Outcome, Place, Purpose
from recruitment.models import Household


class HomeVisitQuerySet(models.QuerySet["HomeVisit"]):
    """Visits by who may see them."""

    def for_user(self, user: User) -> "HomeVisitQuerySet":
        """The team of the youth service, of families that are not set aside; nobody else."""
        apart = is_restricted(Household, "household")
        return self.exclude(apart) if STAFF & user.roles else self.none()


class HomeVisit(models.Model):
    """One visit to a household, held or not."""

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="visits", verbose_name=_("household")
    )
    on = models.DateField(_("day"), default=today)
    outcome = models.CharField(_("how it went"), max_length=14, choices=Outcome.choices)
    place = models.CharField(_("where"), max_length=18, choices=Place.choices, default=Place.HOME)
    purpose = models.CharField(
        _("why"), max_length=14, choices=Purpose.choices, default=Purpose.ACQUAINTANCE
    )
    visitors = models.ManyToManyField(User, related_name="visits", verbose_name=_("who went"))
    next_steps = EncryptedTextField(_("next steps"), blank=True)
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=now)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = HomeVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values)
                & Q(place__in=Place.values)
                & Q(purpose__in=Purpose.values),
                name="visit_words_known",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_on__isnull=True) | Q(follow_up_on__gte=models.F("on")),
                name="visit_follow_up_later",
                violation_error_message=_("The follow-up comes after the visit."),
            ),
        ]
        indexes = [models.Index(fields=["outcome", "on"])]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
