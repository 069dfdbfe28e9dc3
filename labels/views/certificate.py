"""The papers of a label, for the leaders of its movement and the youth service."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.gates import actor
from core.uploads import FILE_POLICY
from labels.certificates import Paper, make_paper
from labels.models import Certificate, Label
from labels.selectors.certificates import can_show_off, issue_in_force, issue_of

SHAPES = ("square", "wide")


@require_safe
def certificate(request: HttpRequest, movement_id: int, label_id: int) -> HttpResponse:
    """The PDF in the language of `?lang=` or else of the movement; an older one with `?issue=`."""
    label = _label(request, movement_id, label_id)
    paper = make_paper("certificate", label, _language(request, label), _issue(request, label))
    return _answer(request, paper)


@require_safe
def poster(request: HttpRequest, movement_id: int, label_id: int) -> HttpResponse:
    """The poster for the wall, as long as the group carries the label."""
    label = _label(request, movement_id, label_id)
    return _show_off(request, label, "poster")


@require_safe
def picture(request: HttpRequest, movement_id: int, label_id: int, shape: str) -> HttpResponse:
    """The picture for social media, square or wide, as long as the group carries the label."""
    label = _label(request, movement_id, label_id)
    if shape not in SHAPES:
        raise Http404
    return _show_off(request, label, shape)


def _label(request: HttpRequest, movement_id: int, label_id: int) -> Label:
    labels = Label.objects.for_user(actor(request)).with_facts()
    return get_object_or_404(labels, pk=label_id, movement_id=movement_id)


def _language(request: HttpRequest, label: Label) -> str:
    language = request.GET.get("lang", "")
    return language if language in dict(settings.LANGUAGES) else label.movement.language


def _issue(request: HttpRequest, label: Label) -> Certificate | None:
    """The issue that is asked for; the one in force when none is."""
    number = request.GET.get("issue", "")
    if not number:
        return issue_in_force(label)
    # no more digits than the column takes
    issue = issue_of(label, int(number)) if number.isdecimal() and len(number) <= 4 else None
    if issue is None:
        raise Http404
    return issue


def _show_off(request: HttpRequest, label: Label, kind: str) -> HttpResponse:
    if not can_show_off(label):
        raise Http404
    return _answer(request, make_paper(kind, label, _language(request, label)))


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
