"""Versions of the ten points. A published one never changes (the database refuses it too)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from core.translated import Translated
from labels.models import POINTS, PlanTemplate, TemplateMaterial, TemplatePoint
from labels.rules import COORDINATOR
from labels.template_file import TITLE_LIMIT, check_text, check_texts

WORDS = ("title", "description", "guidance", "examples")


@transaction.atomic
def new_version(*, template: PlanTemplate, by: User) -> PlanTemplate:
    """A draft with the same words and materials, and the next number; files are shared.

    Refused while there is a draft already.
    """
    draft = next_draft(name=template.name, by=by)
    for point in template.points.prefetch_related("materials"):
        words = {field: getattr(point, field) for field in WORDS}
        copy = TemplatePoint.objects.create(template=draft, number=point.number, **words)
        TemplateMaterial.objects.bulk_create(
            TemplateMaterial(point=copy, title=row.title, url=row.url, file=row.file.name)
            for row in point.materials.all()
        )
    log_activity(actor=by, verb="added", obj=draft)
    return draft


@transaction.atomic
def rename_template(*, template: PlanTemplate, name: Translated, by: User) -> PlanTemplate:
    """Give a draft another name. Refused once it is published."""
    draft = lock_draft(template=template, by=by)
    if wrong := next(filter(None, (check_text(text, TITLE_LIMIT) for text in name.values())), ""):
        raise ValidationError({"name": wrong})
    draft.name = name
    draft.full_clean()
    draft.save(update_fields=["name"])
    log_activity(actor=by, verb="changed", obj=draft, fields=["name"])
    return draft


@transaction.atomic
def write_points(*, template: PlanTemplate, points: Iterable[TemplatePoint], by: User) -> None:
    """Write the words of points of a draft. Refused once it is published.

    Raises ValidationError for a text that the file of a template could not hold.
    """
    draft = lock_draft(template=template, by=by)
    for point in points:
        point.template = draft
        if wrong := check_texts({field: getattr(point, field) for field in WORDS}):
            raise ValidationError([f"{point.number}. {each}" for each in wrong])
        point.full_clean()
        point.save(update_fields=WORDS)
        log_activity(actor=by, verb="changed", obj=point, fields=WORDS)


@transaction.atomic
def publish_template(*, template: PlanTemplate, by: User) -> PlanTemplate:
    """Let plans that open from now on begin with this version. It can never change afterwards."""
    draft = lock_draft(template=template, by=by)
    if draft.points.count() != POINTS:
        raise Refused(_("A template has ten points."))
    draft.published_on = today()
    draft.save(update_fields=["published_on"])
    log_activity(actor=by, verb="published", obj=draft)
    return draft


def next_draft(*, name: Translated, by: User) -> PlanTemplate:
    """An empty draft with the next number, inside a transaction. Refused while there is one."""
    check_coordinator(by=by)
    wait_for_others()
    versions = list(PlanTemplate.objects.order_by("version"))
    if any(version.published_on is None for version in versions):
        raise Refused(_("There is a draft already. Publish it or throw it away first."))
    newest = versions[-1].version if versions else 0
    return PlanTemplate.objects.create(version=newest + 1, name=name)


def wait_for_others() -> None:
    """Inside a transaction: who comes second waits here until the first one is done."""
    list(PlanTemplate.objects.select_for_update().order_by("id"))


def lock_draft(*, template: PlanTemplate, by: User) -> PlanTemplate:
    """The draft, locked, for a coordinator. Refused for anybody else and once it is published."""
    check_coordinator(by=by)
    locked = PlanTemplate.objects.select_for_update().get(pk=template.pk)
    if locked.published_on is not None:
        raise Refused(_("A published template never changes. Make a new version of it."))
    return locked


def check_coordinator(*, by: User) -> None:
    """Refused for anybody who is no coordinator."""
    if not is_coordinator(by):
        raise Refused(COORDINATOR.otherwise)
