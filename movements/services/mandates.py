"""Writes about the people who lead a movement."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import ensure_user
from core.calendar import now, today
from core.erasing import refuse_erased
from core.errors import Refused
from core.logs import log_activity
from core.outbox import enqueue
from movements.enums import Function
from movements.models import Invitation, Mandate, Movement, tidy
from movements.services.checks import checked, set_fields
from movements.tokens import digest, new_token

INVITATION_LASTS = timedelta(days=14)
# a second press on the button is no second mail
AGAIN_AFTER = timedelta(minutes=1)
CONTACT_FIELDS = ("name", "email", "phone")
PERSON_FIELDS = (*CONTACT_FIELDS, "turns_18_on")
MANDATE_FIELDS = (*PERSON_FIELDS, "function", "starts_on", "ends_on")


@transaction.atomic
def record_mandate(
    *,
    movement: Movement,
    name: str,
    email: str,
    function: Function | str,
    starts_on: date,
    by: User | None,
    ends_on: date | None = None,
    phone: str = "",
    turns_18_on: date | None = None,
) -> Mandate:
    """Record that somebody has a function in a movement from a day on.

    `turns_18_on` is kept for who is under 18 today, and then no phone number is. Raises Refused
    when this mandate was recorded already, its end comes before its start, a phone number is given
    of somebody under 18, or the movement is not there any more on the first day.
    """
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    if movement.stopped_on and movement.stopped_on < starts_on:
        raise Refused(_("The movement is not there any more on this day."))
    mandate = Mandate(
        movement=movement,
        name=tidy(name),
        email=_tidy_address(email),
        phone=tidy(phone),
        turns_18_on=_while_minor(turns_18_on),
        function=function,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    checked(mandate)
    mandate.save()
    log_activity(actor=by, verb="recorded", obj=mandate, state=str(mandate.function))
    return mandate


@transaction.atomic
def change_mandate(*, mandate: Mandate, by: User | None, **fields: Any) -> Mandate:
    """Correct or prolong a mandate.

    Another e-mail address is perhaps another person: the account is taken off and every open link
    is void, so this person has to be invited again. The day somebody turned 18 is forgotten with
    the first change after it. Another end that is to come says that it goes on until then. Raises
    Refused for the dates or function of a mandate that was ended, and when a constraint is broken.
    """
    Movement.objects.select_for_update().get(pk=mandate.movement_id)
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    refuse_erased(mandate)
    if "email" in fields:
        fields["email"] = _tidy_address(fields["email"])
    fields["turns_18_on"] = _while_minor(fields.get("turns_18_on", mandate.turns_18_on))
    changed = set_fields(mandate, MANDATE_FIELDS, fields)
    if mandate.ended_at and set(changed) - set(PERSON_FIELDS):
        raise Refused(_("This mandate was ended. Record a new one."))
    if "email" in changed:
        changed += _forget_account(mandate)
    if "ends_on" in changed:
        changed += until_then(mandate)
    if changed:
        checked(mandate)
        mandate.save(update_fields=changed)
        log_activity(actor=by, verb="changed", obj=mandate, fields=changed)
    return mandate


@transaction.atomic
def forget_birthdays() -> int:
    """Empty the day on which somebody turned 18, once it is there; gives their number."""
    grown = Mandate.objects.select_for_update().filter(turns_18_on__lte=today())
    mandates = list(grown.order_by("pk"))
    Mandate.objects.filter(pk__in=[mandate.pk for mandate in mandates]).update(turns_18_on=None)
    for mandate in mandates:
        log_activity(actor=None, verb="changed", obj=mandate, fields=["turns_18_on"])
    return len(mandates)


@transaction.atomic
def end_mandate(*, mandate: Mandate, by: User | None) -> Mandate:
    """End a mandate at this moment: access stops with the next request, open links are void.

    Raises Refused when it is over already.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.is_over:
        raise Refused(_("This mandate is over already."))
    # one that has not begun ends on its first day, and its moment says that it never held
    mandate.ends_on, mandate.ended_at = max(today(), mandate.starts_on), now()
    mandate.save(update_fields=["ends_on", "ended_at"])
    mandate.invitations.all().delete()
    log_activity(actor=by, verb="ended", obj=mandate, state=str(mandate.function))
    return mandate


@transaction.atomic
def invite(*, mandate: Mandate, by: User) -> Invitation:
    """Give the person an account and mail a link that works for 14 days; older links are void.

    The link shows the movement and never signs in. Raises Refused when the mandate is over, the
    account closed, or an invitation went out less than a minute ago.
    """
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    if mandate.is_over:
        raise Refused(_("This mandate is over. Record a new one first."))
    if mandate.invitations.filter(created_at__gt=now() - AGAIN_AFTER).exists():
        raise Refused(_("An invitation was sent a moment ago."))
    mandate.user = _account(mandate, by)
    mandate.save(update_fields=["user"])
    mandate.invitations.all().delete()
    token, moment = new_token(), now()
    invitation = Invitation.objects.create(
        mandate=mandate,
        token_digest=digest(token),
        sent_by=by,
        created_at=moment,
        expires_at=moment + INVITATION_LASTS,
    )
    log_activity(actor=by, verb="invited", obj=mandate)
    _mail(invitation, mandate.user, token)
    return invitation


def _account(mandate: Mandate, by: User) -> User:
    user = ensure_user(
        email=mandate.email, full_name=mandate.name, language=mandate.movement.language, by=by
    )
    if not user.is_active:
        raise Refused(_("The account of this address is closed. Ask the coordinator."))
    return user


def _mail(invitation: Invitation, user: User, token: str) -> None:
    enqueue(
        kind="invitation",
        object_id=invitation.pk,
        recipient=user.key,
        language=user.language,
        payload={"token": token},
        urgent=True,
    )


def _forget_account(mandate: Mandate) -> list[str]:
    mandate.user = None
    mandate.invitations.all().delete()
    return ["user"]


def until_then(mandate: Mandate) -> list[str]:
    """Who gives it an end that is to come, or none, says that it goes on."""
    if mandate.ends_on is not None and mandate.ends_on < today():
        return []
    if mandate.confirmed_on == today():
        return []
    mandate.confirmed_on = today()
    return ["confirmed_on"]


def _while_minor(turns_18_on: date | None) -> date | None:
    """The day somebody turns 18, as long as it is to come: of an adult it is not kept."""
    return turns_18_on if turns_18_on and turns_18_on > today() else None


def _tidy_address(email: str) -> str:
    return email.strip().lower()
