"""The papers of a label, for the leaders of its movement and the youth service."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.gates import actor
from core.uploads import FILE_POLICY
from labels.certificates import Paper, make_paper
from labels.models import Certificate, Label
from labels.selectors.certificates import can_show_off, issue_for

SHAPES = ("square", "wide")
MOST_DIGITS = 4


@require_safe
def certificate(request: HttpRequest, movement_id: int, label_id: int) -> HttpResponse:
    """The PDF in the language of `?lang=` or else of the movement; an older one with `?issue=`."""
    asked = request.GET.get("issue", "")
    # no more digits than the column takes
    if asked and not (asked.isdecimal() and len(asked) <= MOST_DIGITS):
        raise Http404
    number = int(asked) if asked else None
    label, issue = _found(issue_for(actor(request), movement_id, label_id, number))
    return _answer(request, make_paper("certificate", label, _language(request, label), issue))


@require_safe
def poster(request: HttpRequest, movement_id: int, label_id: int) -> HttpResponse:
    """The poster for the wall, as long as the group carries the label."""
    return _show_off(request, movement_id, label_id, "poster")


@require_safe
def picture(request: HttpRequest, movement_id: int, label_id: int, shape: str) -> HttpResponse:
    """The picture for social media, square or wide, as long as the group carries the label."""
    if shape not in SHAPES:
        raise Http404
    return _show_off(request, movement_id, label_id, shape)


def _found(found: tuple[Label, Certificate | None] | None) -> tuple[Label, Certificate | None]:
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest, label: Label) -> str:
    language = request.GET.get("lang", "")
    return language if language in dict(settings.LANGUAGES) else label.movement.language


def _show_off(request: HttpRequest, movement_id: int, label_id: int, kind: str) -> HttpResponse:
    label, issue = _found(issue_for(actor(request), movement_id, label_id))
    if not can_show_off(label):
        raise Http404
    return _answer(request, make_paper(kind, label, _language(request, label), issue))


def _answer(request: HttpRequest, paper: Paper) -> HttpResponse:
    """The paper, or that it did not change. Who may see it is asked each time, so `no-cache`."""
    etag = quote_etag(paper.digest)
    kept = get_conditional_response(request, etag=etag)
    response = kept or HttpResponse(paper.read(), content_type=paper.content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    if paper.is_picture:
        response.headers["Content-Security-Policy"] = FILE_POLICY
    if kept is None:
        name = f'inline; filename="{paper.file_name}"'
        response.headers["Content-Disposition"] = name
    return response
