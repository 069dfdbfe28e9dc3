"""Who changed what (activity) and who looked at which personal record (access).

Rows hold ids, verbs, field names and states only: no values, no reasons, no search words, no
foreign keys. Erasing a person therefore never touches a log. Triggers refuse changes to rows.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import triggers


class LogRow(models.Model):
    """What both logs have in common."""

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    actor = models.CharField(_("actor"), max_length=40, help_text=_("key of a user, or system"))
    verb = models.CharField(_("verb"), max_length=40)
    object_type = models.CharField(_("kind of record"), max_length=60)
    object_id = models.CharField(_("record number"), max_length=40)

    class Meta:
        abstract = True
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.object_type} {self.object_id}"


class ActivityLog(LogRow):
    """One change of one record."""

    fields = models.JSONField(_("fields"), default=list)
    state = models.CharField(_("state"), max_length=40, blank=True)

    class Meta(LogRow.Meta):
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["object_type", "object_id"])]


class AccessLog(LogRow):
    """One look at one personal record, or one search among them."""

    class Meta(LogRow.Meta):
        verbose_name = _("access")
        verbose_name_plural = _("accesses")


triggers.refuse("core_activitylog")
triggers.refuse("core_accesslog")


def _who(actor: Any) -> str:
    return str(actor.key) if actor is not None else "system"


def log_activity(
    *, actor: Any, verb: str, obj: models.Model, fields: Iterable[str] = (), state: str = ""
) -> None:
    """Write that `actor` (a user, or None for the system) did `verb` to `obj`.

    `fields` are names of changed fields, never values; `state` is the new state, if any.
    """
    ActivityLog.objects.create(
        actor=_who(actor),
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        fields=sorted(fields),
        state=state,
    )


def log_many(*, actor: Any, verb: str, objs: Iterable[models.Model]) -> None:
    """`log_activity` for many new records in one statement."""
    rows = [
        ActivityLog(
            actor=_who(actor), verb=verb, object_type=o._meta.label_lower, object_id=str(o.pk)
        )
        for o in objs
    ]
    ActivityLog.objects.bulk_create(rows, batch_size=500)


def log_access(*, actor: Any, verb: str, obj: models.Model | type[models.Model]) -> None:
    """Write that `actor` looked at `obj` (or searched among records of a class).

    Called before the bytes leave; when this fails, the page fails.
    """
    AccessLog.objects.create(
        actor=_who(actor),
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk) if isinstance(obj, models.Model) else "*",
    )
