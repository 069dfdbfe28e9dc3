"""The one conversation between a movement and the youth service: what was said, who is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_coordinator
from accounts.selectors import users_with_role
from core.calendar import now, today
from core.retention import Words
from movements.enums import RUNS_TEAM, Function
from movements.models import CoachAssignment, Mandate, Message, Movement, active_on
from movements.selectors.teams import coach_of, team_of

FOR_ALL_AFTER = timedelta(days=7)
AT_ONCE = 100


@dataclass(frozen=True)
class Said:
    """One thing that was said, here or at another place such as the plan (then `about` says it)."""

    at: datetime
    author: User
    text: str
    from_staff: bool
    about: Words = ""


Source = Callable[[Movement], Iterable[Said]]
_sources: list[Source] = []


def conversation_source(source: Source) -> Source:
    """Decorator: what `source` gives of a movement is shown in the conversation too."""
    _sources.append(source)
    return source


def conversation_of(movement: Movement) -> list[Said]:
    """Everything a movement and the youth service said to each other, oldest first."""
    said = [
        Said(message.at, message.author, message.text, message.from_staff)
        for message in movement.messages.select_related("author")
    ]
    elsewhere = [each for source in _sources for each in source(movement)]
    return sorted([*said, *elsewhere], key=lambda each: each.at)


@dataclass(frozen=True)
class Shown:
    """The end of a conversation, and how many there are before it."""

    said: list[Said]
    earlier: int


def shown_of(movement: Movement, *, everything: bool = False) -> Shown:
    """What a page shows of a conversation: the last hundred, unless everything is asked for."""
    said = conversation_of(movement)
    first = 0 if everything else max(0, len(said) - AT_ONCE)
    return Shown(said[first:], first)


def staff_to_tell(movement: Movement) -> list[User]:
    """Whom of the youth service a movement speaks to: its coach, else the coordinators."""
    coach = coach_of(movement)
    return [coach] if coach is not None else [*users_with_role(Role.COORDINATOR)]


def leaders_to_tell(movement: Movement) -> list[Mandate]:
    """Whom of a team the youth service speaks to: its main leaders, each address once.

    Without one, everybody. A person under 18 is never the only one: then the adults of the team
    come along, first those who answer for it.
    """
    team = list(team_of(movement))
    told = [mandate for mandate in team if mandate.function == Function.MAIN_LEADER] or team
    if no_adult_is_told(told):
        adults = [mandate for mandate in team if not _is_minor(mandate)]
        told += [adult for adult in adults if adult.function in RUNS_TEAM] or adults
    return list({mandate.email.lower(): mandate for mandate in reversed(told)}.values())[::-1]


def no_adult_is_told(told: Iterable[Mandate]) -> bool:
    """Whether all of these people are under 18 (and there is somebody)."""
    everybody = list(told)
    return bool(everybody) and all(map(_is_minor, everybody))


def _is_minor(mandate: Mandate) -> bool:
    return mandate.turns_18_on is not None and mandate.turns_18_on > today()


def waiting_for_answer(user: User) -> QuerySet[Movement]:
    """Movements that had the last word, with `waits_since`; the longest waiting first.

    Those this member of staff coaches or nobody does; for a coordinator also what waits for a week.
    """
    messages = Message.objects.filter(movement=OuterRef("pk")).order_by("-at", "-pk")
    answers = messages.filter(from_staff=True).values("at")[:1]
    coached = CoachAssignment.objects.filter(active_on(today()))
    for_me = Q(pk__in=coached.filter(user=user).values("movement"))
    for_me |= ~Q(pk__in=coached.values("movement"))
    if is_coordinator(user):
        for_me |= Q(waits_since__lt=now() - FOR_ALL_AFTER)
    unanswered = Q(answered_at=None) | Q(messages__at__gt=F("answered_at"))
    return (
        Movement.objects.annotate(staff_spoke_last=Subquery(messages.values("from_staff")[:1]))
        .filter(staff_spoke_last=False)
        .annotate(answered_at=Subquery(answers))
        .annotate(waits_since=Min("messages__at", filter=unanswered))
        .filter(for_me)
        .order_by("waits_since", "pk")
    )
