"""What erasing anybody does to the requests that they made."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from core import subjects
from core.erasing import Effect, Emptied, Kept
from core.tombstones import Tombstone
from privacy.models import RequestSubject, SubjectRequest


def forget_notes(model: str, person: Any) -> Iterator[Effect]:
    """The notes of a request go with the last of the people it is about; that it was made stays."""
    mine = RequestSubject.objects.filter(model=model, object_id=person.pk)
    requests = SubjectRequest.objects.filter(pk__in=mine.values("request"))
    alone = [request.pk for request in requests if not _others(request, model, person.pk)]
    yield Emptied(requests.filter(pk__in=alone), {"note": "", "refusal": ""})
    yield Kept(requests, _("shows that the request was answered"))


def _others(request: SubjectRequest, model: str, number: int) -> bool:
    """Whether the request is about a record that is not erased, besides this one."""
    subject = {(row.model, row.object_id) for row in request.subjects.all()}
    rest = subject - {(model, number)}
    gone = Tombstone.objects.filter(model__in=[m for m, _n in rest])
    return bool(rest - set(gone.values_list("model", "object_id")))


for _kind in subjects.kinds():
    _kind.on_erasure.append(partial(forget_notes, _kind.model))
