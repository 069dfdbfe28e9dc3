"""The page on which a plan is assessed. Its forms are sent together, so no button loses text."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.gates import actor
from core.calendar import today
from core.errors import Refused, Stale, show_refusal
from core.pages import remember_sent, was_sent
from labels import words
from labels.enums import PlanAction, PlanState
from labels.forms.assessment import (
    AskMoreForm,
    ConfirmForm,
    DiscussForm,
    GoOnForm,
    GradeForm,
    ProposeForm,
    SecondLookForm,
    SendBackForm,
    StepForm,
)
from labels.models import ActionPlan, ActionPoint, Example, Label, PublishedReason
from labels.rules import why_not
from labels.selectors import plans
from labels.selectors.earlier import Earlier, earlier_round
from labels.services.plans import remove_example
from labels.services.publication import take_reason_back
from labels.services.sharing import share_example, share_point
from movements.selectors import coach_of
from programmes.enums import LabelMode

STEPS: dict[str, tuple[type[StepForm], ...]] = {
    PlanState.SUBMITTED: (DiscussForm,),
    PlanState.IN_DISCUSSION: (ProposeForm, AskMoreForm),
    PlanState.MORE_ASKED: (GoOnForm,),
    PlanState.PROPOSED: (ConfirmForm, SendBackForm),
    PlanState.NOT_YET: (SecondLookForm,),
}
BY_NAME = {form.action: form for forms in STEPS.values() for form in forms}


@dataclass
class GradedPoint:
    """A point with its grade form (while it can be graded) and what a colleague wrote meanwhile."""

    point: ActionPoint
    form: GradeForm | None
    earlier: Earlier | None = None
    conflict: ActionPoint | None = None


class AssessmentPage:
    """The grade forms and the steps of a plan, and what became of them."""

    def __init__(self, request: HttpRequest, plan: ActionPlan) -> None:
        self.request, self.plan = request, plan
        self.user = actor(request)
        self.do = request.POST.get("do", "")
        earlier = earlier_round(plan)
        self.points = [
            GradedPoint(point, self._grade_form(point), earlier.get(point.number))
            for point in plan.points.all()
        ]
        chosen = BY_NAME.get(self.do)
        offered = STEPS.get(plan.state, ())
        # a step that the state no longer offers still shows what was typed, and why it is refused
        missing = (chosen,) if chosen and chosen.action not in {f.action for f in offered} else ()
        self.steps = [self._step_form(form) for form in (*missing, *offered)]

    def _grade_form(self, point: ActionPoint) -> GradeForm | None:
        prefix = f"point{point.number}"
        if f"{prefix}-version" in self.request.POST:
            return GradeForm(point, self.request.POST, prefix=prefix)
        in_discussion = self.plan.state == PlanState.IN_DISCUSSION
        return GradeForm(point, prefix=prefix) if in_discussion else None

    def _step_form(self, form: type[StepForm]) -> StepForm:
        """Only the chosen step is judged; what was typed in another one stays in it."""
        if form.action == self.do:
            return form(self.request.POST, prefix=form.action, **form.needs(self.plan))
        typed = {
            name: self.request.POST[f"{form.action}-{name}"]
            for name in form.base_fields
            if f"{form.action}-{name}" in self.request.POST
        }
        return form(prefix=form.action, typed=typed, **form.needs(self.plan))

    @cached_property
    def public(self) -> list[tuple[Label, PublishedReason]]:
        """The reasons of the decisions on this plan that everybody may read."""
        rows = PublishedReason.objects.filter(label__decision__plan=self.plan)
        return [(row.label, row) for row in rows.select_related("label")]

    def save(self) -> bool:
        """Write the grades, whatever the button, and then take the chosen step.

        A step that was sent twice was taken once, and that is what its sender is told.
        """
        is_step = self.do in BY_NAME
        if is_step and was_sent(self.request):
            return True
        graded = [self._grade(row) for row in self.points if row.form]
        done = all(graded) and self._remove() and self._take()
        return done or (is_step and was_sent(self.request))

    def _grade(self, row: GradedPoint) -> bool:
        form = row.form
        if form is None or not form.is_bound:
            return True
        if not form.is_valid():
            return False
        try:
            if form.touched:
                form.catch_up(form.save(self.user))
            return True
        except Stale:
            row.conflict = ActionPoint.objects.get(pk=row.point.pk)
            form.catch_up(row.conflict)
        except Refused as refusal:
            show_refusal(form, refusal)
        return False

    def _remove(self) -> bool:
        """Take away an example, or a public reason; a forged number takes nothing away."""
        verb, _dash, pk = self.do.partition("-")
        for label, row in self.public:
            if verb == "hide" and str(row.pk) == pk:
                take_reason_back(label=label, number=row.number, by=self.user)
        for point in (graded.point for graded in self.points):
            if (verb, pk) == ("unshare", f"point-{point.number}"):
                share_point(point=point, by=self.user, is_shared=False)
            for example in point.examples.all():
                if str(example.pk) == pk:
                    self._take_away(example, verb)
        return True

    def _take_away(self, example: Example, verb: str) -> None:
        """From the plan, or from the eyes of other groups."""
        if verb == "remove":
            remove_example(example=example, by=self.user)
        elif verb == "unshare":
            share_example(example=example, by=self.user, is_shared=False)

    def _take(self) -> bool:
        form = next((step for step in self.steps if step.action == self.do), None)
        if form is None:
            messages.success(self.request, words.KEPT)
            return True
        try:
            if form.is_valid():
                with transaction.atomic():
                    form.save(self.plan, self.user)
                    remember_sent(self.request)
                messages.success(self.request, form.success)
                return True
        except Refused as refusal:
            show_refusal(form, refusal)
        return False

    def context(self) -> dict[str, Any]:
        """All that the template shows."""
        plan, states = self.plan, plans.ring_states(self.plan)
        return {
            "title": plan.movement.name,
            "plan": plan,
            "points": self.points,
            "states": states,
            "steps": [(step, self._why_not(step)) for step in self.steps],
            "grading": any(row.form for row in self.points),
            "failed": self.request.method == "POST",
            "coach": coach_of(plan.movement),
            "expected": plans.expected_answer(plan),
            "today": today(),
            "question": plans.question(plan),
            "proposal": plans.open_proposal(plan),
            "decisions": [d for d in plan.decisions.all() if d.decided_on or d.returned_at],
            "public": [row for _label, row in self.public],
            "for_what_it_did": plan.edition.label_mode == LabelMode.ACHIEVEMENT,
            "story": list(plan.steps.all()),
        }

    def _why_not(self, step: StepForm) -> str:
        """Why this person cannot take the step, said in the place of its button."""
        proposal = plans.open_proposal(self.plan)
        action = step.plan_action or (PlanAction(proposal.outcome) if proposal else None)
        return why_not(self.user, self.plan, action) if action else ""
