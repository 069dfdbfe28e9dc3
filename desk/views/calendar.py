"""The calendar: of one movement for its leaders, of all for the youth service, and as a feed."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.enums import STAFF, Role
from accounts.gates import actor, leader_only, roles_required, staff_only
from accounts.selectors import calendar_feed_of, user_of_calendar
from core.calendar import add_months, today
from desk import ical
from desk.agenda import DAY, Event, agenda
from desk.forms import AgendaForm
from desk.selectors import movements_in_feed
from movements.selectors import movements_seen_by
from programmes.selectors import shown_edition

AHEAD_MONTHS, BACK_MONTHS = 18, 12
FEED_AHEAD = timedelta(days=3 * 365)
PER_PAGE = 200

with_calendar = roles_required(Role.LEADER, *STAFF)


def period(*, past: bool) -> tuple[date, date]:
    """The days of a page: a year and a half from today on, or the year before."""
    day = today()
    if past:
        return add_months(day, -BACK_MONTHS), day - DAY
    return day, add_months(day, AHEAD_MONTHS)


def _in_order(events: list[Event], *, past: bool) -> list[Event]:
    """What is over with the newest month first; inside a month by day."""
    if not past:
        return events
    return sorted(events, key=lambda event: event.month, reverse=True)


@require_safe
@leader_only
def of_movement(request: HttpRequest, movement_id: int) -> HttpResponse:
    """The dates of one movement, month by month."""
    movement = get_object_or_404(movements_seen_by(actor(request)), pk=movement_id)
    past = "past" in request.GET
    events = agenda([movement], *period(past=past))
    context = {"movement": movement, "events": _in_order(events, past=past), "past": past}
    return render(request, "desk/calendar.html", context)


@require_safe
@staff_only
def of_all(request: HttpRequest) -> HttpResponse:
    """The dates of all movements, or of those that were asked for."""
    form = AgendaForm(request.GET)
    movements = list(form.movements())
    chosen: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    past = bool(chosen.get("past"))
    events = agenda(movements, *period(past=past), kind=chosen.get("kind", ""))
    shown = Paginator(_in_order(events, past=past), PER_PAGE).get_page(request.GET.get("page"))
    asked = {name: str(value) for name, value in request.GET.items() if name != "page"}
    page = {"title": _("Calendar"), "form": form, "past": past, "names": True}
    context = {
        **admin.site.each_context(request),
        **page,
        "events": shown.object_list,
        "page_obj": shown,
        "query": urlencode(asked) + "&" if asked else "",
    }
    return render(request, "desk/staff_calendar.html", context)


# The feed --------------------------------------------------------------------------------------


@with_calendar
@require_http_methods(["GET", "HEAD", "POST"])
def feed_page(request: HttpRequest) -> HttpResponse:
    """How to read one's dates in one's own calendar; sent, it gives a new address, shown once."""
    user, address = actor(request), ""
    if request.method == "POST":
        token = services.renew_calendar_feed(user=user)
        address = settings.PUBLIC_URL + reverse("desk:feed", args=[token])
    context = {
        "address": address,
        "webcal": "webcal" + address[address.find(":") :] if address else "",
        "feed": calendar_feed_of(user),
    }
    return render(request, "desk/calendar_feed.html", context)


@with_calendar
@require_POST
def remove_feed(request: HttpRequest) -> HttpResponse:
    """The address does not work any more."""
    services.remove_calendar_feed(user=actor(request))
    messages.success(request, _("The address of your calendar does not work any more."))
    return redirect("desk:calendar_feed")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The dates behind a secret address, by the roles of this moment; without any, nothing."""
    user = user_of_calendar(token)
    movements = movements_in_feed(user) if user else None
    if user is None or movements is None:
        raise Http404
    with override(user.language):
        first, last = add_months(today(), -BACK_MONTHS), today() + FEED_AHEAD
        name = str(shown_edition().name)
        body = ical.calendar(agenda(movements, first, last), name=name, language=user.language)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    etag = f'"{sha256(body).hexdigest()}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
