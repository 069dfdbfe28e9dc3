"""Pages of the team for families; every look is logged before the page leaves."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.gates import staff_only
from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from core.logs import log_access
from core.pages import ServiceFormView
from recruitment.forms import (
    ChildForm,
    DetailsForm,
    FindForm,
    HandOverForm,
    HouseholdForm,
    MemberForm,
    OwnerForm,
    ReasonForm,
    StepForm,
    TakeBackForm,
)
from recruitment.models import Guidance, Household
from recruitment.rules import (
    can_change_details,
    can_give_a_reason,
    can_hand_over,
    can_see_details,
)
from recruitment.selectors import (
    files_of,
    household_file,
    households_with_children,
    looks_at,
    open_look,
)


def look_up(
    request: Any, number: int, verb: str = "viewed", rule: Any = is_staff_member
) -> Household:
    """The household, after the look was logged; 404 for whom the rule does not allow it."""
    household = get_object_or_404(household_file(request.user), pk=number)
    if not rule.test(request.user, household):
        raise Http404
    log_access(actor=request.user, verb=verb, obj=household)
    return household


@staff_only
@require_safe
def household_page(request: Any, number: int) -> HttpResponse:
    """Children and their paths for the team; contacts and notes for owner and backup."""
    household = look_up(request, number)
    owns, details = (
        rule.test(request.user, household) for rule in (can_change_details, can_see_details)
    )
    if details:
        log_access(actor=request.user, verb="viewed details", obj=household)
    context = {
        **admin.site.each_context(request),
        "title": str(household).capitalize(),
        "household": household,
        "details": details,
        "can_change": owns,
        "can_ask": can_give_a_reason.test(request.user, household),
        "look": open_look(request.user, household) if details and not owns else None,
        "looks": looks_at(household) if owns else [],
        "can_hand_over": can_hand_over.test(request.user, household),
    }
    return render(request, "admin/recruitment/household.html", context)


@staff_only
def find(request: Any) -> HttpResponse:
    """Search by name. The words travel in the body: an address is kept by proxies and histories."""
    form, found = FindForm(request.POST or None, user=request.user), None
    if request.method == "POST" and form.is_valid():
        log_access(actor=request.user, verb="searched", obj=Household)
        households = households_with_children(request.user)
        found = households.named(form.cleaned_data["words"])[:50]
    context = {
        **admin.site.each_context(request),
        "title": _("Find a household by name"),
        "form": form,
        "found": found,
    }
    return render(request, "admin/recruitment/find.html", context)


@method_decorator(staff_only, name="dispatch")
class TeamFormView(ServiceFormView):
    """A form about families, for the team."""

    template_name = "admin/recruitment/form.html"
    lead: Any = ""
    lists_households = False  # whether its form shows first names of other families

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"lead": self.lead, "household": None, **kwargs})

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if self.lists_households:
            verb = "searched" if request.method == "POST" else "listed"
            log_access(actor=request.user, verb=verb, obj=Household)
        return super().dispatch(request, *args, **kwargs)

    def next_address(self, saved: Any) -> str:
        return reverse("admin:recruitment_household_change", args=[self.household_of(saved).pk])

    def household_of(self, saved: Any) -> Household:
        """The household of what was saved."""
        return saved.child.household


class MemberView(TeamFormView):
    """A child became a member, in one short form."""

    form_class = MemberForm
    title = gettext_lazy("A child became a member")
    lead = gettext_lazy("A new household starts with you as its owner.")
    lists_households = True

    def done(self, saved: Guidance) -> str:
        return _("Recorded: a member of %s.") % saved.movement


class HouseholdView(TeamFormView):
    """A new family with its first child."""

    form_class = HouseholdForm
    title = gettext_lazy("A new household")
    lead = gettext_lazy("It starts with you as its owner.")
    lists_households = True
    saved_words = gettext_lazy("The path has begun.")


class OneHouseholdView(TeamFormView):
    """A form about one household."""

    verb = "viewed"
    allowed = is_staff_member  # the rule of who may do this

    @cached_property
    def household(self) -> Household:
        """The household, after the look was logged; 404 for who may not do this with it."""
        return look_up(self.request, self.kwargs["number"], self.verb, self.allowed)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "household": self.household}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "household": self.household})

    def household_of(self, saved: Any) -> Household:
        return self.household


class ChildView(OneHouseholdView):
    """Another child of the household, or a new path for a known one."""

    form_class = ChildForm
    title = gettext_lazy("Add a child")
    saved_words = gettext_lazy("The path has begun.")


class DetailsView(OneHouseholdView):
    """Contacts and notes, for owner and backup."""

    form_class = DetailsForm
    title = gettext_lazy("Contacts and notes")
    verb = "viewed details"
    allowed = can_change_details
    saved_words = gettext_lazy("Contacts and notes are saved.")


class ReasonView(OneHouseholdView):
    """A coordinator opens another one's file, and says why."""

    form_class = ReasonForm
    title = gettext_lazy("Open contacts and notes")
    lead = gettext_lazy("This family is a colleague’s. You can read for eight hours, not change.")
    allowed = can_give_a_reason
    saved_words = gettext_lazy("Open for eight hours. The owner sees that you read this, and why.")


class LeaverView(TeamFormView):
    """All files of somebody to others, for that person and for a coordinator."""

    form_class = HandOverForm
    title = gettext_lazy("Hand over files")
    lists_households = True

    @cached_property
    def leaver(self) -> User:
        """Whose files; 404 for whom they are not."""
        person = get_object_or_404(User, pk=self.kwargs["person"])
        if person != self.request.user and not is_coordinator.test(self.request.user):
            raise Http404
        return person

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "leaver": self.leaver}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lead = _("Families of %(person)s: who goes on with them?") % {"person": self.leaver}
        if not files_of(self.leaver).exists():
            lead = _("%(person)s has no families any more.") % {"person": self.leaver}
            kwargs["form"] = None
        return super().get_context_data(**{**kwargs, "lead": lead})

    def done(self, saved: int) -> str:
        words = ngettext(
            "%(count)s file is handed over.", "%(count)s files are handed over.", saved
        )
        return words % {"count": saved}

    def next_address(self, saved: Any) -> str:
        return reverse("admin:index")


class OwnerView(OneHouseholdView):
    """Give the household to somebody else."""

    form_class = OwnerForm
    title = gettext_lazy("Owner and backup")
    lead = gettext_lazy("Only these two read contacts and notes.")
    allowed = can_hand_over
    saved_words = gettext_lazy("Owner and backup are saved.")


class GuidanceView(TeamFormView):
    """A form about one path."""

    @cached_property
    def guidance(self) -> Guidance:
        """The path, after the look was logged."""
        paths = Guidance.objects.for_user(self.request.user).select_related("child__household")
        guidance = get_object_or_404(paths, pk=self.kwargs["number"])
        log_access(actor=self.request.user, verb="viewed", obj=guidance)
        return guidance

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "guidance": self.guidance}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household = self.guidance.child.household
        return super().get_context_data(**{**kwargs, "household": household})

    def household_of(self, saved: Any) -> Household:
        return self.guidance.child.household


class StepView(GuidanceView):
    """The next step of a path."""

    form_class = StepForm
    title = gettext_lazy("Next step")
    saved_words = gettext_lazy("The step is recorded.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"child": self.guidance.child.shown_name}
        words["stage"] = self.guidance.get_stage_display()
        lead = _("%(child)s, now: %(stage)s.") % words
        return super().get_context_data(**{**kwargs, "lead": lead})


class TakeBackView(GuidanceView):
    """Remove the last step, recorded by mistake."""

    form_class = TakeBackForm
    title = gettext_lazy("Take back the last step?")
    lead = gettext_lazy("The step goes, and the figures count without it.")
    saved_words = gettext_lazy("The last step is gone.")
