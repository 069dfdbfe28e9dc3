"""Closed after a restore: while the file of tombstones names what the database does not.

Each process compares at its first request (or mail) and then every few seconds, with one query and
one look at the file; only when one of the two changed are their rows compared.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error, transaction
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.urls import get_callable

from core import tombstones
from core.tombstones import Tombstone

logger = logging.getLogger(__name__)

ALWAYS_OPEN = {"/healthz", "/readyz"}  # static files are handed out before anything is asked


class Gate:
    """What this process knows about it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Compare again when next asked."""
        self._looked_at: float | None = None
        self._state: Any = None
        self._missing = 0

    def suppose_open(self) -> None:
        """Take it for compared at this moment, without a difference."""
        self.forget()
        self._looked_at = monotonic()

    def is_closed(self) -> bool:
        """Whether erasures have to be replayed; also when that cannot be told."""
        if self._looked_at is None or monotonic() - self._looked_at >= settings.TOMBSTONE_SECONDS:
            try:
                self._compare()
            except (Error, OSError) as error:
                self.forget()
                logger.error("Tombstones cannot be compared: %s", type(error).__name__)
                return True
            self._looked_at = monotonic()
        return self._missing > 0

    def _compare(self) -> None:
        rows = Tombstone.objects.aggregate(number=Count("id"), last=Max("id"))
        state = (tombstones.store().state(), rows["number"], rows["last"])
        if state == self._state:
            return
        missing = len(tombstones.missing_rows()) and _settled()
        if missing and missing != self._missing:
            logger.error("Closed until %s erasures are replayed", missing)
        self._missing, self._state = missing, state


def _settled() -> int:
    """How many are missing once no erasure is half-way between file and database."""
    with transaction.atomic():
        tombstones.wait_for_erasures()
        return len(tombstones.missing_rows())


gate = Gate()


class ClosedAfterRestore:
    """Every page but the two for whoever runs the product answers 503 while the gate is closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in ALWAYS_OPEN and gate.is_closed():
            response: HttpResponse = get_callable(settings.CLOSED_VIEW)(request)
            return response
        return self.get_response(request)
