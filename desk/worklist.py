"""The work list of the admin index: what waits for somebody, oldest first, each with its page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.rules import is_coordinator, is_staff_member
from core.calendar import today
from core.mailbox import ReceivedMail, lost_mails
from core.outbox import OutboxMessage, OutboxState
from core.work import Item, Section
from desk import edition_end
from handovers.selectors import unsigned_handovers
from handovers.selectors.ladder import movements_without_main_leader
from homevisits.selectors import to_follow_up
from labels.enums import PlanState
from labels.models import ActionPlan, Decision
from labels.selectors.monitoring import (
    answers_to_look_at,
    checks_without_answer,
    missed_conditions,
)
from movements import years
from movements.enums import Function, TeamState
from movements.models import CoachAssignment, Mandate, Movement, active_on, lasts_beyond
from movements.selectors.conversation import waiting_for_answer
from movements.selectors.pass_on import waiting_requests
from privacy.overview import waiting
from programmes.models import Edition
from recruitment.selectors import Leaver, leavers, stalled
from testimonies.models import Testimony
from testimonies.selectors import consents_about_to_end

SHOWN = 8
TEAM_DAYS = 90
MAIL_DAYS = 30
LOST_DAYS = 7


def work_list(user: User) -> list[Section]:
    """The sections that hold something for this user; empty ones stay away.

    The privacy officer is no staff and sees nothing of movements and families, but what waits for
    the privacy desk.
    """
    if not is_staff_member(user):
        return waiting(user)
    makers: list[Callable[[User], Section]] = [
        _to_assess,
        _to_confirm,
        _missed_conditions,
        _changed_promises,
        _silent_checks,
        _to_answer,
        _nobody_answers,
        _teams,
        _silent_teams,
        _requests_to_join,
        _handovers,
        _follow_ups,
        _stalled,
        _consents,
        _leavers,
        _refused_mails,
        _lost_mails,
        _without_owner,
    ]
    sections = [section for section in (make(user) for make in makers) if section.count]
    return sections + waiting(user)


def _section(
    title: str,
    url_name: str,
    rows: QuerySet[Any, Any],
    item: Callable[[Any], Item],
    asked: str = "",
) -> Section:
    """The first few of ordered rows and the number of all of them, in one query.

    `asked` is what the list behind them is asked for, so that they stand in it.
    """
    first = list(rows.annotate(all_rows=Window(Count("*")))[:SHOWN])
    count = first[0].all_rows if first else 0
    return Section(title, reverse(url_name) + asked, count, [item(row) for row in first])


def _page(url_name: str, number: int) -> str:
    return reverse(f"admin:{url_name}", args=[number])


def _to_assess(user: User) -> Section:
    states = [PlanState.SUBMITTED, PlanState.IN_DISCUSSION]
    waiting = ActionPlan.objects.for_user(user).waiting()
    plans = waiting.filter(state__in=states).select_related("movement")

    def item(plan: ActionPlan) -> Item:
        address = _page("labels_actionplan_assess", plan.pk)
        return Item(plan.movement.name, address, timezone.localdate(plan.submitted_at))

    return _section(
        _("Plans to discuss"),
        "admin:labels_actionplan_changelist",
        plans.order_by("submitted_at", "id"),
        item,
    )


def _to_confirm(user: User) -> Section:
    """Proposals that this coordinator may confirm: a second person, and not the coach."""
    waiting = Decision.objects.none()
    if is_coordinator(user):
        coached = CoachAssignment.objects.filter(active_on(today()), user=user)
        waiting = (
            Decision.objects.open()
            .filter(plan__state=PlanState.PROPOSED, plan__in=ActionPlan.objects.waiting())
            .exclude(proposed_by=user)
            .exclude(plan__movement__in=coached.values("movement"))
            .select_related("plan__movement")
        )

    def item(decision: Decision) -> Item:
        address = _page("labels_actionplan_assess", decision.plan_id)
        return Item(decision.plan.movement.name, address, timezone.localdate(decision.proposed_at))

    return _section(
        _("Proposals to confirm"),
        "admin:labels_actionplan_changelist",
        waiting.order_by("proposed_at", "id"),
        item,
        f"?state={PlanState.PROPOSED}",
    )


def _missed_conditions(user: User) -> Section:
    """Conditions of labels whose day is over, for the coordinator and for the coach."""
    return _section(
        _("Conditions that were not met in time"),
        "admin:labels_actionplan_changelist",
        missed_conditions(user),
        lambda condition: Item(
            condition.decision.label.movement.name,
            reverse(
                "admin:labels_actionplan_condition",
                args=[condition.decision.plan_id, condition.pk],
            ),
            condition.due_on,
        ),
        f"?state={PlanState.AWARDED_WITH_CONDITIONS}",
    )


def _changed_promises(user: User) -> Section:
    """Answers of movements with a label that nobody read yet: something changed or stopped."""
    return _section(
        _("Promises that changed"),
        "admin:labels_label_changelist",
        answers_to_look_at(user),
        lambda check: Item(
            check.label.movement.name,
            _page("labels_label_change", check.label_id),
            timezone.localdate(check.answered_at),
        ),
    )


def _silent_checks(user: User) -> Section:
    """Movements that do not say whether the promises of their label are still true."""
    rows = checks_without_answer(user)
    names = Movement.objects.in_bulk([row.label.movement_id for row in rows[:SHOWN]])
    items = [
        Item(
            names[row.label.movement_id].name,
            _page("labels_label_change", row.label.pk),
            due.due_on,
        )
        for row in rows[:SHOWN]
        if (due := row.open_check)
    ]
    url = reverse("admin:labels_label_changelist")
    return Section(_("Still true? No answer for 60 days"), url, len(rows), items)


def _nobody_answers(user: User) -> Section:
    """Movements whose main leaders are all gone, for the coordinator and for who coaches them."""
    orphans = movements_without_main_leader()
    if not is_coordinator(user):
        coached = CoachAssignment.objects.filter(active_on(today()), user=user)
        orphans = orphans.filter(pk__in=coached.values("movement"))
    led = Q(mandates__function=Function.MAIN_LEADER)
    last = Coalesce(Max("mandates__ends_on", filter=led), Value(today()))
    return _section(
        _("Groups that nobody answers for"),
        "admin:movements_movement_changelist",
        orphans.annotate(last_on=last).order_by("last_on", "id"),
        lambda movement: Item(
            movement.name, _page("handovers_reminder_movement", movement.pk), movement.last_on
        ),
    )


def _to_answer(user: User) -> Section:
    """Conversations in which a movement had the last word."""
    return _section(
        _("Messages to answer"),
        "admin:movements_movement_changelist",
        waiting_for_answer(user),
        lambda movement: Item(
            movement.name,
            _page("movements_movement_conversation", movement.pk),
            timezone.localdate(movement.waits_since),
        ),
    )


def _teams(user: User) -> Section:
    """Main leaders who stop within 90 days, while nobody who leads goes on after them."""
    day, last = today(), today() + timedelta(days=TEAM_DAYS)
    leaders = Mandate.objects.recorded().filter(function=Function.MAIN_LEADER, ended_at=None)
    going_on = leaders.filter(lasts_beyond(last), movement=OuterRef("movement"))
    ending = leaders.ending_between(day, last).filter(~Exists(going_on))
    movements = (
        Movement.objects.running()
        .annotate(last_on=Max("mandates__ends_on", filter=Q(mandates__in=ending)))
        .filter(last_on__isnull=False)
        .order_by("last_on", "id")
    )
    return _section(
        _("Teams without a successor"),
        "admin:movements_mandate_changelist",
        movements,
        lambda movement: Item(
            movement.name, _page("movements_movement_change", movement.pk), movement.last_on
        ),
    )


def _silent_teams(user: User) -> Section:
    """Teams of which no main leader said in time that they go on; each with the day they lapse."""
    year = years.working_year(today())
    states: Any = Movement.objects.running().with_team_state()
    teams = states.filter(team_state=TeamState.UNCONFIRMED)
    too_late = years.read_only_from(year) <= today()
    return _section(
        _("Teams that have not said that they go on"),
        "admin:movements_movement_changelist",
        (teams if too_late else teams.none()).order_by("name", "id"),
        lambda movement: Item(
            movement.name, _page("movements_movement_change", movement.pk), years.ends_on(year)
        ),
    )


def _requests_to_join(user: User) -> Section:
    """Who asks to be in a team and waits for a yes or a no; a main leader answers as well."""
    return _section(
        _("Requests to join a team"),
        "admin:movements_joinrequest_changelist",
        waiting_requests(),
        lambda asked: Item(
            asked.movement.name,
            _page("movements_joinrequest_change", asked.pk),
            timezone.localdate(asked.asked_at),
        ),
    )


def _handovers(user: User) -> Section:
    """Teams that changed within a year, of which nobody of age has signed the handover."""
    rows = unsigned_handovers()
    items = [
        Item(row.movement.name, _page("handovers_handover_change", row.pk), row.rotation_on)
        for row in rows[:SHOWN]
    ]
    url = reverse("admin:handovers_handover_changelist") + "?signed=no"
    return Section(_("Handovers not signed yet"), url, len(rows), items)


def _household(number: int) -> str:
    return _("Household %(number)s") % {"number": number}


def _follow_ups(user: User) -> Section:
    """Visits to this user's households whose follow-up is due."""
    return _section(
        _("Visits to follow up"),
        "admin:homevisits_homevisit_changelist",
        to_follow_up(user),
        lambda visit: Item(
            _household(visit.household_id),
            _page("homevisits_homevisit_change", visit.pk),
            visit.follow_up_on,
        ),
    )


def _stalled(user: User) -> Section:
    """Paths of this user's households without a step for 30 days."""
    return _section(
        _("Guidance that stands still"),
        "admin:recruitment_household_changelist",
        stalled(user),
        lambda guidance: Item(
            _household(guidance.child.household_id),
            _page("recruitment_household_change", guidance.child.household_id),
            guidance.last_on,
        ),
    )


def _consents(user: User) -> Section:
    """Stories of which a consent ends within 60 days, for who handles them."""
    ending = consents_about_to_end(user)
    stories = (
        Testimony.objects.defer("text")
        # a story may need two; the one that ends first decides
        .annotate(ends_on=Min("consents__expires_on", filter=Q(consents__in=ending)))
        .filter(ends_on__isnull=False)
        .order_by("ends_on", "id")
    )
    return _section(
        _("Consents that end"),
        "admin:testimonies_testimony_changelist",
        stories,
        lambda story: Item(
            story.title, _page("testimonies_testimony_change", story.pk), story.ends_on
        ),
    )


def _leavers(user: User) -> Section:
    """Who leaves within 30 days and still owns files: for the coordinator and for that person."""
    everybody = is_coordinator(user)
    found = [leaver for leaver in leavers() if everybody or leaver.person == user]
    items = [
        Item(
            _files(leaver, name=everybody),
            _page("recruitment_household_leaver", leaver.person.pk),
            leaver.last_day,
        )
        for leaver in found
    ]
    url = reverse("admin:recruitment_household_changelist")
    return Section(_("Files of people who leave"), url, len(items), items[:SHOWN])


def _files(leaver: Leaver, *, name: bool) -> str:
    text = ngettext(
        "%(count)s file needs a new owner", "%(count)s files need a new owner", leaver.files
    ) % {"count": leaver.files}
    return f"{leaver.person}: {text}" if name else text


def _refused_mails(user: User) -> Section:
    since = today() - timedelta(days=MAIL_DAYS)
    refused = OutboxMessage.objects.filter(
        state=OutboxState.REFUSED, settled_at__date__gte=since
    ).order_by("created_at", "id")
    return _section(
        _("Mails refused"),
        "admin:core_outboxmessage_changelist",
        refused,
        lambda mail: Item(
            _("Mail %(number)s") % {"number": mail.pk},
            _page("core_outboxmessage_change", mail.pk),
            timezone.localdate(mail.created_at),
        ),
    )


def _without_owner(user: User) -> Section:
    """As an edition ends, for the coordinator: movements whose coach does not stay."""
    edition = Edition.objects.current() if is_coordinator(user) else None
    near = edition is not None and edition_end.is_near(edition)
    rows = edition_end.without_owner(edition) if edition and near else []
    url = reverse("desk:edition_end")
    items = [Item(movement.name, url, edition.ends_on) for movement in rows[:SHOWN] if edition]
    return Section(_("Groups without a coach after the edition"), url, len(rows), items)


def _lost_mails(user: User) -> Section:
    """Answers that came in and found no place: the coordinator looks into the mailbox."""
    lost = lost_mails(LOST_DAYS) if is_coordinator(user) else ReceivedMail.objects.none()
    return _section(
        _("Mails that found no place"),
        "admin:core_receivedmail_changelist",
        lost,
        lambda mail: Item(
            _("Mail %(number)s") % {"number": mail.pk},
            _page("core_receivedmail_change", mail.pk),
            timezone.localdate(mail.at),
        ),
    )
