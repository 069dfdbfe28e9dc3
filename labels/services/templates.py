"""Versions of the ten points. A published one never changes (the database refuses it too)."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_coordinator
from core.calendar import today
from core.errors import Refused
from core.logs import log_activity
from core.translated import Translated
from labels.models import POINTS, PlanTemplate, TemplatePoint
from labels.rules import COORDINATOR

WORDS = ("title", "description", "guidance")


@transaction.atomic
def new_version(*, template: PlanTemplate, by: User) -> PlanTemplate:
    """A draft with the same words and the next number. Refused while there is a draft already."""
    _check_coordinator(by)
    if PlanTemplate.objects.select_for_update().filter(published_on__isnull=True).exists():
        raise Refused(_("There is a draft already. Publish that one first."))
    newest = PlanTemplate.objects.aggregate(newest=Max("version"))["newest"]
    draft = PlanTemplate.objects.create(version=newest + 1, name=template.name)
    TemplatePoint.objects.bulk_create(
        TemplatePoint(
            template=draft, number=point.number, **{field: getattr(point, field) for field in WORDS}
        )
        for point in template.points.all()
    )
    log_activity(actor=by, verb="added", obj=draft)
    return draft


@transaction.atomic
def rename_template(*, template: PlanTemplate, name: Translated, by: User) -> PlanTemplate:
    """Give a draft another name. Refused once it is published."""
    draft = _lock_draft(template, by)
    draft.name = name
    draft.full_clean()
    draft.save(update_fields=["name"])
    log_activity(actor=by, verb="changed", obj=draft, fields=["name"])
    return draft


@transaction.atomic
def write_points(*, template: PlanTemplate, points: Iterable[TemplatePoint], by: User) -> None:
    """Write the words of points of a draft. Refused once it is published."""
    draft = _lock_draft(template, by)
    for point in points:
        point.template = draft
        point.full_clean()
        point.save(update_fields=WORDS)
        log_activity(actor=by, verb="changed", obj=point, fields=WORDS)


@transaction.atomic
def publish_template(*, template: PlanTemplate, by: User) -> PlanTemplate:
    """Let plans that open from now on begin with this version. It can never change afterwards."""
    draft = _lock_draft(template, by)
    if draft.points.count() != POINTS:
        raise Refused(_("A template has ten points."))
    draft.published_on = today()
    draft.save(update_fields=["published_on"])
    log_activity(actor=by, verb="published", obj=draft)
    return draft


def _lock_draft(template: PlanTemplate, by: User) -> PlanTemplate:
    _check_coordinator(by)
    locked = PlanTemplate.objects.select_for_update().get(pk=template.pk)
    if locked.published_on is not None:
        raise Refused(_("A published template never changes. Make a new version of it."))
    return locked


def _check_coordinator(by: User) -> None:
    if not is_coordinator(by):
        raise Refused(COORDINATOR.otherwise)
