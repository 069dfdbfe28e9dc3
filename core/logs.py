"""Who changed what (activity) and who looked at which personal record (access).

Rows hold ids, verbs, field names and states only: no values, no reasons, no search words, no
foreign keys. Erasing a person therefore never touches a log. Triggers refuse changes to rows, and
to delete any but those that a retention date, itself a row that stays, has given free.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import Error, models, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import triggers
from core.calendar import add_months, now
from core.errors import NotLogged, Refused

# No setting: a look is asked about when something comes to light, often months later, and whoever
# reviews the logs once a year must find a whole year. The triggers hold it by the database's clock.
KEPT_MONTHS = 12
BATCH = 2000  # rows deleted in one transaction


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
        indexes = [
            models.Index(fields=["object_type", "object_id"]),
            models.Index(fields=["actor", "id"], name="activity_by_actor"),
        ]


class AccessLog(LogRow):
    """One look at one personal record, or one search among them."""

    class Meta(LogRow.Meta):
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="access_by_record"),
            models.Index(fields=["actor", "id"], name="access_by_actor"),
        ]


class Log(models.TextChoices):
    """Which of the two."""

    ACTIVITY = "activity", _("changes")
    ACCESS = "access", _("accesses")


TABLES: dict[str, type[LogRow]] = {Log.ACTIVITY: ActivityLog, Log.ACCESS: AccessLog}


class LogRetention(models.Model):
    """Rows of one log older than a day may go; the newest one counts, and without one none may."""

    log = models.CharField(_("log"), max_length=10, choices=Log.choices)
    before = models.DateField(_("older than"), help_text=_("the day begins by UTC"))
    approved_by = models.CharField(_("approved by"), max_length=40, help_text=_("key of a user"))
    at = models.DateTimeField(_("at"), default=now)

    class Meta:
        verbose_name = _("retention date of a log")
        verbose_name_plural = _("retention dates of the logs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(log__in=Log.values), name="log_retention_log_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.before}"


def _register_triggers(log: str, table: str) -> None:
    """Refuse everything but inserts, and deletes past the retention date and the shortest time."""
    triggers.refuse(table)
    message = f"{table} is append-only"
    newest = f"FROM core_logretention WHERE log = '{log}' ORDER BY id DESC LIMIT 1"
    postgresql = (
        f"OLD.at < (SELECT before::timestamp AT TIME ZONE 'UTC' {newest}) "
        f"AND OLD.at < now() - interval '{KEPT_MONTHS} months'"
    )
    # SQLite keeps moments as text in UTC
    sqlite = (
        f"OLD.at < (SELECT before {newest}) AND OLD.at < datetime('now', '-{KEPT_MONTHS} months')"
    )
    triggers.register(
        triggers.Trigger(
            f"{table}_no_delete",
            table,
            "BEFORE DELETE",
            f"BEGIN IF {postgresql} THEN RETURN OLD; END IF; RAISE EXCEPTION '{message}'; END;",
            f"SELECT RAISE(ABORT, '{message}') WHERE COALESCE({sqlite}, 0) = 0;",
        )
    )


for _log, _model in TABLES.items():
    _register_triggers(_log, _model._meta.db_table)
triggers.refuse("core_logretention")


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

    Called before the bytes leave. Raises NotLogged when it cannot be written: then nobody looks.
    """
    try:
        AccessLog.objects.create(
            actor=_who(actor),
            verb=verb,
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk) if isinstance(obj, models.Model) else "*",
        )
    except Error as error:
        raise NotLogged from error


# Retention -------------------------------------------------------------------------------------


def newest_retention(log: str) -> LogRetention | None:
    """The date that counts for a log ("activity", "access"); None while every row has to stay."""
    return LogRetention.objects.filter(log=log).order_by("-id").first()


@transaction.atomic
def allow_log_deletion(*, log: str, before: date, by: Any) -> LogRetention:
    """Let rows of a log from before a day go; this date replaces the one before it.

    Raises Refused for rows that have not been kept for the shortest time (KEPT_MONTHS).
    """
    if before > add_months(now().astimezone(UTC).date(), -KEPT_MONTHS):
        text = _now("The logs are kept for at least %(months)s months.")
        raise Refused(text % {"months": KEPT_MONTHS})
    retention = LogRetention.objects.create(log=log, before=before, approved_by=_who(by))
    log_activity(actor=by, verb="approved", obj=retention, fields=["before"], state=log)
    return retention


def old_log_rows(log: str, before: date) -> models.QuerySet[Any]:
    """The rows of a log from before a day (which begins by UTC), oldest first."""
    moment = datetime.combine(before, time(), UTC)
    return TABLES[log]._default_manager.filter(at__lt=moment).order_by("pk")


def delete_old_log_rows(*, log: str, by: Any = None) -> int:
    """Delete what the newest retention date of a log gives free; how many rows went.

    In batches, each a transaction of its own: stopped half-way it has done a part, and another run
    does the rest. The database refuses whatever is younger. Logged when anything went.
    """
    retention = newest_retention(log)
    if retention is None:
        return 0
    rows, deleted = old_log_rows(log, retention.before), 0
    while numbers := list(rows.values_list("pk", flat=True)[:BATCH]):
        deleted += TABLES[log]._default_manager.filter(pk__in=numbers).delete()[0]
    if deleted:
        log_activity(actor=by, verb="deleted", obj=retention, state=str(deleted))
    return deleted
