"""The page of one point. Its forms are sent together, so that no button loses what was typed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest

from accounts.gates import actor
from core.errors import Refused, Stale, show_refusal
from labels import words
from labels.enums import EDITABLE_STATES
from labels.forms.leader import DocumentForm, FileForm, LinkForm, PictureForm, PointForm
from labels.models import ActionPlan, ActionPoint
from labels.selectors import plans
from labels.services.plans import remove_example

EXAMPLE_FORMS: dict[str, type[LinkForm] | type[FileForm]] = {
    "picture": PictureForm,
    "document": DocumentForm,
    "link": LinkForm,
}


class PointPage:
    """The text form and the example forms of a point, and what became of them."""

    def __init__(self, request: HttpRequest, plan: ActionPlan, number: int) -> None:
        self.request, self.plan = request, plan
        self.user = actor(request)
        self.points = {point.number: point for point in plan.points.all()}
        if number not in self.points:
            raise Http404
        self.point = self.points[number]
        self.conflict: ActionPoint | None = None
        sent = request.method == "POST"
        self.form = PointForm(self.point, request.POST if sent else None)
        self.examples = {kind: self._example_form(kind, sent=sent) for kind in EXAMPLE_FORMS}

    def _example_form(self, kind: str, *, sent: bool) -> LinkForm | FileForm:
        form = EXAMPLE_FORMS[kind]
        if sent:
            return form(self.request.POST, self.request.FILES, prefix=kind)
        return form(prefix=kind)

    def save(self) -> bool:
        """Write all that was sent; whether everything went well.

        An example that was filled in is added whatever the button, and so is the text.
        """
        results = [self._add(kind) for kind in self.examples]
        return all([*results, self._remove(), self._write()])

    def _add(self, kind: str) -> bool:
        form = self.examples[kind]
        asked = self.request.POST.get("do") == kind or form.has_changed()
        if asked and not (form.is_valid() and self._saved(form)):
            return False
        self.examples[kind] = self._example_form(kind, sent=False)
        return True

    def _saved(self, form: LinkForm | FileForm) -> bool:
        try:
            form.save(self.point, self.user)
        except ValidationError as error:
            form.add_error("file", error)
        except Refused as refusal:
            show_refusal(form, refusal)
        return form.is_valid()

    def _remove(self) -> bool:
        verb, _dash, pk = self.request.POST.get("do", "").partition("-")
        if verb != "remove":
            return True
        try:
            for example in self.point.examples.all():
                if str(example.pk) == pk:
                    remove_example(example=example, by=self.user)
        except Refused as refusal:
            show_refusal(self.form, refusal)
        return self.form.is_valid()

    def _write(self) -> bool:
        if not self.form.is_valid():
            return False
        if not self.form.touched:
            return True
        try:
            self.form.catch_up(self.form.save(self.user))
        except Stale:
            self.conflict = ActionPoint.objects.get(pk=self.point.pk)
            self.form.catch_up(self.conflict)
        except Refused as refusal:
            show_refusal(self.form, refusal)
        else:
            messages.success(self.request, words.saved(self.form.point.saved_at))
            return True
        return False

    def context(self) -> dict[str, Any]:
        """All that the template shows."""
        number = self.point.number
        movement: Any = self.plan.movement
        editable = self.plan.state in EDITABLE_STATES and movement.may_write
        return {
            "plan": self.plan,
            "movement": movement,
            "point": self.point,
            "form": self.form if editable or self.form.is_bound else None,
            "link_form": self.examples["link"],
            "picture_form": self.examples["picture"],
            "document_form": self.examples["document"],
            "open_form": self._open_form(),
            "editable": editable,
            "conflict": self.conflict,
            "conflict_saved": words.saved(self.conflict.saved_at) if self.conflict else "",
            "examples": self.point.examples.order_by("id"),
            "saved": words.saved(self.point.saved_at),
            "before": self.points.get(number - 1),
            "after": self.points.get(number + 1),
            "question": plans.question(self.plan),
            "decision": plans.decision_of(self.plan),
        }

    def _open_form(self) -> str:
        """Which of the folded forms stands open: the one in which something is wrong."""
        return next((kind for kind, form in self.examples.items() if form.errors), "")
