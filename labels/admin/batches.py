"""Batches of certificates in the admin: those of the last week, and how far each is."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.gates import actor
from core.admin import ReadOnlyAdmin
from labels.models import CertificateBatch
from labels.selectors.certificates import batches_for
from labels.views import issues


@admin.register(CertificateBatch)
class CertificateBatchAdmin(ReadOnlyAdmin):
    """A batch is asked for on a page of our own, and opens on one."""

    list_display = ["asked_at", "asked_by", "state", "labels_made"]
    list_select_related = ["asked_by"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return batches_for(actor(request)).order_by("-id")

    @admin.display(description=_("made"))
    def labels_made(self, batch: Any) -> str:
        return f"{batch.made} / {batch.total}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("labels.add_certificatebatch")

    def add_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return issues.BatchView.as_view()(request)

    def change_view(self, request: Any, object_id: str, *args: Any, **kwargs: Any) -> Any:
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        return issues.batch_page(request, number=int(object_id))

    def get_urls(self) -> list[Any]:
        name = "labels_certificatebatch_file"
        return [path("<int:number>/file/", issues.batch_file, name=name), *super().get_urls()]
