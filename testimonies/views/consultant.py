"""Pages of the team for testimonies; every look is logged before the page leaves."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.gates import staff_only
from core.calendar import today
from core.logs import log_access
from core.pages import ServiceFormView
from testimonies.enums import TRANSITIONS, TestimonyState
from testimonies.forms import (
    ApproveForm,
    CollectForm,
    ConsentForm,
    PublishForm,
    ReviseForm,
    TakeBackForm,
    WithdrawForm,
)
from testimonies.models import Testimony, TestimonyConsent
from testimonies.rules import can_handle, missing_givers
from testimonies.selectors import testimony_file


@staff_only
@require_safe
def testimony_page(request: Any, number: int) -> HttpResponse:
    """The text for the team; name, consents and steps for who handles it."""
    testimony = get_object_or_404(testimony_file(request.user), pk=number)
    handles = can_handle.test(request.user, testimony)
    verb = "viewed details" if handles else "viewed"
    log_access(actor=request.user, verb=verb, obj=testimony)
    state = TestimonyState(testimony.state)
    context = {
        **admin.site.each_context(request),
        "title": str(testimony).capitalize(),
        "testimony": testimony,
        "handles": handles,
        "steps": TRANSITIONS[state] if handles else (),
        "missing": missing_givers(testimony, today()),
        "day": today(),
    }
    return render(request, "admin/testimonies/testimony.html", context)


@method_decorator(staff_only, name="dispatch")
class TeamFormView(ServiceFormView):
    """A form about testimonies, for the team."""

    template_name = "admin/testimonies/form.html"
    lead: Any = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"lead": self.lead, "testimony": None, **kwargs})

    def number_of(self, saved: Any) -> int:
        """The number of the testimony to go to."""
        return saved.pk

    def next_address(self, saved: Any) -> str:
        return reverse("admin:testimonies_testimony_change", args=[self.number_of(saved)])


class CollectView(TeamFormView):
    """Write down what somebody told."""

    form_class = CollectForm
    title = gettext_lazy("A new testimony")
    lead = gettext_lazy("Nothing is public before the storyteller approves it and consents.")
    saved_words = gettext_lazy("The testimony is saved. Next: the consents.")


class OneTestimonyView(TeamFormView):
    """A form about one testimony, for who handles it."""

    @cached_property
    def testimony(self) -> Testimony:
        """The testimony, after the look was logged."""
        handled = Testimony.objects.with_details_for(self.request.user)
        testimony = get_object_or_404(handled, pk=self.kwargs["number"])
        log_access(actor=self.request.user, verb="viewed", obj=testimony)
        return testimony

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "testimony": self.testimony}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "testimony": self.testimony})

    def number_of(self, saved: Any) -> int:
        return int(self.testimony.pk)


class ReviseView(OneTestimonyView):
    """Another text."""

    form_class = ReviseForm
    title = gettext_lazy("Change the text")
    lead = gettext_lazy("The storyteller approves the new text again.")
    saved_words = gettext_lazy("The text is saved.")


class ConsentView(OneTestimonyView):
    """A yes."""

    form_class = ConsentForm
    title = gettext_lazy("Add a consent")
    lead = gettext_lazy("Read the consent text out in their language first.")
    saved_words = gettext_lazy("The consent is recorded.")


class ApproveView(OneTestimonyView):
    """The storyteller approved."""

    form_class = ApproveForm
    title = gettext_lazy("Did the storyteller approve this text?")
    lead = gettext_lazy("Let them read the final text, or read it out.")
    saved_words = gettext_lazy("The approval is recorded.")


class PublishView(OneTestimonyView):
    """Onto the site."""

    form_class = PublishForm
    title = gettext_lazy("Publish this story?")
    lead = gettext_lazy("Everybody can read it, as long as the consents hold.")
    saved_words = gettext_lazy("The story is on the site.")


class WithdrawView(OneTestimonyView):
    """Off the site, for good."""

    form_class = WithdrawForm
    title = gettext_lazy("Withdraw this testimony?")
    lead = gettext_lazy("The title and the text are erased at once. This cannot be undone.")
    saved_words = gettext_lazy("The testimony is withdrawn; its text is gone.")


class TakeBackView(TeamFormView):
    """A consent that no longer holds."""

    form_class = TakeBackForm
    title = gettext_lazy("Was this consent taken back?")
    lead = gettext_lazy("A story on the site disappears at once.")
    saved_words = gettext_lazy("The consent ended today.")

    @cached_property
    def consent(self) -> TestimonyConsent:
        """The consent, after the look was logged."""
        handled = Testimony.objects.with_details_for(self.request.user)
        consents = TestimonyConsent.objects.filter(testimony__in=handled)
        consent = get_object_or_404(consents.select_related("testimony"), pk=self.kwargs["number"])
        log_access(actor=self.request.user, verb="viewed", obj=consent)
        return consent

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "consent": self.consent}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "testimony": self.consent.testimony})

    def number_of(self, saved: TestimonyConsent) -> int:
        return saved.testimony_id
