"""The mails of the reminder ladder: to the people of a team, to its mailbox, to the youth service.

Each belongs to one decision, a `Reminder`, whose number is the `object_id`. Before it goes out all
facts are read anew; one that is true, and falls into a quiet period, waits for its end. Volunteers
are reminded by day only; the youth service at any time.
"""

from abc import abstractmethod
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.calendar import now, today
from core.messages import NotYet
from core.outbox import Message, register
from handovers.enums import Chain, Rung, Step, Why
from handovers.models import Reminder
from handovers.rules import Facts, Member, still_asked
from handovers.selectors.ladder import REMINDERS, facts_of
from handovers.words import Words, promises, words_for_staff, words_for_team
from movements.models import Movement
from movements.selectors.mails import reply_address
from programmes.models import Edition
from programmes.selectors import in_quiet_period

# on the clock of the municipality: nobody's phone rings at night because a task runs by the hour
MORNING, EVENING = 8, 20


class LadderMail(Message):
    """What the mails of the ladder share."""

    @cached_property
    def facts(self) -> Facts | None:
        """Of the movement, as they are now; None when the movement does not run."""
        movement = Reminder.objects.filter(pk=self.object_id).values_list("movement", flat=True)
        return next(iter(facts_of(movement)), None)

    @cached_property
    def reminder(self) -> Reminder | None:
        """The decision, read by what is known now; None for a mail of an older kind."""
        decided = self.facts.decided if self.facts else ()
        return next((row for row in decided if row.pk == self.object_id and self._is_of(row)), None)

    def _is_of(self, row: Reminder) -> bool:
        """The step as it was written; its cycle may be a corrected day by now."""
        return self.step.startswith(f"{row.step} ")

    @cached_property
    def movement(self) -> Movement:
        return Movement.objects.get(reminders=self.object_id)

    def still_due(self) -> bool:
        if self.facts is None or self.reminder is None:
            return False
        if not still_asked(self.facts, self.reminder):
            return False
        if not self.reminder.is_for_staff and (until := _waits_until(self.facts)):
            raise NotYet(until)
        return True

    def subject(self) -> str:
        return self.words().subject

    def words(self) -> Words:
        """What this mail says, in the active language."""
        row = self._row()
        return words_for_team(Step(row.step), row.cycle, self.movement)

    @abstractmethod
    def lines(self) -> list[str]:
        """The paragraphs of this mail, in the active language."""

    def context(self) -> dict[str, Any]:
        words = self.words()
        return {"name": "", "lines": self.lines(), "action": words.action, "path": words.path}

    def _row(self) -> Reminder:
        return self.reminder or Reminder.objects.get(pk=self.object_id)


def _waits_until(facts: Facts) -> datetime | None:
    """Until when a reminder for volunteers waits: the end of a quiet period, or of the night."""
    if facts.is_quiet:
        return _end_of_quiet()
    hour = timezone.localtime(now()).hour
    if MORNING <= hour < EVENING:
        return None
    return _morning(today() + timedelta(days=hour >= EVENING))


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(MORNING)))


def _end_of_quiet() -> datetime:
    """The morning of the first day on which volunteers may be written to again."""
    day = today()
    edition = Edition.objects.prefetch_related("quiet_periods").current(day)
    later = (day + timedelta(days=n) for n in range(1, 367))
    free = next((one for one in later if not in_quiet_period(edition, one)), day)
    return _morning(max(free, day + timedelta(days=1)))


class MailToLeader(LadderMail):
    """To somebody of the team, by their mandate of now."""

    group = REMINDERS

    @cached_property
    def member(self) -> Member:
        """The one whose end comes first: it is the one that is asked about."""
        key = self._row().recipient
        own = [member for member in self._facts().present if member.person == key]
        return min(own, key=lambda m: (m.mandate.ends_on is None, m.mandate.ends_on, m.mandate.pk))

    def _facts(self) -> Facts:
        if self.facts is None:
            raise LookupError("the movement does not run")
        return self.facts

    def address(self) -> str:
        return self.member.mandate.email

    def reply_to(self) -> str:
        return reply_address(self.movement, self.member.mandate.user_id)

    def lines(self) -> list[str]:
        row, lines = self._row(), list(self.words().lines)
        if row.rung == Rung.ADULT and row.why == Why.UNDER_18:
            lines.insert(0, _("Only people under 18 were asked, so we ask you too."))
        elif row.rung == Rung.ADULT:
            lines.insert(0, _("Your team was asked and nobody reacted, so we ask you."))
        elif Step(row.step).chain == Chain.TAKEOVER:
            lines = self._own_end()
        return lines

    def _own_end(self) -> list[str]:
        mandate = self.member.mandate
        names = {"movement": self.movement.name}
        end = date_format(mandate.ends_on, "j F Y") if mandate.ends_on else ""
        text = _("Your time as a leader of %(movement)s ends on %(end)s. Who takes over from you?")
        return [text % {**names, "end": end}, promises()]

    def context(self) -> dict[str, Any]:
        mandate = self.member.mandate
        return {
            **super().context(),
            "name": mandate.name,
            "without_account": mandate.user is None,
            "stays": Step(self._row().step).chain == Chain.TAKEOVER,
            "answers_by_mail": bool(self.reply_to()),
        }


@register("team_ends")
class TeamEnds(MailToLeader):
    """Asks somebody whose time ends who takes over."""

    called = gettext_lazy("team that ends")


@register("team_confirm")
class TeamConfirm(MailToLeader):
    """Asks somebody whether they go on in the new working year."""

    called = gettext_lazy("team that is to be confirmed")


@register("team_new")
class TeamNew(MailToLeader):
    """Gives the new team what was promised, and asks later whether it took over."""

    called = gettext_lazy("new team")


@register("label_asks")
class LabelAsks(MailToLeader):
    """Asks to renew a label or whether its promises are still true; tells of a condition."""

    called = gettext_lazy("label that ends, yearly question, or condition")


@register("team_copy")
class TeamCopy(LadderMail):
    """The copy for the mailbox of the group: nothing in it is about one person."""

    called = gettext_lazy("copy for the mailbox of the group")

    def address(self) -> str:
        return self.movement.mailbox

    def lines(self) -> list[str]:
        read = _("Do you read this mailbox? Then pass it on to whoever leads the group.")
        return [*self.words().lines, read]


@register("team_silent")
class TeamSilent(LadderMail):
    """Tells the youth service that a team does not react, or that nobody is left."""

    called = gettext_lazy("team that does not react")

    @cached_property
    def to(self) -> User:
        return User.objects.get(pk=int(self.recipient.partition(":")[2]))

    def address(self) -> str:
        return self.to.email

    def words(self) -> Words:
        return words_for_staff(Step(self._row().step), self.movement)

    def lines(self) -> list[str]:
        if self._row().why == Why.UNDER_18:
            why = _("Only people under 18 could be asked, so we tell you too.")
        else:
            why = _("Nobody who was asked reacted in time, or there was nobody to ask.")
        return [*self.words().lines, why]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "name": self.to.full_name}


KINDS = {
    Chain.TAKEOVER: TeamEnds,
    Chain.CONFIRM: TeamConfirm,
    Chain.CHANGE: TeamNew,
    Chain.RENEWAL: LabelAsks,
    Chain.CHECK: LabelAsks,
    Chain.CONDITION: LabelAsks,
}


def kind_of(reminder: Reminder) -> str:
    """The kind of mail of a decision."""
    if reminder.is_for_staff:
        return TeamSilent.kind
    if reminder.recipient.startswith("movement:"):
        return TeamCopy.kind
    return KINDS[Step(reminder.step).chain].kind
