"""Which reasons of a decision become public: the movement says it, and takes it back any time."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_staff_member
from core.calendar import now
from core.errors import Refused, Stale
from core.logs import log_activity
from labels.models import Label, PublicChoice, PublishedReason
from labels.rules import STAFF
from labels.selectors.publication import choice_seen, public_numbers, reasons_of
from movements.models import Movement
from movements.rules import runs_team


@transaction.atomic
def publish_reasons(
    *, label: Label, by: User, numbers: Collection[int], seen: str | None = None
) -> list[PublishedReason]:
    """Let everybody read exactly these reasons of a label; none is a choice too, and is kept.

    `numbers` are those of `labels.selectors.publication.Reason`, `seen` is what `choice_seen` said
    when `by` looked. The same choice twice is one. Raises Stale when somebody chose otherwise
    since, Refused for a number without a reason and for whoever is no main leader or adult
    supervisor of the movement today.
    """
    movement = _lock(label)
    if not runs_team(by, movement):
        raise Refused(_("The main leader or the adult supervisor of this group decides this."))
    texts = {reason.number: reason.text for reason in reasons_of(label)}
    if not set(numbers) <= set(texts):
        raise Refused(_("There is no such reason."))
    public, now_seen = set(public_numbers(label)), choice_seen(label)
    if now_seen and set(numbers) == public:
        return []
    if seen not in (None, now_seen):
        raise Stale(_("Somebody changed this in the meantime. Look again, and save."))
    _note_choice(label, by)
    for number in sorted(public - set(numbers)):
        _take_back(label, number, by)
    return [_publish(label, number, texts[number], by) for number in sorted(set(numbers) - public)]


def _note_choice(label: Label, by: User) -> None:
    values = {"chosen_by": by, "chosen_at": now()}
    choice, _is_new = PublicChoice.objects.update_or_create(label=label, defaults=values)
    log_activity(actor=by, verb="chose", obj=choice)


def _publish(label: Label, number: int, text: str, by: User) -> PublishedReason:
    row = PublishedReason.objects.create(label=label, number=number, text=text, approved_by=by)
    log_activity(actor=by, verb="published", obj=row)
    return row


@transaction.atomic
def take_reason_back(*, label: Label, number: int, by: User) -> None:
    """Take a public reason away, for the youth service; twice is once. Raises Refused."""
    _lock(label)
    if not is_staff_member(by):
        raise Refused(STAFF.otherwise)
    _take_back(label, number, by)


def _take_back(label: Label, number: int, by: User) -> None:
    for row in PublishedReason.objects.filter(label=label, number=number):
        log_activity(actor=by, verb="took back", obj=row)
        row.delete()


def _lock(label: Label) -> Movement:
    return Movement.objects.select_for_update(no_key=True).get(pk=label.movement_id)
