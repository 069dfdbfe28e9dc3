"""Passing a team on: links that work, requests that wait, and who is to look at them."""

from datetime import date

from django.db.models import BooleanField, Case, ExpressionWrapper, Q, QuerySet, Value, When

from accounts.access import people_with
from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import now, today
from movements.enums import RUNS_TEAM, Function, JoinState
from movements.models import JoinRequest, Mandate, Movement, TeamLink
from movements.rules import leads
from movements.selectors.teams import coach_of
from movements.tokens import digest


def valid_team_link(token: str) -> TeamLink | None:
    """The link that a team passes on, while it may be used; None tells not why it may not.

    It works as long as whoever made it leads the movement (or is of the youth service), and the
    movement exists.
    """
    links = TeamLink.objects.select_related("movement", "made_by")
    found = links.filter(
        token_digest=digest(token),
        expires_at__gt=now(),
        movement__in=Movement.objects.existing(),
    ).first()
    return found if found and _still_vouches(found) else None


def _still_vouches(link: TeamLink) -> bool:
    return bool(leads.test(link.made_by, link.movement) or is_staff_member.test(link.made_by))


def open_team_links(movement: Movement) -> QuerySet[TeamLink]:
    """The links of a movement that are not over, the newest first."""
    return movement.team_links.filter(expires_at__gt=now()).select_related("made_by")


def waiting_requests() -> QuerySet[JoinRequest]:
    """Requests to join a team on which nobody decided, the oldest first."""
    waiting = JoinRequest.objects.filter(state=JoinState.WAITING)
    return waiting.select_related("movement", "proposed_by").order_by("asked_at", "id")


def requests_of_teams() -> QuerySet[JoinRequest]:
    """Every request to join a team for the youth service: what waits first, then the newest."""
    waits = Case(When(state=JoinState.WAITING, then=Value(0)), default=Value(1))
    requests = JoinRequest.objects.select_related("movement", "proposed_by")
    return requests.order_by(waits, "-asked_at", "-id")


def links_of_teams() -> QuerySet[TeamLink]:
    """Every link of a team, each with `is_open`: whether its time is not over."""
    is_open = ExpressionWrapper(Q(expires_at__gt=now()), BooleanField())
    return TeamLink.objects.select_related("movement", "made_by").annotate(is_open=is_open)


def already_in_team(
    *, movement: Movement, email: str, function: Function | str, starts_on: date
) -> bool:
    """Whether an address has a function in a movement on a day or later.

    Who leads may become main leader; who is main leader or adult supervisor leads already.
    """
    mandates = movement.mandates.recorded().filter(email__iexact=email, ended_at__isnull=True)
    if function != Function.LEADER:
        mandates = mandates.filter(function=function)
    return any(mandate.last_day >= starts_on for mandate in mandates)


def who_decides(movement: Movement) -> list[Mandate] | list[User]:
    """Who hears that somebody wants to join: the main leaders who are of age.

    Where there is none who can sign in and write, the adult supervisors; then the coach; then the
    coordinators.
    """
    of_age = Q(turns_18_on__isnull=True) | Q(turns_18_on__lte=today())
    team = (
        Mandate.objects.writing().in_use().filter(of_age, movement=movement, user__is_active=True)
    )
    for function in RUNS_TEAM:
        if found := list(team.filter(function=function).order_by("pk")):
            return found
    coach = coach_of(movement)
    return [coach] if coach else list(people_with(Role.COORDINATOR))
