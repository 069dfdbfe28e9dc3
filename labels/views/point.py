"""The page of one point. Its forms are sent together, so that no button loses what was typed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.gates import actor
from core.errors import Refused, Stale, show_refusal
from labels import words
from labels.enums import EDITABLE_STATES, Kept
from labels.forms.leader import DocumentForm, FileForm, LinkForm, PictureForm, PointForm
from labels.models import ActionPlan, ActionPoint, Example
from labels.selectors import plans
from labels.selectors.renewal import promises_before, unanswered
from labels.selectors.sharing import is_shown, shared_by_others
from labels.services.plans import remove_example
from labels.services.renewal import answer_promise
from labels.services.sharing import share_example, share_point

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
        self.do = request.POST.get("do", "")
        movement: Any = plan.movement
        self.editable = plan.state in EDITABLE_STATES and movement.may_write
        self.conflict: ActionPoint | None = None
        self.added: Example | None = None
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

        An example that was filled in is added whatever the button, and so is the text. A plan that
        is with the youth service has no text to write; to share is possible then too.
        """
        if not self.editable and self.do.startswith(("share", "unshare")):
            return self._press()
        results = [self._add(kind) for kind in self.examples]
        return all([*results, self._write()]) and self._press()

    def autosave(self) -> dict[str, Any]:
        """Write the text alone and say what became of it: "saved", "stale" or "refused".

        With the words for its writer and, once saved, the version that stands there now.
        """
        said: dict[str, Any] = {"state": "refused", "words": words.NOT_SAVED}
        if not self.form.is_valid():
            why = [str(error) for name in self.form.texts for error in self.form[name].errors]
            return {**said, "words": " ".join([*why, str(words.NOT_SAVED)])}
        try:
            point = self.form.save(self.user) if self.form.touched else self.point
        except Stale as stale:
            return {"state": "stale", "words": f"{stale} {words.SEE_BOTH}"}
        except Refused as refusal:
            return {**said, "words": f"{refusal} {words.NOT_SAVED}"}
        self.form.catch_up(point)
        read = {name: self.form[name].value() for name in ("version", "before")}
        return {"state": "saved", "words": words.saved(point.saved_at), **read}

    def _add(self, kind: str) -> bool:
        form = self.examples[kind]
        asked = self.request.POST.get("do") == kind or form.has_changed()
        if asked and not (form.is_valid() and self._saved(form)):
            return False
        self.examples[kind] = self._example_form(kind, sent=False)
        return True

    def _saved(self, form: LinkForm | FileForm) -> bool:
        try:
            self.added = form.save(self.point, self.user)
        except ValidationError as error:
            form.add_error("file", error)
        except Refused as refusal:
            show_refusal(form, refusal)
        return form.is_valid()

    def _press(self) -> bool:
        """What the pressed button does beside saving; an unknown one does nothing."""
        verb, _dash, what = self.do.partition("-")
        try:
            if verb == "kept":
                self._answer(what)
            elif verb in ("share", "unshare") and not what:
                share_point(point=self.point, by=self.user, is_shared=verb == "share")
            for example in self.point.examples.all():
                if str(example.pk) == what:
                    self._change(example, verb)
        except Refused as refusal:
            return self._say(refusal)
        return True

    def _answer(self, kept: str) -> None:
        """Note what became of the promise; the same tap twice is once."""
        self.point = answer_promise(point=self.point, by=self.user, kept=kept)
        self.points[self.point.number].kept = kept

    def _change(self, example: Example, verb: str) -> None:
        if verb == "remove":
            remove_example(example=example, by=self.user)
        elif verb in ("share", "unshare"):
            share_example(example=example, by=self.user, is_shared=verb == "share")

    def _say(self, refusal: Refused) -> bool:
        """Why a button did nothing: in the form, or on top where the plan is only read."""
        if self.form.is_bound and self.editable:
            self.form.is_valid()
            show_refusal(self.form, refusal)
        else:
            messages.error(self.request, refusal.message)
        return False

    def next_address(self) -> str:
        """Where to go on: at this point, or after "still true" at the next promise without a word.

        Once every promise has one, at the plan. On a phone the page is long: what was added or
        shared is shown, and not the top of it.
        """
        movement, number = self.plan.movement_id, self.point.number
        if self.do == f"kept-{Kept.STILL}":
            waiting = [p.number for p in unanswered(self.plan, promises_before(self.plan))]
            if not waiting:
                return reverse("labels:plan", args=[movement])
            number = next((n for n in waiting if n > number), waiting[0])
        return reverse("labels:point", args=[movement, number]) + self._place()

    def _place(self) -> str:
        """The part of the page where one sees what the button did; the top after a text."""
        verb, _dash, what = self.do.partition("-")
        if self.added is not None:
            return f"#example-{self.added.pk}"
        if verb in ("share", "unshare"):
            return f"#example-{what}" if what.isascii() and what.isdecimal() else "#share"
        return "#examples" if verb == "remove" else ""

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
        return {
            "plan": self.plan,
            "movement": self.plan.movement,
            "point": self.point,
            "form": self.form if self.editable or self.form.is_bound else None,
            "reader": self.user,
            "link_form": self.examples["link"],
            "picture_form": self.examples["picture"],
            "document_form": self.examples["document"],
            "open_form": self._open_form(),
            "editable": self.editable,
            "conflict": self.conflict,
            "conflict_saved": words.saved(self.conflict.saved_at) if self.conflict else "",
            "examples": self.point.examples.order_by("id"),
            "saved": words.saved(self.point.saved_at),
            "before": self.points.get(number - 1),
            "after": self.points.get(number + 1),
            **self._said(),
            **self._help(),
        }

    def _said(self) -> dict[str, Any]:
        """What the youth service said of the plan, and the group of this point."""
        return {
            "question": plans.question(self.plan),
            "decision": plans.decision_of(self.plan),
            "written": words.written(self.point),
            "dropped": self.point.kept == Kept.DROPPED,
        }

    def _help(self) -> dict[str, Any]:
        """What stands beside the text for who writes: promises, materials, what others do."""
        if not self.editable:
            return {"promise": "", "materials": [], "others": [], "shown": is_shown(self.point)}
        promise = promises_before(self.plan).get(self.point.number, "")
        helps = not (self.point.commitment or promise)
        return {
            "promise": promise,
            "materials": self.point.point.materials.all(),
            "others": shared_by_others(self.point) if helps else [],
            "shown": is_shown(self.point),
        }

    def _open_form(self) -> str:
        """Which of the folded forms stands open: the one in which something is wrong."""
        return next((kind for kind, form in self.examples.items() if form.errors), "")
