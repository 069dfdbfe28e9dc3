"""Movements by date, and who coaches them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import add_months, today
from movements import years
from movements.enums import Function, TeamState
from movements.models.dated import active_on
from movements.models.federations import Federation, matches, tidy, tidy_code
from movements.models.mandates import Mandate, kept_up

ENDS_SOON_MONTHS = 6


class MovementQuerySet(models.QuerySet["Movement"]):
    """Movements by date and by who may see them."""

    def existing(self, on: date | None = None) -> "MovementQuerySet":
        """Movements that exist on a day (today when not said), also those that pause."""
        day = on or today()
        started = Q(started_on__isnull=True) | Q(started_on__lte=day)
        return self.filter(started & (Q(stopped_on=None) | Q(stopped_on__gte=day)))

    def running(self, on: date | None = None) -> "MovementQuerySet":
        """Movements that exist and do not pause on a day: every denominator asks this."""
        return self.existing(on).filter(~self._pauses(on))

    def pausing(self, on: date | None = None) -> "MovementQuerySet":
        """Movements that exist and have no activities on a day."""
        return self.existing(on).filter(self._pauses(on))

    def _pauses(self, on: date | None) -> Exists:
        # named, not imported: pauses know movements, not the other way round
        pause: Any = self.model._meta.get_field("pauses").related_model
        return Exists(pause.objects.filter(active_on(on or today()), movement=OuterRef("pk")))

    def for_user(self, user: User) -> "MovementQuerySet":
        """To look at: all for the youth service; a leader's own, also before a mandate begins."""
        if STAFF & user.roles:
            return self
        mandates = Mandate.objects.not_over().filter(user=user, user__is_active=True)
        return self.filter(id__in=mandates.values("movement_id"))

    def with_coach(self, on: date | None = None) -> "MovementQuerySet":
        """Each with `coach_id` and `coach_name`: who coaches it on a day (today when not said)."""
        coaches = CoachAssignment.objects.filter(active_on(on or today()), movement=OuterRef("pk"))
        newest = coaches.order_by("-starts_on", "-id")
        return self.annotate(
            coach_id=Subquery(newest.values("user_id")[:1]),
            coach_name=Subquery(newest.values("user__full_name")[:1]),
        )

    def with_team_state(self) -> "MovementQuerySet":
        """Each with `team_state`: how its main leadership stands at this moment."""
        leaders = Mandate.objects.active().filter(
            movement=OuterRef("pk"), function=Function.MAIN_LEADER
        )
        soon = add_months(today(), ENDS_SOON_MONTHS)
        going_on = leaders.filter(kept_up(years.asked_since(today())))
        lasting = going_on.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=soon))
        return self.annotate(
            team_state=Case(
                When(~Exists(leaders), then=Value(TeamState.NOBODY)),
                When(~Exists(leaders.filter(user__isnull=False)), then=Value(TeamState.UNINVITED)),
                When(~Exists(going_on), then=Value(TeamState.UNCONFIRMED)),
                When(~Exists(lasting), then=Value(TeamState.ENDS_SOON)),
                default=Value(TeamState.IN_PLACE),
                output_field=models.CharField(),
            )
        )


class Movement(models.Model):
    """A local group. Plan, label and history belong to it, never to a person."""

    federation = models.ForeignKey(
        Federation,
        on_delete=models.PROTECT,
        related_name="movements",
        verbose_name=_("federation"),
    )
    code = models.CharField(_("number at the federation"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    municipality = models.CharField(_("municipality"), max_length=80, blank=True)
    place = models.CharField(
        _("meeting place"), max_length=160, blank=True, help_text=_("street and number, or a name")
    )
    vcode = models.CharField(
        _("vCode"),
        max_length=8,
        blank=True,
        help_text=_("its number in the Flemish register of associations, such as V1234567"),
        validators=[
            RegexValidator(r"^V[0-9]{7}\Z", _("A vCode is a V with seven figures behind it."))
        ],
    )
    capacity = models.PositiveSmallIntegerField(
        _("places for children"), null=True, blank=True, help_text=_("how many it can take")
    )
    waiting = models.PositiveSmallIntegerField(
        _("children on its waiting list"), null=True, blank=True
    )
    waiting_on = models.DateField(_("waiting list as of"), null=True, blank=True)
    mailbox = models.EmailField(_("mailbox of the group"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="nl"
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    stopped_on = models.DateField(_("last day"), null=True, blank=True)

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["federation", "code"],
                condition=~Q(code=""),
                name="movement_code_once",
                violation_error_code="code",
                violation_error_message=_("This federation has a movement with this number."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="movement_has_name"),
            models.UniqueConstraint(
                fields=["vcode"],
                condition=~Q(vcode=""),
                name="movement_vcode_once",
                violation_error_code="vcode",
                violation_error_message=_("Another movement has this vCode."),
            ),
            models.CheckConstraint(
                condition=Q(waiting__isnull=True, waiting_on__isnull=True)
                | Q(waiting__isnull=False, waiting_on__isnull=False),
                name="movement_waiting_list_dated",
                violation_error_code="waiting_on",
                violation_error_message=_("Say of which day this waiting list is."),
            ),
            models.CheckConstraint(
                condition=Q(stopped_on__isnull=True)
                | Q(started_on__isnull=True)
                | Q(stopped_on__gte=F("started_on")),
                name="movement_stops_after_start",
                violation_error_code="stopped_on",
                violation_error_message=_("The last day comes before the start."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "name"])]

    def __str__(self) -> str:
        return self.name

    def exists_on(self, day: date) -> bool:
        """Whether the movement is there on a day; `MovementQuerySet.existing` says it in SQL."""
        begun = self.started_on is None or self.started_on <= day
        return begun and (self.stopped_on is None or self.stopped_on >= day)

    def clean(self) -> None:
        """Names and places stand on one line; a number fits the pattern of its federation."""
        self.name, self.code = tidy(self.name), tidy_code(self.code)
        self.place = tidy(self.place)
        pattern = self.federation.code_pattern if self.federation_id else ""
        if pattern and self.code and not matches(pattern, self.code):
            message = gettext("%(federation)s does not write its numbers like this.")
            raise ValidationError({"code": message % {"federation": self.federation}})


class CoachAssignment(models.Model):
    """The member of staff who coaches a movement, from a day on."""

    movement = models.ForeignKey(
        Movement, on_delete=models.CASCADE, related_name="coaches", verbose_name=_("movement")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="coached", verbose_name=_("coach")
    )
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("coach")
        verbose_name_plural = _("coaches")
        ordering = ["movement", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="coach_ends_after_start",
                violation_error_code="ends_on",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["movement"],
                condition=Q(ends_on__isnull=True),
                name="coach_one_open",
                violation_error_message=_("This movement has a coach. End that one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.user_id}"
