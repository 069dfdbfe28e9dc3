"""One person under two addresses becomes one person again; nothing of it is deleted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import now
from core.erasing import OPEN_MAILS, refuse_erased
from core.errors import Refused
from core.logs import log_activity
from core.outbox import OutboxMessage, OutboxState
from core.preferences import OptOut
from core.restriction import is_set_aside
from movements.models import Invitation, JoinRequest, Mandate, Movement, NotTheSame
from movements.selectors.people import mandates_of_person

DAY = timedelta(days=1)
# the columns of a mandate that a merge may change
MERGED = (
    "email",
    "user",
    "name",
    "phone",
    "turns_18_on",
    "starts_on",
    "ends_on",
    "ended_at",
    "confirmed_on",
    "came_back_on",
    "merged_into",
)


@transaction.atomic
def merge_people(*, keep: Mandate, other: Mandate, by: User) -> list[Mandate]:
    """Make one person of the two behind two mandates; gives the mandates that changed.

    All mandates of `other` get the name, address and account of `keep`. Of two mandates in one
    movement and function whose days touch or overlap, the older row takes all days of both and the
    other one is marked as its duplicate, so the days on which somebody was active stay the same.
    Links that were sent to the address of `other` are void. An account without mandates has no role
    of a leader any more.

    Raises Refused when they are one person already, one was erased or is set aside, or the account
    of `keep` is closed.
    """
    kept, others = _both(keep, other)
    before = {each.pk: _values(each) for each in (*kept, *others)}
    account = next((each.user for each in kept if each.user_id), None)
    _refuse(kept, others, account)
    left = {each.user_id for each in others if each.user_id} - {getattr(account, "pk", None)}
    _fold(kept, others)
    for each in others:
        each.name, each.email, each.user = keep.name, keep.email, account
    _protect_minor([*kept, *others])
    changed = [each for each in (*kept, *others) if _values(each) != before[each.pk]]
    for each in _in_order(changed):
        fields = [name for name, value in _values(each).items() if value != before[each.pk][name]]
        each.save(update_fields=fields)
        log_activity(actor=by, verb="made one", obj=each, fields=fields)
    _follow(keep, others, changed, left)
    return changed


@transaction.atomic
def say_two_persons(*, one: Mandate, other: Mandate, by: User) -> NotTheSame:
    """Remember that two people who look alike are two: nobody is asked again."""
    first, second = sorted((one, other), key=lambda each: each.pk)
    said, is_new = NotTheSame.objects.get_or_create(one=first, other=second)
    if is_new:
        log_activity(actor=by, verb="told apart", obj=first)
    return said


def _both(keep: Mandate, other: Mandate) -> tuple[list[Mandate], list[Mandate]]:
    """The mandates of both, each locked after its movement, as everywhere."""
    numbers = [set(_numbers(keep)), set(_numbers(other))]
    everything = Mandate.objects.filter(pk__in=numbers[0] | numbers[1])
    movements = Movement.objects.filter(pk__in=everything.values("movement_id"))
    list(movements.select_for_update().order_by("pk").values_list("pk"))
    held = {m.pk: m for m in everything.select_for_update().order_by("pk")}
    for each in held.values():
        refuse_erased(each)
    same = held[keep.pk].email.lower()
    kept = [each for each in held.values() if each.email.lower() == same]
    return kept, [each for each in held.values() if each not in kept]


def _numbers(mandate: Mandate) -> Iterable[int]:
    return mandates_of_person(mandate).values_list("pk", flat=True)


def _refuse(kept: Sequence[Mandate], others: Sequence[Mandate], account: User | None) -> None:
    if not others:
        raise Refused(_("These are the same person already."))
    if any(is_set_aside(each) for each in (*kept, *others)):
        raise Refused(_("One of them is set aside by the privacy officer."))
    if account and not account.is_active:
        raise Refused(_("The account of this address is closed. Ask the coordinator."))


def _values(mandate: Mandate) -> dict[str, Any]:
    return {name: getattr(mandate, mandate._meta.get_field(name).attname) for name in MERGED}  # type: ignore[union-attr]


def _in_order(changed: Iterable[Mandate]) -> list[Mandate]:
    """Duplicates first, then what they turned out to be, since that may begin on their day."""
    rows = list(changed)
    found = {each.merged_into_id for each in rows}
    return sorted(rows, key=lambda m: (m.merged_into_id is None, m.pk not in found, m.pk))


# Which mandates are one ------------------------------------------------------------------------


def _fold(kept: Sequence[Mandate], others: Sequence[Mandate]) -> None:
    """Let one mandate stand for those of both in one function whose days touch or overlap."""
    by_function: dict[tuple[int, str], list[Mandate]] = defaultdict(list)
    for each in (*kept, *others):
        if each.merged_into_id is None:
            by_function[each.movement_id, each.function].append(each)
    own = {each.pk for each in kept}
    for mandates in by_function.values():
        starts: dict[date, Mandate] = {}
        for run in _runs([each for each in mandates if _ever_held(each)]):
            of_both = len({each.pk in own for each in run}) == 2
            starts |= {each.starts_on: each for each in ([_union(run)] if of_both else run)}
        # one that never held has no days to keep; it only must not begin on the day of another
        for empty in (each for each in mandates if not _ever_held(each)):
            twin = starts.setdefault(empty.starts_on, empty)
            if twin is not empty:
                empty.merged_into = twin
    now_is = {each.pk: each.merged_into for each in (*kept, *others) if each.merged_into_id}
    for each in (*kept, *others):  # a duplicate of what is a duplicate now
        each.merged_into = now_is.get(each.merged_into_id or 0) or each.merged_into


def _ever_held(mandate: Mandate) -> bool:
    """Whether there was a day on which it held: not when it was ended before it began."""
    ended = mandate.ended_at
    return ended is None or localdate(ended) >= mandate.starts_on


def _runs(mandates: Iterable[Mandate]) -> Iterator[list[Mandate]]:
    """Mandates whose days make one period without a gap, period by period."""
    run: list[Mandate] = []
    for each in sorted(mandates, key=lambda m: (m.starts_on, m.pk)):
        if run and each.starts_on > max(m.last_day for m in run) + DAY:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _union(run: Sequence[Mandate]) -> Mandate:
    """The oldest row with all days of a run; the others are marked as its duplicates."""
    oldest = min(run, key=lambda m: m.pk)
    last = max(run, key=lambda m: (m.last_day, m.ended_at is None, m.said_on, m.ends_on is None))
    end = (last.ends_on, last.ended_at, last.said_on, last.came_back_on)
    oldest.starts_on = min(each.starts_on for each in run)
    oldest.ends_on, oldest.ended_at, oldest.confirmed_on, oldest.came_back_on = end
    for each in run:
        if each is not oldest:
            each.merged_into = oldest
    return oldest


def _protect_minor(mandates: Sequence[Mandate]) -> None:
    """Who is under 18 by one record is so by all: no phone number is kept."""
    known = [each.turns_18_on for each in mandates if each.turns_18_on]
    for each in mandates if known else ():
        each.turns_18_on, each.phone = max(known), ""


# What points at them ---------------------------------------------------------------------------


def _follow(
    keep: Mandate, others: Sequence[Mandate], changed: Sequence[Mandate], left: Iterable[int]
) -> None:
    """Links, requests, open mails and wishes go where their person went."""
    Invitation.objects.filter(mandate__in=[each.pk for each in others]).delete()
    for each in changed:
        if each.merged_into is not None:
            Invitation.objects.filter(mandate=each).update(mandate=each.merged_into)
            JoinRequest.objects.filter(mandate=each).update(mandate=each.merged_into)
            _redirect_mails(each.key, each.merged_into.key)
    # a wish under a mandate is found by its account of now; one under an account left alone is not
    for group in _wishes(f"user:{number}" for number in left):
        OptOut.objects.get_or_create(recipient=keep.key, group=group)


def _wishes(keys: Iterable[str]) -> list[str]:
    groups = OptOut.objects.filter(recipient__in=list(keys)).values_list("group", flat=True)
    return list(groups.order_by("group"))


def _redirect_mails(old: str, new: str) -> None:
    """Mails that wait for a duplicate go to what it turned out to be, unless that has them."""
    nothing = {"state": OutboxState.NOT_DUE, "settled_at": now(), "payload": "", "claimed_at": None}
    for mail in OutboxMessage.objects.filter(recipient=old, state__in=OPEN_MAILS):
        same = OutboxMessage.objects.filter(
            kind=mail.kind, object_id=mail.object_id, step=mail.step, recipient=new
        )
        changes = nothing if same.exists() else {"recipient": new}
        OutboxMessage.objects.filter(pk=mail.pk).update(**changes)
