"""Accounts and granted roles in the web admin: for the coordinator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access, services
from accounts.enums import GRANTED, Role
from accounts.gates import ask_again
from accounts.models import RoleGrant, User
from accounts.views import colleague
from core.admin import ServiceAdmin
from core.widgets import Picker


class UserForm(forms.ModelForm):
    """An account; a new one may get its first role at once."""

    role = forms.ChoiceField(
        label=_("role from today"),
        required=False,
        choices=[("", "–"), *((role.value, role.label) for role in GRANTED)],
        help_text=_("A movement leader needs none: that role follows from the mandate."),
    )

    class Meta:
        model = User
        fields = ["email", "full_name", "language", "is_active"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class GrantInline(admin.TabularInline):
    """Which roles somebody has and had; granting and ending are done in the list of roles."""

    model = RoleGrant
    fields = ["role", "starts_on", "ends_on", "ended_at"]
    readonly_fields = ["role", "starts_on", "ends_on", "ended_at"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Who can sign in; a closed account stays, because the logs name it."""

    form = UserForm
    list_display = ["full_name", "email", "language", "is_active", "roles_today"]
    readonly_fields = ["why_in"]
    list_filter = ["is_active", "language"]
    search_fields = ["full_name", "email"]
    change_form_template = "admin/accounts/user/change_form.html"

    def get_urls(self) -> list[Any]:
        own = path(
            "<int:pk>/second-factor/",
            self.admin_site.admin_view(colleague.second_factor),
            name="accounts_user_second_factor",
        )
        return [own, *super().get_urls()]

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A new account may get a role at once, so who it is is asked again."""
        asked = ask_again(request) if self.has_add_permission(request) else None
        return asked or super().add_view(request, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        holds = {
            f"is_{role.value}": ExpressionWrapper(access.holding(role), BooleanField())
            for role in Role
        }
        found: QuerySet[Any] = super().get_queryset(request).annotate(**holds)
        return found

    @admin.display(description=_("roles today"))
    def roles_today(self, user: Any) -> str:
        """Granted, by a secondment, by a mandate: as they are decided on every request."""
        held = [str(role.label) for role in Role if getattr(user, f"is_{role.value}")]
        return ", ".join(held) or "–"

    @admin.display(description=_("why this person gets in"))
    def why_in(self, user: User) -> str:
        """Each reason for a role; what is over or still to come is said to be."""
        rows = [
            (Role(reason.role).label, reason.why, "" if reason.holds else gettext("(not now)"))
            for reason in access.reasons_of(user)
        ]
        if not rows:
            return gettext("There is no reason: signed in, this person finds nothing.")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} {}</li>", rows))

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ["email", "full_name", "language", "role"]
        return ["email", "full_name", "language", "is_active", "why_in"]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return [GrantInline] if obj else []

    def write(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by: Any = request.user
        given = dict(form.cleaned_data)
        role = given.pop("role", "")
        if change:
            services.update_user(user=obj, by=by, **given)
            return
        user = services.ensure_user(by=by, **given)
        if role:
            services.grant_role(user=user, role=role, by=by)
        obj.pk = user.pk


@admin.register(RoleGrant)
class RoleGrantAdmin(ServiceAdmin):
    """Granted roles: give one, plan its last day, or end it now."""

    list_display = ["user", "role", "starts_on", "ends_on", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["user__full_name", "user__email"]
    autocomplete_fields = ["user"]
    fields = ["user", "role", "starts_on", "ends_on"]
    actions = ["end_now"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Giving and changing roles asks again who it is."""
        asked = ask_again(request) if self.has_view_permission(request) else None
        return asked or super().changeform_view(request, *args, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["widget"] = Picker(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: RoleGrant | None = None) -> list[str]:
        return ["user", "role", "starts_on"] if obj else []

    def write(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        by: Any = request.user
        if change:
            services.plan_role_end(grant=obj, by=by, **form.cleaned_data)
        else:
            obj.pk = services.grant_role(by=by, **form.cleaned_data).pk

    @admin.action(description=_("End now"))
    def end_now(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        """Access stops with the next request. Not asked again: it only closes doors."""
        by: Any = request.user
        for grant in queryset:
            services.end_role(grant=grant, by=by)
        self.message_user(request, _("Ended. Access stops at once."))
