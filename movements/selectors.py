"""What pages and other apps read about movements and the people who lead them."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import access
from accounts.enums import Role
from accounts.models import User
from core.calendar import now, today
from movements.imports import Context, Key, fold_name, movement_key
from movements.models import (
    CoachAssignment,
    Federation,
    Invitation,
    Mandate,
    Movement,
    active_on,
)
from movements.tokens import digest


@access.register_source
def roles_by_mandate(user: User) -> set[str]:
    """LEADER for somebody with a mandate in any movement at this moment."""
    return {Role.LEADER} if Mandate.objects.active().filter(user=user).exists() else set()


def movements_led_by(user: User) -> QuerySet[Movement]:
    """The movements in which somebody holds a mandate at this moment, by name."""
    mandates = Mandate.objects.active().filter(user=user, user__is_active=True)
    movements = Movement.objects.filter(id__in=mandates.values("movement_id"))
    return movements.select_related("federation")


def team_of(movement: Movement, on: date | None = None) -> QuerySet[Mandate]:
    """The leadership team at this moment, or on a day: main leaders first, then by name."""
    team = Mandate.objects.active(on).filter(movement=movement).select_related("user")
    return team.by_function()


def coach_of(movement: Movement, on: date | None = None) -> User | None:
    """Who coaches the movement on a day (today when not said)."""
    assignments = CoachAssignment.objects.filter(active_on(on or today()), movement=movement)
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


def import_context(*, municipality: str = "", choices: dict[int, int] | None = None) -> Context:
    """All that rows of a list are judged by, in two queries."""
    federations = {fold_name(f.name): f for f in Federation.objects.all()}
    known: dict[Key, Movement] = {}
    for movement in Movement.objects.order_by("-id"):
        key = movement_key(
            movement.federation_id, movement.code, movement.name, movement.municipality
        )
        known[key] = movement
    return Context(federations, known, municipality, choices or {})


def team_with_history(movement: Movement) -> QuerySet[Mandate]:
    """Every mandate of a movement, the newest first."""
    return movement.mandates.select_related("user").order_by("-starts_on", "name", "id")


def mandate_state(mandate: Mandate) -> str:
    """In words: whether a mandate holds, and whether its person can sign in."""
    if mandate.is_over:
        return _("over")
    if mandate.user_id is None:
        return _("not invited yet")
    return _("holds now") if mandate.holds_now else _("begins later")
