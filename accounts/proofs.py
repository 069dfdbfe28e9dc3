"""How somebody proved who they are in this session; allauth keeps the records, with their time."""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

# how long a second factor counts for opening the page of a sensitive act, and for sending its form:
# who began to type in time must not lose the text
RECENTLY = timedelta(minutes=15)
WHILE_TYPING = timedelta(minutes=60)


def has_proven(request: HttpRequest) -> bool:
    """Whether the user of this session has shown a second factor in it."""
    return bool(_moments(request, "mfa"))


def proved_within(request: HttpRequest, period: timedelta) -> bool:
    """Whether the second factor was last shown within this period."""
    moments = _moments(request, "mfa")
    return bool(moments) and time.time() - max(moments) < period.total_seconds()


def signed_in_within(request: HttpRequest, period: timedelta) -> bool:
    """Whether the session began within this period; it does not grow by being used."""
    moments = _moments(request)
    return bool(moments) and time.time() - min(moments) < period.total_seconds()


def _moments(request: HttpRequest, method: str = "") -> list[float]:
    """When the present user proved something, by seconds of the clock."""
    # the records of somebody else who used this browser are not counted
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return [record["at"] for record in records if method in ("", record["method"])]
