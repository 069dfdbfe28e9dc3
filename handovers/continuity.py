"""Whether a movement goes on when its people change: yes/no facts in words, and no score.

Each rule reads dates and records of today; anybody can check it by looking at the team.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.calendar import add_months
from handovers.enums import HandoverState
from handovers.signing import is_of_age
from handovers.turns import Turn
from labels.models import Label
from movements.enums import Function
from movements.models import Mandate

NAMED_AHEAD_MONTHS = 6


@dataclass(frozen=True)
class Fact:
    """One fact: its name in addresses, whether it holds, and what it says today."""

    name: str
    holds: bool
    text: str

    @property
    def title(self) -> str:
        """What the fact is called."""
        return str(TITLES[self.name])


@dataclass
class Known:
    """What the facts of one movement are told from; the mandates hold now or begin later."""

    day: date
    mandates: list[Mandate] = field(default_factory=list)
    last: Turn | None = None
    answer_by: date | None = None
    label_to_renew: Label | None = None

    @property
    def team(self) -> list[Mandate]:
        """Who is in the team now."""
        return [mandate for mandate in self.mandates if mandate.holds_now]


def facts(known: Known) -> list[Fact]:
    """The facts of a movement, always the same ones in the same order."""
    return [Fact(name, *tell(known)) for name, tell in _RULES.items()]


Answer = tuple[bool, str]


def _successor(known: Known) -> Answer:
    """Somebody who leads now, or is going to, is main leader for more than six months still."""
    leaders = [one for one in known.mandates if one.function == Function.MAIN_LEADER]
    if not leaders:
        return False, _("Nobody is main leader.")
    soon = add_months(known.day, NAMED_AHEAD_MONTHS)
    ends = [mandate.ends_on for mandate in leaders if mandate.ends_on]
    if len(ends) < len(leaders) or max(ends) > soon:
        return True, _("Somebody leads for at least six months more.")
    return False, _("Nobody is named to lead after %(day)s.") % {"day": _written(max(ends))}


def _handover(known: Known) -> Answer:
    if known.last is None:
        return True, _("The team has not changed in the last year.")
    day = {"day": _written(known.last.on)}
    if known.last.state == HandoverState.SIGNED:
        return True, _("The handover of %(day)s is signed.") % day
    if known.last.state == HandoverState.HALF:
        return False, _("The handover of %(day)s waits for somebody of 18 or older.") % day
    return False, _("The handover of %(day)s is not signed.") % day


def _confirmed(known: Known) -> Answer:
    if not known.team:
        return False, _("Nobody is in the team.")
    waiting = sum(mandate.waits_for_confirmation for mandate in known.team)
    if not waiting:
        return True, _("Everybody said that they go on.")
    text = ngettext(
        "%(count)s person has not said yet that they go on.",
        "%(count)s people have not said yet that they go on.",
        waiting,
    )
    return False, text % {"count": waiting}


def _adult(known: Known) -> Answer:
    adults = [one for one in known.team if one.function == Function.ADULT_SUPERVISOR]
    if any(is_of_age(mandate) for mandate in adults):
        return True, _("There is an adult supervisor.")
    return False, _("There is no adult supervisor.")


def _accounts(known: Known) -> Answer:
    users = {one.user_id for one in known.team if one.user and one.user.is_active}
    if not users:
        return False, _("Nobody can sign in.")
    text = ngettext(
        "Only %(count)s person can sign in.", "%(count)s people can sign in.", len(users)
    )
    return len(users) > 1, text % {"count": len(users)}


def _points(known: Known) -> Answer:
    if known.answer_by:
        day = {"day": _written(known.answer_by)}
        return False, _("The youth service asked for an answer about the plan by %(day)s.") % day
    if known.label_to_renew:
        days = {
            "day": _written(known.label_to_renew.ends_on),
            "grace": _written(known.label_to_renew.grace_until),
        }
        return False, _("The label ended on %(day)s; renewing can be done until %(grace)s.") % days
    return True, _("Nothing of the plan or the label is late.")


def _written(day: date) -> str:
    return str(date_format(day, "j F Y"))


TITLES: dict[str, Lazy] = {
    "successor": gettext_lazy("Successor named"),
    "handover": gettext_lazy("Handover signed"),
    "confirmed": gettext_lazy("Team confirmed"),
    "adult": gettext_lazy("An adult to call"),
    "accounts": gettext_lazy("More than one account"),
    "points": gettext_lazy("Nothing overdue"),
}
_RULES: dict[str, Callable[[Known], Answer]] = {
    "successor": _successor,
    "handover": _handover,
    "confirmed": _confirmed,
    "adult": _adult,
    "accounts": _accounts,
    "points": _points,
}
