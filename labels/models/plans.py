"""Ten-point templates, action plans with their points and examples, and the decisions on them."""

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import now, today
from core.translated import TranslatedField, translated_check
from labels.enums import (
    DECIDED_STATES,
    STATE_KINDS,
    STORED_EXAMPLES,
    WAITING_STATES,
    ExampleKind,
    Grade,
    PlanAction,
    PlanState,
    PointState,
)
from movements.models import Mandate, Movement
from programmes.models import Edition

POINTS = 10
TEXT_LIMIT = 2000


class PlanTemplateQuerySet(models.QuerySet["PlanTemplate"]):
    """Templates by whether plans may begin with them."""

    def published(self) -> "PlanTemplateQuerySet":
        """Published ones, the latest version first."""
        return self.filter(published_on__isnull=False).order_by("-version")


class PlanTemplate(models.Model):
    """One version of the ten points. A published version never changes; a plan keeps its own."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    name = TranslatedField(_("name"))
    published_on = models.DateField(_("published on"), null=True, blank=True)

    objects = PlanTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["-version"]
        constraints = [translated_check("name", "plantemplate")]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class TemplatePoint(models.Model):
    """One of the ten points of a template, in each language."""

    template = models.ForeignKey(
        PlanTemplate, on_delete=models.CASCADE, related_name="points", verbose_name=_("template")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"), long=True)
    guidance = TranslatedField(_("what to write"), long=True)

    class Meta:
        verbose_name = _("point of the template")
        verbose_name_plural = _("points of the template")
        ordering = ["template", "number"]
        constraints = [
            translated_check("title", "templatepoint"),
            models.UniqueConstraint(fields=["template", "number"], name="templatepoint_once"),
            models.CheckConstraint(
                condition=Q(number__range=(1, POINTS)),
                name="templatepoint_one_to_ten",
                violation_error_message=_("A plan has the points 1 to 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


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


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by how far they are."""

    def open(self) -> "DecisionQuerySet":
        """Proposals that wait for a second person; at most one per plan."""
        return self.filter(decided_on__isnull=True, returned_at__isnull=True)

    def declined(self) -> "DecisionQuerySet":
        """Confirmed decisions "not yet"."""
        return self.filter(decided_on__isnull=False, outcome=PlanAction.DECLINE)


class Decision(models.Model):
    """A proposal and its confirmation by another person: who, when, on what, for which reasons."""

    plan = models.ForeignKey(
        ActionPlan, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("plan")
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=30,
        choices=[
            (PlanAction.AWARD.value, _("award")),
            (PlanAction.AWARD_WITH_CONDITIONS.value, _("award with conditions")),
            (PlanAction.DECLINE.value, _("not yet")),
        ],
    )
    reasons = models.TextField(_("reasons for the movement"), max_length=TEXT_LIMIT)
    conditions = models.TextField(_("conditions"), blank=True, max_length=TEXT_LIMIT)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=now)
    confirmed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    effective_on = models.DateField(_("valid from"), null=True, blank=True)
    returned_at = models.DateTimeField(_("sent back at"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="decision_two_persons",
                violation_error_message=_("Who proposed cannot confirm."),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, decided_on__isnull=True)
                | Q(confirmed_by__isnull=False, decided_on__isnull=False),
                name="decision_confirmed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(effective_on__isnull=True) | Q(effective_on__gte=F("decided_on")),
                name="decision_never_backwards",
                violation_error_message=_("A label cannot start before the decision."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["award", "award_with_conditions", "decline"]),
                name="decision_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(returned_at__isnull=True),
                name="decision_confirmed_or_returned",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="award_with_conditions") | ~Q(conditions=""),
                name="decision_conditions_written",
                violation_error_message=_("Write the conditions."),
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(decided_on__isnull=True, returned_at__isnull=True),
                name="decision_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.pk}"
