"""The four indicators: how each is counted, in words that pages show and in a query.

City totals only: never by movement, never split by what kind of person somebody is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from homevisits.enums import Outcome
from homevisits.models import HomeVisit
from homevisits.selectors import visit_days
from labels.models import Label
from labels.selectors.register import labels_valid
from programmes.enums import Indicator
from programmes.models import Edition
from recruitment.selectors import members_between
from testimonies.selectors import online_on, shared_between, withdrawn_between


@dataclass(frozen=True)
class Beside:
    """A number without a target, shown beside a figure."""

    name: Promise | str
    value: int


@dataclass(frozen=True)
class Counting:
    """How an indicator is named and counted.

    `count(edition, day)` gives the figure at the end of that day; `beside(edition, day, value)`
    the numbers that belong next to it.
    """

    name: Promise
    in_sentence: Promise
    rule: Promise
    count: Callable[[Edition, date], int]
    beside: Callable[[Edition, date, int], list[Beside]]


def period(edition: Edition, day: date) -> tuple[date, date]:
    """The days of the edition up to and including `day`; empty before its start."""
    return edition.starts_on, min(day, edition.ends_on)


# Labels ----------------------------------------------------------------------------------------


def movements_with_label(edition: Edition, day: date) -> int:
    """Different movements with a label valid on the day, whichever edition awarded it."""
    return labels_valid(day).values("movement").distinct().count()


def beside_labels(edition: Edition, day: date, value: int) -> list[Beside]:
    """How many movements were ever awarded a label, whatever became of it."""
    awarded = Label.objects.filter(decided_on__lte=day)
    return [Beside(_("ever awarded"), awarded.values("movement").distinct().count())]


# Children who became a member ------------------------------------------------------------------


def new_members(edition: Edition, day: date) -> int:
    """Different children who became a member within the edition, up to the day."""
    return members_between(*period(edition, day)).count()


def nothing_beside(edition: Edition, day: date, value: int) -> list[Beside]:
    """Nothing: with so few children nearly every split points at somebody."""
    return []


# Home visits -----------------------------------------------------------------------------------


def visits_held(edition: Edition, day: date) -> int:
    """One per household per day on which a conversation took place where the child lives."""
    return visit_days(*period(edition, day)).count()


def beside_visits(edition: Edition, day: date, value: int) -> list[Beside]:
    """What was logged and does not count: by outcome, and second visits on one day."""
    visits = HomeVisit.objects.filter(on__range=period(edition, day))
    grouped = visits.order_by("outcome").values("outcome").annotate(n=Count("id"))
    found = dict(grouped.values_list("outcome", "n"))
    return [
        Beside(_("nobody home"), found.get(Outcome.NOBODY_HOME, 0)),
        Beside(_("cancelled"), found.get(Outcome.CANCELLED, 0)),
        Beside(_("refused"), found.get(Outcome.REFUSED, 0)),
        Beside(_("second visit on the same day"), found.get(Outcome.CONVERSATION, 0) - value),
    ]


# Stories ---------------------------------------------------------------------------------------


def stories_shared(edition: Edition, day: date) -> int:
    """Different stories first published within the edition; withdrawing one changes nothing."""
    return shared_between(*period(edition, day)).count()


def beside_stories(edition: Edition, day: date, value: int) -> list[Beside]:
    """Of all editions together, up to the day: online, withdrawn, ever shared."""
    return [
        Beside(_("online now"), online_on(day).count()),
        Beside(_("withdrawn"), withdrawn_between(date.min, day).count()),
        Beside(_("ever shared"), shared_between(date.min, day).count()),
    ]


COUNTINGS: dict[Indicator, Counting] = {
    Indicator.LABELS: Counting(
        name=_("Labels valid today"),
        in_sentence=pgettext_lazy("in a sentence", "labels"),
        rule=_(
            "Different movements with a label that is valid on this day, also when an earlier "
            "edition awarded it. Each movement counts once. Not counted: a label that has not "
            "started, is paused, has ended (also while it can still be renewed, or by a merger), "
            "was withdrawn or was given back."
        ),
        count=movements_with_label,
        beside=beside_labels,
    ),
    Indicator.RECRUITS: Counting(
        name=_("Children who joined"),
        in_sentence=pgettext_lazy("in a sentence", "new members"),
        rule=_(
            "Different children and young people, guided by the youth service, who became a "
            "participant or a leader of a movement in this edition. What counts is the day of the "
            "registration that the movement or the family confirmed, otherwise the third time "
            "they came. Nobody counts twice, also not after a return or as a participant who "
            "becomes a leader. Who counted in an earlier edition can count again in this one. "
            "Contacts, trials and waiting lists do not count."
        ),
        count=new_members,
        beside=nothing_beside,
    ),
    Indicator.HOME_VISITS: Counting(
        name=_("Home visits held"),
        in_sentence=pgettext_lazy("in a sentence", "home visits"),
        rule=_(
            "Visits in this edition where we talked with the family where the child lives, at home "
            "or in a reception centre: one per family per day. Nobody home, cancelled and refused "
            "do not count. Talks by phone, by video or at the school gate are no visits."
        ),
        count=visits_held,
        beside=beside_visits,
    ),
    Indicator.TESTIMONIES: Counting(
        name=_("Stories shared"),
        in_sentence=pgettext_lazy("in a sentence", "stories"),
        rule=_(
            "Different stories that were published for the first time in this edition, with "
            "consent. A story that was taken away later still counts: it was shared. Stories that "
            "were collected and not shared do not count."
        ),
        count=stories_shared,
        beside=beside_stories,
    ),
}
