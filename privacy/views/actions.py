"""Pages on which the privacy officer corrects a record, sets it aside or erases it."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.gates import privacy_officer_only, recently_proven
from core.logs import log_access
from core.telling import tell
from privacy import selectors
from privacy.enums import Right
from privacy.forms.actions import CorrectForm, EraseForm
from privacy.models import RequestSubject
from privacy.selectors import Named
from privacy.services import answers
from privacy.services.erasure import plan_erasure
from privacy.views.requests import OneRequestView, address, look_up, to_request


@method_decorator([privacy_officer_only, recently_proven], name="dispatch")
class OneRecordView(OneRequestView):
    """A form about one record that an open request names, for the right that it asks for."""

    right: Right

    @cached_property
    def named(self) -> Named:
        """The record, after the look was logged; 404 once it is gone or erased."""
        asked = self.asked
        if asked.right != self.right or not asked.identity_checked:
            raise Http404
        for named in selectors.subjects_of(asked):
            if named.subject.pk == self.kwargs["subject"] and named.can_be_used:
                log_access(actor=self.request.user, verb="viewed for a request", obj=named.person)
                return named
        raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs.pop("asked")
        return {**kwargs, "subject": self.named.subject}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"named": self.named, **kwargs})

    def next_address(self, saved: Any) -> str:
        return address(self.asked)


class EraseView(OneRecordView):
    """What would be erased, table by table; then the form that does it."""

    form_class = EraseForm
    template_name = "privacy/erase.html"
    title = gettext_lazy("Erase this person")
    right = Right.ERASURE
    saved_words = gettext_lazy("Erased. What stays names nobody.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = plan_erasure(kind=self.named.kind, person=self.named.person)
        by_what = {
            what: [line for line in lines if line.what == what]
            for what in ("required", "emptied", "deleted", "kept", "advice")
        }
        return super().get_context_data(**{**by_what, **kwargs})


class CorrectView(OneRecordView):
    """What is kept, to be put right."""

    form_class = CorrectForm
    template_name = "privacy/correct.html"
    title = gettext_lazy("Correct this record")
    right = Right.CORRECTION
    saved_words = gettext_lazy("Corrected.")

    def get_form_kwargs(self) -> dict[str, Any]:
        if self.named.kind.correct is None:
            raise Http404
        return {**super().get_form_kwargs(), "kind": self.named.kind, "person": self.named.person}


def _subject(request: HttpRequest, number: int, subject: int) -> RequestSubject:
    asked = look_up(request, number)
    return get_object_or_404(
        RequestSubject.objects.select_related("request"), pk=subject, request=asked
    )


@privacy_officer_only
@require_POST
def restrict(request: HttpRequest, number: int, subject: int) -> HttpResponseRedirect:
    """Set a record aside; a refusal leads back to the page of the request."""
    named = _subject(request, number, subject)
    tell(
        request,
        _("Set aside. Nobody uses it until you lift that."),
        answers.restrict,
        subject=named,
    )
    return to_request(named.request)


@privacy_officer_only
@require_POST
def lift(request: HttpRequest, number: int, subject: int) -> HttpResponseRedirect:
    """Take a record up again; a refusal leads back to the page of the request."""
    named = _subject(request, number, subject)
    tell(request, _("The record is in use again."), answers.lift, subject=named)
    return to_request(named.request)
