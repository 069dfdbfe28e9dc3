"""The forms of plans: what the movement writes, what the youth service answers."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any, ClassVar

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.validators import MaxValueValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import add_months, today
from core.errors import Refused
from labels.enums import OUTCOMES, Grade, PlanAction
from labels.models import TEXT_LIMIT, ActionPlan, ActionPoint, Decision, Example
from labels.services import assessment, plans


def fingerprint(values: list[Any]) -> str:
    """What tells whether somebody changed a text since they read it."""
    lines = [str(value).replace("\r\n", "\n").strip() for value in values]
    return sha256("\0".join(lines).encode()).hexdigest()[:16]


def text_field(label: Any, *, required: bool = False, rows: int = 4, **kwargs: Any) -> Any:
    """A text of a few sentences."""
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(
        label=label, required=required, max_length=TEXT_LIMIT, widget=widget, **kwargs
    )


def a_year_ahead() -> date:
    """The last day on which a label can start: a slip in the year is no date."""
    return add_months(today(), 12)


def date_widget() -> forms.DateInput:
    """A day, chosen in the browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PartForm(forms.Form):
    """One of several forms that are sent together by one page, so that nothing typed gets lost.

    The browser must not hold back the others for a field of this one: the server says it.
    """

    use_required_attribute = False

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.quiet_optional = True
        return helper


class PointTextForm(PartForm):
    """Text of a point, with the version that its writer read and a fingerprint of what it said."""

    texts: ClassVar[tuple[str, ...]]
    version = forms.IntegerField(widget=forms.HiddenInput)
    before = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, point: ActionPoint, *args: Any, **kwargs: Any) -> None:
        self.point = point
        present = {name: getattr(point, name) for name in self.texts}
        kwargs["initial"] = {**present, **self._read(present)}
        super().__init__(*args, **kwargs)

    def _read(self, present: dict[str, Any]) -> dict[str, Any]:
        return {"version": self.point.version, "before": fingerprint([*present.values()])}

    @property
    def touched(self) -> bool:
        """Whether the writer changed something; what was only read is never written back."""
        now = fingerprint([self.cleaned_data[name] for name in self.texts])
        return now != self.cleaned_data["before"]

    def catch_up(self, point: ActionPoint) -> None:
        """Keep what was typed, over the version that stands there now."""
        self.point = point
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in self._read({n: getattr(point, n) for n in self.texts}).items():
            data[self.add_prefix(name)] = value


class PointForm(PointTextForm):
    """What the movement writes on a point."""

    texts = ("commitment", "progress", "is_done")
    commitment = text_field(_("What are you going to do?"), rows=5)
    progress = text_field(_("How far are you?"), rows=4)
    is_done = forms.BooleanField(label=_("This point is done"), required=False)

    def save(self, by: User) -> ActionPoint:
        """Write it. Raises Stale or Refused."""
        values = {name: self.cleaned_data[name] for name in (*self.texts, "version")}
        return plans.save_point(point=self.point, by=by, **values)


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


class ExampleForm(PartForm):
    """What an example has in common, whether a link or a picture."""

    caption = forms.CharField(
        label=_("What do we see?"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class LinkForm(ExampleForm):
    """A link as an example."""

    field_order = ["url", "caption"]
    url = forms.URLField(
        label=_("Link"),
        assume_scheme="https",
        max_length=200,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    def save(self, point: ActionPoint, by: User) -> None:
        """Add it. Raises Refused."""
        plans.add_link(point=point, by=by, **self.cleaned_data)


class FileForm(ExampleForm):
    """A file as an example; subclasses say which service takes it."""

    field_order = ["file", "caption"]
    add: Callable[..., Example]

    def save(self, point: ActionPoint, by: User) -> None:
        """Add it. Raises ValidationError for a file that is not acceptable, or Refused."""
        type(self).add(point=point, by=by, **self.cleaned_data)


class PictureForm(FileForm):
    """A picture as an example, from a phone's camera or album."""

    add = plans.add_picture
    file = forms.FileField(
        label=_("Picture"),
        help_text=_("No children whom one can recognise, please. At most 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )


class DocumentForm(FileForm):
    """A document as an example, such as a letter to parents."""

    add = plans.add_document
    file = forms.FileField(
        label=_("Document"),
        help_text=_("PDF, Word or OpenDocument, without names of children. At most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.pptx,.odt,.odp"}),
    )


class SubmitForm(PartForm):
    """Handing in, with a word to the youth service."""

    message = text_field(_("Do you want to say something with it?"), rows=3)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.quiet_optional = False
        return helper

    def save(self, plan: ActionPlan, by: User) -> None:
        """Hand in, or answer. Raises Refused."""
        plans.submit_plan(plan=plan, by=by, message=self.cleaned_data["message"])


# The youth service -------------------------------------------------------------------------------


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
    answer_by = forms.DateField(label=_("Answer by"), widget=date_widget())

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
    conditions = text_field(
        _("Conditions"), rows=2, help_text=_("Only for an award with conditions.")
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        conditional = data.get("outcome") == PlanAction.AWARD_WITH_CONDITIONS
        if conditional and not data.get("conditions", True):
            self.add_error("conditions", _("Write the conditions."))
        if data.get("outcome") and not conditional and data.get("conditions"):
            error = _("Choose “award with conditions”, or take the conditions away.")
            self.add_error("conditions", error)
        return data

    def save(self, plan: ActionPlan, by: User) -> None:
        assessment.propose(plan=plan, by=by, **self.cleaned_data)


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
        validators=[MaxValueValidator(a_year_ahead)],
        widget=date_widget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("effective_on", today())
        if self.open is not None and self.open.outcome == PlanAction.DECLINE:
            del self.fields["effective_on"]

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
