"""Which mails somebody wants: one click in a mail, or switches on the page of the account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.gates import actor
from core import preferences


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Out of a group of mails, or in again. The link is enough: no sign-in, no cookie (RFC 8058).

    To open it changes nothing: programs open links to look at them.
    """
    meant = preferences.read_token(token)
    group = preferences.group_named(meant[1]) if meant else None
    if meant is None or group is None:
        raise Http404
    if request.method == "POST":
        change = preferences.opt_in if "again" in request.POST else preferences.opt_out
        change(recipient=meant[0], group=group.name)
    page = {"group": group, "wanted": preferences.wants(*meant)}
    return render(request, "account/unsubscribe.html", page)


@require_POST
def choose_mails(request: HttpRequest) -> HttpResponse:
    """Keep which groups of mails somebody with an account wants."""
    user, wanted = actor(request), set(request.POST.getlist("wanted"))
    for group in preferences.groups(user.roles):
        change = preferences.opt_in if group.name in wanted else preferences.opt_out
        change(recipient=user.key, group=group.name, by=user)
    messages.success(request, _("Saved. You get the mails that are ticked."))
    return redirect("my_account")
