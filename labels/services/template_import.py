"""Taking over a template of another city: look first, then all of it becomes a draft or nothing."""

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.models import User
from core.jobs import Job, finish, start
from core.logs import log_activity
from labels.models import PlanTemplate, TemplateMaterial, TemplatePoint
from labels.services.materials import store
from labels.services.templates import check_coordinator, next_draft
from labels.template_file import TemplateRead, read_template

KIND = "labels.template"


def keep_file(*, data: bytes, file_name: str, by: User) -> Job:
    """Keep a file that can be taken over until its owner has looked at it, a day at most.

    Raises ValidationError with everything that is wrong with it; Refused for who is no coordinator.
    """
    check_coordinator(by=by)
    read_template(data)
    return start(kind=KIND, owner=by.key, file_name=file_name, data=data)


def import_kept(*, job: Job, by: User) -> PlanTemplate:
    """Make the draft of a file that was kept. Refused while there is a draft already."""
    read = read_template(job.data)
    stored: list[str] = []
    try:
        return _import(job, read, stored, by)
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


@transaction.atomic
def _import(job: Job, read: TemplateRead, stored: list[str], by: User) -> PlanTemplate:
    draft = next_draft(name=read.name, by=by)
    for point in read.points:
        made = TemplatePoint(template=draft, number=point.number, **point.texts)
        made.full_clean()
        made.save()
        for material in point.materials:
            row = TemplateMaterial(point=made, title=material.title, url=material.url)
            if material.file is not None:
                stored.append(store(material.file))
                row.file.name = stored[-1]
            row.full_clean()
            row.save()
    finish(job, {"template": draft.pk})
    log_activity(actor=by, verb="imported", obj=draft)
    return draft
