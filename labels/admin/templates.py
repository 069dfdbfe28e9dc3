"""The ten points in the admin: versions, a draft to write in, publishing."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.gates import actor
from core.admin import ServiceAdmin
from core.errors import Refused
from core.translated import LANGUAGES, Translated
from labels.models import PlanTemplate, TemplatePoint
from labels.services import templates as services
from labels.views import templates as views

# pages of our own behind the list: address, view, name
PAGES = (
    ("import/", views.upload, "import"),
    ("import/<int:job_id>/", views.preview, "import_preview"),
    ("<int:template_id>/export/", views.export, "export"),
    ("<int:template_id>/materials/", views.materials, "materials"),
    ("<int:template_id>/materials/<int:material_id>/", views.change, "change_material"),
    ("<int:template_id>/materials/<int:material_id>/remove/", views.remove, "remove_material"),
    ("<int:template_id>/discard/", views.discard, "discard"),
)


def _pages(site: admin.AdminSite) -> list[Any]:
    return [
        path(route, site.admin_view(view), name=f"labels_plantemplate_{name}")
        for route, view, name in PAGES
    ]


def is_published(template: PlanTemplate | None) -> bool:
    """Whether only a new version can say it in other words."""
    return template is not None and template.published_on is not None


def _in_all_languages(value: Translated) -> SafeString:
    """A text to read in nl, fr and en; Django would show the JSON."""
    line = '<span lang="{0}"><span class="muted">{0}</span> {1}</span>'
    texts = ((code, value.get(code, "")) for code in LANGUAGES)
    return format_html_join(mark_safe("<br>"), line, texts)  # nosec B308 B703


def _to_read(field: str, label: Any) -> Callable[[Any], SafeString]:
    """A column of the admin that shows a translated field."""

    @admin.display(description=label)
    def column(obj: Any) -> SafeString:
        return _in_all_languages(getattr(obj, field))

    return column


class TemplatePointInline(admin.StackedInline):
    """The ten points, always ten."""

    model = TemplatePoint
    extra = 0
    can_delete = False
    to_read = [
        _to_read("title", gettext_lazy("title")),
        _to_read("description", gettext_lazy("description")),
        _to_read("guidance", gettext_lazy("what to write")),
        _to_read("examples", gettext_lazy("for example")),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.to_read if is_published(obj) else list(services.WORDS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.to_read if is_published(obj) else []

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_published(obj) and super().has_change_permission(request, obj)


@admin.register(PlanTemplate)
class PlanTemplateAdmin(ServiceAdmin):
    """A draft can be written in; a published version only be read, or made anew."""

    list_display = ["__str__", "version", "published_on"]
    name_to_read = _to_read("name", gettext_lazy("name"))
    inlines = [TemplatePointInline]
    change_form_template = "admin/labels/plantemplate/change_form.html"
    change_list_template = "admin/labels/plantemplate/change_list.html"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [PlanTemplateAdmin.name_to_read] if is_published(obj) else ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [PlanTemplateAdmin.name_to_read] if is_published(obj) else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a version is made from another one

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_published(obj) and super().has_change_permission(request, obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Who saves a moment later than a colleague waits, and then sees what was written."""
        if request.method == "POST":
            services.wait_for_others()
        return super().get_object(request, object_id, from_field)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "name" in form.changed_data:
            services.rename_template(template=obj, name=obj.name, by=actor(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        services.write_points(template=form.instance, points=changed, by=actor(request))

    def get_urls(self) -> list[Any]:
        steps = {"new-version": self.new_version, "publish": self.publish}
        own = [
            path(
                f"<int:template_id>/{slug}/",
                self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(view)),
                name=f"labels_plantemplate_{slug.replace('-', '_')}",
            )
            for slug, view in steps.items()
        ]
        return [*own, *_pages(self.admin_site), *super().get_urls()]

    def new_version(self, request: HttpRequest, template_id: int) -> HttpResponse:
        """Ask once, then make a draft with the same words."""
        return self._ask(request, template_id, "new_version")

    def publish(self, request: HttpRequest, template_id: int) -> HttpResponse:
        """Ask once, then publish."""
        return self._ask(request, template_id, "publish")

    def _ask(self, request: HttpRequest, template_id: int, step: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        template = get_object_or_404(PlanTemplate, pk=template_id)
        if request.method == "POST":
            return self._do(request, template, step)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish") if step == "publish" else _("New version"),
            "template": template,
            "step": step,
        }
        return TemplateResponse(request, "admin/labels/plantemplate/ask.html", context)

    def _do(self, request: HttpRequest, template: PlanTemplate, step: str) -> HttpResponse:
        service = {"publish": services.publish_template, "new_version": services.new_version}[step]
        try:
            template = service(template=template, by=actor(request))
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("admin:labels_plantemplate_change", template.pk)
