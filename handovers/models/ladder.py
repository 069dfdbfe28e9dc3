"""The decisions of the reminder ladder: a row each, so that whatever runs twice decides once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.calendar import now
from handovers.enums import Outcome, Rung, Step, Why
from movements.models import Movement


class Reminder(models.Model):
    """That somebody was reminded, or was left out, or that there was nobody to remind.

    `cycle` is the year of a dated step; for the others the day they are about: of the change of
    team, the end of the label, the light check, the condition.
    `recipient` is "mandate:ID" (the lowest of the person's mandates in the movement), "user:ID",
    "movement:ID" for the mailbox of the group, or "rung:N" where a rung had nobody.
    """

    movement = models.ForeignKey(
        Movement, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("movement")
    )
    step = models.CharField(_("step"), max_length=10, choices=Step.choices)
    cycle = models.CharField(_("cycle"), max_length=10)
    rung = models.PositiveSmallIntegerField(_("rung"), choices=Rung.choices)
    recipient = models.CharField(_("to"), max_length=40)
    due_on = models.DateField(_("due on"))
    decided_on = models.DateField(_("decided on"))
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome.choices)
    why = models.CharField(_("why"), max_length=12, choices=Why.choices)
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "step", "cycle", "recipient"], name="reminder_once"
            ),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="reminder_step_known"),
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="reminder_rung_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="reminder_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_on__gte=models.F("due_on")), name="reminder_never_early"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.step} {self.cycle}"

    @property
    def is_for_staff(self) -> bool:
        """Whether it goes to somebody of the youth service: quiet periods do not bind it."""
        return self.recipient.startswith("user:")
