"""Testimonies in the web admin: a list, and pages of our own behind it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from core.pages import PagesAdmin
from testimonies.models import Testimony
from testimonies.selectors import testimony_rows
from testimonies.views import consultant

PAGES = {
    "revise": consultant.ReviseView,
    "consent": consultant.ConsentView,
    "approve": consultant.ApproveView,
    "publish": consultant.PublishView,
    "withdraw": consultant.WithdrawView,
}


@admin.register(Testimony)
class TestimonyAdmin(PagesAdmin):
    """What was told, how far it is, and whether the right people agree today."""

    add_page = staticmethod(consultant.CollectView.as_view())
    change_page = staticmethod(consultant.testimony_page)
    __test__ = False

    list_display = ["__str__", "alias", "kind", "language", "state", "allowed", "collected_by"]
    list_filter = ["state"]
    sortable_by = ()

    def get_queryset(self, request: Any) -> QuerySet[Testimony]:
        return testimony_rows(request.user)

    @admin.display(description=_("name in the story"))
    def alias(self, testimony: Testimony) -> str:
        """The name that readers see."""
        return testimony.storyteller.alias

    @admin.display(description=_("who tells"))
    def kind(self, testimony: Testimony) -> str:
        """Child, parent, leader."""
        return testimony.storyteller.get_kind_display()

    @admin.display(description=_("agreed for the site"), boolean=True)
    def allowed(self, testimony: Any) -> bool:
        """Whether everybody who must agree does so today."""
        return bool(testimony.consented)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        pages = [
            path(
                f"<int:number>/{step}/",
                guard(view.as_view()),
                name=f"testimonies_testimony_{step}",
            )
            for step, view in PAGES.items()
        ]
        take_back = path(
            "consents/<int:number>/take-back/",
            guard(consultant.TakeBackView.as_view()),
            name="testimonies_consent_take_back",
        )
        return [*pages, take_back, *super().get_urls()]
