"""Labels in the admin: what they are today, and the steps that a coordinator can take."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.gates import actor
from accounts.models import User
from core.admin import ReadOnlyAdmin
from core.calendar import add_months, today
from core.pages import remember_sent, was_sent
from core.translated import Translated
from labels.enums import EVENT_ALLOWED_IN, LabelState
from labels.forms.checks import VisitForm
from labels.forms.labels import EVENT_FORMS, LabelEventForm
from labels.lifecycle import OVER, label_state, ring_states
from labels.models import Label
from labels.selectors.certificates import can_show_off, differences
from labels.selectors.monitoring import check_asked, story_of_label
from labels.selectors.register import label_card
from labels.views.following import VisitView, look
from labels.views.issues import ReissueView
from labels.views.taking_over import TakeOverView, preview, upload

STATE_KINDS = {
    LabelState.VALID: "good",
    LabelState.UPCOMING: "fair",
    LabelState.PAUSED: "fair",
    LabelState.GRACE: "bad",
}
MONTHS_AHEAD = 6


class StateFilter(admin.SimpleListFilter):
    """What labels are today."""

    title = _("today")
    parameter_name = "today"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("valid", _("valid")),
            ("ending", _("valid, ends within six months")),
            ("upcoming", _("upcoming")),
            ("not_valid", _("not valid (any more)")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        day, valid = today(), Label.objects.valid_on().values("pk")
        ahead = queryset.filter(starts_on__gt=day)
        return {
            "valid": queryset.filter(pk__in=valid),
            "ending": queryset.filter(pk__in=valid, ends_on__lt=add_months(day, MONTHS_AHEAD)),
            "upcoming": ahead,
            "not_valid": queryset.filter(starts_on__lte=day).exclude(pk__in=valid),
        }.get(self.value() or "", queryset)


@admin.register(Label)
class LabelAdmin(ReadOnlyAdmin):
    """Labels; what was awarded is only read, what happens to it goes through a service."""

    list_display = ["ring_and_movement", "number_in_one", "state_tag", "starts_on", "ends_on"]
    list_display_links = None
    list_filter = [StateFilter, "movement__federation"]
    search_fields = ["number", "=code", "movement__name", "movement__municipality"]
    ordering = ["-starts_on", "-id"]
    actions = ["make_certificates"]
    change_list_template = "admin/labels/label/change_list.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return Label.objects.for_user(actor(request)).with_facts()

    @admin.display(description=_("movement"), ordering="movement__name")
    def ring_and_movement(self, label: Label) -> SafeString:
        return _piece(
            "components/ring_row.html",
            states=ring_states(label),
            text=label.movement.name,
            url=reverse("admin:labels_label_change", args=[label.pk]),
        )

    @admin.display(description=_("number"), ordering="number")
    def number_in_one(self, label: Label) -> SafeString:
        return format_html('<span class="label-number">{}</span>', label.number)

    @admin.display(description=_("today"))
    def state_tag(self, label: Label) -> SafeString:
        return _tag(label_state(label))

    def get_urls(self) -> list[Any]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.event_view)
        own = path(
            "<int:label_id>/event/<slug:event>/",
            self.admin_site.admin_view(view),
            name="labels_label_event",
        )
        name = "labels_label_reissue"
        new = path("<int:label_id>/reissue/", ReissueView.as_view(), name=name)
        return [own, new, *_following(), *super().get_urls()]

    @admin.action(description=_("Certificates for an award evening"), permissions=["view"])
    def make_certificates(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """On to the page that asks in which language and how."""
        ticked = "-".join(str(number) for number in queryset.values_list("pk", flat=True))
        return redirect(f"{reverse('admin:labels_certificatebatch_add')}?labels={ticked}")

    @method_decorator(require_safe)
    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kw: Any) -> Any:
        """One label: its dates, what happened to it, the words of the award."""
        label = self._label(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": label.frozen["movement"],
            "label": label,
            **_facts(label),
            "steps": _steps(label) if _decides(request) else [],
            "visit_form": _visit_form(label, actor(request)),
            "may_reissue": _decides(request) and label_state(label) not in OVER,
        }
        return TemplateResponse(request, "admin/labels/label/detail.html", context)

    def event_view(self, request: HttpRequest, label_id: int, event: str) -> HttpResponse:
        """A day and a reason, and what will happen; then back to the label."""
        label = self._label(request, str(label_id))
        if event not in EVENT_FORMS or not _decides(request):
            raise Http404
        form = EVENT_FORMS[event](request.POST if request.method == "POST" else None)
        if request.method == "POST" and self._recorded(request, form, label):
            return redirect("admin:labels_label_change", label.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": form.title,
            "label": label,
            "state": _tag(label_state(label)),
            "form": form,
        }
        return TemplateResponse(request, "admin/labels/label/event.html", context)

    def _recorded(self, request: HttpRequest, form: LabelEventForm, label: Label) -> bool:
        """Whether it stands there, also for who sent it twice: a double click, the back button."""
        if was_sent(request):
            return True
        with transaction.atomic():
            if form.is_valid() and form.save(label, actor(request)):
                remember_sent(request)
                return True
        return was_sent(request)

    def _label(self, request: HttpRequest, pk: str) -> Label:
        if not self.has_view_permission(request) or not pk.isdecimal():
            raise Http404
        label: Label = get_object_or_404(self.get_queryset(request), pk=pk)
        return label


def _following() -> list[Any]:
    """Addresses of what is done while a label runs, and of labels of an earlier edition."""
    look_at = "<int:label_id>/checks/<int:check_id>/look/"
    return [
        path("<int:label_id>/visit/", VisitView.as_view(), name="labels_label_visit"),
        path(look_at, look, name="labels_label_look"),
        path("take-over/", TakeOverView.as_view(), name="labels_label_take_over"),
        path("import/", upload, name="labels_label_import"),
        path("import/<int:job_id>/", preview, name="labels_label_import_preview"),
    ]


def _visit_form(label: Label, by: User) -> VisitForm:
    form = VisitForm(label=label, by=by)
    form.action = reverse("admin:labels_label_visit", args=[label.pk])
    return form


def _decides(request: HttpRequest) -> bool:
    return request.user.has_perm("labels.change_label")


def _steps(label: Label) -> list[tuple[str, Any]]:
    """What can be done with the label today: the address and the words on the button."""
    state = label_state(label)
    return [
        (reverse("admin:labels_label_event", args=[label.pk, slug]), form.title)
        for slug, form in EVENT_FORMS.items()
        if state in EVENT_ALLOWED_IN[form.kind]
    ]


def _facts(label: Label) -> dict[str, Any]:
    card = label_card(label)
    return {
        "card": card,
        "state": _tag(card.state),
        "issues": label.certificates.order_by("-issue"),
        "shows_off": can_show_off(label),
        "differences": differences(label) if card.state not in OVER else [],
        "story": story_of_label(label),
        "check": check_asked(label),
        "conditions": label.decision.due_conditions.all() if label.decision else [],
        "points": [
            (point["number"], Translated(point["title"]), point["commitment"])
            for point in label.frozen["points"]
        ],
    }


def _tag(state: LabelState) -> SafeString:
    kind = STATE_KINDS.get(state, "quiet")
    return _piece("components/tag.html", text=state.label, kind=kind)


def _piece(template: str, **context: Any) -> SafeString:
    return render_to_string(template, context)
