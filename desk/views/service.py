"""Addresses for whoever runs the product, and for programs that come by."""

from datetime import UTC, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core.calendar import now
from desk import readiness
from programmes.selectors import shown_edition

SECURITY_TXT_LASTS = timedelta(days=90)  # RFC 9116 advises less than a year
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /calendar/
Disallow: /dashboard/
Disallow: /invitation/
Disallow: /my/
Disallow: /sign-in/
Disallow: /start/
"""


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, triggers, broker and outbox are well (200), or which of them is not (503)."""
    faults = readiness.faults()
    body = {"ready": not faults, "faults": faults}
    return JsonResponse(body, status=503 if faults else 200)


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116): SECURITY_CONTACT, else the address of the edition."""
    contact = settings.SECURITY_CONTACT or shown_edition().contact_email
    if not contact:
        raise Http404
    scheme = "" if contact.startswith(("mailto:", "https://", "tel:")) else "mailto:"
    expires = (now() + SECURITY_TXT_LASTS).astimezone(UTC)
    lines = [
        f"Contact: {scheme}{contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.PUBLIC_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Search engines may list the public pages; whatever needs a sign-in is no use to them."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
