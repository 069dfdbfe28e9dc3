"""Partners, data agreements and secondments in the web admin: for the coordinator."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import actor, ask_again
from core.admin import ServiceAdmin
from programmes import services
from programmes.forms import SecondmentEndForm, SecondmentForm
from programmes.models import DataAgreement, Partner, Secondment


class LookInline(admin.TabularInline):
    """Rows to look at; each opens on a page of its own."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AgreementInline(LookInline):
    """The data agreements with the partner."""

    model = DataAgreement
    fields = ["reference", "signed_on", "starts_on", "ends_on", "ended_at"]
    readonly_fields = ["reference", "signed_on", "starts_on", "ends_on", "ended_at"]


class SecondmentInline(LookInline):
    """The people it seconds and seconded."""

    model = Secondment
    fields = ["user", "starts_on", "ends_on", "ended_at"]
    readonly_fields = ["user", "starts_on", "ends_on", "ended_at"]


@admin.register(Partner)
class PartnerAdmin(ServiceAdmin):
    """Organisations whose people work in the team."""

    list_display = ["name", "contact_email", "agreement", "people"]
    change_form_template = "admin/programmes/partner/change_form.html"
    search_fields = ["name"]
    fields = ["name", "contact_email"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        agreements = DataAgreement.objects.active().filter(partner=OuterRef("pk"))
        present = Q(secondments__in=Secondment.objects.active().values("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                has_agreement=Exists(agreements), present=Count("secondments", filter=present)
            )
        )

    def get_inlines(self, request: HttpRequest, obj: Partner | None) -> list[Any]:
        return [AgreementInline, SecondmentInline] if obj else []

    @admin.display(description=gettext_lazy("data agreement"))
    def agreement(self, partner: Any) -> str:
        """Whether one is in force today."""
        return _("yes") if partner.has_agreement else _("no")

    @admin.display(description=gettext_lazy("people in the team"))
    def people(self, partner: Any) -> int:
        """How many of its people may come in today."""
        return int(partner.present)

    def write(self, request: HttpRequest, obj: Partner, form: Any, change: bool) -> None:
        if change:
            services.change_partner(partner=obj, by=actor(request), **form.cleaned_data)
        else:
            obj.pk = services.add_partner(by=actor(request), **form.cleaned_data).pk


class DatedAdmin(ServiceAdmin):
    """Recorded once; then only its end is planned, or it is ended now."""

    list_select_related = ["partner"]
    actions = ["end_now"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """It decides who gets in, so who it is is asked again."""
        asked = ask_again(request) if self.has_view_permission(request) else None
        return asked or super().changeform_view(request, *args, **kwargs)

    def write_end(self, request: HttpRequest, obj: Any) -> None:
        """End one row now."""
        raise NotImplementedError

    @admin.action(description=gettext_lazy("End now"))
    def end_now(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Access stops with the next request."""
        for obj in queryset:
            self.write_end(request, obj)
        self.message_user(request, _("Ended. Access stops at once."))


@admin.register(DataAgreement)
class DataAgreementAdmin(DatedAdmin):
    """What was agreed on personal data with each partner."""

    list_display = ["reference", "partner", "signed_on", "starts_on", "ends_on", "ended_at"]
    list_filter = ["partner"]
    fields = ["partner", "reference", "signed_on", "starts_on", "ends_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: DataAgreement | None = None) -> Any:
        return ["partner", "reference", "signed_on", "starts_on"] if obj else []

    def write(self, request: HttpRequest, obj: DataAgreement, form: Any, change: bool) -> None:
        if change:
            services.plan_agreement_end(agreement=obj, by=actor(request), **form.cleaned_data)
        else:
            obj.pk = services.record_agreement(by=actor(request), **form.cleaned_data).pk

    def write_end(self, request: HttpRequest, obj: DataAgreement) -> None:
        services.end_agreement(agreement=obj, by=actor(request))


@admin.register(Secondment)
class SecondmentAdmin(DatedAdmin):
    """Who of which partner works in the team, and until when."""

    list_display = ["person", "partner", "starts_on", "ends_on", "ended_at"]
    list_filter = ["partner"]
    list_select_related = ["partner", "user"]
    search_fields = ["user__full_name", "user__email"]

    @admin.display(description=gettext_lazy("person"), ordering="user__full_name")
    def person(self, secondment: Secondment) -> str:
        """Their name."""
        return str(secondment.user)

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        kwargs["form"] = SecondmentEndForm if obj else SecondmentForm
        return super().get_form(request, obj, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Secondment | None = None) -> Any:
        if obj is None:
            return ["partner", "email", "full_name", "language", "starts_on", "ends_on"]
        return ["user", "partner", "starts_on", "ends_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: Secondment | None = None) -> Any:
        return ["user", "partner", "starts_on"] if obj else []

    def write(self, request: HttpRequest, obj: Secondment, form: Any, change: bool) -> None:
        if change:
            services.plan_secondment_end(secondment=obj, by=actor(request), **form.cleaned_data)
        else:
            saved = services.second_user(by=actor(request), **form.cleaned_data)
            obj.pk, obj.user = saved.pk, saved.user

    def write_end(self, request: HttpRequest, obj: Secondment) -> None:
        services.end_secondment(secondment=obj, by=actor(request))
