"""A web admin with one page of each kind, for the tests of what they have in common."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import path

from config import urls
from core.admin import LoggedAdmin, ServiceAdmin
from core.errors import Refused
from core.jobs import Job
from core.logs import ActivityLog
from core.outbox import OutboxMessage


class OpenSite(admin.AdminSite):
    def has_permission(self, request: Any) -> bool:
        return bool(request.user.is_active)


class Open:
    def has_add_permission(self, request: Any) -> bool:
        return True

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return True


class JobForm(forms.ModelForm):
    upload = forms.FileField()

    class Meta:
        model = Job
        fields = ["kind", "owner"]

    def clean_upload(self) -> Any:
        assert self.cleaned_data["upload"].read() == b"content"
        return self.cleaned_data["upload"]


class JobAdmin(Open, ServiceAdmin):
    """Writes a log row, then refuses what is not called good."""

    form = JobForm
    actions = ["spoil"]

    def write(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        ActivityLog.objects.create(actor="user:1", verb="tried")
        if obj.kind != "good":
            raise Refused("It is not good.")
        obj.pk = Job.objects.create(kind=obj.kind, owner=obj.owner, file_name="x").pk


class MailAdmin(Open, LoggedAdmin):
    search_fields = ["kind"]
    fields = ["kind"]


site = OpenSite(name="open")
site.register(Job, JobAdmin)
site.register(OutboxMessage, MailAdmin)
urlpatterns = [path("open/", site.urls), *urls.urlpatterns]
