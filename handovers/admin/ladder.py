"""The decisions of the reminder ladder in the web admin: to look at, each with its explanation."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path

from core.admin import ReadOnlyAdmin
from handovers.models import Reminder
from handovers.views import reminders


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Which reminders were decided on; to whom stands on the page of the movement."""

    list_display = ["movement", "step", "rung", "outcome", "why", "due_on", "decided_on"]
    list_filter = ["outcome", "step", "rung"]
    list_select_related = ["movement"]
    search_fields = ["movement__name"]
    date_hierarchy = None

    def lookup_allowed(self, lookup: str, value: Any, request: Any) -> bool:
        """Only its filters; Django would tell to whom a reminder went."""
        return lookup.removesuffix("__exact") in self.list_filter

    def get_urls(self) -> list[URLPattern]:
        name = "handovers_reminder_movement"
        return [
            path("movement/<int:movement_id>/", reminders.of_movement, name=name),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """One decision says little alone: all of its movement."""
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request) or not object_id.isdecimal():
            raise Http404
        row = get_object_or_404(Reminder, pk=int(object_id))
        return redirect("admin:handovers_reminder_movement", row.movement_id)
