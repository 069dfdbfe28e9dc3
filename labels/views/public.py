"""What everybody may see: is this label valid now, and which movements carry one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.translated import Translated
from labels import linked_data
from labels.forms.labels import CodeForm, RegisterForm
from labels.lifecycle import is_valid, ring_states
from labels.models import POINTS
from labels.selectors.register import (
    certificate_by_code,
    public_entry,
    public_words,
    register_rows,
)

PER_PAGE = 30


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Valid or not valid, today. No reason and nobody's name: a pause shames no volunteer.

    Every code that was never given out gets the same answer.
    """
    found = certificate_by_code(code)
    if found is None:
        context: dict[str, Any] = {"form": CodeForm(), "unknown": True}
        return render(request, "labels/public/check.html", context, status=404)
    label, certificate = found
    printed = certificate.frozen if certificate else label.frozen
    context = {
        "certificate": certificate,
        "label": label,
        "valid": is_valid(label),
        "ring": ring_states(label),
        "movement": printed["movement"],
        "awarded_by": Translated(printed["programme"]),
    }
    return render(request, "labels/public/verify.html", context)


@login_not_required
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Where somebody types the code that is printed on a certificate."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("labels:verify", form.cleaned_data["code"])
    return render(request, "labels/public/check.html", {"form": form})


@login_not_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The movements whose label is valid today."""
    form = RegisterForm(request.GET)
    search = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(register_rows(search), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "search": search,
        "page_obj": page,
        "query": urlencode({"q": search}) + "&" if search else "",
        "ring": ["verified"] * POINTS,
        "data": linked_data.data_block(linked_data.register_data(list(page.object_list))),
    }
    return render(request, "labels/public/register.html", context)


@login_not_required
@require_safe
def movement(request: HttpRequest, movement_id: int) -> HttpResponse:
    """What a movement promised, while its label is valid; otherwise only that it is not."""
    entry = public_entry(movement_id)
    if entry is None:
        raise Http404
    reason, points = public_words(entry.label) if entry.label else ("", [])
    context = {
        "movement": entry.movement,
        "label": entry.label,
        "ring": ["verified" if entry.label else "empty"] * POINTS,
        "reason": reason,
        "points": points,
        "data": linked_data.data_block(linked_data.movement_data(entry)),
    }
    return render(request, "labels/public/movement.html", context)


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What the files of the register hold, and what everybody may do with them."""
    description = _("Youth movements that have or had the label, and whether it is valid today.")
    block = linked_data.data_block(linked_data.dataset_data(description))
    context = {"data": block, "licence": linked_data.LICENCE}
    return render(request, "labels/public/open_data.html", context)
