"""Federations, movements, the mandates of the people who lead them, and who coaches them.

A constraint names, as its error code, the field at which a form shows that it was broken.
"""

import re
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import add_months, now, today
from core.erasing import erased_word
from core.restriction import is_restricted
from core.translated import TranslatedField, translated_check
from movements.enums import Function, TeamState

ENDS_SOON_MONTHS = 6


def tidy(text: str) -> str:
    """Text on one line, without blanks around it or doubled inside it."""
    return " ".join(text.split())


def tidy_code(text: str) -> str:
    """A number as the federation writes it: in capitals, without doubled blanks."""
    return tidy(text).upper()


def matches(pattern: str, text: str) -> bool:
    """Whether a federation's pattern fits the whole of a text; no pattern fits nothing."""
    return bool(pattern) and re.fullmatch(pattern, text) is not None


PATTERNS = ("code_pattern", "district_pattern", "region_pattern")


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

    def clean(self) -> None:
        """A pattern is a regular expression."""
        for field in PATTERNS:
            try:
                re.compile(getattr(self, field))
            except re.error as error:
                message = gettext("This is not a regular expression.")
                raise ValidationError({field: message}) from error


def active_on(day: date, prefix: str = "") -> Q:
    """The condition that a dated row (`starts_on`, `ends_on`) holds on a day, ends included."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": day})
    )


class MovementQuerySet(models.QuerySet["Movement"]):
    """Movements by date and by who may see them."""

    def existing(self, on: date | None = None) -> "MovementQuerySet":
        """Movements that exist on a day (today when not said): every denominator asks this."""
        day = on or today()
        started = Q(started_on__isnull=True) | Q(started_on__lte=day)
        return self.filter(started & (Q(stopped_on=None) | Q(stopped_on__gte=day)))

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
        lasting = leaders.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=soon))
        return self.annotate(
            team_state=Case(
                When(~Exists(leaders), then=Value(TeamState.NOBODY)),
                When(~Exists(leaders.filter(user__isnull=False)), then=Value(TeamState.UNINVITED)),
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

    def clean(self) -> None:
        """Names stand on one line; a number fits the pattern of its federation."""
        self.name, self.code = tidy(self.name), tidy_code(self.code)
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


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates by date."""

    def active(self, on: date | None = None) -> "MandateQuerySet":
        """Those that hold on a day; without a day: those that hold at this moment."""
        if on is not None:
            # one that was ended before it began never held
            begun = Q(ended_at__isnull=True) | Q(ended_at__date__gte=F("starts_on"))
            return self.filter(active_on(on), begun)
        return self.filter(active_on(today()), ended_at__isnull=True)

    def in_use(self) -> "MandateQuerySet":
        """All but those of people who were erased, or whom the privacy officer set aside."""
        return self.exclude(email="").exclude(is_restricted(Mandate))

    def not_over(self) -> "MandateQuerySet":
        """Those that hold at this moment or begin later: their people may look, not all write."""
        ends = Q(ends_on__isnull=True) | Q(ends_on__gte=today())
        return self.filter(ends, ended_at__isnull=True)

    def by_function(self) -> "MandateQuerySet":
        """Main leaders first, adult supervisors last, then by name."""
        rank = [When(function=value, then=Value(n)) for n, value in enumerate(Function.values)]
        return self.order_by(Case(*rank), "name", "id")

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
    turns_18_on = models.DateField(
        _("turns 18 on"),
        null=True,
        blank=True,
        help_text=_(
            "Only for somebody who is not 18 yet. Until that day we keep no phone number; "
            "after it the date is forgotten."
        ),
    )
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
                condition=Q(function__in=Function.values), name="mandate_function_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="mandate_ends_after_start",
                violation_error_code="ends_on",
                violation_error_message=_("The end comes before the start."),
            ),
            # a date in the past is emptied by the services, so this holds whatever the day
            models.CheckConstraint(
                condition=Q(turns_18_on__isnull=True) | Q(phone=""),
                name="mandate_minor_without_phone",
                violation_error_code="phone",
                violation_error_message=_("We keep no phone number of somebody under 18."),
            ),
            models.UniqueConstraint(
                "movement",
                Lower("email"),
                "function",
                "starts_on",
                condition=~Q(email=""),  # without one: of somebody who was erased
                name="mandate_once",
                violation_error_code="email",
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
    def is_erased(self) -> bool:
        """Whether the person was erased: nobody else is without a name."""
        return not self.name

    @property
    def shown_name(self) -> str:
        """The name, or the word that stands for it."""
        return self.name or erased_word()

    @property
    def holds_now(self) -> bool:
        """Whether it holds at this moment."""
        day = today()
        in_time = self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)
        return in_time and self.ended_at is None

    @property
    def is_over(self) -> bool:
        """Whether it holds no more and never will."""
        return self.ended_at is not None or (self.ends_on is not None and self.ends_on < today())

    @property
    def may_be_invited(self) -> bool:
        """Whether a link still makes sense: linked to an open account, and not over."""
        return self.user is not None and self.user.is_active and not self.is_over


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
                condition=Q(expires_at__gt=F("created_at")),
                name="invitation_expires_later",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.created_at:%Y-%m-%d}"
