"""Requests of people about their own data: received, about whom, answered."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects
from core.calendar import add_months, today
from core.errors import Refused, Stale
from core.logs import log_activity
from privacy.enums import RequestOutcome, Right
from privacy.models import RequestSubject, SubjectRequest

MONTHS_TO_ANSWER = 1
MONTHS_AT_MOST = 3  # GDPR, article 12(3): two more where it is complex, and the person is told


@transaction.atomic
def start_request(
    *,
    right: Right | str,
    by: User,
    received_on: date | None = None,
    identity_checked: bool = False,
    note: str = "",
) -> SubjectRequest:
    """Write down that somebody asked for a right; the answer is due a month after that day.

    Raises Refused for a day that is still to come.
    """
    received_on = received_on or today()
    if received_on > today():
        raise Refused(_("This day is still to come."))
    asked = SubjectRequest.objects.create(
        right=right,
        received_on=received_on,
        due_on=add_months(received_on, MONTHS_TO_ANSWER),
        identity_checked=identity_checked,
        note=note.strip(),
        handled_by=by,
    )
    log_activity(actor=by, verb="added", obj=asked, state=asked.right)
    return asked


@transaction.atomic
def change_request(
    *,
    request: SubjectRequest,
    by: User,
    version: int,
    identity_checked: bool,
    due_on: date,
    note: str,
) -> SubjectRequest:
    """Change what is known about an open request.

    Raises Stale on another version, Refused for a request that is closed and for a day to answer
    that lies before the day it was received or more than three months after it.
    """
    asked = _open(request)
    if asked.version != version:
        raise Stale(_("Somebody changed this in the meantime."))
    if not asked.received_on <= due_on <= add_months(asked.received_on, MONTHS_AT_MOST):
        raise Refused(_("The answer is due within three months of the day it was asked."))
    new = {"identity_checked": identity_checked, "due_on": due_on, "note": note.strip()}
    changed = [name for name, value in new.items() if getattr(asked, name) != value]
    for name in changed:
        setattr(asked, name, new[name])
    asked.version += 1
    asked.save()
    log_activity(actor=by, verb="changed", obj=asked, fields=changed)
    return asked


@transaction.atomic
def name_subjects(
    *, request: SubjectRequest, people: Iterable[tuple[str, int]], by: User
) -> list[RequestSubject]:
    """Say which records are this person: (kind, number) of each; one that is named stays named.

    Raises Refused for a request that is closed, and for a record that is not there.
    """
    asked = _open(request)
    named = [_name(asked, model, number) for model, number in people]
    log_activity(actor=by, verb="named", obj=asked)
    return named


def _name(asked: SubjectRequest, model: str, number: int) -> RequestSubject:
    known = {kind.model: kind.table for kind in subjects.kinds()}
    if model not in known or not known[model]._base_manager.filter(pk=number).exists():
        raise Refused(_("This record is not there any more."))
    return RequestSubject.objects.get_or_create(request=asked, model=model, object_id=number)[0]


@transaction.atomic
def drop_subject(*, subject: RequestSubject, by: User) -> SubjectRequest:
    """Take a record away that was named by mistake. Raises Refused for a request that is closed."""
    asked = _open(subject.request)
    RequestSubject.objects.filter(pk=subject.pk).delete()
    log_activity(actor=by, verb="dropped", obj=asked)
    return asked


@transaction.atomic
def close_request(
    *, request: SubjectRequest, outcome: RequestOutcome | str, by: User, refusal: str = ""
) -> SubjectRequest:
    """Answer a request. It stays for five years, to show that it was answered, and never reopens.

    Raises Refused for one that is closed, for a refusal without its reason, for "done" without the
    records of somebody whom we know to be this person, and for "nothing is kept" with records.
    """
    asked = _open(request)
    _check_answer(asked, RequestOutcome(outcome), refusal.strip())
    asked.outcome, asked.closed_on = outcome, today()
    asked.refusal = refusal.strip() if outcome == RequestOutcome.REFUSED else ""
    asked.version += 1
    asked.save()
    log_activity(actor=by, verb="closed", obj=asked, state=str(outcome))
    return asked


def _check_answer(asked: SubjectRequest, outcome: RequestOutcome, refusal: str) -> None:
    has_records = asked.subjects.exists()
    if outcome == RequestOutcome.REFUSED and not refusal:
        raise Refused(_("Say why: the person gets to read it."))
    if outcome == RequestOutcome.DONE:
        if not has_records:
            raise Refused(_("First say which records are this person."))
        if not asked.identity_checked:
            raise Refused(_("First make sure that it is this person."))
    if outcome == RequestOutcome.UNKNOWN and has_records:
        raise Refused(_("Records of this person are named in the request. Take them away first."))


def _open(seen: SubjectRequest) -> SubjectRequest:
    """The request as it is now, locked. Raises Refused when it is closed."""
    asked = SubjectRequest.objects.select_for_update().get(pk=seen.pk)
    if not asked.is_open:
        raise Refused(_("This request is closed."))
    return asked
