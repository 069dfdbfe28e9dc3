"""Federations, movements, the mandates of the people who lead them, and who coaches them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import now, today
from core.translated import TranslatedField, translated_check
from movements.enums import Function


class Federation(models.Model):
    """A national body, with its own words and its own codes for local groups."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    group_word = TranslatedField(_("its word for a local group"))
    main_leader_word = TranslatedField(_("its word for the main leader"))
    code_pattern = models.CharField(
        _("pattern of a code"), max_length=120, blank=True, help_text=_("a regular expression")
    )
    district_pattern = models.CharField(_("pattern of a district"), max_length=120, blank=True)
    region_pattern = models.CharField(_("pattern of a region (gouw)"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("federation")
        verbose_name_plural = _("federations")
        ordering = ["name"]
        constraints = [
            translated_check("group_word", "federation"),
            translated_check("main_leader_word", "federation"),
        ]

    def __str__(self) -> str:
        return self.name


def active_on(day: date, prefix: str = "") -> models.Q:
    """The condition that a dated row (`starts_on`, `ends_on`) holds on a day, ends included."""
    return models.Q(**{f"{prefix}starts_on__lte": day}) & (
        models.Q(**{f"{prefix}ends_on__isnull": True}) | models.Q(**{f"{prefix}ends_on__gte": day})
    )


class MovementQuerySet(models.QuerySet["Movement"]):
    """Movements by date and by who may see them."""

    def existing(self, on: date | None = None) -> "MovementQuerySet":
        """Movements that exist on a day (today when not said): every denominator asks this."""
        day = on or today()
        started = models.Q(started_on__isnull=True) | models.Q(started_on__lte=day)
        return self.filter(started & (models.Q(stopped_on=None) | models.Q(stopped_on__gte=day)))

    def for_user(self, user: User) -> "MovementQuerySet":
        """All for the youth service; a leader's own by a mandate that holds at this moment."""
        if STAFF & user.roles:
            return self
        mandates = Mandate.objects.active().filter(user=user)
        return self.filter(id__in=mandates.values("movement_id"))


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
                condition=~models.Q(code=""),
                name="movement_code_once",
                violation_error_message=_("This federation has a movement with this number."),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="movement_has_name"),
            models.CheckConstraint(
                condition=models.Q(stopped_on__isnull=True)
                | models.Q(started_on__isnull=True)
                | models.Q(stopped_on__gte=models.F("started_on")),
                name="movement_stops_after_start",
                violation_error_message=_("The last day comes before the start."),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "name"])]

    def __str__(self) -> str:
        return self.name


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
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="coach_ends_after_start",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                fields=["movement"],
                condition=models.Q(ends_on__isnull=True),
                name="coach_one_open",
                violation_error_message=_("This movement has a coach. End that one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.user_id}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates by date."""

    def active(self, on: date | None = None) -> "MandateQuerySet":
        """Those that hold on a day; without a day: those that hold at this moment."""
        if on is not None:
            return self.filter(active_on(on))
        return self.filter(active_on(today()), ended_at__isnull=True)

    def ending_between(self, first: date, last: date) -> "MandateQuerySet":
        """Those whose end falls in a period, both days included."""
        return self.filter(ends_on__range=(first, last), ended_at__isnull=True)


class Mandate(models.Model):
    """One person's dated function in one movement; ended, never deleted.

    Contact details stand here and not on the user, so they end with the mandate.
    """

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("movement")
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="mandates",
        null=True,
        blank=True,
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    function = models.CharField(
        _("function"), max_length=20, choices=Function.choices, default=Function.LEADER
    )
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["movement", "function", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(function__in=Function.values), name="mandate_function_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="mandate_ends_after_start",
                violation_error_message=_("The end comes before the start."),
            ),
            models.UniqueConstraint(
                "movement",
                Lower("email"),
                "function",
                "starts_on",
                name="mandate_once",
                violation_error_message=_("This mandate was recorded already."),
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="mandate_ends_on")]

    def __str__(self) -> str:
        return f"{Function(self.function).label} {self.pk}"

    @property
    def key(self) -> str:
        """How logs and the outbox name this person."""
        return f"mandate:{self.pk}"

    @property
    def holds_now(self) -> bool:
        """Whether it holds at this moment."""
        day = today()
        in_time = self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)
        return in_time and self.ended_at is None


class Invitation(models.Model):
    """A link that says "you are in this team"; it shows a name and never signs anybody in."""

    mandate = models.ForeignKey(
        Mandate, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("mandate")
    )
    token_digest = models.CharField(_("digest of the link"), max_length=64, unique=True)
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("sent"), default=now)
    expires_at = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="invitation_expires_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.created_at:%Y-%m-%d}"
