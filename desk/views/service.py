"""Two addresses for whoever runs the product."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from desk import readiness


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, triggers, broker and outbox are well (200), or which of them is not (503)."""
    faults = readiness.faults()
    body = {"ready": not faults, "faults": faults}
    return JsonResponse(body, status=503 if faults else 200)
