"""Writes that pass a team on: successors by mail, links to hand round, and who asks by them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import add_months, now, today
from core.errors import Refused
from core.logs import log_activity
from core.outbox import enqueue
from movements.enums import Function, JoinState
from movements.models import JoinRequest, Mandate, Movement, TeamLink, tidy
from movements.rules import may_run_team, writes_in
from movements.selectors.pass_on import (
    already_in_team,
    open_team_links,
    valid_team_link,
    who_decides,
)
from movements.services.checks import checked
from movements.services.mandates import invite, record_mandate
from movements.tokens import digest, new_token

LINK_LASTS = timedelta(days=14)
LINKS_AT_ONCE = 5  # of one movement
WAITING_PER_LINK = 30
SUCCESSORS_AT_ONCE = 30
WITHIN_MONTHS = 12  # a start lies no further away than this, either way
# who is to look at requests hears of the first at once, of more by the hour
MAILS_APART = timedelta(hours=1)
KEPT_AFTER = timedelta(days=30)

Written = TypeVar("Written")


class Successor(NamedTuple):
    """Somebody of the next team."""

    name: str
    email: str
    function: str = Function.LEADER
    turns_18_on: date | None = None


class RefusedLines(Refused):
    """A list of which some lines cannot be; `lines` says by number (from 0) why. None was taken."""

    def __init__(self, lines: dict[int, str]) -> None:
        super().__init__(" ".join(lines.values()))
        self.lines = lines


@dataclass(frozen=True)
class Proposed:
    """What became of a list: mandates whose people were invited, or requests that wait."""

    mandates: list[Mandate] = field(default_factory=list)
    requests: list[JoinRequest] = field(default_factory=list)


# By mail ---------------------------------------------------------------------------------------


@transaction.atomic
def propose_successors(
    *,
    movement: Movement,
    people: Iterable[Successor | tuple[str, str, str]],
    starts_on: date,
    by: User,
) -> Proposed:
    """Name who comes next: (name, e-mail, function) of each, from a day on.

    By who runs the team, or the youth service, each gets a mandate and an invitation by mail. By
    another leader each waits until one of those confirms, who are told by mail. The whole list is
    taken or nothing of it: RefusedLines says what is wrong with which line. Raises Refused for who
    may not write in the movement, a movement that stopped, a day too far away, an empty list and
    one that is too long.
    """
    movement = _writable(movement, by)
    _refuse_far(starts_on)
    successors = [Successor(*person) for person in people]
    if not successors:
        raise Refused(_("Name at least one person."))
    if len(successors) > SUCCESSORS_AT_ONCE:
        raise Refused(_("At most %(count)s people at once.") % {"count": SUCCESSORS_AT_ONCE})
    if may_run_team.test(by, movement):
        mandates = _each(successors, lambda one: _appoint(movement, one, starts_on, by))
        return Proposed(mandates=mandates)
    requests = _each(successors, lambda one: _propose(movement, one, starts_on, by))
    earlier = movement.join_requests.filter(proposed_by__isnull=False)
    _tell(requests[0], "join_proposed", movement.pk, earlier.exclude(pk__in=_numbers(requests)))
    return Proposed(requests=requests)


def _each(people: list[Successor], write: Callable[[Successor], Written]) -> list[Written]:
    """Write every line, so that all that is wrong is said at once; then all of it or nothing."""
    written, wrong = [], {}
    for number, person in enumerate(people):
        try:
            with transaction.atomic():
                written.append(write(person))
        except Refused as refusal:
            wrong[number] = refusal.message
    if wrong:
        raise RefusedLines(wrong)
    return written


def _appoint(movement: Movement, person: Successor, starts_on: date, by: User) -> Mandate:
    """A mandate and its invitation; a request of the same person that waits is settled by it."""
    mandate = _take_in(movement, person, starts_on, by)
    waiting = _waiting_of(movement, mandate.email)
    if waiting is not None:
        _decide(waiting, JoinState.ACCEPTED, by, mandate)
    return mandate


def _take_in(movement: Movement, person: Successor, starts_on: date, by: User) -> Mandate:
    _refuse_member(movement, person, starts_on)
    mandate = record_mandate(movement=movement, **person._asdict(), starts_on=starts_on, by=by)
    return invite(mandate=mandate, by=by).mandate


def _propose(movement: Movement, person: Successor, starts_on: date, by: User) -> JoinRequest:
    _refuse_member(movement, person, starts_on)
    request = JoinRequest(movement=movement, proposed_by=by, starts_on=starts_on)
    _save_new(request, person, by)
    return request


def _save_new(asked: JoinRequest, person: Successor, by: User | None) -> None:
    asked.name, asked.email = tidy(person.name), person.email.strip().lower()
    asked.function, asked.turns_18_on = person.function, _while_minor(person.turns_18_on)
    checked(asked)
    asked.save()
    log_activity(actor=by, verb="asked to join", obj=asked)


# By a link -------------------------------------------------------------------------------------


@transaction.atomic
def make_team_link(*, movement: Movement, starts_on: date, by: User) -> tuple[TeamLink, str]:
    """A link by which people ask to join from a day on, and its secret, which nobody keeps.

    Raises Refused for who may not write in the movement, a movement that stopped, a day too far
    away, and when five links are open.
    """
    movement = _writable(movement, by)
    _refuse_far(starts_on)
    if open_team_links(movement).count() >= LINKS_AT_ONCE:
        text = _("There are %(count)s links already. Stop one first.")
        raise Refused(text % {"count": LINKS_AT_ONCE})
    token, moment = new_token(), now()
    link = TeamLink.objects.create(
        movement=movement,
        made_by=by,
        token_digest=digest(token),
        starts_on=starts_on,
        created_at=moment,
        expires_at=moment + LINK_LASTS,
    )
    log_activity(actor=by, verb="made a link", obj=link)
    return link, token


@transaction.atomic
def void_team_link(*, link: TeamLink, by: User) -> TeamLink:
    """Let a link work no more; who asked by it still waits. Raises Refused for one that is over."""
    link = TeamLink.objects.select_for_update().get(pk=link.pk)
    moment = now()
    if link.expires_at <= moment:
        raise Refused(_("This link does not work any more."))
    # a moment after it was made, also for who stops it at once
    link.expires_at = max(moment, link.created_at + timedelta(microseconds=1))
    link.save(update_fields=["expires_at"])
    log_activity(actor=by, verb="ended", obj=link)
    return link


@transaction.atomic
def ask_to_join(*, token: str, name: str, email: str, turns_18_on: date | None = None) -> None:
    """Note that somebody asks to join by a link, and tell who decides.

    Whether the address is known here is not looked up, and asking twice is the same as once: what
    the page says tells nothing. Raises Refused for a link that is over or by which too many ask.
    """
    link = valid_team_link(token)
    if link is None:
        raise Refused(_("This link does not work any more."))
    movement = Movement.objects.select_for_update().get(pk=link.movement_id)
    if link.requests.filter(state=JoinState.WAITING).count() >= WAITING_PER_LINK:
        raise Refused(_("Many people asked by this link already. Ask your group for a new one."))
    if _waiting_of(movement, email) is None:
        request = JoinRequest(movement=movement, link=link, starts_on=link.starts_on)
        _save_new(request, Successor(name, email, Function.LEADER, turns_18_on), None)
        _tell(request, "join_asked", link.pk, link.requests.exclude(pk=request.pk))


def _tell(asked: JoinRequest, kind: str, about: int, earlier: QuerySet[JoinRequest]) -> None:
    """Mail who decides: at once when it is the first for an hour, else at the next full hour."""
    recent = earlier.filter(asked_at__gt=asked.asked_at - MAILS_APART).exists()
    due_at = _next_hour(asked.asked_at) if recent else asked.asked_at
    for person in who_decides(asked.movement):
        account = person.user if isinstance(person, Mandate) else person
        enqueue(
            kind=kind,
            object_id=about,
            step=f"{'later' if recent else 'now'} {due_at:%Y-%m-%d %H}",
            recipient=person.key,
            language=account.language if account else asked.movement.language,
            due_at=due_at,
            urgent=not recent,
        )


def _numbers(requests: Iterable[JoinRequest]) -> list[int]:
    return [request.pk for request in requests]


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


# Deciding --------------------------------------------------------------------------------------


@transaction.atomic
def accept_request(*, request: JoinRequest, function: Function | str, by: User) -> Mandate:
    """Take somebody into the team as what who accepts says, and mail the invitation.

    Raises Refused when somebody decided before, for who does not run the team, for who is in the
    team in that period already, and when the movement stopped.
    """
    request = _to_decide(request, by)
    _refuse_stopped(request.movement)
    person = Successor(request.name, request.email, function, request.turns_18_on)
    mandate = _take_in(request.movement, person, request.starts_on, by)
    _decide(request, JoinState.ACCEPTED, by, mandate)
    return mandate


@transaction.atomic
def refuse_request(*, request: JoinRequest, by: User) -> JoinRequest:
    """Do not take somebody into the team; the team tells them, not a mail.

    Raises Refused when somebody decided before, and for who does not run the team.
    """
    request = _to_decide(request, by)
    _decide(request, JoinState.REFUSED, by)
    return request


def _to_decide(asked: JoinRequest, by: User) -> JoinRequest:
    """The request, locked together with its movement: of two who decide, the second is told."""
    movement = Movement.objects.select_for_update().get(pk=asked.movement_id)
    found = JoinRequest.objects.select_for_update().filter(pk=asked.pk).first()
    if found is None or found.state != JoinState.WAITING:
        raise Refused(_("Somebody decided this already."))
    if not may_run_team.test(by, movement):
        raise Refused(_("Ask a main leader or the youth service."))
    found.movement = movement
    return found


def _decide(asked: JoinRequest, state: str, by: User, mandate: Mandate | None = None) -> None:
    asked.state, asked.decided_at, asked.decided_by = state, now(), by
    asked.mandate = mandate
    asked.save(update_fields=["state", "decided_at", "decided_by", "mandate"])
    verb = "accepted" if state == JoinState.ACCEPTED else "refused"
    log_activity(actor=by, verb=verb, obj=asked)


# Forgetting ------------------------------------------------------------------------------------


@transaction.atomic
def forget_requests() -> int:
    """Delete requests and links of no use any more; gives how many requests that was.

    A request goes 30 days after it was decided or its link stopped working; a name that a leader
    gave and nobody answered, 30 days after the day from which it was meant.
    """
    before = now() - KEPT_AFTER
    by_link = Q(link__expires_at__lt=before)
    # the link was taken away by hand
    by_lost_link = Q(link__isnull=True, proposed_by__isnull=True, asked_at__lt=before - LINK_LASTS)
    by_name = Q(proposed_by__isnull=False, asked_at__lt=before, starts_on__lt=before.date())
    waiting = Q(state=JoinState.WAITING) & (by_link | by_lost_link | by_name)
    _all, deleted = JoinRequest.objects.filter(waiting | Q(decided_at__lt=before)).delete()
    TeamLink.objects.filter(expires_at__lt=before).delete()
    return deleted.get(JoinRequest._meta.label, 0)


# What holds for all of them --------------------------------------------------------------------


def _writable(movement: Movement, by: User) -> Movement:
    """The movement, locked, when it exists and this person may write in it."""
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    _refuse_stopped(movement)
    if not (writes_in.test(by, movement) or may_run_team.test(by, movement)):
        raise Refused(_("You cannot write here now."))
    return movement


def _refuse_stopped(movement: Movement) -> None:
    if not Movement.objects.existing().filter(pk=movement.pk).exists():
        raise Refused(_("This group has stopped."))


def _refuse_far(starts_on: date) -> None:
    first, last = add_months(today(), -WITHIN_MONTHS), add_months(today(), WITHIN_MONTHS)
    if not first <= starts_on <= last:
        raise Refused(_("Choose a day less than a year from now."))


def _refuse_member(movement: Movement, person: Successor, starts_on: date) -> None:
    if already_in_team(
        movement=movement,
        email=person.email.strip(),
        function=person.function,
        starts_on=starts_on,
    ):
        text = _("%(name)s is in the team already in that period.")
        raise Refused(text % {"name": tidy(person.name)})


def _waiting_of(movement: Movement, email: str) -> JoinRequest | None:
    waiting = movement.join_requests.select_for_update().filter(state=JoinState.WAITING)
    return waiting.filter(email__iexact=email.strip()).first()


def _while_minor(turns_18_on: date | None) -> date | None:
    return turns_18_on if turns_18_on and turns_18_on > today() else None
