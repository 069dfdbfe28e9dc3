"""Every write about families and the paths of their children."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.erasing import refuse_erased
from core.errors import Refused, Stale
from core.logs import log_activity
from movements.models import Movement
from recruitment.enums import ON_THE_WAY, TRANSITIONS, Confirmation, GuidanceRole, Stage, StopReason
from recruitment.models import (
    Child,
    Guidance,
    GuidanceStep,
    Household,
    NameToken,
)
from recruitment.names import tokens, words
from recruitment.services.mergers import receives

DETAILS = ("family_name", "guardian_name", "phone", "address", "language", "notes")
OLDEST = 1990


def _past(day: date | None) -> date:
    day = day or today()
    if day > today():
        raise Refused(_("This day is still to come."))
    return day


def _name(text: str) -> str:
    if not words(text):
        raise Refused(_("Give a name."))
    return text.strip()


# Households ------------------------------------------------------------------------------------


@transaction.atomic
def open_household(
    *,
    family_name: str,
    by: User,
    guardian_name: str = "",
    phone: str = "",
    address: str = "",
    language: str = "",
    notes: str = "",
    backup: User | None = None,
    owner: User | None = None,
    on: date | None = None,
) -> Household:
    """Start the file of a family; who writes it owns it, unless `owner` says otherwise.

    Raises Refused for an empty name, a day to come, or a backup who is the owner.
    """
    household = Household(
        family_name=_name(family_name),
        guardian_name=guardian_name,
        phone=phone,
        address=address,
        language=language,
        notes=notes,
        owner=owner or by,
        backup=backup,
        opened_on=_past(on),
    )
    _two_persons(household)
    household.save()
    index_names(household=household)
    log_activity(actor=by, verb="added", obj=household)
    return household


def held(household: Household) -> Household:
    """The household as it is now, locked. Raises Refused when it was erased."""
    household = Household.objects.select_for_update().get(pk=household.pk)
    refuse_erased(household)
    return household


def _two_persons(household: Household) -> None:
    if household.backup_id == household.owner_id:
        raise Refused(_("The backup is somebody else than the owner."))


@transaction.atomic
def change_household(*, household: Household, by: User, version: int, **details: str) -> Household:
    """Change names, contacts or notes (the fields of DETAILS). Raises Stale on another version."""
    household = held(household)
    if household.version != version:
        raise Stale(_("Somebody changed this in the meantime."))
    changed = [
        field
        for field in DETAILS
        if details.get(field, getattr(household, field)) != getattr(household, field)
    ]
    for field in changed:
        setattr(household, field, details[field])
    household.family_name = _name(household.family_name)
    household.version += 1
    household.save()
    index_names(household=household)
    log_activity(actor=by, verb="changed", obj=household, fields=changed)
    return household


@transaction.atomic
def hand_over_household(
    *, household: Household, owner: User, by: User, backup: User | None = None
) -> Household:
    """Give a household another owner or backup. Raises Refused when these are one person."""
    household = held(household)
    household.owner, household.backup = owner, backup
    _two_persons(household)
    household.save(update_fields=["owner", "backup"])
    log_activity(actor=by, verb="handed over", obj=household, fields=["owner", "backup"])
    return household


@transaction.atomic
def index_names(*, household: Household, child: Child | None = None) -> None:
    """Make a child findable by its first name, or a household by the names of family and parent.

    Whatever changes a name calls it in the same transaction. An emptied name is not found any more.
    """
    names = [child.first_name] if child else [household.family_name, household.guardian_name]
    wanted = tokens(*names)
    there = NameToken.objects.filter(household=household, child=child)
    there.exclude(token__in=wanted).delete()
    missing = sorted(wanted.difference(there.values_list("token", flat=True)))
    NameToken.objects.bulk_create(
        NameToken(household=household, child=child, token=token) for token in missing
    )


@transaction.atomic
def replace_tokens(*, wanted: dict[int, dict[int | None, set[str]]]) -> None:
    """Write all fingerprints of households anew: by household, by child (None: family, parent).

    Of households that the caller has locked.
    """
    NameToken.objects.filter(household__in=wanted).delete()
    NameToken.objects.bulk_create(
        NameToken(household_id=household, child_id=child, token=token)
        for household, names in wanted.items()
        for child, tokens_of_name in names.items()
        for token in sorted(tokens_of_name)
    )


# Children and their paths ----------------------------------------------------------------------


@transaction.atomic
def add_child(*, household: Household, first_name: str, birth_year: int, by: User) -> Child:
    """Add a child to its household. Raises Refused for an empty name or an impossible year."""
    household = held(household)
    child = Child.objects.create(
        household=household,
        first_name=_name(first_name),
        birth_year=_birth_year(birth_year),
    )
    index_names(household=household, child=child)
    log_activity(actor=by, verb="added", obj=child)
    return child


def _birth_year(year: int) -> int:
    if not OLDEST <= year <= today().year:
        raise Refused(_("Give a year such as 2014."))
    return year


@transaction.atomic
def change_child(*, child: Child, first_name: str, birth_year: int, by: User) -> Child:
    """Correct a child's first name or birth year. Raises Refused as `add_child`, or once erased."""
    household = held(child.household)
    child = Child.objects.select_for_update().get(pk=child.pk)
    refuse_erased(child)
    new = {"first_name": _name(first_name), "birth_year": _birth_year(birth_year)}
    changed = [field for field, value in new.items() if getattr(child, field) != value]
    for field in changed:
        setattr(child, field, new[field])
    if changed:
        child.save(update_fields=changed)
        index_names(household=household, child=child)
        log_activity(actor=by, verb="changed", obj=child, fields=changed)
    return child


@transaction.atomic
def open_guidance(
    *,
    child: Child,
    by: User,
    movement: Movement | None = None,
    role: GuidanceRole | str = GuidanceRole.PARTICIPANT,
    on: date | None = None,
) -> Guidance:
    """Start a child's path with the stage "contacted" on a day (today when not said).

    Raises Refused for a movement that went into another one.
    """
    day = _past(on)
    movement = movement and receives(movement)
    refuse_erased(Child.objects.select_for_update().get(pk=child.pk))
    guidance = Guidance.objects.create(child=child, movement=movement, role=role, opened_on=day)
    GuidanceStep.objects.create(guidance=guidance, stage=guidance.stage, on=day, by=by)
    log_activity(actor=by, verb="opened", obj=guidance, state=guidance.stage)
    return guidance


@transaction.atomic
def record_stage(
    *,
    guidance: Guidance,
    stage: Stage | str,
    by: User,
    on: date | None = None,
    confirmation: Confirmation | str = "",
    movement: Movement | None = None,
    reason: StopReason | str = "",
) -> GuidanceStep:
    """Write the next dated step of a path; the stage of the guidance is that of its last step.

    A member needs a movement (`movement`, or the one the guidance has) and a `confirmation`
    (domain: "Becoming a member"). A stop has a `reason`, "unknown" when none is given.
    Raises Refused when the step is not possible from here, lacks one of these, lies in the future
    or before the last step, and for a movement that went into another one.
    """
    movement = movement and receives(movement)
    # the child first, as who erases it does: a step is what it may be kept for
    refuse_erased(Child.objects.select_for_update().get(pk=guidance.child_id))
    guidance = Guidance.objects.select_for_update().get(pk=guidance.pk)
    stage, day = Stage(stage), _past(on)
    _check_step(guidance, stage, day)
    if movement is not None:
        guidance.movement = movement
    if stage == Stage.MEMBER:
        _check_member(guidance, confirmation)
    guidance.stage = stage
    guidance.save(update_fields=["stage", "movement"])
    step = GuidanceStep.objects.create(
        guidance=guidance,
        stage=stage,
        on=day,
        by=by,
        confirmation=confirmation if stage == Stage.MEMBER else "",
        reason=(reason or StopReason.UNKNOWN) if stage == Stage.STOPPED else "",
    )
    log_activity(actor=by, verb="recorded", obj=guidance, state=stage)
    return step


def _check_step(guidance: Guidance, stage: Stage, day: date) -> None:
    if stage not in TRANSITIONS[Stage(guidance.stage)]:
        raise Refused(
            _("From “%(now)s” this path cannot go to “%(then)s”.")
            % {"now": guidance.get_stage_display(), "then": stage.label}
        )
    last = guidance.steps.latest("on", "id")
    if day < last.on:
        raise Refused(
            _("The last step was on %(day)s. Give that day or a later one.")
            % {"day": date_format(last.on, "j F Y")}
        )


def _check_member(guidance: Guidance, confirmation: str) -> None:
    if guidance.movement_id is None:
        raise Refused(_("Say which movement the child became a member of."))
    if not confirmation:
        raise Refused(_("Say how we know that the child became a member."))


@transaction.atomic
def take_back_step(*, guidance: Guidance, by: User) -> Guidance:
    """Remove the last step of a path, recorded by mistake. Raises Refused for the only one."""
    guidance = Guidance.objects.select_for_update().get(pk=guidance.pk)
    last, *earlier = guidance.steps.order_by("-on", "-id")[:2]
    if not earlier:
        raise Refused(_("This is the first step of the path; there is nothing before it."))
    last.delete()
    guidance.stage = earlier[0].stage
    guidance.save(update_fields=["stage"])
    log_activity(actor=by, verb="took back", obj=guidance, state=guidance.stage)
    return guidance


# In one go -------------------------------------------------------------------------------------


@transaction.atomic
def take_in(
    *,
    first_name: str,
    birth_year: int,
    by: User,
    household: Household | None = None,
    on: date | None = None,
    movement: Movement | None = None,
    role: GuidanceRole | str = GuidanceRole.PARTICIPANT,
    **details: Any,
) -> Guidance:
    """Start the path of a child, in a known household or in a new one with these `details`.

    A child of that household with the same first name and birth year is the same child.
    """
    household = household or open_household(by=by, on=on, **details)
    child = _same_child(household, first_name, birth_year) or add_child(
        household=household, first_name=first_name, birth_year=birth_year, by=by
    )
    return open_guidance(child=child, movement=movement, role=role, by=by, on=on)


@transaction.atomic
def record_member(
    *,
    first_name: str,
    birth_year: int,
    movement: Movement,
    confirmation: Confirmation | str,
    by: User,
    family_name: str = "",
    household: Household | None = None,
    on: date | None = None,
    role: GuidanceRole | str = GuidanceRole.PARTICIPANT,
) -> Guidance:
    """Record that a child became a member: the family, the child and its path in one go.

    With a `household` the family name is not asked, and a child that is known there is taken up
    again where its path was. Raises Refused as `record_stage` does, also for who is a member.
    """
    child = household and _same_child(household, first_name, birth_year)
    guidance = (child and _path_of(child)) or take_in(
        family_name=family_name,
        first_name=first_name,
        birth_year=birth_year,
        household=household,
        movement=movement,
        role=role,
        by=by,
        on=on,
    )
    record_stage(
        guidance=guidance,
        stage=Stage.MEMBER,
        movement=movement,
        confirmation=confirmation,
        by=by,
        on=on,
    )
    guidance.refresh_from_db()
    return guidance


def _same_child(household: Household, first_name: str, birth_year: int) -> Child | None:
    of_that_year = household.children.filter(birth_year=birth_year)
    same = (child for child in of_that_year if words(child.first_name) == words(first_name))
    child = next(same, None)
    if child and not Child.objects.in_use().filter(pk=child.pk).exists():
        raise Refused(_("The privacy officer set this child aside. Ask before you go on."))
    return child


def _path_of(child: Child) -> Guidance | None:
    """The path to take up: one under way, else the newest."""
    paths = child.guidances.all()
    return paths.filter(stage__in=ON_THE_WAY).first() or paths.first()
