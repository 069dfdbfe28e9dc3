"""Decisions on plans: who proposed, who confirmed, and the conditions that came with an award."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import now, today
from labels.enums import PlanAction, Settled
from labels.models.plans import TEXT_LIMIT, ActionPlan


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by how far they are, and by who may see them."""

    def for_user(self, user: User) -> "DecisionQuerySet":
        """Those on plans that this user may see."""
        return self.filter(plan__in=ActionPlan.objects.for_user(user))

    def confirmed(self) -> "DecisionQuerySet":
        """Decisions that were taken, the newest first."""
        return self.filter(decided_on__isnull=False).order_by("-id")

    def open(self) -> "DecisionQuerySet":
        """Proposals that wait for a second person; at most one per plan."""
        return self.filter(decided_on__isnull=True, returned_at__isnull=True)

    def declined(self) -> "DecisionQuerySet":
        """Confirmed decisions "not yet"."""
        return self.filter(decided_on__isnull=False, outcome=PlanAction.DECLINE)


class Decision(models.Model):
    """A proposal and its confirmation by another person: who, when, on what, for which reasons.

    `frozen` keeps the words of the day of the decision, as `Label.frozen` does: the letter is made
    of them. It is None before the decision, and for decisions from before it was kept.
    """

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
    guidance = models.TextField(
        _("what the movement can do now"),
        blank=True,
        default="",
        max_length=TEXT_LIMIT,
        help_text=_("with a “not yet”: how the label comes nearer"),
    )
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
    frozen = models.JSONField(_("wording at the decision"), null=True, blank=True)

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
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(decided_on__isnull=True, returned_at__isnull=True),
                name="decision_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.pk}"


class ConditionQuerySet(models.QuerySet["Condition"]):
    """Conditions of awards by whether they still stand."""

    def open(self) -> "ConditionQuerySet":
        """Of confirmed awards, and nobody settled them yet."""
        return self.filter(decision__decided_on__isnull=False, settled="")

    def missed(self, on: date | None = None) -> "ConditionQuerySet":
        """Open, and their day is over."""
        return self.open().filter(due_on__lt=on or today())


class Condition(models.Model):
    """Something that a movement does by a day after an award with conditions."""

    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        related_name="due_conditions",
        verbose_name=_("decision"),
    )
    text = models.TextField(_("condition"), max_length=TEXT_LIMIT)
    due_on = models.DateField(_("by"))
    settled = models.CharField(
        _("what became of it"), max_length=10, choices=Settled.choices, blank=True
    )
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("settled by"),
    )
    note = models.TextField(_("note"), blank=True, max_length=TEXT_LIMIT)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled="", settled_on__isnull=True, settled_by__isnull=True)
                | Q(
                    settled__in=Settled.values,
                    settled_on__isnull=False,
                    settled_by__isnull=False,
                ),
                name="condition_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="condition_says_something"),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(settled=""), name="condition_due")]

    def __str__(self) -> str:
        return f"{_('condition')} {self.pk}"

    @property
    def is_missed(self) -> bool:
        """Nobody settled it and its day is over."""
        return not self.settled and self.due_on < today()
