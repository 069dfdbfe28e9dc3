"""What helps with a point of a template: links and files, written in a draft, copied from then on.

A file is stored once. Versions share it, and it goes when the last material that names it goes:
only drafts lose materials, and a published version keeps its own for good.
"""

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Refused
from core.logs import log_activity
from core.translated import Translated
from labels.models import PlanTemplate, TemplateMaterial, TemplatePoint
from labels.services.templates import lock_draft
from labels.template_file import FILES_LIMIT, MATERIALS_PER_POINT, TITLE_LIMIT, check_text


def add_material(
    *,
    point: TemplatePoint,
    title: Translated,
    by: User,
    url: str = "",
    file: "ContentFile[bytes] | None" = None,
) -> TemplateMaterial:
    """Put a link (http or https; the same one once) or a cleaned file at a point of a draft.

    Raises ValidationError for what cannot be kept; Refused when the template is published, when the
    point has ten of them, or when all files together take more than one export can hold.
    """
    material = TemplateMaterial(point=point, title=title, url=url)
    if file is not None:
        material.file.name = store(file)
    try:
        return _add(material, by)
    except BaseException:
        if material.file:
            default_storage.delete(str(material.file.name))
        raise


@transaction.atomic
def _add(material: TemplateMaterial, by: User) -> TemplateMaterial:
    draft = lock_draft(template=material.point.template, by=by)
    same = material.point.materials.exclude(url="").filter(url=material.url).first()
    if same is not None and not material.file:
        return same  # a button that was pressed twice
    if material.point.materials.count() >= MATERIALS_PER_POINT:
        limit = {"limit": MATERIALS_PER_POINT}
        raise Refused(_("A point has at most %(limit)s materials.") % limit)
    if material.file and _size(draft) + material.file.size > FILES_LIMIT:
        size = {"size": FILES_LIMIT // 1024**2}
        raise Refused(
            _("All files of a template together are at most %(size)s MB. Give a link.") % size
        )
    for text in material.title.values():
        if wrong := check_text(text, TITLE_LIMIT):
            raise ValidationError({"title": wrong})
    material.full_clean()
    material.save()
    log_activity(actor=by, verb="added", obj=material)
    return material


@transaction.atomic
def remove_material(*, material: TemplateMaterial, by: User) -> None:
    """Take a material out of a draft; twice is once. Refused once the template is published."""
    lock_draft(template=material.point.template, by=by)
    if TemplateMaterial.objects.filter(pk=material.pk).delete()[0]:
        log_activity(actor=by, verb="removed", obj=material)
        _forget_files([material.file.name or ""])


@transaction.atomic
def discard_draft(*, template: PlanTemplate, by: User) -> None:
    """Throw a draft away with its points and materials. Refused once it is published."""
    draft = lock_draft(template=template, by=by)
    names = list(_files(draft).values_list("file", flat=True))
    log_activity(actor=by, verb="deleted", obj=draft)
    draft.delete()
    _forget_files(names)


def store(file: "ContentFile[bytes]") -> str:
    """Keep a file under a name that tells nothing; gives that name."""
    return default_storage.save(f"materials/{file.name}", file)


def _forget_files(names: list[str]) -> None:
    """Delete those of these files that no material names any more, once that is certain."""

    def delete() -> None:
        for name in filter(None, names):
            if not TemplateMaterial.objects.filter(file=name).exists():
                default_storage.delete(name)

    transaction.on_commit(delete, robust=True)


def _files(template: PlanTemplate) -> models.QuerySet[TemplateMaterial]:
    return TemplateMaterial.objects.filter(point__template=template).exclude(file="")


def _size(template: PlanTemplate) -> int:
    """How many bytes the files of a template take."""
    names = _files(template).values_list("file", flat=True)
    return sum(default_storage.size(name) for name in names)
