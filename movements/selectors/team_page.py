"""What the team page shows, and who still has to say that they go on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.calendar import add_months, today
from movements import years
from movements.enums import RUNS_TEAM, Function
from movements.models import Mandate, Movement
from movements.rules import runs_team
from movements.selectors.teams import coach_of, movements_led_by, movements_seen_by, team_of

SOON_MONTHS = 6


@dataclass(frozen=True)
class Member:
    """One person of the team, and what whoever looks may do about them with one tap."""

    mandate: Mandate
    is_own: bool
    may_confirm: bool
    may_object: bool
    may_invite: bool


def movements_held_by(user: User) -> QuerySet[Any]:
    """The movements somebody leads at this moment, also who may only look until they say so."""
    return movements_seen_by(user).filter(writes_from__isnull=True)


def movements_run_by(user: User) -> QuerySet[Any]:
    """The movements in which somebody decides about the team at this moment."""
    mandates = Mandate.objects.writing().filter(user=user, function__in=RUNS_TEAM)
    return movements_led_by(user).filter(Exists(mandates.filter(movement=OuterRef("pk"))))


def own_mandates(movement: Movement, user: User) -> QuerySet[Mandate]:
    """The functions somebody has in a movement at this moment; main leader first."""
    mandates = Mandate.objects.active().filter(movement=movement, user=user)
    return mandates.select_related("movement").by_function()


def waiting_in(user: User) -> Mandate | None:
    """A function of somebody of which nobody said yet that it goes on; None when none waits."""
    waiting = Mandate.objects.waiting().filter(user=user).select_related("movement")
    return waiting.order_by("confirmed_on", "pk").first()


def coming(movement: Movement) -> QuerySet[Mandate]:
    """Who begins later, the first one first."""
    later = Mandate.objects.not_over().in_use().filter(movement=movement, starts_on__gt=today())
    return later.order_by("starts_on", "name", "pk")


def team_page(movement: Any, user: User) -> dict[str, Any]:
    """Context of the team page, for somebody who may look at the movement."""
    team = list(team_of(movement))
    runs, speaks = bool(runs_team(user, movement)), _speaks_for_all(team, user)
    waiting = [mandate for mandate in team if mandate.waits_for_confirmation]
    return {
        "movement": movement,
        "members": [_member(mandate, user, runs) for mandate in team],
        "waiting": waiting,
        # whoever only looks is asked for their own yes on top of each page already
        "asks_team": speaks and bool(waiting),
        "asks_self": movement.may_write and any(m.user_id == user.pk for m in waiting),
        "runs": runs,
        "coming": list(coming(movement)),
        "news": team_news(team),
        "coach": coach_of(movement),
        "confirm_by": confirm_by(),
        "last_day": years.ends_on(years.working_year(today())),
    }


def _speaks_for_all(team: list[Mandate], user: User) -> bool:
    """Whether one tap of theirs may confirm the whole team: also of a main leader who was late."""
    return any(m.user_id == user.pk and m.function in RUNS_TEAM for m in team)


def _member(mandate: Mandate, user: User, runs: bool) -> Member:
    is_own = mandate.user_id == user.pk
    return Member(
        mandate=mandate,
        is_own=is_own,
        may_confirm=mandate.waits_for_confirmation and (is_own or runs),
        may_object=mandate.is_back_late and runs and not is_own,
        may_invite=runs and mandate.user_id is None,
    )


def confirm_by() -> date | None:
    """The last day to say it and still write; None when it is past in this working year."""
    last = years.read_only_from(years.working_year(today())) - years.DAY
    return last if last >= today() else None


def team_news(team: list[Mandate]) -> str:
    """How the team stands, in one sentence."""
    if not any(mandate.function == Function.MAIN_LEADER for mandate in team):
        return _("Nobody is main leader now.")
    waiting = sum(mandate.waits_for_confirmation for mandate in team)
    if waiting:
        text = ngettext(
            "%d person has not said yet whether they go on.",
            "%d people have not said yet whether they go on.",
            waiting,
        )
        return text % waiting
    soon = add_months(today(), SOON_MONTHS)
    ending = [m for m in team if m.ends_on is not None and m.ends_on <= soon]
    if len(ending) == 1:
        words = {"name": ending[0].name, "day": date_format(ending[0].last_day, "j F Y")}
        return _("%(name)s stops on %(day)s.") % words
    if ending:
        return _("%d people stop in the next six months.") % len(ending)
    return _("Everybody goes on.")
