"""Error pages: static, the same for everybody, telling nothing about what was asked."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER = 120  # seconds


def _page(template: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(template), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page("403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for a missing object and for somebody else's."""
    return _page("404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page("500.html", 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 while something has to be mended before pages may be shown; programs try again later."""
    response = _page("503.html", 503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def closed(request: HttpRequest) -> HttpResponse:
    """503 after a restore, until what was erased since the backup is erased again."""
    response = _page("closed.html", 503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere."""
    return _page("403.html", 403)
