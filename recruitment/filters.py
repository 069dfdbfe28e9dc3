"""Filters of the list of families; none looks at an encrypted field."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recruitment.enums import Stage


class MineFilter(admin.SimpleListFilter):
    """Families the user owns or backs up."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("mine"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.owned_by(request.user) if self.value() == "mine" else queryset


class StageFilter(admin.SimpleListFilter):
    """Families with a child at a stage."""

    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        return Stage.choices

    def queryset(self, request: Any, queryset: QuerySet) -> QuerySet:
        stage = self.value()
        return queryset.filter(children__guidances__stage=stage).distinct() if stage else queryset
