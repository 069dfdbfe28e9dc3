"""Who leads a movement, who may look at it and who coaches it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _

from accounts import access
from accounts.enums import STAFF, Role
from accounts.models import User
from core.calendar import in_words, now, today
from core.restriction import is_restricted
from movements.models import (
    CoachAssignment,
    Invitation,
    Mandate,
    MandateQuerySet,
    Movement,
    active_on,
)
from movements.models.mandates import last_day_between, last_day_column
from movements.tokens import digest


@access.register_holders
def leaders(roles: frozenset[str], on: date | None) -> Q:
    """The people with a mandate in any movement, at this moment also one that begins later.

    The role opens the pages of leaders to look; who may write is asked of `movements_led_by`.
    """
    if Role.LEADER not in roles:
        return access.NOBODY
    mandates = Mandate.objects.active(on) if on else Mandate.objects.not_over()
    return Q(Exists(mandates.filter(user=OuterRef("pk"))))


@access.register_ends
def ends_of_mandates(roles: frozenset[str], first: date, last: date) -> QuerySet[Mandate, Any]:
    """The last days of mandates in a period."""
    ending = Mandate.objects.recorded().filter(last_day_between(first, last))
    found = ending if Role.LEADER in roles else ending.none()
    return found.order_by().values_list(last_day_column(first, last), flat=True)


@access.register_reasons
def reasons_of_mandates(user: User) -> Iterable[access.Reason]:
    """Each mandate that somebody was invited for, the newest first."""
    mandates = user.mandates.recorded().select_related("movement")
    for mandate in mandates.order_by("-starts_on", "-pk"):
        words = {
            "function": mandate.get_function_display(),
            "movement": mandate.movement,
            "period": in_words(mandate.starts_on, _shown_end(mandate)),
        }
        why = _("%(function)s of %(movement)s, %(period)s") % words
        yield access.Reason(Role.LEADER, why, mandate.holds_now)


def _shown_end(mandate: Mandate) -> date | None:
    """The end that is written, or that everybody knows by now."""
    return mandate.last_day if mandate.is_over else mandate.ends_on


def movements_seen_by(user: User) -> QuerySet[Any]:
    """The movements a leader may look at, by name: those they lead, or will.

    Each with `may_write`, and why not: `asks_yes` when nobody said in time that they go on (one tap
    restores it), `writes_from` the day on which they begin. Of the three one says something.
    """
    mine = Mandate.objects.filter(movement=OuterRef("pk"), user=user, user__is_active=True)
    seen = Mandate.objects.not_over().filter(user=user, user__is_active=True)
    return (
        Movement.objects.filter(pk__in=seen.values("movement_id"))
        .select_related("federation")
        .annotate(
            may_write=Exists(mine.writing()),
            asks_yes=Exists(mine.active()) & ~Exists(mine.writing()),
            writes_from=_begins(mine),
        )
    )


def _begins(mandates: MandateQuerySet) -> Case:
    first = mandates.not_over().order_by("starts_on").values("starts_on")[:1]
    return Case(When(~Exists(mandates.active()), then=Subquery(first)), output_field=DateField())


def movements_led_by(user: User) -> QuerySet[Any]:
    """The movements in which somebody may write at this moment, by name."""
    return movements_seen_by(user).filter(may_write=True)


def team_of(movement: Movement, on: date | None = None) -> QuerySet[Mandate]:
    """The leadership team at this moment, or on a day: main leaders first, then by name.

    Whoever the privacy officer set aside leads on, and is not shown or written to.
    """
    team = Mandate.objects.active(on).in_use().filter(movement=movement)
    return team.select_related("user").by_function()


def coach_of(movement: Movement, on: date | None = None) -> User | None:
    """Who coaches the movement on a day; without a day: now, if they are still of the team."""
    assignments = CoachAssignment.objects.filter(active_on(on or today()), movement=movement)
    if on is None:
        assignments = assignments.filter(user__in=access.people_with(*STAFF))
    newest = assignments.select_related("user").order_by("-starts_on", "-id").first()
    return newest.user if newest else None


def valid_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, while it may be used; None tells not why it may not."""
    invitation = (
        Invitation.objects.select_related("mandate__movement", "mandate__user", "sent_by")
        .filter(token_digest=digest(token), expires_at__gt=now())
        .first()
    )
    return invitation if invitation and invitation.mandate.may_be_invited else None


def team_with_history(movement: Movement) -> QuerySet[Mandate]:
    """Every mandate of a movement that is not set aside, the newest first."""
    mandates = movement.mandates.recorded().exclude(is_restricted(Mandate))
    return mandates.select_related("user").order_by("-starts_on", "name", "id")


def mandate_state(mandate: Mandate) -> str:
    """In words: whether a mandate holds, and whether its person can sign in."""
    if mandate.is_over:
        return _("over")
    if mandate.user_id is None:
        return _("not invited yet")
    if not mandate.holds_now:
        return _("begins later")
    if not mandate.writes_now:
        return _("not confirmed: only looks")
    return _("not confirmed yet") if mandate.waits_for_confirmation else _("holds now")
