"""What each step of the ladder says: in a mail, and as text that somebody passes on in a chat.

Nothing here is about one person: that is added by the mails that have one reader.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from handovers.enums import Chain, Step
from labels.lifecycle import is_valid
from labels.selectors.register import current_label
from labels.selectors.wording import Basis, basis_of, has_promises
from movements import years
from movements.models import Movement


@dataclass(frozen=True)
class Words:
    """A message in the active language: what it says, and the one page to go to."""

    subject: str
    lines: list[str]
    action: str
    path: str

    @property
    def url(self) -> str:
        """The whole address of the page; whoever opens it signs in first."""
        return settings.PUBLIC_URL + self.path

    @property
    def to_copy(self) -> str:
        """The message for a chat of the team."""
        return "\n".join([self.subject, "", *self.lines, "", f"{self.action}: {self.url}"])


def words_for_team(step: Step, cycle: str, movement: Movement) -> Words:
    """What a step says to a team: in the copy for the mailbox, and to pass on in a chat."""
    if step.chain == Chain.TAKEOVER:
        return _takeover(movement)
    if step.chain == Chain.CONFIRM:
        return _confirm(step, int(cycle), movement)
    day = date.fromisoformat(cycle)
    if step.chain == Chain.RENEWAL:
        return _renewal(step, day, movement)
    if step.chain == Chain.CHECK:
        return _check(movement)
    if step.chain == Chain.CONDITION:
        return _condition(day, movement)
    return _welcome(movement) if step == Step.WELCOME else _taken_over(day, movement)


def words_for_staff(step: Step, movement: Movement) -> Words:
    """What the youth service is told when the team did not react, or could not."""
    names = {"movement": movement.name}
    if step.chain == Chain.TAKEOVER:
        line = _("The team of %(movement)s stops soon or has stopped, and nobody goes on after it.")
    elif step.chain == Chain.CONFIRM:
        line = _("Nobody of the team of %(movement)s said that they go on. They can only look now.")
    elif step.chain == Chain.CHANGE:
        line = _("The team of %(movement)s changed, and nobody signed the handover.")
    else:
        line = _("The label of %(movement)s ends, and no plan to renew it was handed in.")
    return Words(
        subject=_("%(movement)s: who answers for it?") % names,
        lines=[line % names],
        action=_("See who was asked"),
        path=reverse("admin:handovers_reminder_movement", args=[movement.pk]),
    )


def _team_page(movement: Movement) -> str:
    return reverse("movements:team", args=[movement.pk])


def _takeover(movement: Movement) -> Words:
    names = {"movement": movement.name}
    return Words(
        subject=_("%(movement)s: who takes over?") % names,
        lines=[
            _("Leaders of %(movement)s stop within six months. Who takes over?") % names,
            promises(),
        ],
        action=_("Say who takes over"),
        path=_team_page(movement),
    )


def promises() -> str:
    """What to do together before a team changes."""
    return _(
        "Look together at what you promised, and pass it on in good time. "
        "Your plan and your label stay with the group."
    )


def _confirm(step: Step, year: int, movement: Movement) -> Words:
    names = {
        "movement": movement.name,
        "last": date_format(years.read_only_from(year), "j F"),
        "end": date_format(years.ends_on(year), "j F"),
    }
    subject = _("%(movement)s: who goes on this year?")
    if step == Step.OPENS:
        lines = [
            _("A new working year begins. Who still leads %(movement)s?"),
            _("One tap is enough, for yourself or for the whole team."),
        ]
    elif step == Step.REMINDS:
        lines = [
            _("We do not know yet who still leads %(movement)s. One tap is enough."),
            _("From %(last)s whoever did not say so can look, and not write any more."),
        ]
    else:
        subject = _("%(movement)s: you can only look now")
        lines = [
            _("We do not know who still leads %(movement)s. So you can look, and not write."),
            _("One tap puts it right. Without an answer it ends on %(end)s."),
        ]
    lines = [line % names for line in lines]
    return Words(subject % names, lines, _("Say who goes on"), _team_page(movement))


def _welcome(movement: Movement) -> Words:
    names = {"movement": movement.name}
    lines = [
        _("%(movement)s has a new team. Its plan and its promises are yours now.") % names,
        _("Read them together: it takes ten minutes."),
    ]
    label = current_label(movement)
    if label and is_valid(label):
        until = {"end": date_format(label.ends_on, "j F Y")}
        lines.append(_("Your group carries the label, until %(end)s.") % until)
    return Words(
        subject=_("%(movement)s: what your group promised") % names,
        lines=lines,
        action=_("Read what was promised"),
        path=reverse("handovers:handover", args=[movement.pk]),
    )


def _taken_over(changed: date, movement: Movement) -> Words:
    names = {"movement": movement.name, "day": date_format(changed, "j F")}
    lines = [
        _("The team of %(movement)s changed on %(day)s. Did you take over?"),
        _("Read what was promised. A main leader signs, then we stop asking."),
    ]
    return Words(
        subject=_("%(movement)s: did you take over?") % names,
        lines=[line % names for line in lines],
        action=_("Read and sign"),
        path=reverse("handovers:handover", args=[movement.pk]),
    )


def _renewal(step: Step, ends_on: date, movement: Movement) -> Words:
    names = {"movement": movement.name, "end": date_format(ends_on, "j F Y")}
    label = current_label(movement)
    promised = label is None or has_promises(label)
    if step == Step.GRACE:
        grace = label.grace_until if label else ends_on
        names["last"] = date_format(grace, "j F Y")
        subject = _("%(movement)s: last chance to renew the label")
        lines = [
            _("The label of %(movement)s ended on %(end)s. It does not count now."),
            _("You can renew it until %(last)s: look at what you promised, and hand it in.")
            if promised
            else _("You can renew it until %(last)s: a few words for each point are enough."),
        ]
    else:
        subject = _("%(movement)s: renew the label?")
        lines = [
            _("The label of %(movement)s is valid until %(end)s. You can renew it now."),
            _("What you promised stands there already: say what is still true and what changed.")
            if promised
            else _("Ten points, and a few words for each are enough."),
        ]
    path = reverse("labels:plan", args=[movement.pk])
    lines = [line % names for line in lines]
    return Words(subject % names, lines, _("Renew the label"), path)


def _check(movement: Movement) -> Words:
    names, label = {"movement": movement.name}, current_label(movement)
    if label is None or basis_of(label) == Basis.PROMISED:
        asked = _("Your group promised ten things for its label. Are they still true?")
        answer = _("If they are, one tap is enough. Else say in a few words what changed.")
    else:
        asked = _("Your group carries the label. Do you still do what it was given for?")
        answer = _("If so, one tap is enough. Else say in a few words what changed.")
    return Words(
        subject=_("%(movement)s: is it still true?") % names,
        lines=[asked, answer],
        action=_("Look and answer"),
        path=reverse("labels:check", args=[movement.pk]),
    )


def _condition(due_on: date, movement: Movement) -> Words:
    names = {"movement": movement.name, "day": date_format(due_on, "j F Y")}
    return Words(
        subject=_("%(movement)s: agreed by %(day)s") % names,
        lines=[
            _("With your label we agreed on something that you do by %(day)s.") % names,
            _("Did you do it? Then tell us. Do you need help with it? Tell us too."),
        ],
        action=_("Read what we agreed"),
        path=reverse("labels:plan", args=[movement.pk]),
    )
