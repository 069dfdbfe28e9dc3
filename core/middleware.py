"""What holds for every answer."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import get_callable

from core.errors import NotLogged

logger = logging.getLogger(__name__)

METHODS = ["GET", "HEAD", "POST"]
HEADERS = {
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class PrivateResponses:
    """Headers of every answer. Nothing is stored in any cache unless a view said otherwise.

    Outside all other middleware: an answer that one of those gives before the view is asked (to
    https, to a wrong method or host) carries the same headers. Strict-Transport-Security alone is
    left to Django, because it must not be sent over http.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class WebMethods:
    """Browsers read pages and send forms; whatever else is asked of an address is refused.

    Before session and view: many views of other packages take any method that is not POST for GET,
    and hand a NUL, which no person types, to a database that has no such character.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)


class NothingUnlogged:
    """Where a look at a record cannot be logged, the answer is a page that shows nothing (503).

    Whatever the view wrote before is rolled back with its transaction. Our own log says which kind
    of fault it was and no more: messages of databases quote rows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to `NotLogged`; anything else is not ours."""
        if not isinstance(exception, NotLogged):
            return None
        logger.error("An access could not be logged: %s", type(exception.__cause__).__name__)
        response: HttpResponse = get_callable(settings.UNAVAILABLE_VIEW)(request)
        return response
