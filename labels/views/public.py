"""What everybody may see: is this label valid now, and which movements carry one."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.translated import Translated
from labels.forms.labels import RegisterForm
from labels.lifecycle import is_valid, ring_states
from labels.selectors.register import label_by_code, register_rows

PER_PAGE = 30


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Valid or not valid, today. No reason and nobody's name: a pause shames no volunteer."""
    label = label_by_code(code)
    if label is None:
        raise Http404
    context = {
        "label": label,
        "valid": is_valid(label),
        "ring": ring_states(label),
        "movement": label.frozen["movement"],
        "awarded_by": Translated(label.frozen["programme"]),
    }
    return render(request, "labels/public/verify.html", context)


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
        "ring": ["verified"] * 10,
    }
    return render(request, "labels/public/register.html", context)
