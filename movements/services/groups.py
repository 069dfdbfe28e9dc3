"""Writes about federations and movements."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core.calendar import today
from core.logs import log_activity
from movements.models import PATTERNS, Federation, Movement
from movements.services.checks import check_life, checked, set_fields

FEDERATION_FIELDS = ("name", "group_word", "main_leader_word", *PATTERNS)
MOVEMENT_FIELDS = (
    "federation",
    "code",
    "name",
    "postcode",
    "municipality",
    "place",
    "vcode",
    "capacity",
    "waiting",
    "waiting_on",
    "mailbox",
    "language",
    "started_on",
    "stopped_on",
)
# what the leaders of a movement keep up to date themselves
GROUP_FIELDS = ("mailbox", "place", "capacity", "waiting")


@transaction.atomic
def create_federation(*, by: User | None, **fields: Any) -> Federation:
    """Add a federation. Raises Refused when its name is taken or a pattern is none."""
    federation = Federation()
    set_fields(federation, FEDERATION_FIELDS, fields)
    checked(federation)
    federation.save()
    log_activity(actor=by, verb="added", obj=federation)
    return federation


@transaction.atomic
def change_federation(*, federation: Federation, by: User | None, **fields: Any) -> Federation:
    """Change a federation's name, words or patterns. Raises Refused as `create_federation`."""
    federation = Federation.objects.select_for_update().get(pk=federation.pk)
    if changed := set_fields(federation, FEDERATION_FIELDS, fields):
        checked(federation)
        federation.save(update_fields=changed)
        log_activity(actor=by, verb="changed", obj=federation, fields=changed)
    return federation


@transaction.atomic
def create_movement(
    *,
    federation: Federation,
    name: str,
    by: User | None,
    code: str = "",
    postcode: str = "",
    municipality: str = "",
    mailbox: str = "",
    language: str = "nl",
    **more: Any,
) -> Movement:
    """Add a movement; `more` are its days, place, capacity, waiting list, vCode.

    Raises Refused when the number is taken or does not fit the federation's pattern.
    """
    lock_federations(federation.pk)
    movement = Movement(
        federation=federation,
        name=name,
        code=code,
        postcode=postcode,
        municipality=municipality,
        mailbox=mailbox,
        language=language,
    )
    set_fields(movement, MOVEMENT_FIELDS, more)
    checked(movement)
    movement.save()
    log_activity(actor=by, verb="added", obj=movement)
    return movement


@transaction.atomic
def change_movement(*, movement: Movement, by: User | None, **fields: Any) -> Movement:
    """Change what is known of a movement, or correct it.

    Raises Refused as `create_movement` does, and for days that contradict a merger or a split.
    """
    lock_federations(movement.federation_id, getattr(fields.get("federation"), "pk", None))
    movement = Movement.objects.select_for_update().get(pk=movement.pk)
    if changed := set_fields(movement, MOVEMENT_FIELDS, fields):
        checked(movement)
        if {"started_on", "stopped_on"} & set(changed):
            check_life(movement)
        movement.save(update_fields=[*changed, "name", "code", "place"])
        log_activity(actor=by, verb="changed", obj=movement, fields=changed)
    return movement


@transaction.atomic
def keep_up_group(*, movement: Movement, by: User, **fields: Any) -> Movement:
    """Write what leaders keep up to date (the fields of GROUP_FIELDS).

    A waiting list is of the day on which it was said. Raises Refused as `change_movement` does.
    """
    if unknown := set(fields) - set(GROUP_FIELDS):
        raise TypeError(f"{sorted(unknown)} of a movement is not for its leaders")
    if "waiting" in fields:
        fields["waiting_on"] = None if fields["waiting"] is None else today()
    return change_movement(movement=movement, by=by, **fields)


def lock_federations(*ids: int | None) -> None:
    """Let nobody else add or renumber movements of these federations until this is committed.

    Without ids: of all of them. Always in one order, so that two writers cannot wait in a circle.
    """
    federations = Federation.objects.select_for_update().order_by("pk")
    wanted = [pk for pk in ids if pk is not None]
    list((federations.filter(pk__in=wanted) if wanted else federations).values_list("pk"))
