"""Why each reminder was sent or not: what the page that explains shows."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core.calendar import today
from core.messages import kinds
from core.outbox import OutboxMessage, OutboxState
from handovers.calls import Call
from handovers.enums import Outcome, Rung, Step, Why
from handovers.models import Reminder
from handovers.rules import Facts, Plan, asked, due_calls, is_open, plan
from handovers.selectors.ladder import facts_of
from handovers.words import Words, words_for_team
from movements.models import Mandate, Movement

LADDER = "handovers.emails"


@dataclass(frozen=True)
class Line:
    """One decision in words."""

    step: str
    to: str
    rung: str
    due_on: date
    decided_on: date
    what: str
    why: str


@dataclass(frozen=True)
class Present:
    """How one kind of question stands today, and the message to pass on while it is open."""

    step: str
    text: str
    message: Words | None


@dataclass(frozen=True)
class Explanation:
    """All about the reminders of one movement."""

    runs: bool
    present: list[Present] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def explanation(movement: Movement) -> Explanation:
    """What was decided about the reminders of a movement, and how its questions stand today."""
    facts = next(iter(facts_of([movement.pk])), None)
    lines = _lines(movement)
    if facts is None:
        return Explanation(runs=False, lines=lines)
    made = plan(facts)
    present = [_present(facts, calls[-1], made, movement) for calls in due_calls(facts)]
    return Explanation(runs=True, present=present, lines=lines)


# Today -----------------------------------------------------------------------------------------


def _present(facts: Facts, call: Call, made: Plan, movement: Movement) -> Present:
    speaks = bool(asked(facts, call)) or is_open(facts, call)
    message = words_for_team(call.step, call.cycle, movement) if speaks else None
    return Present(str(call.step.label), _today(call, made, speaks=speaks), message)


def _today(call: Call, made: Plan, *, speaks: bool) -> str:
    """In one sentence why there is a mail about a step today, or none."""
    if any((row.step, row.cycle) == (call.step, call.cycle) for row in made.new):
        return _("A mail goes out within the hour, or by night in the morning.")
    waits = [wait for wait in made.waits if wait.call.step.chain == call.step.chain]
    if any(wait.until is None for wait in waits):
        return _("It waits: nobody of a team gets reminders in a quiet period.")
    for wait in waits:
        words = {"day": date_format(wait.until or today(), "j F"), "rung": wait.rung.label}
        return _("Asked. Without a reaction the next is asked on %(day)s: %(rung)s.") % words
    if speaks:
        return _("Everybody who can be asked was asked.")
    return _("No mail: there is nothing to ask, or somebody reacted.")


# Until now -------------------------------------------------------------------------------------


def _lines(movement: Movement) -> list[Line]:
    rows = list(movement.reminders.all())
    mails = _mails(rows)
    names = _names(movement, rows)
    return [
        Line(
            step=f"{Step(row.step).label}",
            to=names.get(row.recipient, ""),
            rung=str(Rung(row.rung).label),
            due_on=row.due_on,
            decided_on=row.decided_on,
            what=_what(row, mails.get(row.pk)),
            why=str(Why(row.why).label),
        )
        for row in rows
    ]


def _mails(rows: list[Reminder]) -> dict[int, OutboxMessage]:
    ladder = [kind for kind, made in kinds().items() if made.__module__ == LADDER]
    numbers = [row.pk for row in rows]
    steps = {row.pk: f"{row.step} {row.cycle}" for row in rows}
    mails = OutboxMessage.objects.filter(kind__in=ladder, object_id__in=numbers)
    return {mail.object_id: mail for mail in mails if mail.step == steps[mail.object_id]}


def _names(movement: Movement, rows: list[Reminder]) -> dict[str, str]:
    """Of each recipient the name; empty where a rung had nobody."""
    mandates = Mandate.objects.filter(movement=movement)
    staff = [int(row.recipient.partition(":")[2]) for row in rows if row.is_for_staff]
    return {
        **{mandate.key: mandate.shown_name for mandate in mandates},
        **{user.key: str(user) for user in User.objects.filter(pk__in=staff)},
        f"movement:{movement.pk}": _("mailbox of the group"),
    }


def _what(row: Reminder, mail: OutboxMessage | None) -> str:
    """What became of a decision: of a mail, how far it is."""
    if row.outcome != Outcome.QUEUED or mail is None:
        return str(Outcome(row.outcome).label)
    settled = mail.settled_at and date_format(timezone.localtime(mail.settled_at), "j F Y")
    words = {"day": settled or ""}
    return {
        OutboxState.SENT: _("mailed on %(day)s"),
        OutboxState.NOT_DUE: _("not mailed: when its turn came it was no longer true"),
        OutboxState.REFUSED: _("refused by the mail server on %(day)s"),
    }.get(OutboxState(mail.state), _("about to be mailed")) % words
