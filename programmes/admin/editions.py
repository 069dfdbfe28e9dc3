"""The edition in the web admin: the team looks, the coordinator changes."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import NumberInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from core.admin import ServiceAdmin
from programmes import services
from programmes.enums import Indicator
from programmes.forms import EditionForm, PlanForm, TargetForm
from programmes.models import Edition, QuietPeriod, Target


class TargetInline(admin.TabularInline):
    """What the targets were and why they changed; a change has a page of its own."""

    model = Target
    fields = ["indicator", "value", "valid_from", "reason"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class QuietPeriodInline(admin.TabularInline):
    """Days of each year on which volunteers get no reminders."""

    model = QuietPeriod
    fields = ["reason", "first_day", "first_month", "last_day", "last_month"]
    extra = 0
    formfield_overrides = {
        models.PositiveSmallIntegerField: {"widget": NumberInput(attrs={"class": "short-number"})}
    }


@admin.register(Edition)
class EditionAdmin(ServiceAdmin):
    """Names, period, policy, quiet periods; targets and planned curves on pages of their own."""

    form = EditionForm
    list_display = ["__str__", "municipality", "starts_on", "ends_on", "label_mode"]

    def get_inlines(self, request: HttpRequest, obj: Edition | None) -> list[Any]:
        """A new edition gets the usual targets and quiet periods by itself."""
        return [TargetInline, QuietPeriodInline] if obj else []

    def write(self, request: HttpRequest, obj: Edition, form: EditionForm, change: bool) -> None:
        user: Any = request.user
        if change:
            fields = {name: form.cleaned_data[name] for name in form.changed_data}
            services.change_edition(edition=obj, by=user, **fields)
        else:
            edition = services.create_edition(by=user, **form.cleaned_data)
            obj.pk = edition.pk

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Quiet periods: the targets under an edition are only looked at."""
        user: Any = request.user
        services.set_quiet_periods(
            edition=form.instance,
            saved=formset.save(commit=False),
            removed=formset.deleted_objects,
            by=user,
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/target/",
                wrap(self.target_view),
                name="programmes_edition_target",
            ),
            path("<path:object_id>/plan/", wrap(self.plan_view), name="programmes_edition_plan"),
            *super().get_urls(),
        ]

    def target_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change a target: a new row with a reason."""
        edition = self.edition_to_change(request, object_id)
        form = TargetForm(request.POST or None, edition=edition)
        if self.saved(request, form):
            messages.success(request, _("The target is changed, and the plan follows it."))
            return to_edition(edition)
        context = {"targets": edition.targets.all()}
        return self.page(request, "target", edition, form, _("Change a target"), context)

    def plan_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change the planned curves month by month."""
        edition = self.edition_to_change(request, object_id)
        form = PlanForm(request.POST or None, edition=edition)
        if self.saved(request, form):
            messages.success(request, _("The plan is saved."))
            return to_edition(edition)
        context = {"indicators": [indicator.label for indicator in Indicator]}
        return self.page(request, "plan", edition, form, _("Plan, month by month"), context)

    def edition_to_change(self, request: HttpRequest, object_id: str) -> Edition:
        """The edition; nothing is found by somebody who may not change it."""
        edition = self.get_object(request, object_id)
        if edition is None or not self.has_change_permission(request, edition):
            raise Http404
        return edition

    def saved(self, request: HttpRequest, form: TargetForm | PlanForm) -> bool:
        """Whether the form was sent and written; a refusal becomes an error of the form."""
        user: Any = request.user
        if form.is_valid():
            form.save(by=user)
        return form.is_bound and not form.errors

    def page(
        self,
        request: HttpRequest,
        name: str,
        edition: Edition,
        form: TargetForm | PlanForm,
        title: str,
        more: dict[str, Any],
    ) -> HttpResponse:
        """One of the pages beside the change form."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "edition": edition,
            "form": form,
            **more,
        }
        return render(request, f"admin/programmes/edition/{name}.html", context)


def to_edition(edition: Edition) -> HttpResponseRedirect:
    """Back to the page of the edition."""
    return HttpResponseRedirect(reverse("admin:programmes_edition_change", args=[edition.pk]))
