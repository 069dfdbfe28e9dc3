"""Pages of the privacy officer for requests of people; every record that is opened is logged."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.http.response import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import actor, privacy_officer_only, recently_proven
from core import subjects
from core.errors import Refused
from core.logs import log_access
from core.pages import ServiceFormView
from core.translated import LANGUAGES
from core.uploads import FILE_POLICY
from privacy import selectors
from privacy.forms.requests import ChangeForm, CloseForm, FindForm, NameForm, StartForm
from privacy.models import RequestSubject, SubjectRequest
from privacy.services import export, requests


def look_up(request: HttpRequest, number: int) -> SubjectRequest:
    """The request, after the look was logged."""
    asked = get_object_or_404(SubjectRequest.objects.for_user(actor(request)), pk=number)
    log_access(actor=request.user, verb="viewed", obj=asked)
    return asked


def to_request(asked: SubjectRequest) -> HttpResponseRedirect:
    """Back to the page of the request."""
    return HttpResponseRedirect(address(asked))


def address(asked: SubjectRequest) -> str:
    """The page of a request."""
    return reverse("admin:privacy_subjectrequest_change", args=[asked.pk])


@privacy_officer_only
@require_safe
def request_page(request: HttpRequest, number: int) -> HttpResponse:
    """Who asks for what, what is kept about them table by table, and what can be done."""
    asked = look_up(request, number)
    named = selectors.subjects_of(asked)
    for each in named:
        if each.person:
            log_access(actor=request.user, verb="viewed for a request", obj=each.person)
    context = {
        **admin.site.each_context(request),
        "title": str(asked).capitalize(),
        "asked": asked,
        "subjects": named,
        "kept": selectors.kept_about([(each.kind, each.person) for each in named if each.person]),
        "left": selectors.days_left(asked),
        "has_more_to_do": selectors.has_more_to_do(asked, named),
        "languages": [(code, name) for code, name in settings.LANGUAGES if code in LANGUAGES],
    }
    return render(request, "privacy/request.html", context)


@method_decorator(privacy_officer_only, name="dispatch")
class OfficerFormView(ServiceFormView):
    """A form of the privacy officer."""

    template_name = "privacy/form.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"asked": None, **kwargs})

    def next_address(self, saved: SubjectRequest) -> str:
        return address(saved)


class StartView(OfficerFormView):
    """A new request."""

    form_class = StartForm
    title = gettext_lazy("A new request")
    saved_words = gettext_lazy("The request is recorded. Now find the person.")


class OneRequestView(OfficerFormView):
    """A form about one open request."""

    @cached_property
    def asked(self) -> SubjectRequest:
        """The request, after the look was logged; a closed one has no form."""
        asked = look_up(self.request, self.kwargs["number"])
        if not asked.is_open:
            raise Http404
        return asked

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "asked": self.asked}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"asked": self.asked, **kwargs})


class ChangeView(OneRequestView):
    """Identity, last day and note."""

    form_class = ChangeForm
    title = gettext_lazy("Change the request")
    saved_words = gettext_lazy("The request is saved.")


class CloseView(OneRequestView):
    """The answer."""

    form_class = CloseForm
    title = gettext_lazy("Close the request")
    saved_words = gettext_lazy("The request is closed.")

    def get_initial(self) -> dict[str, Any]:
        return {"outcome": "" if self.asked.subjects.exists() else "unknown"}


@privacy_officer_only
def find(request: HttpRequest, number: int) -> HttpResponse:
    """Search over all kinds of people; the words travel in the body of the request."""
    asked = look_up(request, number)
    if not asked.is_open:
        raise Http404
    form, found = FindForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        for kind in subjects.kinds():
            log_access(actor=request.user, verb="searched", obj=kind.table)
        found = selectors.find_people(asked, form.cleaned_data["words"])
    context = {
        **admin.site.each_context(request),
        "title": _("Find the person"),
        "asked": asked,
        "form": form,
        "found": found,
    }
    return render(request, "privacy/find.html", context)


@privacy_officer_only
@require_POST
def name(request: HttpRequest, number: int) -> HttpResponse:
    """Say which of the records that were found are this person."""
    asked = look_up(request, number)
    form = NameForm(request.POST, user=actor(request), asked=asked)
    try:
        if not form.is_valid():
            raise Refused(form.non_field_errors()[0])
        form.save()
    except Refused as refusal:
        messages.error(request, refusal.message)
    return to_request(asked)


@privacy_officer_only
@require_POST
def drop(request: HttpRequest, number: int, subject: int) -> HttpResponse:
    """Take a record away that was named by mistake; the second of two clicks finds it gone."""
    asked = look_up(request, number)
    named = RequestSubject.objects.filter(request=asked, pk=subject).first()
    try:
        if named:
            requests.drop_subject(subject=named, by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return to_request(asked)


@privacy_officer_only
@recently_proven
@require_safe
def download(request: HttpRequest, number: int, language: str) -> HttpResponseBase:
    """The zip; a refusal leads back to the page of the request."""
    asked = look_up(request, number)
    if language not in LANGUAGES:
        raise Http404
    try:
        pieces = export.hand_out(request=asked, language=language, by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return to_request(asked)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="request-{asked.pk}.zip"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
