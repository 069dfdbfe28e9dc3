"""People who may be the same person under two addresses: a list, then side by side."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.gates import actor, staff_only
from core.errors import Refused
from movements.models import Mandate
from movements.selectors.people import likely_duplicates, person_of
from movements.services.people import merge_people, say_two_persons

PER_PAGE = 50
LIST = "admin:movements_mandate_same_person"


@staff_only
@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    """Who looks like somebody else."""
    page_obj = Paginator(likely_duplicates(), PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "pairs", {"page_obj": page_obj, "title": _("Possibly the same person")})


@staff_only
def pair(request: HttpRequest, one_id: int, other_id: int) -> HttpResponse:
    """Two people side by side: make them one, or say that they are two."""
    one, other = _mandate(one_id), _mandate(other_id)
    if one.email.lower() == other.email.lower():
        raise Http404  # one person already
    if request.method == "POST":
        return _act(request, one, other)
    people = [(person_of(one), other), (person_of(other), one)]
    return _page(request, "pair", {"people": people, "title": _("The same person?")})


def _act(request: HttpRequest, one: Mandate, other: Mandate) -> HttpResponse:
    action, by = request.POST.get("action", ""), actor(request)
    if request.POST.get("keep") == str(other.pk):
        one, other = other, one
    try:
        if action == "apart":
            say_two_persons(one=one, other=other, by=by)
            messages.success(request, _("Noted: two different people. We will not ask again."))
        if action == "merge":
            merge_people(keep=one, other=other, by=by)
            messages.success(request, _("They are one person now; nothing was lost."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(LIST)


def _mandate(number: int) -> Mandate:
    return get_object_or_404(Mandate.objects.in_use().recorded(), pk=number)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"admin/movements/mandate/same_{name}.html"
    return render(request, template, {**admin.site.each_context(request), **context})
