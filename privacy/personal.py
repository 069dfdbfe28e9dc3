"""Register entries of personal data in the privacy officer's own records."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import subjects
from core.logs import AccessLog
from core.personal import Ground, PersonalField, register
from core.retention import in_words
from privacy.models import RequestSubject, SubjectRequest

OFFICER = _("privacy officer")
KEPT = in_words("privacy.subjectrequest")

register(
    PersonalField(
        model="privacy.subjectrequest",
        field=field,
        purpose=purpose,
        ground=Ground.LEGAL_OBLIGATION,
        access=OFFICER,
        retention=KEPT,
        erasure=erasure,
    )
    for field, purpose, erasure in [
        ("note", _("to remember what was asked and agreed"), True),
        ("refusal", _("to tell the person why a request was refused"), True),
        ("handled_by", _("to know who answered"), False),
    ]
)

# who decided, listed and approved: kept as proof that nothing was forgotten without a decision
register(
    PersonalField(
        model=model,
        field=field,
        purpose=purpose,
        ground=Ground.LEGAL_OBLIGATION,
        access=_("privacy officer, coordinator"),
        retention=_("as long as this product is in use, as proof"),
        erasure=False,
    )
    for model, field, purpose in [
        ("privacy.retentionpolicy", "decided_by", _("who decided how long something is kept")),
        ("privacy.retentionrun", "listed_by", _("who asked for a list of what is due")),
        ("privacy.retentionrun", "approved_by", _("who approved that something is forgotten")),
    ]
)


# Where requests and decisions stand --------------------------------------------------------------


def _requests_of(model: str, person: Any) -> QuerySet[SubjectRequest]:
    mine = RequestSubject.objects.filter(model=model, object_id=person.pk)
    return SubjectRequest.objects.filter(pk__in=mine.values("request"))


def _looks_at(model: str, person: Any) -> QuerySet[AccessLog]:
    """When somebody opened the record; who that was is about somebody else."""
    return AccessLog.objects.filter(object_type=model, object_id=str(person.pk))


REQUEST = ("right", "received_on", "due_on", "note", "outcome", "closed_on", "refusal")

for _kind in subjects.kinds():
    subjects.extend(
        _kind.model,
        subjects.Part(
            "privacy.subjectrequest",
            fields=REQUEST,
            among=partial(_requests_of, _kind.model),
            erased=False,
        ),
        subjects.Part(
            "core.accesslog",
            fields=("at", "verb"),
            among=partial(_looks_at, _kind.model),
            erased=False,
        ),
    )
subjects.extend(
    "accounts.user",
    *(
        subjects.Part(model, who, fields=(who, *when), erased=False)
        for model, who, *when in [
            ("privacy.subjectrequest", "handled_by"),
            ("privacy.retentionpolicy", "decided_by", "decided_at"),
            ("privacy.retentionrun", "listed_by"),
            ("privacy.retentionrun", "approved_by"),
        ]
    ),
)
