"""What helps with a point of a template: links and files, written in a draft, copied from then on.

A file is stored once. Versions share it, and it goes when the last material that names it goes:
only drafts lose materials, and a published version keeps its own for good.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
    with _kept(file) as name:
        material.file.name = name
        return _add(material, by)


@transaction.atomic
def _add(material: TemplateMaterial, by: User) -> TemplateMaterial:
    draft = lock_draft(template=material.point.template, by=by)
    same = _same_link(material)
    if same is not None and not material.file:
        return same  # a button that was pressed twice
    _check(material, draft)
    material.save()
    log_activity(actor=by, verb="added", obj=material)
    return material


def change_material(
    *,
    material: TemplateMaterial,
    point: TemplatePoint,
    title: Translated,
    by: User,
    url: str = "",
    file: "ContentFile[bytes] | None" = None,
) -> TemplateMaterial:
    """Give a material of a draft other words, another point of that draft, link or file.

    Without a link and a file it keeps the file it has. Other versions keep theirs: a file that they
    name too stays. Raises as `add_material`, and Refused when it is gone, or when its link stands
    at that point already.
    """
    with _kept(file) as name:
        return _change(material, point, {"title": title, "url": url, "file": name}, by)


@transaction.atomic
def _change(
    material: TemplateMaterial, point: TemplatePoint, new: dict[str, Any], by: User
) -> TemplateMaterial:
    draft = lock_draft(template=material.point.template, by=by)
    row = TemplateMaterial.objects.filter(pk=material.pk, point__template=draft).first()
    if row is None:
        raise Refused(_("Somebody removed this in the meantime."))
    before = {"point": row.point_id, "title": row.title, "url": row.url, "file": row.file.name}
    row.point = draft.points.get(pk=point.pk)
    row.title, row.url = new["title"], new["url"]
    row.file.name = new["file"] or ("" if row.url else before["file"])
    if row.url and _same_link(row):
        raise Refused(_("This link stands at that point already."))
    _check(row, draft)
    after = {"point": row.point_id, "title": row.title, "url": row.url, "file": row.file.name}
    if fields := [name for name, value in after.items() if value != before[name]]:
        row.save(update_fields=fields)
        log_activity(actor=by, verb="changed", obj=row, fields=fields)
    if "file" in fields:
        _forget_files([before["file"] or ""])
    return row


@contextmanager
def _kept(file: "ContentFile[bytes] | None") -> Iterator[str]:
    """The name of a file, stored; it goes again when what is done with it fails."""
    name = "" if file is None else store(file)
    try:
        yield name
    except BaseException:
        if name:
            default_storage.delete(name)
        raise


def _same_link(material: TemplateMaterial) -> TemplateMaterial | None:
    others = material.point.materials.exclude(pk=material.pk).exclude(url="")
    return others.filter(url=material.url).first()


def _check(material: TemplateMaterial, draft: PlanTemplate) -> None:
    """Raises Refused or ValidationError for what a draft cannot hold."""
    if material.point.materials.exclude(pk=material.pk).count() >= MATERIALS_PER_POINT:
        limit = {"limit": MATERIALS_PER_POINT}
        raise Refused(_("A point has at most %(limit)s materials.") % limit)
    if material.file and _size(draft, but=material) + material.file.size > FILES_LIMIT:
        size = {"size": FILES_LIMIT // 1024**2}
        raise Refused(
            _("All files of a template together are at most %(size)s MB. Give a link.") % size
        )
    for text in material.title.values():
        if wrong := check_text(text, TITLE_LIMIT):
            raise ValidationError({"title": wrong})
    material.full_clean()


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


def _size(template: PlanTemplate, but: TemplateMaterial) -> int:
    """How many bytes the files of a template take, without that of one material."""
    names = _files(template).exclude(pk=but.pk).values_list("file", flat=True)
    return sum(default_storage.size(name) for name in names)
