"""The privacy desk in the web admin."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from core.admin import ReadOnlyAdmin
from core.logs import AccessLog, ActivityLog
from core.pages import PagesAdmin
from privacy.models import SubjectRequest
from privacy.selectors import days_left
from privacy.views import actions, logs, requests


@admin.register(SubjectRequest)
class SubjectRequestAdmin(PagesAdmin):
    """Requests of people about their own data: those that wait first, the most urgent on top."""

    add_page = staticmethod(requests.StartView.as_view())
    change_page = staticmethod(requests.request_page)
    list_display = ["number", "answer", "what", "received_on", "handled_by"]
    list_display_links = None
    list_select_related = ["handled_by"]
    ordering = [F("closed_on").desc(nulls_first=True), "due_on", "pk"]
    sortable_by = ()
    change_list_template = "privacy/request_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubjectRequest]:
        # the texts never leave the database for a page that does not show them
        return super().get_queryset(request).defer("note", "refusal")

    @admin.display(description=gettext_lazy("request"))
    def number(self, asked: SubjectRequest) -> SafeString:
        """Its number, which leads to its page."""
        return format_html('<a href="{}">{}</a>', requests.address(asked), asked)

    @admin.display(description=gettext_lazy("what is asked"))
    def what(self, asked: SubjectRequest) -> str:
        """The right, on a line of its own."""
        return capfirst(str(asked.get_right_display()))

    @admin.display(description=gettext_lazy("answer"))
    def answer(self, asked: SubjectRequest) -> str:
        """How it ended, or how many days are left."""
        return str(asked.get_outcome_display()) if asked.outcome else days_left(asked)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages: dict[str, tuple[str, Any]] = {
            "find": ("find/", requests.find),
            "name": ("name/", requests.name),
            "edit": ("edit/", requests.ChangeView.as_view()),
            "close": ("close/", requests.CloseView.as_view()),
            "drop": ("records/<int:subject>/drop/", requests.drop),
            "correct": ("records/<int:subject>/correct/", actions.CorrectView.as_view()),
            "restrict": ("records/<int:subject>/restrict/", actions.restrict),
            "lift": ("records/<int:subject>/lift/", actions.lift),
            "erase": ("records/<int:subject>/erase/", actions.EraseView.as_view()),
            "zip": ("zip/<slug:language>/", requests.download),
        }
        own = [
            path(f"<int:number>/{route}", view(page), name=f"privacy_subjectrequest_{name}")
            for name, (route, page) in pages.items()
        ]
        return [*own, *super().get_urls()]


@admin.register(ActivityLog, AccessLog)
class LogAdmin(ReadOnlyAdmin):
    """A log, newest first; the row of one moment on a page of its own."""

    fields = ["at", "actor", "verb", "object_type", "object_id"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise Http404
        return logs.log_page(request, self.model)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Rows as a file, for the privacy officer."""
        return logs.export(request, self.model)

    def get_urls(self) -> list[URLPattern]:
        name = f"core_{self.opts.model_name}_export"
        own = path("export/", self.admin_site.admin_view(self.export), name=name)
        return [own, *super().get_urls()]
