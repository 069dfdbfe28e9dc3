"""What the privacy officer does because somebody asked for it: only with the request at hand."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import subjects, tombstones
from core.errors import Refused
from core.subjects import Kind
from privacy.enums import Right
from privacy.models import RequestSubject, SubjectRequest
from privacy.services import correction, erasure, restriction
from privacy.services.effects import Line


def _person(subject: RequestSubject, right: Right) -> tuple[Kind, Any]:
    """Who is named in an open request for this right. The request is locked.

    Raises Refused when the request is closed, asks for something else, is of somebody of whom we do
    not know who it is, and for a record that is gone.
    """
    asked = SubjectRequest.objects.select_for_update().get(pk=subject.request_id)
    if not asked.is_open:
        raise Refused(_("This request is closed."))
    if asked.right != right:
        raise Refused(_("This request asks for something else."))
    if not asked.identity_checked:
        raise Refused(_("First make sure that it is this person."))
    return _found(subject)


def _found(subject: RequestSubject) -> tuple[Kind, Any]:
    kind = subjects.kind_of(subject.model)
    person = kind.table._base_manager.filter(pk=subject.object_id).first()
    if person is None:
        raise Refused(_("This record is not there any more."))
    return kind, person


@transaction.atomic
def erase(*, subject: RequestSubject, number: int, by: User) -> list[Line]:
    """Erase who is named. `number` is that of the request, typed to confirm it.

    Raises Refused for another number, while something must be done first, and as `_person`.
    """
    if number != subject.request_id:
        raise Refused(_("This is not the number of the request."))
    # an erasure also empties other requests of that person, such as one that is being answered now
    tombstones.one_at_a_time()
    kind, person = _person(subject, Right.ERASURE)
    return erasure.erase(kind=kind, person=person, by=by)


@transaction.atomic
def correct(*, subject: RequestSubject, values: dict[str, Any], by: User) -> RequestSubject:
    """Correct who is named. Raises Refused and Stale as the app's service, and as `_person`."""
    kind, person = _person(subject, Right.CORRECTION)
    correction.correct(kind=kind, person=person, by=by, values=values)
    return subject


@transaction.atomic
def restrict(*, subject: RequestSubject, by: User) -> RequestSubject:
    """Set aside who is named. Raises Refused as `restriction.restrict` and `_person`."""
    kind, person = _person(subject, Right.RESTRICTION)
    restriction.restrict(kind=kind, person=person, by=by)
    return subject


@transaction.atomic
def lift(*, subject: RequestSubject, by: User) -> RequestSubject:
    """Take up again who is named, also when the request was answered long ago.

    Raises Refused when the record is not set aside.
    """
    kind, person = _found(subject)
    restriction.lift(kind=kind, person=person, by=by)
    return subject
