"""Which labels are valid, for the public register, the figures and the leaders' pages."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from core.calendar import today
from labels.enums import FINAL_EVENTS, LabelState
from labels.lifecycle import in_renewal_window, is_valid, label_state, ring_states
from labels.models import Label, LabelQuerySet
from movements.models import Movement


@dataclass(frozen=True)
class LabelCard:
    """What a page shows of a label on a day, with the addresses that belong to it."""

    label: Label
    state: LabelState
    is_valid: bool
    in_renewal_window: bool
    ring: list[str]
    certificate: str
    verify: str


_OVER = frozenset({LabelState.EXPIRED, *(LabelState(kind) for kind in FINAL_EVENTS)})


def labels_valid(on: date | None = None) -> LabelQuerySet:
    """Labels valid on a day (today when not said); at most one per movement."""
    return Label.objects.valid_on(on or today())


def current_label(movement: Movement, on: date | None = None) -> Label | None:
    """The label that a movement has to do with on a day: a started one, else one that will start.

    It may be paused or in grace; `lifecycle.is_valid` says whether it counts. None once it is over.
    """
    labels = movement.labels.with_facts().order_by("starts_on", "id")
    open_labels = [(label, label_state(label, on)) for label in labels]
    started = [label for label, state in open_labels if state not in _OVER | {LabelState.UPCOMING}]
    ahead = [label for label, state in open_labels if state == LabelState.UPCOMING]
    return started[-1] if started else next(iter(ahead), None)


def label_card(label: Label, on: date | None = None) -> LabelCard:
    """State, ring and addresses of a label; its dates are the label's own."""
    return LabelCard(
        label=label,
        state=label_state(label, on),
        is_valid=is_valid(label, on),
        in_renewal_window=in_renewal_window(label, on),
        ring=ring_states(label, on),
        certificate=reverse("labels:certificate", args=[label.movement_id, label.pk]),
        verify=reverse("labels:verify", args=[label.code]),
    )


def label_by_code(code: str) -> Label | None:
    """The label of a certificate's code, whatever its capitals."""
    return Label.objects.with_facts().filter(code=code.lower()).first()


def register_rows(search: str = "") -> LabelQuerySet:
    """Labels valid today, by movement, with `movement` and its federation.

    Each word of `search` must stand in the name, the federation, the municipality or the postcode.
    """
    rows = labels_valid().select_related("movement__federation", "decision")
    for word in search.split():
        rows = rows.filter(
            Q(movement__name__icontains=word)
            | Q(movement__federation__name__icontains=word)
            | Q(movement__municipality__icontains=word)
            | Q(movement__postcode__startswith=word)
        )
    return rows.order_by(F("movement__name"), "movement_id")
