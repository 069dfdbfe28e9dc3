"""The front page, and where somebody goes after signing in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.enums import STAFF, Role
from accounts.gates import actor
from desk import selectors
from labels.forms.labels import CodeForm


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the label is, who carries it, stories, and a form to check a certificate."""
    return render(request, "desk/home.html", {"form": CodeForm(), **selectors.front_page()})


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The page of the strongest role that somebody holds today."""
    roles = actor(request).roles
    if roles & STAFF:
        return redirect("admin:index")
    if Role.PRIVACY_OFFICER in roles:
        return redirect("privacy:home")
    if Role.LEADER in roles:
        return redirect("desk:my")
    if Role.ALDERMAN in roles:
        return redirect("kpis:dashboard")
    return render(request, "desk/no_role.html")
