"""Writes about who reads and keeps a file: a look with a reason, and leaving one's files behind."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import last_days, people_with
from accounts.enums import STAFF, Role
from accounts.models import User
from accounts.rules import is_coordinator
from accounts.selectors import longest_coordinator, users_with_role
from core.calendar import now, today
from core.errors import Refused
from core.logs import log_access, log_activity
from core.outbox import enqueue
from core.tombstones import is_erased
from recruitment.models import Household, ReasonedLook
from recruitment.rules import can_give_a_reason, gave_a_reason
from recruitment.selectors import LEAVES_SOON, leavers, team
from recruitment.services.families import hand_over_household, held

SHORTEST_REASON = 10
LOOK_LASTS = timedelta(hours=8)


@transaction.atomic
def open_with_a_reason(*, household: Household, reason: str, by: User) -> ReasonedLook:
    """Open contacts and notes of another one's household to a coordinator, for eight hours.

    That is a working day wherever it begins: until midnight would be minutes for one and a day for
    another. Asked again while it is open, the look of before goes on. Raises Refused for anybody
    but a coordinator who neither owns nor backs it up, and for a reason of less than 10 characters.
    """
    household = held(household)
    reason = " ".join(reason.split())
    if not can_give_a_reason.test(by, household):
        raise Refused(_("Only a coordinator opens the file of somebody else."))
    if len(reason) < SHORTEST_REASON:
        raise Refused(_("Say in a few words why you need this."))
    look = household.looks.open().filter(by=by).first()
    if look is None:
        moment = now()
        look = ReasonedLook.objects.create(
            household=household, by=by, reason=reason, at=moment, until=moment + LOOK_LASTS
        )
        log_access(actor=by, verb="gave a reason", obj=household)
        log_activity(actor=by, verb="opened", obj=look)
    return look


@transaction.atomic
def hand_over_with_reason(
    *, household: Household, owner: User, by: User, backup: User | None = None, reason: str = ""
) -> Household:
    """`hand_over_household`, with the `reason` of a coordinator who takes over a file of others.

    To take it, read it and give it back would otherwise be a look without a reason. Raises Refused
    as `open_with_a_reason` and `hand_over_household` do.
    """
    takes_over = by in (owner, backup) and can_give_a_reason.test(by, household)
    if takes_over and not gave_a_reason.test(by, household):
        open_with_a_reason(household=household, reason=reason, by=by)
    return hand_over_household(household=household, owner=owner, backup=backup, by=by)


@transaction.atomic
def hand_over_files(*, leaver: User, to: Mapping[int, User], by: User) -> int:
    """Give households of one person to others; `to` has the next one by number of household.

    They follow as owner where `leaver` is the owner, as backup where `leaver` is the backup; who is
    the other of the two already stays alone. Gives how many were handed over: one that is not the
    leaver's any more is left alone. Raises Refused for anybody but the leaver and a coordinator,
    for a next one who is not in the team or is the leaver, and for a coordinator who takes the
    files of somebody who stays: that is a look, which has its page and its reason.
    """
    if by != leaver and not is_coordinator.test(by):
        raise Refused(_("Only a coordinator hands over the files of somebody else."))
    if leaver in to.values() or set(to.values()) - set(team()):
        raise Refused(_("Choose a colleague of the team."))
    if by != leaver and by in to.values() and _stays(leaver):
        raise Refused(_("This person stays. Take over a family on its own page, and say why."))
    households = Household.objects.select_for_update().filter(pk__in=to).order_by("pk")
    theirs = [h for h in households if leaver.pk in (h.owner_id, h.backup_id)]
    for household in theirs:
        _take_over(household, leaver.pk, to[household.pk], by)
    return len(theirs)


@transaction.atomic
def hand_over_left_files(*, on: date | None = None) -> int:
    """Give the files of who is not in the team any more to the longest-serving coordinator.

    A backup who left is taken off. Gives how many files changed. It reads the facts of the day
    only: run twice, or after nights without it, it leaves the same behind. Who was ended today is
    still of the team today, so that the files can be handed over by hand.
    """
    present = set(people_with(*STAFF, on=on or today()).values_list("pk", flat=True))
    heir = longest_coordinator()
    left = Household.objects.select_for_update().filter(
        ~Q(owner__in=present) | (Q(backup__isnull=False) & ~Q(backup__in=present))
    )
    changed = 0
    for household in left.exclude(is_erased(Household)).order_by("pk"):
        gone = {household.owner_id, household.backup_id} - present - {None}
        if household.backup_id in gone:
            _take_over(household, household.backup_id, None, None)
        if household.owner_id in gone and heir:
            _take_over(household, household.owner_id, heir, None)
        changed += heir is not None or household.owner_id in present
    return changed


def _stays(person: User) -> bool:
    """Whether somebody works in the team and does not leave within 30 days."""
    leaving = last_days(*STAFF, first=today(), last=today() + LEAVES_SOON)
    return person not in leaving and team().filter(pk=person.pk).exists()


def _take_over(household: Household, leaver_id: int | None, heir: User | None, by: Any) -> None:
    """Put somebody in the place of a person who leaves, unless they hold the other place."""
    others = {household.owner_id, household.backup_id} - {leaver_id}
    if household.owner_id == leaver_id and heir:
        household.owner = heir
        household.backup = None if heir.pk in others else household.backup
    else:
        household.backup = None if heir and heir.pk in others else heir
    household.save(update_fields=["owner", "backup"])
    log_activity(actor=by, verb="handed over", obj=household, fields=["owner", "backup"])


@transaction.atomic
def queue_leaving_mails(*, on: date | None = None) -> int:
    """Tell who leaves within 30 days, and the coordinators, that files need a new owner.

    Gives the number of new mails: one for each reader and last day, however often this runs.
    """
    coordinators, queued = users_with_role(Role.COORDINATOR), 0
    for leaver in leavers(on):
        for reader in {leaver.person, *coordinators}:
            row = enqueue(
                kind="files_need_owner",
                object_id=leaver.person.pk,
                step=leaver.last_day.isoformat(),
                recipient=reader.key,
                language=reader.language,
            )
            queued += row is not None
    return queued
