"""Action plans with their points and examples, and the steps they took."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import now, today
from labels.enums import (
    DECIDED_STATES,
    STATE_KINDS,
    STORED_EXAMPLES,
    WAITING_STATES,
    ExampleKind,
    Grade,
    Kept,
    PlanAction,
    PlanState,
    PointState,
)
from labels.models.templates import POINTS, PlanTemplate, TemplatePoint
from movements.models import Mandate, Movement
from programmes.models import Edition

TEXT_LIMIT = 2000


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    """Plans by who may see them."""

    def for_user(self, user: User) -> "ActionPlanQuerySet":
        """To look at: all for the youth service; a leader's own, also before a mandate begins."""
        if STAFF & user.roles:
            return self
        mandates = Mandate.objects.not_over().filter(user=user)
        return self.filter(movement__in=mandates.values("movement_id"))

    def waiting(self) -> "ActionPlanQuerySet":
        """Those with which the youth service has something to do.

        The plan of a movement that is not there any more rests, whatever its state.
        """
        there = Movement.objects.existing()
        return self.filter(state__in=WAITING_STATES, movement__in=there)

    def open(self) -> "ActionPlanQuerySet":
        """Plans that are not awarded yet."""
        return self.exclude(state__in=DECIDED_STATES)


class ActionPlan(models.Model):
    """A movement's plan on the ten points in one round."""

    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="plans", verbose_name=_("movement")
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="plans", verbose_name=_("edition")
    )
    template = models.ForeignKey(
        PlanTemplate, on_delete=models.PROTECT, related_name="plans", verbose_name=_("template")
    )
    state = models.CharField(
        _("state"), max_length=30, choices=PlanState.choices, default=PlanState.DRAFT
    )
    opened_on = models.DateField(_("opened on"), default=today)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    answer_by = models.DateField(_("answer by"), null=True, blank=True)

    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT) ^ Q(submitted_at__isnull=False),
                name="plan_submitted_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.MORE_ASKED) | Q(answer_by__isnull=False),
                name="plan_more_asked_by_a_date",
            ),
            models.UniqueConstraint(
                fields=["movement"],
                condition=~Q(state__in=sorted(DECIDED_STATES)),
                name="plan_one_open",
                violation_error_message=_("This movement has an open plan already."),
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"])]

    def __str__(self) -> str:
        return f"{self.movement} {self.opened_on:%Y}"

    @property
    def tag_kind(self) -> str:
        """The kind of tag that shows the state."""
        return STATE_KINDS.get(PlanState(self.state), "quiet")


class ActionPoint(models.Model):
    """What the movement promises and does on one point, and what the assessor says of it."""

    plan = models.ForeignKey(
        ActionPlan, on_delete=models.CASCADE, related_name="points", verbose_name=_("action plan")
    )
    point = models.ForeignKey(
        TemplatePoint, on_delete=models.PROTECT, related_name="+", verbose_name=_("point")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    commitment = models.TextField(_("what we will do"), blank=True, max_length=TEXT_LIMIT)
    progress = models.TextField(_("how far we are"), blank=True, max_length=TEXT_LIMIT)
    is_done = models.BooleanField(_("done"), default=False)
    grade = models.CharField(_("grade"), max_length=20, choices=Grade.choices, blank=True)
    reason = models.TextField(_("why"), blank=True, max_length=TEXT_LIMIT)
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("the same point in the plan before"),
    )
    kept = models.CharField(
        _("what became of the promise before"), max_length=10, choices=Kept.choices, blank=True
    )
    is_shared = models.BooleanField(_("other groups may read it"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("action point")
        verbose_name_plural = _("action points")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="actionpoint_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, POINTS)), name="actionpoint_one_to_ten"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=["", *Grade.values]), name="actionpoint_grade_known"
            ),
            models.CheckConstraint(
                condition=Q(kept__in=["", *Kept.values]), name="actionpoint_kept_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.point.title}"

    @property
    def state(self) -> PointState:
        """The segment of the ring: verified beats done beats started."""
        if self.grade == Grade.WELL_UNDERWAY:
            return PointState.VERIFIED
        if self.is_done:
            return PointState.DONE
        started = self.commitment.strip() or self.progress.strip()
        return PointState.STARTED if started else PointState.EMPTY


class ExampleQuerySet(models.QuerySet["Example"]):
    """Examples by who may see them."""

    def for_user(self, user: User) -> "ExampleQuerySet":
        """Those on plans that this user may see."""
        return self.filter(point__plan__in=ActionPlan.objects.for_user(user))


class Example(models.Model):
    """Something that shows what the movement does on a point. It belongs to the movement."""

    point = models.ForeignKey(
        ActionPoint, on_delete=models.CASCADE, related_name="examples", verbose_name=_("point")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ExampleKind.choices)
    caption = models.CharField(_("what it shows"), max_length=200)
    url = models.URLField(
        _("link"), blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    file = models.FileField(_("file"), upload_to="examples", blank=True)
    added_at = models.DateTimeField(_("added at"), default=now)
    is_shared = models.BooleanField(_("other groups may see it"), default=False)

    objects = ExampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        ordering = ["point", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=ExampleKind.LINK) & ~Q(url="") & Q(file=""))
                | (Q(kind__in=STORED_EXAMPLES) & Q(url="") & ~Q(file="")),
                name="example_is_link_or_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class PlanStep(models.Model):
    """One transition of a plan, with the words that went with it. Rows are only ever added."""

    plan = models.ForeignKey(
        ActionPlan, on_delete=models.PROTECT, related_name="steps", verbose_name=_("action plan")
    )
    action = models.CharField(_("action"), max_length=30, choices=PlanAction.choices)
    state = models.CharField(_("state after it"), max_length=30, choices=PlanState.choices)
    at = models.DateTimeField(_("at"), default=now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    message = models.TextField(_("message"), blank=True, max_length=TEXT_LIMIT)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action__in=PlanAction.values) & Q(state__in=PlanState.values),
                name="planstep_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d}"
