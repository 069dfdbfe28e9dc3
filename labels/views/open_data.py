"""What other sites and programs take from the register: two files and a picture per movement.

They may be kept for five minutes, are the same for everybody, and set no cookie.
"""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from core.export import csv_lines
from core.translated import Translated
from core.uploads import FILE_POLICY
from labels.badge import badge_svg
from labels.linked_data import LICENCE, movement_address
from labels.selectors.register import (
    PublicEntry,
    public_entries,
    public_entry,
    register_changed_at,
)
from programmes.selectors import shown_edition

FRESH = "public, max-age=300"
FORMAT = "youth-work-label-register"
COLUMNS = (
    "id",
    "url",
    "name",
    "federation",
    "postcode",
    "municipality",
    "valid",
    "number",
    "valid_from",
    "valid_until",
)


@login_not_required
@require_safe
def labels_json(request: HttpRequest) -> HttpResponseBase:
    """Every movement that ever had a label, as JSON."""
    changed = register_changed_at()
    name: Any = shown_edition().name
    content = {
        "format": FORMAT,
        "version": 1,
        "licence": LICENCE,
        "programme": dict(name) if isinstance(name, Translated) else {},
        "updated": timezone.localtime(changed).isoformat(timespec="seconds"),
        "labels": [_row(entry) for entry in public_entries()],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    return _for_all(_kept(request, response, changed_at=changed.timestamp()))


@login_not_required
@require_safe
def labels_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, for a spreadsheet; no cell is ever taken for a formula."""
    changed = register_changed_at()
    rows = [[_cell(value) for value in _row(entry).values()] for entry in public_entries()]
    text = "".join(csv_lines([COLUMNS, *rows]))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="labels.csv"'
    return _for_all(_kept(request, response, changed_at=changed.timestamp()))


@login_not_required
@require_safe
def badge(request: HttpRequest, movement_id: int) -> HttpResponseBase:
    """The present state as a picture that other sites may show; 404 for what has no page."""
    entry = public_entry(movement_id)
    if entry is None:
        raise Http404
    language = request.GET.get("lang", "")
    if language not in dict(settings.LANGUAGES):
        language = entry.movement.language
    response = HttpResponse(badge_svg(entry, language), content_type="image/svg+xml")
    response["Content-Language"] = language
    answer = _kept(request, response)
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Content-Security-Policy"] = FILE_POLICY
    return answer


def _kept(
    request: HttpRequest, response: HttpResponse, changed_at: float | None = None
) -> HttpResponseBase:
    """The answer, or 304 when who asks has it already."""
    etag = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["ETag"], response["Cache-Control"] = etag, FRESH
    modified = None if changed_at is None else int(changed_at)
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    answer = get_conditional_response(request, etag, modified, response)
    return response if answer is None else answer


def _for_all(response: HttpResponseBase) -> HttpResponseBase:
    """Scripts of other sites may read it, a kept answer included."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _row(entry: PublicEntry) -> dict[str, Any]:
    movement, label = entry.movement, entry.label
    return {
        "id": movement.pk,
        "url": movement_address(movement),
        "name": movement.name,
        "federation": movement.federation.name,
        "postcode": movement.postcode,
        "municipality": movement.municipality,
        "valid": label is not None,
        "number": label.number if label else None,
        "valid_from": label.starts_on.isoformat() if label else None,
        "valid_until": label.ends_on.isoformat() if label else None,
    }


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
