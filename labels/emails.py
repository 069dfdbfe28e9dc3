"""The mails about a plan: to the youth service when it is with them, to the movement otherwise.

Each belongs to one step of one plan. A mail is due while that step is the last thing that happened
to the plan (a decision: until the next one) and its reader still has the role or mandate by which
it was addressed. All of one movement stand in one thread, that of its conversation.
"""

from abc import ABC, abstractmethod
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import STAFF, Role
from accounts.models import User
from accounts.selectors import users_with_role
from core.outbox import Message, enqueue, register
from core.restriction import is_set_aside
from labels.enums import OUTCOMES, WAITING_STATES, PlanAction
from labels.models import ActionPlan, Decision, PlanStep
from labels.selectors.plans import expected_answer, gaps
from movements.models import Mandate
from movements.selectors import coach_of, team_of
from movements.selectors.mails import reply_address, thread_of

Recipient = User | Mandate


class PlanMail(Message, ABC):
    """What the mails about a plan share: `object_id` is the plan's, `step` that of its step."""

    keep = timedelta(days=365)  # a step is taken once, so nothing is held back by its row

    @cached_property
    def plan(self) -> ActionPlan:
        plans = ActionPlan.objects.select_related("movement", "edition")
        return plans.get(pk=self.object_id)

    @cached_property
    def plan_step(self) -> PlanStep:
        return self.plan.steps.get(pk=int(self.step))

    @cached_property
    def to(self) -> Recipient:
        model: type[User] | type[Mandate] = User if self.recipient.startswith("user:") else Mandate
        return model._default_manager.get(pk=int(self.recipient.partition(":")[2]))

    @classmethod
    @abstractmethod
    def recipients(cls, plan: ActionPlan) -> list[Recipient]:
        """Who gets this mail, by the facts of now."""

    @abstractmethod
    def reader_is_right(self) -> bool:
        """Whether the reader still has what made them a recipient."""

    def still_due(self) -> bool:
        nothing_since = not self.plan.steps.filter(pk__gt=self.plan_step.pk).exists()
        return nothing_since and self.reader_is_right()

    def address(self) -> str:
        return self.to.email

    def thread(self) -> str:
        return thread_of(self.plan.movement)

    def words(self) -> dict[str, str]:
        return {"movement": self.plan.movement.name}

    def context(self) -> dict[str, Any]:
        return {
            "name": self.to.full_name if isinstance(self.to, User) else self.to.name,
            "movement": self.plan.movement,
            "plan": self.plan,
            "message": self.plan_step.message,
            "path": self.path(),
            "programme_name": str(self.plan.edition.name),
        }

    @abstractmethod
    def path(self) -> str:
        """The one page that this mail is about."""


@register("plan_submitted")
class PlanSubmitted(PlanMail):
    """A plan, or the answer of a movement, is there: to the coach, else to the coordinators."""

    called = gettext_lazy("plan or answer handed in")

    @classmethod
    def recipients(cls, plan: ActionPlan) -> list[Recipient]:
        coach = coach_of(plan.movement)
        return [coach] if coach is not None else [*users_with_role(Role.COORDINATOR)]

    def reader_is_right(self) -> bool:
        return isinstance(self.to, User) and bool(self.to.roles & STAFF)

    @property
    def is_answer(self) -> bool:
        return self.plan_step.action == PlanAction.ANSWER

    def subject(self) -> str:
        if self.is_answer:
            return _("%(movement)s answered your question") % self.words()
        return _("%(movement)s handed in its plan") % self.words()

    def context(self) -> dict[str, Any]:
        empty = [str(point.number) for point in gaps(self.plan)]
        expected = expected_answer(self.plan)
        return {
            **super().context(),
            "is_answer": self.is_answer,
            "empty": empty,
            "expected": expected,
        }

    def path(self) -> str:
        return reverse("admin:labels_actionplan_assess", args=[self.plan.pk])


class MailToTeam(PlanMail):
    """To everybody who leads the movement now, each address once."""

    @classmethod
    def recipients(cls, plan: ActionPlan) -> list[Recipient]:
        by_address: dict[str, Recipient] = {}
        for mandate in team_of(plan.movement):
            by_address.setdefault(mandate.email.lower(), mandate)
        return list(by_address.values())

    def reader_is_right(self) -> bool:
        leads = isinstance(self.to, Mandate) and self.to.holds_now
        return leads and not is_set_aside(self.to)

    def reply_to(self) -> str:
        """Into the conversation where a mailbox is read, else to the youth service."""
        user = self.to.user_id if isinstance(self.to, Mandate) else None
        return reply_address(self.plan.movement, user) or self.plan.edition.contact_email

    def path(self) -> str:
        return reverse("labels:plan", args=[self.plan.movement_id])


@register("plan_received")
class PlanReceived(MailToTeam):
    """The plan, or the answer, has come in: by when the youth service answers, and what is empty.

    It is true as long as the plan is with the youth service, also while they discuss it.
    """

    called = gettext_lazy("plan received")

    def still_due(self) -> bool:
        return self.plan.state in WAITING_STATES and self.reader_is_right()

    @property
    def is_answer(self) -> bool:
        """Whether it was handed in before, and this answers a question."""
        return self.plan_step.action == PlanAction.ANSWER

    def subject(self) -> str:
        if self.is_answer:
            return _("We have the answer of %(movement)s") % self.words()
        return _("We have the plan of %(movement)s") % self.words()

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "is_answer": self.is_answer,
            "empty": [str(point) for point in gaps(self.plan)],
            "expected": expected_answer(self.plan),
        }


@register("plan_more_asked")
class PlanMoreAsked(MailToTeam):
    """The youth service asks for more, by a date."""

    called = gettext_lazy("question about a plan")

    def subject(self) -> str:
        return _("A question about the plan of %(movement)s") % self.words()


@register("plan_decided")
class PlanDecided(MailToTeam):
    """The decision on the plan with its reasons; those of each point stand in the letter."""

    called = gettext_lazy("decision on a plan")

    def still_due(self) -> bool:
        """Until the next decision: a second look that began meanwhile keeps no decision back."""
        since = self.plan.steps.filter(pk__gt=self.plan_step.pk, action__in=OUTCOMES)
        return not since.exists() and self.reader_is_right()

    def subject(self) -> str:
        return _("The decision on the plan of %(movement)s") % self.words()

    def context(self) -> dict[str, Any]:
        decision = Decision.objects.filter(plan=self.plan).confirmed().first()
        numbers = [self.plan.movement_id, decision.pk] if decision else []
        return {
            **super().context(),
            "outcome": self.plan_step.action,
            "decision": decision,
            "letter": reverse("labels:letter", args=numbers) if decision else "",
        }


MAILS: dict[PlanAction, tuple[type[PlanMail], ...]] = {
    PlanAction.SUBMIT: (PlanSubmitted, PlanReceived),
    PlanAction.ANSWER: (PlanSubmitted, PlanReceived),
    PlanAction.ASK_MORE: (PlanMoreAsked,),
    PlanAction.AWARD: (PlanDecided,),
    PlanAction.AWARD_WITH_CONDITIONS: (PlanDecided,),
    PlanAction.DECLINE: (PlanDecided,),
}


def queue_mails(step: PlanStep) -> None:
    """Put the mails of a step into the outbox, in the transaction of that step."""
    for mail in MAILS.get(PlanAction(step.action), ()):
        for reader in mail.recipients(step.plan):
            enqueue(
                kind=mail.kind,
                object_id=step.plan_id,
                step=str(step.pk),
                recipient=reader.key,
                language=_language(reader, step.plan),
            )


def _language(reader: Recipient, plan: ActionPlan) -> str:
    """Their own language; that of the group for who has no account yet."""
    user = reader if isinstance(reader, User) else reader.user
    return user.language if user else plan.movement.language
