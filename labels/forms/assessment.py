"""What the youth service answers: a grade for each point, and the steps of a plan."""

from datetime import date
from typing import Any, ClassVar

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import add_months, today
from core.errors import Refused
from labels.enums import OUTCOMES, Grade, PlanAction
from labels.forms.base import NotAfter, PartForm, PointTextForm, date_widget, no_slip, text_field
from labels.models import ActionPlan, ActionPoint, Decision
from labels.services import assessment


class GradeForm(PointTextForm):
    """What the assessor says of a point."""

    texts = ("grade", "reason")
    grade = forms.ChoiceField(
        label=_("Grade"),
        choices=[*Grade.choices, ("", _("no grade yet"))],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = text_field(_("Why, in words for the group"), rows=2)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout("version", "before", InlineRadios("grade"), "reason")
        return helper

    def save(self, by: User) -> ActionPoint:
        """Write it. Raises Stale or Refused."""
        values = {name: self.cleaned_data[name] for name in (*self.texts, "version")}
        return assessment.grade_point(point=self.point, by=by, **values)


def a_year_ahead() -> date:
    """The last day on which a label can start: a slip in the year is no date."""
    return add_months(today(), 12)


class StepForm(PartForm):
    """One step of the youth service: `save(plan, by)` takes it and may raise Refused or Stale.

    `typed` is what stood in it when another button was pressed: shown again, not judged.
    """

    action: ClassVar[str]  # the value of its button
    plan_action: ClassVar[PlanAction | None]  # None when it follows from the proposal
    title: ClassVar[Any]
    button: ClassVar[Any]
    explanation: ClassVar[Any] = ""
    success: ClassVar[Any] = _("Done.")

    def __init__(self, *args: Any, typed: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial, **(typed or {})}

    @classmethod
    def needs(cls, plan: ActionPlan) -> dict[str, Any]:
        """What the form must know of the plan."""
        return {}

    def save(self, plan: ActionPlan, by: User) -> None:
        """Take the step."""
        raise NotImplementedError


class DiscussForm(StepForm):
    """Start the discussion."""

    action, plan_action = "discuss", PlanAction.DISCUSS
    title, button = _("Start"), _("Start the discussion")
    explanation = _("From then on you can grade the points and ask the group for more.")

    def save(self, plan: ActionPlan, by: User) -> None:
        assessment.start_discussion(plan=plan, by=by)


class GoOnForm(DiscussForm):
    """The same step, from "more asked"."""

    action = "go_on"
    title, button = _("Go on without the answer"), _("Go on")
    explanation = _("The group can then no longer change its plan.")


class SecondLookForm(StepForm):
    """After "not yet"."""

    action, plan_action = "second_look", PlanAction.SECOND_LOOK
    title, button = _("Second look"), _("Take a second look")
    explanation = _("A colleague who did not propose “not yet” looks at the plan again.")

    def save(self, plan: ActionPlan, by: User) -> None:
        assessment.take_second_look(plan=plan, by=by)


class AskMoreForm(StepForm):
    """A question to the movement, with a date."""

    action, plan_action = "ask_more", PlanAction.ASK_MORE
    title, button = _("Ask for more"), _("Send the question")
    explanation = _("The group gets a mail and can change its plan until it answers.")
    success = _("The question is on its way.")
    message = text_field(_("What do you ask?"), required=True)
    answer_by = no_slip(forms.DateField(label=_("Answer by"), widget=date_widget()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("answer_by", add_months(today(), 1))

    def clean_answer_by(self) -> date:
        day: date = self.cleaned_data["answer_by"]
        if day <= today():
            raise forms.ValidationError(_("Choose a day after today."))
        return day

    def save(self, plan: ActionPlan, by: User) -> None:
        assessment.ask_more(plan=plan, by=by, **self.cleaned_data)


OUTCOME_WORDS: dict[PlanAction, Any] = {
    PlanAction.AWARD: _("Award the label"),
    PlanAction.AWARD_WITH_CONDITIONS: _("Award the label with conditions"),
    PlanAction.DECLINE: _("Not yet"),
}


CONDITIONS = _("Conditions")
ONLY_THEN = _("Only for an award with conditions. Leave empty what you do not need.")
CONDITION_FIELDS = tuple((f"condition_{number}", f"due_{number}") for number in (1, 2, 3))


def _condition(number: int) -> tuple[Any, Any]:
    """What is agreed and by when; each row has its number in its name, for who cannot see it."""
    label = format_lazy("{} {}", _("Condition"), number)
    text = text_field(label, rows=2)
    due = forms.DateField(
        label=format_lazy("{}: {}", label, _("By which day?")),
        required=False,
        widget=date_widget(),
    )
    return text, no_slip(due)


class ProposeForm(StepForm):
    """A proposal, with reasons in words for the movement."""

    action, plan_action = "propose", PlanAction.PROPOSE
    title, button = _("Propose a decision"), _("Propose")
    explanation = _("A coordinator who does not coach this group confirms it.")
    success = _("Proposed. A coordinator confirms it.")
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[(outcome.value, OUTCOME_WORDS[outcome]) for outcome in OUTCOMES],
        widget=forms.RadioSelect,
    )
    reasons = text_field(_("Reasons, in words for the group"), required=True)
    guidance = text_field(
        _("What the group can do now"),
        help_text=_("Only with “not yet”: how the label comes nearer."),
    )
    condition_1, due_1 = _condition(1)
    condition_2, due_2 = _condition(2)
    condition_3, due_3 = _condition(3)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        rows = [Div(text, day, css_class="condition-row") for text, day in CONDITION_FIELDS]
        legend = HTML(f"<legend>{CONDITIONS}</legend><p class='small muted'>{ONLY_THEN}</p>")
        agreed = HTML("<fieldset class='conditions'>"), legend, *rows, HTML("</fieldset>")
        helper.layout = Layout("outcome", "reasons", *agreed, "guidance")
        return helper

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        conditional = data.get("outcome") == PlanAction.AWARD_WITH_CONDITIONS
        agreed = [self._agreed(text, day) for text, day in CONDITION_FIELDS]
        self.conditions = [row for row in agreed if row]
        first = CONDITION_FIELDS[0][0]
        if conditional and not self.conditions and not self.errors:
            self.add_error(first, _("Write the conditions."))
        if data.get("outcome") and not conditional and self.conditions:
            error = _("Choose “award with conditions”, or take the conditions away.")
            self.add_error(first, error)
        self._check_guidance(data)
        return data

    def _check_guidance(self, data: dict[str, Any]) -> None:
        declined, said = data.get("outcome") == PlanAction.DECLINE, data.get("guidance")
        if declined and not said and "guidance" not in self.errors:
            self.add_error("guidance", _("Write what the group can do now."))
        if data.get("outcome") and not declined and said:
            self.add_error("guidance", _("Choose “not yet”, or take this away."))

    def _agreed(self, text: str, day: str) -> tuple[str, date] | None:
        """One row; None for an empty one and for one with a mistake, said at its field."""
        said, due = self.cleaned_data.get(text), self.cleaned_data.get(day)
        if said and due and due <= today():
            self.add_error(day, _("Choose a day after today."))
        elif said and due:
            return said, due
        elif said and day not in self.errors:
            self.add_error(day, _("By which day?"))
        elif due and text not in self.errors:
            self.add_error(text, _("What is agreed by this day?"))
        return None

    def save(self, plan: ActionPlan, by: User) -> None:
        words = {name: self.cleaned_data[name] for name in ("outcome", "reasons", "guidance")}
        assessment.propose(plan=plan, by=by, conditions=self.conditions, **words)


class DecisionForm(StepForm):
    """A step on the open proposal; `proposal` is the one that was read."""

    proposal = forms.ModelChoiceField(
        Decision.objects.none(), widget=forms.HiddenInput, required=False
    )

    def __init__(self, *args: Any, plan: ActionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open: Decision | None = plan.decisions.open().first()
        self.fields["proposal"].queryset = plan.decisions.all()  # type: ignore[attr-defined]
        self.initial["proposal"] = self.open

    @classmethod
    def needs(cls, plan: ActionPlan) -> dict[str, Any]:
        return {"plan": plan}

    @property
    def decision(self) -> Decision:
        """The proposal that was read. Raises Refused when there was none."""
        decision: Decision | None = self.cleaned_data["proposal"]
        if decision is None:
            raise Refused(_("There is no proposal to decide on."))
        return decision


class ConfirmForm(DecisionForm):
    """The second person says yes."""

    action, plan_action = "confirm", None
    title, button = _("Confirm"), _("Confirm the decision")
    explanation = _("The group gets a mail, and its label when it is awarded one.")
    success = _("Decided. The group gets a mail.")
    effective_on = forms.DateField(
        label=_("Label valid from"),
        help_text=_("After a label that still runs, the new one starts the day after it."),
        validators=[NotAfter(a_year_ahead)],
        widget=date_widget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", today())
        # no day is asked for "not yet", nor for a proposal that is gone: that is said instead
        if self._is_gone or (self.open and self.open.outcome == PlanAction.DECLINE):
            del self.fields["effective_on"]

    @property
    def _is_gone(self) -> bool:
        """Whether another proposal than the open one was read."""
        read = self.data.get(self.add_prefix("proposal"), "")
        return bool(read) and read != str(self.open and self.open.pk)

    def clean_effective_on(self) -> date:
        day: date = self.cleaned_data["effective_on"]
        if day < today():
            raise forms.ValidationError(_("A label cannot start before the decision."))
        return day

    def save(self, plan: ActionPlan, by: User) -> None:
        day = self.cleaned_data.get("effective_on")
        assessment.confirm(decision=self.decision, by=by, effective_on=day)


class SendBackForm(DecisionForm):
    """The second person has a question for the first."""

    action, plan_action = "return", PlanAction.RETURN
    title, button = _("Send back to the discussion"), _("Send back")
    explanation = _("Only colleagues read this.")
    success = _("Sent back to the discussion.")
    message = text_field(_("Why do you send it back?"), required=True, rows=3)

    def save(self, plan: ActionPlan, by: User) -> None:
        message = self.cleaned_data["message"]
        assessment.send_back(decision=self.decision, by=by, message=message)
