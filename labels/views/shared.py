"""Files for the leaders of every group: examples that others share, materials of the points."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.enums import STAFF, Role
from accounts.gates import actor, leader_only, roles_required
from core.documents import document_response
from core.uploads import picture_response
from labels.enums import ExampleKind
from labels.models import Example, TemplateMaterial
from labels.selectors.sharing import shared_files


def example_response(example: Example) -> FileResponse:
    """The file of an example: a picture to look at, a document to download. 404 when it is gone.

    Who may have it is for the view to decide, before it calls this.
    """
    try:
        if example.kind == ExampleKind.DOCUMENT:
            return document_response(example.file, example.caption)
        return picture_response(example.file)
    except FileNotFoundError as missing:
        raise Http404 from missing


@leader_only
@require_safe
def shared_example(request: HttpRequest, example_id: int) -> FileResponse:
    """The file of an example that another group shares, for who leads a group now."""
    return example_response(get_object_or_404(shared_files(actor(request)), pk=example_id))


@roles_required(Role.LEADER, *STAFF)
@require_safe
def material(request: HttpRequest, material_id: int) -> FileResponse:
    """The file of a material, as a download; leaders find those of published points."""
    files = TemplateMaterial.objects.exclude(file="")
    if not STAFF & actor(request).roles:
        files = files.filter(point__template__published_on__isnull=False)
    found = get_object_or_404(files, pk=material_id)
    try:
        return document_response(found.file, str(found.title))
    except FileNotFoundError as missing:
        raise Http404 from missing
