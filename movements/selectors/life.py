"""What a movement is called on a day, and what happened to it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.calendar import in_words, today
from movements.enums import SuccessionKind
from movements.models import FormerName, Mandate, Movement, Pause, active_on
from movements.models.mandates import kept_up
from movements.signals import foretelling
from movements.years import holds_since

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Happening:
    """One line of the life of a movement; `row` is the pause or name that can be taken back."""

    on: date
    text: str
    row: Pause | FormerName | None = None

    @property
    def address(self) -> str:
        """The page that takes it back; empty when there is none."""
        names: dict[type, str] = {Pause: "take_back_pause", FormerName: "take_back_name"}
        return f"admin:movements_movement_{names[type(self.row)]}" if self.row else ""

    @property
    def is_to_come(self) -> bool:
        """Whether it is only planned."""
        return self.on > today()


def name_on(movement: Movement, day: date) -> str:
    """What the movement was called on a day; of the time to come we know no other name."""
    former = movement.former_names.filter(until__gte=day).order_by("until").first()
    return former.name if former else movement.name


def pause_on(movement: Movement, day: date | None = None) -> Pause | None:
    """The pause that holds on a day (today when not said)."""
    on = day or today()
    pauses = [p for p in movement.pauses.all() if p.starts_on <= on]
    return next((p for p in pauses if p.ends_on is None or p.ends_on >= on), None)


def heirs(movement: Movement, on: date) -> list[tuple[Movement, date]]:
    """A movement that is there on a day, and what it went into since, each from its first day."""
    found = [(movement, on)]
    merged = movement.went_into.filter(kind=SuccessionKind.MERGED)
    while step := merged.select_related("target").first():
        found.append((step.target, step.on))
        merged = step.target.went_into.filter(kind=SuccessionKind.MERGED)
    return found


def life_of(movement: Movement) -> list[Happening]:
    """What happened to a movement and what is planned, the newest first."""
    found = [*_edges(movement), *_names(movement), *_pauses(movement), *_successions(movement)]
    return sorted(found, key=lambda happening: happening.on, reverse=True)


def _edges(movement: Movement) -> list[Happening]:
    known = ((movement.started_on, _("Began")), (movement.stopped_on, _("Last day")))
    return [Happening(day, text) for day, text in known if day]


def _names(movement: Movement) -> list[Happening]:
    formers = list(movement.former_names.order_by("until"))
    names = [former.name for former in formers] + [movement.name]
    return [
        Happening(
            former.until + DAY,
            _("Called “%(name)s”, before that “%(old)s”") % {"name": names[i + 1], "old": names[i]},
            former,
        )
        for i, former in enumerate(formers)
    ]


def _pauses(movement: Movement) -> list[Happening]:
    return [
        Happening(
            pause.starts_on,
            _("Pause %(period)s") % {"period": in_words(pause.starts_on, pause.ends_on)},
            pause,
        )
        for pause in movement.pauses.all()
    ]


def _successions(movement: Movement) -> list[Happening]:
    said = {
        (SuccessionKind.MERGED, True): _("Went into %(other)s"),
        (SuccessionKind.MERGED, False): _("%(other)s joined it"),
        (SuccessionKind.SPLIT, True): _("%(other)s split off from it"),
        (SuccessionKind.SPLIT, False): _("Split off from %(other)s"),
    }
    left = [(row, row.target, True) for row in movement.went_into.select_related("target")]
    came = [(row, row.source, False) for row in movement.came_from.select_related("source")]
    return [
        Happening(row.on, said[SuccessionKind(row.kind), leaves] % {"other": other})
        for row, other, leaves in [*left, *came]
    ]


def may_go_along(movement: Movement, on: date) -> QuerySet[Mandate]:
    """The mandates of those who can lead on elsewhere from a day: not over before it."""
    lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    mandates = movement.mandates.recorded().in_use().filter(lasting, ended_at__isnull=True)
    return mandates.filter(kept_up(holds_since(on))).by_function()


def foretold(source: Movement, target: Movement, on: date) -> list[str]:
    """In sentences, by number only, what a merger would do."""
    team = may_go_along(source, on).count()
    said = [ngettext("%(count)s mandate ends.", "%(count)s mandates end.", team) % {"count": team}]
    if source.coaches.filter(active_on(on)).exists():
        said.append(_("The coach of %(movement)s coaches it no more.") % {"movement": source})
    answers: Any = foretelling.send(Movement, source=source, target=target)
    return said + [sentence for _receiver, sentences in answers for sentence in sentences]
