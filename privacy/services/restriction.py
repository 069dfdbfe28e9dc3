"""Setting a record aside while somebody disputes it (GDPR, article 18), and taking it up again."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import now
from core.errors import Refused
from core.logs import log_activity
from core.restriction import Restriction
from core.subjects import Kind


def rows_of(kind: Kind, person: Any) -> list[Any]:
    """The record itself, and others of its kind that are the same person; locked, by number."""
    numbers = {person.pk}
    for part in kind.parts:
        if part.model == kind.model:
            numbers |= set(part.rows(person).values_list("pk", flat=True))
    held = kind.table._base_manager.filter(pk__in=numbers).select_for_update()
    return list(held.order_by("pk"))


def _set_aside(rows: list[Any]) -> dict[int, Restriction]:
    label = rows[0]._meta.label_lower
    open_ones = Restriction.objects.filter(model=label, lifted_at__isnull=True)
    return {one.object_id: one for one in open_ones.filter(object_id__in=[r.pk for r in rows])}


@transaction.atomic
def restrict(*, kind: Kind, person: Any, by: User) -> list[Restriction]:
    """Keep somebody's record and do not use it: no list, no search, no mail; figures stay.

    Raises Refused for a kind that cannot be set aside, an erased record, and one that is already.
    """
    if not kind.can_be_restricted:
        raise Refused(_("An account cannot be set aside. Close it instead."))
    rows = [row for row in rows_of(kind, person) if not row.is_erased]
    if not rows:
        raise Refused(_("This record was erased."))
    missing = [row for row in rows if row.pk not in _set_aside(rows)]
    if not missing:
        raise Refused(_("This record is set aside already."))
    for row in missing:
        log_activity(actor=by, verb="set aside", obj=row)
    made = (Restriction(model=kind.model, object_id=row.pk) for row in missing)
    return Restriction.objects.bulk_create(made)


@transaction.atomic
def lift(*, kind: Kind, person: Any, by: User) -> list[Restriction]:
    """Use a record again; the person is told first. Raises Refused when it is not set aside."""
    rows = rows_of(kind, person)
    lifted = list(_set_aside(rows).values())
    if not lifted:
        raise Refused(_("This record is not set aside."))
    for one in lifted:
        one.lifted_at = now()
        one.save(update_fields=["lifted_at"])
    for row in rows:
        if row.pk in {one.object_id for one in lifted}:
            log_activity(actor=by, verb="took up again", obj=row)
    return lifted
