"""Who wants to join a team, and the links by which they ask, for the youth service."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.gates import actor, staff_only
from core.logs import log_access
from core.pages import ServiceFormView
from movements.enums import JoinState
from movements.forms.pass_on import DecisionForm, StopLinkForm
from movements.models import JoinRequest, TeamLink
from movements.selectors.pass_on import links_of_teams, requests_of_teams
from movements.views.pass_on import said_of


@method_decorator(staff_only, name="dispatch")
class RequestView(ServiceFormView):
    """One request: what it says, and yes or no while it waits."""

    form_class = DecisionForm
    template_name = "admin/movements/joinrequest/request.html"
    kwargs: Any

    @cached_property
    def asked(self) -> JoinRequest:
        """The request, after the look was logged."""
        asked = get_object_or_404(requests_of_teams(), pk=self.kwargs["number"])
        log_access(actor=self.request.user, verb="viewed", obj=asked)
        return asked

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"instance": self.asked, "by": actor(self.request)}
        return {**super().get_form_kwargs(), **given}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waits = self.asked.state == JoinState.WAITING
        page = {"asked": self.asked, "waits": waits, "title": _("Who wants to join")}
        return super().get_context_data(**{**page, **kwargs})

    def form_valid(self, form: Any) -> Any:
        self.said = said_of(form)
        return super().form_valid(form)

    def done(self, saved: Any) -> str:
        return self.said

    def next_address(self, saved: Any) -> str:
        return reverse("admin:movements_joinrequest_changelist")


@method_decorator(staff_only, name="dispatch")
class LinkView(ServiceFormView):
    """One link of a team, and stopping it while it works."""

    form_class = StopLinkForm
    template_name = "admin/movements/teamlink/link.html"
    saved_words = gettext_lazy("The link does not work any more.")
    kwargs: Any

    @cached_property
    def link(self) -> TeamLink:
        """The link, which is a fact about a group."""
        return get_object_or_404(links_of_teams(), pk=self.kwargs["number"])

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"instance": self.link, "by": actor(self.request)}
        return {**super().get_form_kwargs(), **given}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = {"link": self.link, "title": _("Link of a team")}
        return super().get_context_data(**{**page, **kwargs})

    def next_address(self, saved: Any) -> str:
        return reverse("admin:movements_teamlink_changelist")


def nothing_to_add(request: Any) -> Any:
    """Requests and links come from the pages of leaders."""
    raise Http404
