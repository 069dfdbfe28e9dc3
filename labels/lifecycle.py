"""What a label is on a date, computed from its dates and its events; nothing here is stored.

    upcoming → valid (its last months: the renewal window) → grace → expired

Pausing, withdrawing, giving back and a merger of movements are dated events that count from their
own day on. A pause never moves the end. `Label.objects.valid_on` says the same in SQL.
"""

from datetime import date

from core.calendar import today
from labels.enums import FINAL_EVENTS, LabelEventKind, LabelState
from labels.models import POINTS, Label

OVER = frozenset({LabelState.EXPIRED, *(LabelState(kind) for kind in FINAL_EVENTS)})


def label_state(label: Label, on: date | None = None) -> LabelState:
    """The state on a day (today when not said).

    What ended a label early comes first, then the end of its grace, then a pause, then the dates:
    so a paused label expires on its day, and one withdrawn before that stays withdrawn.
    """
    day = on or today()
    kinds = _kinds_until(label, day)
    final = next((kind for kind in kinds if kind in FINAL_EVENTS), None)
    if final is not None:
        return LabelState(final)
    if day > label.grace_until:
        return LabelState.EXPIRED
    if kinds and kinds[-1] == LabelEventKind.PAUSED:
        return LabelState.PAUSED
    return _state_by_dates(label, day)


def is_valid(label: Label, on: date | None = None) -> bool:
    """The one thing the public is told. The renewal window is valid, grace is not."""
    return label_state(label, on) == LabelState.VALID


def in_renewal_window(label: Label, on: date | None = None) -> bool:
    """Whether the label is valid and in its last months, when a new plan may be opened."""
    day = on or today()
    return is_valid(label, day) and day >= label.renewal_from


def ring_states(label: Label, on: date | None = None) -> list[str]:
    """The ring on certificate and badge: ten full while the label is valid, else ten empty."""
    return ["verified" if is_valid(label, on) else "empty"] * POINTS


def _kinds_until(label: Label, day: date) -> list[str]:
    events = sorted(label.events.all(), key=lambda event: (event.on, event.pk))
    return [event.kind for event in events if event.on <= day]


def _state_by_dates(label: Label, day: date) -> LabelState:
    if day < label.starts_on:
        return LabelState.UPCOMING
    return LabelState.VALID if day <= label.ends_on else LabelState.GRACE
