"""Forgetting what was kept long enough: list what is due, approve the list, carry it out.

Nothing is forgotten that was not on an approved list, or is no longer due when its turn comes. The
first list under a policy is only shown: what a new number of months means is seen before it can
happen. The next list, which can be approved, is made on a later day.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_privacy_officer
from core import subjects
from core.calendar import add_months, latest_start, now, today
from core.errors import Refused
from core.logs import log_activity
from core.retention import Category, categories, category_of
from privacy.emails import queue_overdue, steps_after
from privacy.enums import OPEN_RUNS, ItemOutcome, RunState
from privacy.models import RetentionItem, RetentionPolicy, RetentionRun, SubjectRequest
from privacy.services.erasure import erase

logger = logging.getLogger(__name__)
LISTED_AT_ONCE = 1000


def _policy(category: Category) -> RetentionPolicy:
    """The policy in force, under lock; the default becomes a row when nobody decided yet."""
    policies = RetentionPolicy.objects.select_for_update().filter(category=category.key)
    return policies.order_by("-pk").first() or RetentionPolicy.objects.create(
        category=category.key, months=category.months
    )


@transaction.atomic
def set_policy(
    *, key: str, months: int, reason: str, by: User, legal_reference: str = ""
) -> RetentionPolicy:
    """Keep a category for another number of months from now on, or on another legal ground.

    Lists that were made under the former policy are out of date, and the first list under the new
    one is only shown. Raises Refused without a reason and when nothing changes, ValidationError
    for an impossible number.
    """
    former = _policy(category_of(key))
    if not reason.strip():
        raise Refused(_("Say why."))
    least = category_of(key).least
    if months < least:
        raise Refused(_("Here the shortest period is %(least)s months.") % {"least": least})
    if (former.months, former.legal_reference) == (months, legal_reference.strip()):
        raise Refused(_("Nothing changes: this is what holds now."))
    policy = RetentionPolicy(
        category=key,
        months=months,
        legal_reference=legal_reference.strip(),
        reason=reason.strip(),
        decided_by=by,
    )
    policy.full_clean()
    policy.save()
    open_runs = RetentionRun.objects.filter(category=key, state__in=OPEN_RUNS)
    open_runs.update(state=RunState.REPLACED)
    log_activity(actor=by, verb="changed", obj=policy, fields=["months", "legal_reference"])
    return policy


@transaction.atomic
def list_due(*, key: str, by: User | None) -> RetentionRun:
    """List, by number, what is due in a category.

    Raises Refused while a list of this category is open, when nothing is due, and on the day of the
    first list under the policy.
    """
    category = category_of(key)
    policy = _policy(category)
    if RetentionRun.objects.filter(category=key, state__in=OPEN_RUNS).exists():
        raise Refused(_("A list of this category is waiting or being carried out already."))
    first = policy.runs.filter(first__isnull=True).first()
    if first is not None and timezone.localdate(first.listed_at) == today():
        raise Refused(_("The first list is only shown. The next one can be made tomorrow."))
    run = RetentionRun(policy=policy, category=key, first=first, listed_by=by)
    run.state = RunState.WAITING if first else RunState.SHOWN
    _write_list(run, category)
    log_activity(actor=by, verb="listed", obj=run, state=run.state)
    return run


def _write_list(run: RetentionRun, category: Category) -> None:
    """Every record by number; of a log only how many rows there are, and up to which day."""
    due = category.due(today(), run.policy.months)
    by_number = category.forget_up_to is None
    numbers = list(due.values_list("pk", flat=True)) if by_number else []
    run.count = len(numbers) if by_number else due.count()
    if not run.count:
        raise Refused(_("Nothing is due."))
    if not by_number:
        run.up_to = latest_start(today(), run.policy.months)
    run.save()
    items = [RetentionItem(run=run, object_id=number) for number in numbers]
    RetentionItem.objects.bulk_create(items, batch_size=LISTED_AT_ONCE)


def list_everything_due() -> int:
    """List what is due in every category that has no open list; gives the number of lists.

    At most once a month for each: what was approved today is not asked again tomorrow.
    """
    made = 0
    month_ago = add_months(today(), -1)
    done = RetentionRun.objects.filter(state=RunState.DONE, listed_at__date__gt=month_ago)
    lately = set(done.values_list("category", flat=True))
    for category in categories():
        if category.key in lately:
            continue
        try:
            list_due(key=category.key, by=None)
        except Refused:
            continue
        except IntegrityError:  # somebody made the same list at this moment
            continue
        made += 1
    return made


@transaction.atomic
def approve(*, run: RetentionRun, by: User) -> RetentionRun:
    """Approve a list: its records are forgotten from now on, as far as they are still due.

    Raises Refused for a list that is not waiting, and for anybody but a privacy officer.
    """
    run = RetentionRun.objects.select_for_update().get(pk=run.pk)
    if not is_privacy_officer.test(by):
        raise Refused(_("Only the privacy officer approves."))
    if run.state != RunState.WAITING:
        raise Refused(_("This list does not wait for an approval."))
    run.state, run.approved_at, run.approved_by = RunState.APPROVED, now(), by
    run.save(update_fields=["state", "approved_at", "approved_by"])
    log_activity(actor=by, verb="approved", obj=run, state=run.state)
    return run


def carry_out_approved() -> int:
    """Carry out every approved list; gives the number of records that were looked at.

    Each record is a transaction of its own: killed half-way, the next call goes on from there, and
    two at a time share the work.
    """
    looked_at = 0
    for run in RetentionRun.objects.filter(state=RunState.APPROVED).order_by("pk"):
        _forget_up_to(run)
        while carry_out_next(run):
            looked_at += 1
    return looked_at


@transaction.atomic
def carry_out_next(run: RetentionRun) -> bool:
    """Forget the next record of an approved list; without a next one the run is done.

    Gives whether there was one. A list whose policy changed meanwhile is left as it is.
    """
    run = RetentionRun.objects.select_for_update().select_related("policy").get(pk=run.pk)
    if run.state != RunState.APPROVED:
        return False
    item = run.items.filter(outcome="").first()
    if item is None:
        _finish(run)
        return False
    item.outcome = _forget(run, item.object_id)
    item.save(update_fields=["outcome"])
    return True


def _forget_up_to(run: RetentionRun) -> None:
    """Forget the rows of a log; in batches of its own, so what is left goes the next time."""
    forget = category_of(run.category).forget_up_to
    if forget and run.up_to:
        forget(run.up_to, run.approved_by)


def _finish(run: RetentionRun) -> None:
    run.state, run.done_at = RunState.DONE, now()
    run.save(update_fields=["state", "done_at"])
    log_activity(actor=run.approved_by, verb="carried out", obj=run, state=run.state)


def _forget(run: RetentionRun, number: int) -> ItemOutcome:
    """Forget one record if it is still due; a mistake with one holds up no other."""
    category = category_of(run.category)
    due = category.due(today(), run.policy.months).filter(pk=number)
    record = due.first()
    if record is None:
        return ItemOutcome.KEPT
    try:
        with transaction.atomic():
            _forget_record(category, record, run.approved_by, still=due.exists)
    except Refused:
        return ItemOutcome.KEPT
    except Exception as error:  # its words may hold names
        logger.error("retention %s %s: %s", category.key, number, type(error).__name__)
        return ItemOutcome.FAILED
    return ItemOutcome.FORGOTTEN


def _forget_record(
    category: Category, record: Any, by: User | None, still: Callable[[], bool]
) -> None:
    """Whoever writes about a person at this moment goes first: then they may be kept longer."""
    if category.forget is None:
        erase(kind=subjects.kind_of(category.model), person=record, by=by, still=still)
    else:
        category.forget(record, by)


@transaction.atomic
def forget_request(*, request: SubjectRequest, by: User | None) -> None:
    """Delete a request that was closed long ago."""
    log_activity(actor=by, verb="deleted", obj=request)
    request.delete()


def escalate() -> int:
    """Queue the mails about lists that wait too long, each step once; gives their number."""
    queued = 0
    for run in RetentionRun.objects.filter(state=RunState.WAITING):
        for step in steps_after(run.days_waited):
            queued += queue_overdue(run, step)
    return queued
