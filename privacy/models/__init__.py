"""The privacy officer's own records; none of them holds a name."""

from privacy.models.requests import RequestSubject, SubjectRequest
from privacy.models.retention import RetentionItem, RetentionPolicy, RetentionRun

__all__ = [
    "RequestSubject",
    "RetentionItem",
    "RetentionPolicy",
    "RetentionRun",
    "SubjectRequest",
]
