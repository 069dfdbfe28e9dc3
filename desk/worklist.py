"""The work list of the admin index: what waits for somebody, oldest first, each with its page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from core.calendar import today
from core.outbox import OutboxMessage, OutboxState
from homevisits.selectors import to_follow_up
from labels.enums import PlanState
from labels.models import ActionPlan, Decision
from movements.enums import Function
from movements.models import CoachAssignment, Mandate, Movement, active_on
from recruitment.selectors import stalled
from testimonies.selectors import consents_about_to_end

SHOWN = 8
TEAM_DAYS = 90
MAIL_DAYS = 30


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
    """The sections that hold something for this member of staff; empty ones stay away.

    The privacy officer is no staff and sees nothing of movements and families.
    """
    if not is_staff_member(user):
        return []
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


def _section(title: str, url_name: str, items: list[Item]) -> Section:
    items.sort(key=lambda item: item.day)
    return Section(title, reverse(url_name), len(items), items[:SHOWN])


def _to_assess(user: User) -> Section:
    states = [PlanState.SUBMITTED, PlanState.IN_DISCUSSION]
    plans = ActionPlan.objects.for_user(user).filter(state__in=states).select_related("movement")
    items = [
        Item(
            plan.movement.name,
            reverse("admin:labels_actionplan_assess", args=[plan.pk]),
            timezone.localdate(plan.submitted_at),
        )
        for plan in plans
    ]
    return _section(_("Plans to discuss"), "admin:labels_actionplan_changelist", items)


def _to_confirm(user: User) -> Section:
    """Proposals that this coordinator may confirm: a second person, and not the coach."""
    waiting = Decision.objects.none()
    if is_coordinator(user):
        coached = CoachAssignment.objects.filter(active_on(today()), user=user)
        waiting = (
            Decision.objects.open()
            .filter(plan__state=PlanState.PROPOSED)
            .exclude(proposed_by=user)
            .exclude(plan__movement__in=coached.values("movement"))
            .select_related("plan__movement")
        )
    items = [
        Item(
            decision.plan.movement.name,
            reverse("admin:labels_actionplan_assess", args=[decision.plan_id]),
            timezone.localdate(decision.proposed_at),
        )
        for decision in waiting
    ]
    return _section(_("Proposals to confirm"), "admin:labels_actionplan_changelist", items)


def _teams(user: User) -> Section:
    """Main leaders who stop within 90 days, while nobody who leads goes on after them."""
    day = today()
    leaders = Mandate.objects.filter(function=Function.MAIN_LEADER, ended_at=None)
    going_on = leaders.filter(movement=OuterRef("movement")).filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on"))
    )
    ending = (
        leaders.ending_between(day, day + timedelta(days=TEAM_DAYS))
        .filter(~Exists(going_on), movement__in=Movement.objects.existing())
        .select_related("movement")
    )
    last = {mandate.movement: mandate.ends_on or day for mandate in ending}
    items = [
        Item(movement.name, reverse("admin:movements_movement_change", args=[movement.pk]), ends_on)
        for movement, ends_on in last.items()
    ]
    return _section(_("Teams without a successor"), "admin:movements_mandate_changelist", items)


def _household(number: int) -> str:
    return _("Household %(number)s") % {"number": number}


def _follow_ups(user: User) -> Section:
    """Visits to this user's households whose follow-up is due."""
    items = [
        Item(
            _household(visit.household_id),
            reverse("admin:homevisits_homevisit_change", args=[visit.pk]),
            visit.follow_up_on or visit.on,
        )
        for visit in to_follow_up(user)
    ]
    return _section(_("Visits to follow up"), "admin:homevisits_homevisit_changelist", items)


def _stalled(user: User) -> Section:
    """Paths of this user's households without a step for 30 days."""
    items = [
        Item(
            _household(guidance.child.household_id),
            reverse("admin:recruitment_household_change", args=[guidance.child.household_id]),
            guidance.last_on,  # type: ignore[attr-defined]  # an annotation
        )
        for guidance in stalled(user)
    ]
    return _section(
        _("Guidance that stands still"), "admin:recruitment_household_changelist", items
    )


def _consents(user: User) -> Section:
    """Stories of which a consent ends within 60 days, for who handles them."""
    ending = consents_about_to_end(user).select_related("testimony")
    # a story may need two; the one that ends first decides
    first = {c.testimony: c.expires_on for c in reversed(ending)}
    items = [
        Item(
            testimony.title,
            reverse("admin:testimonies_testimony_change", args=[testimony.pk]),
            day,
        )
        for testimony, day in first.items()
    ]
    return _section(_("Consents that end"), "admin:testimonies_testimony_changelist", items)


def _refused_mails(user: User) -> Section:
    since = today() - timedelta(days=MAIL_DAYS)
    refused = OutboxMessage.objects.filter(
        state=OutboxState.REFUSED, settled_at__date__gte=since
    ).order_by("settled_at")
    items = [
        Item(
            _("Mail %(number)s") % {"number": row.pk},
            reverse("admin:core_outboxmessage_change", args=[row.pk]),
            timezone.localdate(row.created_at),
        )
        for row in refused
    ]
    return _section(_("Mails refused"), "admin:core_outboxmessage_changelist", items)
