"""Pages about how long things are kept: the periods, the lists, the approval."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import actor, ask_again, privacy_officer_only
from accounts.proofs import RECENTLY
from core.errors import Refused
from core.pages import ServiceFormView
from core.retention import category_of
from core.telling import tell
from privacy import overview
from privacy.enums import ItemOutcome
from privacy.forms.retention import PolicyForm
from privacy.models import RetentionPolicy, RetentionRun
from privacy.services import retention
from privacy.views.desk import desk_only, desk_page

NUMBERS_PER_PAGE = 200


@desk_only
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """Each category: how long, on which ground, and its newest list."""
    return desk_page(
        request, "privacy/retention.html", _("How long things are kept"), rows=overview.kept()
    )


def look_up(key: str) -> overview.Kept:
    """The category of an address; 404 for another."""
    row = overview.kept_of(key)
    if row is None:
        raise Http404
    return row


@method_decorator(privacy_officer_only, name="dispatch")
class PolicyView(ServiceFormView):
    """Keep a category for another number of months."""

    form_class = PolicyForm
    template_name = "privacy/policy.html"
    title = gettext_lazy("How long this is kept")
    saved_words = gettext_lazy("Saved. The first list under it is only shown.")

    @cached_property
    def kept(self) -> overview.Kept:
        return look_up(self.kwargs["key"])

    def get_initial(self) -> dict[str, Any]:
        reference = self.kept.policy.legal_reference if self.kept.policy else ""
        return {"months": self.kept.months, "legal_reference": reference}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "kept": self.kept}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        past = RetentionPolicy.objects.filter(category=self.kept.category.key)
        past = past.select_related("decided_by").order_by("-pk")
        return super().get_context_data(**{"kept": self.kept, "past": past, **kwargs})

    def next_address(self, saved: RetentionPolicy) -> str:
        return reverse("privacy:retention")


@privacy_officer_only
@require_POST
def list_now(request: HttpRequest, key: str) -> HttpResponse:
    """List what is due in a category now, instead of next night."""
    look_up(key)
    try:
        made = retention.list_due(key=key, by=actor(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("privacy:retention")
    return redirect("privacy:retention_run", number=made.pk)


@desk_only
@require_safe
def run(request: HttpRequest, number: int) -> HttpResponse:
    """One list: how far it is, and its records by number."""
    people = ("listed_by", "approved_by", "policy__decided_by")
    found = get_object_or_404(RetentionRun.objects.select_related(*people), pk=number)
    by_outcome = overview.outcomes(found)
    counted = [(label, by_outcome[value]) for value, label in _outcomes() if value in by_outcome]
    return desk_page(
        request,
        "privacy/retention_run.html",
        str(category_of(found.category).label),
        run=found,
        category=category_of(found.category),
        outcomes=counted if found.approved_at else [],
        page_obj=Paginator(found.items.all(), NUMBERS_PER_PAGE).get_page(request.GET.get("page")),
    )


def _outcomes() -> list[tuple[str, Any]]:
    return [*ItemOutcome.choices, ("", _("still to come"))]


@privacy_officer_only
@require_POST
def approve(request: HttpRequest, number: int) -> HttpResponse:
    """Approve a list; its records are forgotten from now on.

    There is nothing to type, so the second factor must be as fresh as for opening a page.
    """
    waiting = get_object_or_404(RetentionRun, pk=number)
    if again := ask_again(request, sending=RECENTLY):
        return again
    tell(request, _("Approved. It begins within ten minutes."), retention.approve, run=waiting)
    return redirect("privacy:retention_run", number=number)
