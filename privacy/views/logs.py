"""Pages of the two logs: who changed what, and who looked at whom. Nobody changes anything here."""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.gates import actor, privacy_officer_only, recently_proven
from accounts.models import User
from core.calendar import today
from core.export import csv_download
from core.logs import LogRow, log_access
from privacy import logbook
from privacy.forms.logs import LogForm
from privacy.logbook import Entry


def list_url(log: type[LogRow]) -> str:
    """The list of a log."""
    return reverse(f"admin:{log._meta.label_lower.replace('.', '_')}_changelist")


@require_safe
def log_page(request: HttpRequest, log: type[LogRow]) -> HttpResponse:
    """Fifty rows that a filter asks for, newest first."""
    form = LogForm(request.GET)
    entries: list[Entry] = []
    older = None
    if form.is_valid():
        before = request.GET.get("before", "")
        number = int(before) if before.isdecimal() and len(before) < 19 else None
        rows = logbook.older_than(logbook.filtered(log, form.cleaned_data), number)
        entries, older = logbook.page_of(rows)
    addresses = record_urls(actor(request), [entry.row for entry in entries])
    context = {
        **admin.site.each_context(request),
        "title": capfirst(str(log._meta.verbose_name_plural)),
        "form": form,
        "entries": [(entry, addresses.get(entry.row.pk, "")) for entry in entries],
        "is_activity": hasattr(log, "fields"),
        "address": list_url(log),
        "is_filtered": any(form.cleaned_data.values()) if form.is_valid() else True,
        **_ways(request, form, older),
    }
    return render(request, "privacy/log.html", context)


def _ways(request: HttpRequest, form: LogForm, older: int | None) -> dict[str, Any]:
    """Where the page leads on to: older rows, the newest ones, a file."""
    query = request.GET.copy()
    is_older = bool(query.pop("before", None))
    may_export = Role.PRIVACY_OFFICER in actor(request).roles
    return {
        "query": query.urlencode(),
        "older": older,
        "is_older": is_older,
        "may_export": may_export,
        "can_export": may_export and form.is_valid() and form.is_period,
    }


def record_urls(user: User, rows: list[Any]) -> dict[int, str]:
    """Pages of the records that rows name, by number of the row; only those that the user may open.

    One query for each kind of record among them that not everybody sees whole.
    """
    found: dict[int, str] = {}
    for kind in {row.object_type for row in rows}:
        app, _dot, model = kind.partition(".")
        if user.has_perm(f"{app}.view_{model}"):
            named = [row for row in rows if row.object_type == kind and row.object_id.isdecimal()]
            seen = logbook.seen_by(user, kind, {int(row.object_id) for row in named})
            with suppress(NoReverseMatch):
                for row in named:
                    if int(row.object_id) in seen:
                        page = reverse(f"admin:{app}_{model}_change", args=[row.object_id])
                        found[row.pk] = page
    return found


@privacy_officer_only
@recently_proven
@require_safe
def export(request: HttpRequest, log: type[LogRow]) -> HttpResponseBase:
    """The rows of a period as a file; who took it is logged first."""
    form = LogForm(request.GET)
    if not form.is_valid() or not form.is_period:
        messages.error(request, _("Choose the first and the last day of a year at most."))
        return back(request, log)
    rows = logbook.filtered(log, form.cleaned_data)
    if logbook.is_too_much(rows):
        messages.error(request, _("That is too much for one file. Choose a shorter period."))
        return back(request, log)
    log_access(actor=request.user, verb="exported", obj=log)
    name = f"{log._meta.model_name}-{today().isoformat()}"
    return csv_download(logbook.table_of(log, rows), name)


def back(request: HttpRequest, log: type[LogRow]) -> HttpResponse:
    """To the list, with the same filter."""
    return HttpResponseRedirect(f"{list_url(log)}?{request.GET.urlencode()}")
