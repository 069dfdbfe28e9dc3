"""The privacy officer's own records; none of them holds a name."""

from privacy.models.requests import RequestSubject, SubjectRequest

__all__ = ["RequestSubject", "SubjectRequest"]
