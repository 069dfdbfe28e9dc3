"""What every admin page of the product does in the same way."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseRedirect

from core.errors import Refused
from core.logs import AccessLog, ActivityLog, log_access
from core.outbox import OutboxMessage


class QuietAdmin(admin.ModelAdmin):
    """No delete, no LogEntry (its text would repeat names), permission by the app's rules.

    Services write the activity log, so the admin's own log methods have nothing to add.
    """

    list_per_page = 50
    show_full_result_count = False
    actions_on_top = True

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Nothing: the service logged it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Nothing: the service logged it."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset = super().get_queryset(request)
        for_user = getattr(queryset, "for_user", None)
        return for_user(request.user) if for_user else queryset

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The history page would read LogEntry, which stays empty: back to the record."""
        return HttpResponseRedirect("../change/")


class ServiceAdmin(QuietAdmin):
    """Adds and changes go through a service: subclasses implement `write`."""

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Call the service and give `obj` its primary key. May raise Refused."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.write(request, obj, form, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show a refusal as a message on the page it was asked from; the browser keeps the form."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.get_full_path())


class LoggedAdmin(ServiceAdmin):
    """For personal records: opening one, or searching among them, is logged first."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            log_access(actor=request.user, verb="viewed", obj=obj)
        return obj

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        log_access(actor=request.user, verb="searched" if request.GET else "listed", obj=self.model)
        return super().changelist_view(request, extra_context)


class ReadOnlyAdmin(QuietAdmin):
    """A list to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(OutboxMessage)
class OutboxAdmin(ReadOnlyAdmin):
    """Which mails went, wait, or were refused; never their text."""

    list_display = ["id", "kind", "step", "state", "due_at", "attempts", "settled_at", "error"]
    list_filter = ["state", "kind"]
    fields = list_display


class LogAdmin(ReadOnlyAdmin):
    """A log, newest first."""

    list_display = ["at", "actor", "verb", "object_type", "object_id"]
    list_filter = ["verb", "object_type"]
    search_fields = ["=object_id", "=actor"]


admin.site.register(ActivityLog, LogAdmin)
admin.site.register(AccessLog, LogAdmin)
