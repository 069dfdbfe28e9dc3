"""What every admin page of the product does in the same way."""

from typing import Any, NoReturn

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.asked import AskedAdmin
from core.errors import Refused, show_refusal
from core.logs import log_access
from core.mailbox import ReceivedMail
from core.messages import kind_label, kinds
from core.outbox import OutboxMessage
from core.seen import seen_form
from core.widgets import NATIVE_DATES


class QuietAdmin(AskedAdmin):
    """No delete, no LogEntry (its text would repeat names), permission by the app's rules.

    Services write the activity log, so the admin's own log methods have nothing to add.
    """

    list_per_page = 50
    show_full_result_count = False
    actions_on_top = True
    formfield_overrides = NATIVE_DATES

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        """Without the small buttons that open another record in a window."""
        field = super().formfield_for_dbfield(*args, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj) or self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def _may(self, request: HttpRequest, verb: str, obj: Any) -> bool:
        """Django asks its rules without the object; ours may depend on it."""
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}", obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def construct_change_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nothing: it would repeat what was typed."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service logged it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service logged it."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset = super().get_queryset(request)
        for_user = getattr(queryset, "for_user", None)
        return for_user(request.user) if for_user else queryset

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> NoReturn:
        """What one may not see does not exist, here as on every other page."""
        raise Http404

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Nobody sends anything to a list without actions; who may not see it finds nothing."""
        sends = request.method == "POST" and self.has_view_permission(request)
        if sends and not self.get_actions(request):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return super().changelist_view(request, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """The history page would read LogEntry, which stays empty: back to the record."""
        if not self.has_view_permission(request):
            raise Http404
        return HttpResponseRedirect("../change/")


class ServiceAdmin(QuietAdmin):
    """Adds and changes go through a service: subclasses implement `write`.

    What the service refuses is said at the form, with everything typed still in it; an action on
    a list is done to all that were chosen or to none.
    """

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Call the service and give `obj` its primary key. May raise Refused, ValidationError."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.write(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Unlike Django, leave many-to-many fields to the service that `write` called."""
        for formset in formsets:
            if formset.has_changed():
                self.save_formset(request, form, formset, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Subclasses that let rows be edited call a service here too."""
        raise NotImplementedError

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Save; when a service refuses, undo and show the form again with the refusal in it.

        When somebody saved the same thing a moment ago, the form finds it the second time.
        """
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except (Refused, ValidationError) as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # get_form reads it
        except IntegrityError:
            pass
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = seen_form(super().get_form(request, *args, **kwargs))
        refusal = getattr(request, "refusal", None)
        return _refused_form(form, refusal) if refusal else form

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rows below a record are not written over unseen either."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if inline.has_change_permission(request, obj):
                formset.form = seen_form(formset.form)
            yield formset, inline

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except Refused as refusal:
            messages.error(request, refusal.message)
            return HttpResponseRedirect(request.get_full_path())


def _refused_form(form_class: Any, refusal: Exception) -> Any:
    """The same form, which finds what the service found."""

    class RefusedForm(form_class):
        def clean(self) -> Any:
            cleaned = super().clean()
            show_refusal(self, refusal)
            return cleaned

    return RefusedForm


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

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """A picker on another page searches here without opening the list."""
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            log_access(actor=request.user, verb="searched", obj=self.model)
        return super().get_search_results(request, queryset, search_term)


class ReadOnlyAdmin(QuietAdmin):
    """A list to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


SETTLED = ("settled_at", "reported_at", "error")


class KindFilter(admin.SimpleListFilter):
    """Mails of one kind, by its name."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        named = [(kind, capfirst(str(kind_label(kind)))) for kind in kinds()]
        return sorted(named, key=lambda pair: pair[1].casefold())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(ReceivedMail)
class ReceivedMailAdmin(ReadOnlyAdmin):
    """What became of mails that came in; of what they say nothing is kept here."""

    list_display = ["id", "at", "outcome"]
    list_filter = ["outcome"]
    fields = ["at", "outcome"]


@admin.register(OutboxMessage)
class OutboxAdmin(ReadOnlyAdmin):
    """Which mails went, wait, or were refused; never their text."""

    list_display = ["id", "about", "step", "state", "due_at", "attempts", *SETTLED]
    list_filter = ["state", KindFilter]
    fields = ["about", "step", "state", "due_at", "attempts", *SETTLED]

    @admin.display(description=_("kind"))
    def about(self, mail: OutboxMessage) -> str:
        """The kind by its name."""
        return capfirst(str(kind_label(mail.kind)))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only its filters; Django would tell to whom a mail goes, and about which record."""
        return lookup.removesuffix("__exact") in {"state", "kind"}
