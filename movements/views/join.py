"""The link that a team passes on, for whoever opens it: the name of the group, and a question.

The link is no key. It signs nobody in, and what it answers does not tell who is known here.
"""

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from movements.forms.pass_on import JoinForm
from movements.selectors.pass_on import valid_team_link

APP = "movements.join"
LIMIT = {"ask": "30/10m/ip"}  # a whole team may sit behind one address


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a name and an address. Unknown, too old, stopped: one page for all of them."""
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, app=APP, action="ask", config=LIMIT
    )
    if limited:
        return limited
    link = valid_team_link(token)
    if link is None:
        return render(request, "movements/join_over.html", status=404)
    form = JoinForm(request.POST or None)
    if form.is_valid() and form.save(token):
        return redirect("movements:join_asked")
    return render(request, "movements/join.html", {"form": form, "link": link})


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """The same for everybody who asked."""
    return render(request, "movements/join_asked.html")
