"""The work list of the admin index: what waits for somebody, oldest first, each with its page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator
from core.calendar import today
from core.outbox import OutboxMessage, OutboxState
from homevisits.models import HomeVisit
from labels.enums import PlanState
from labels.models import ActionPlan, Decision
from movements.enums import Function
from movements.models import Mandate
from recruitment.enums import Stage
from recruitment.models import Guidance, GuidanceStep
from testimonies.enums import TestimonyState
from testimonies.models import TestimonyConsent

SHOWN = 8
TEAM_DAYS = 90
STALLED_DAYS = 30
CONSENT_DAYS = 60


@dataclass(frozen=True)
class Item:
    """One thing to do: its text, its page, and since (or until) which day."""

    text: str
    url: str
    day: date


@dataclass(frozen=True)
class Section:
    """One kind of work. `items` are the first few, `count` is all of them."""

    title: str
    url: str
    count: int
    items: list[Item] = field(default_factory=list)


def work_list(user: User) -> list[Section]:
    """The sections that hold something for this member of staff; empty ones stay away."""
    makers: list[Callable[[User], Section]] = [
        _to_assess,
        _to_confirm,
        _teams,
        _follow_ups,
        _stalled,
        _consents,
        _refused_mails,
    ]
    return [section for section in (make(user) for make in makers) if section.count]


def _section(title: str, url: str, items: list[Item]) -> Section:
    items.sort(key=lambda item: item.day)
    return Section(title, url, len(items), items[:SHOWN])


def _to_assess(user: User) -> Section:
    states = [PlanState.SUBMITTED, PlanState.IN_DISCUSSION]
    plans = ActionPlan.objects.for_user(user).filter(state__in=states).select_related("movement")
    items = [
        Item(
            plan.movement.name,
            reverse("admin:labels_actionplan_assess", args=[plan.pk]),
            plan.submitted_at.date() if plan.submitted_at else plan.opened_on,
        )
        for plan in plans
    ]
    return _section(_("Plans to discuss"), reverse("admin:labels_actionplan_changelist"), items)


def _to_confirm(user: User) -> Section:
    url = reverse("admin:labels_actionplan_changelist")
    if not is_coordinator(user):
        return Section("", url, 0)
    waiting = Decision.objects.filter(
        decided_on=None, returned_at=None, plan__state=PlanState.PROPOSED
    )
    items = [
        Item(
            decision.plan.movement.name,
            reverse("admin:labels_actionplan_assess", args=[decision.plan_id]),
            decision.proposed_at.date(),
        )
        for decision in waiting.exclude(proposed_by=user).select_related("plan__movement")
    ]
    return _section(_("Proposals to confirm"), url, items)


def _teams(user: User) -> Section:
    """Main leaders who stop within 90 days in a movement without a later main leader."""
    day = today()
    leaders = Mandate.objects.filter(function=Function.MAIN_LEADER, ended_at=None)
    last = leaders.filter(movement=OuterRef("movement")).order_by("-starts_on")
    ending = (
        leaders.ending_between(day, day + timedelta(days=TEAM_DAYS))
        .annotate(last_start=Subquery(last.values("starts_on")[:1]))
        .filter(starts_on=Subquery(last.values("starts_on")[:1]))
        .select_related("movement")
    )
    items = [
        Item(
            m.movement.name,
            reverse("admin:movements_movement_change", args=[m.movement_id]),
            m.ends_on or day,
        )
        for m in ending
    ]
    return _section(
        _("Teams without a successor"), reverse("admin:movements_mandate_changelist"), items
    )


def _follow_ups(user: User) -> Section:
    """Visits with a follow-up by today and no later visit to that household."""
    latest = HomeVisit.objects.filter(household=OuterRef("household")).order_by("-on", "-id")
    due = HomeVisit.objects.for_user(user).filter(
        follow_up_on__lte=today(), pk=Subquery(latest.values("pk")[:1])
    )
    items = [
        Item(
            _("Household %(number)s") % {"number": visit.household_id},
            reverse("admin:homevisits_homevisit_change", args=[visit.pk]),
            visit.follow_up_on or visit.on,
        )
        for visit in due
    ]
    return _section(
        _("Visits to follow up"), reverse("admin:homevisits_homevisit_changelist"), items
    )


def _stalled(user: User) -> Section:
    """Guidance without a step for 30 days that is neither member nor stopped."""
    before = today() - timedelta(days=STALLED_DAYS)
    steps = GuidanceStep.objects.filter(guidance=OuterRef("pk")).order_by("-on", "-id")
    stalled = (
        Guidance.objects.exclude(stage__in=[Stage.MEMBER, Stage.STOPPED])
        .annotate(last_on=Subquery(steps.values("on")[:1]))
        .filter(last_on__lt=before, child__household__owner=user)
        .select_related("child")
    )
    items = [
        Item(
            _("Household %(number)s") % {"number": guidance.child.household_id},
            reverse("admin:recruitment_household_change", args=[guidance.child.household_id]),
            guidance.last_on,
        )
        for guidance in stalled
    ]
    return _section(
        _("Guidance that stands still"), reverse("admin:recruitment_household_changelist"), items
    )


def _consents(user: User) -> Section:
    """Published stories whose last consent ends within 60 days."""
    until = today() + timedelta(days=CONSENT_DAYS)
    ending = (
        TestimonyConsent.objects.filter(
            withdrawn_on=None, testimony__state=TestimonyState.PUBLISHED
        )
        .values("testimony_id", "testimony__title")
        .annotate(last=Max("expires_on"))
        .filter(last__lte=until)
        .order_by("last")
    )
    items = [
        Item(
            row["testimony__title"],
            reverse("admin:testimonies_testimony_change", args=[row["testimony_id"]]),
            row["last"],
        )
        for row in ending
    ]
    return _section(
        _("Consents that end"), reverse("admin:testimonies_testimony_changelist"), items
    )


def _refused_mails(user: User) -> Section:
    since = today() - timedelta(days=30)
    refused = OutboxMessage.objects.filter(
        state=OutboxState.REFUSED, settled_at__date__gte=since
    ).order_by("settled_at")
    items = [
        Item(
            row.kind,
            reverse("admin:core_outboxmessage_change", args=[row.pk]),
            row.created_at.date(),
        )
        for row in refused
    ]
    return _section(_("Mails refused"), reverse("admin:core_outboxmessage_changelist"), items)
