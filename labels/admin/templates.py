"""The ten points in the admin: versions, a draft to write in, publishing."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.admin import ServiceAdmin
from core.errors import Refused
from labels.models import PlanTemplate, TemplatePoint
from labels.services import templates as services


def is_published(template: PlanTemplate | None) -> bool:
    """Whether only a new version can say it in other words."""
    return template is not None and template.published_on is not None


class TemplatePointInline(admin.StackedInline):
    """The ten points, always ten."""

    model = TemplatePoint
    fields = ["title", "description", "guidance"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_published(obj) and super().has_change_permission(request, obj)


@admin.register(PlanTemplate)
class PlanTemplateAdmin(ServiceAdmin):
    """A draft can be written in; a published version only be read, or made anew."""

    list_display = ["__str__", "version", "published_on"]
    fields = ["name"]
    inlines = [TemplatePointInline]
    change_form_template = "admin/labels/plantemplate/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a version is made from another one

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_published(obj) and super().has_change_permission(request, obj)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if "name" in form.changed_data:
            services.rename_template(template=obj, name=obj.name, by=request.user)  # type: ignore[arg-type]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        changed = formset.save(commit=False)
        services.write_points(template=form.instance, points=changed, by=request.user)  # type: ignore[arg-type]

    def get_urls(self) -> list[Any]:
        steps = {"new-version": self.new_version, "publish": self.publish}
        own = [
            path(
                f"<int:template_id>/{slug}/",
                self.admin_site.admin_view(require_http_methods(["GET", "POST"])(view)),
                name=f"labels_plantemplate_{slug.replace('-', '_')}",
            )
            for slug, view in steps.items()
        ]
        return [*own, *super().get_urls()]

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
            template = service(template=template, by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("admin:labels_plantemplate_change", template.pk)
