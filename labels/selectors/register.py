"""Which labels are valid, for the public register, the figures and the leaders' pages."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from core.calendar import now, today
from core.encryption import fold
from core.logs import ActivityLog
from core.translated import Translated
from labels.enums import FINAL_EVENTS, LabelState
from labels.lifecycle import in_renewal_window, is_valid, label_state, ring_states
from labels.models import Certificate, Label, LabelQuerySet
from labels.selectors.certificates import public_address
from movements.models import Movement, MovementQuerySet


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


@dataclass(frozen=True)
class PublicEntry:
    """All that the public may know of a movement that ever had a label.

    `label` is the one that is valid today, or None: so nothing that shows an entry can tell why.
    """

    movement: Movement
    label: Label | None


@dataclass(frozen=True)
class PublicPoint:
    """One of the ten points as awarded, and what the movement lets everybody read about it."""

    number: int
    title: Translated
    reason: str


# what the register shows is made of these; every change of them is in the log
_SHOWN = ("labels.label", "movements.movement", "movements.federation", "programmes.edition")
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
        verify=public_address(label),
    )


DASHES = re.compile(r"[\u2010-\u2015\u2212]")  # what paper and phones make of a hyphen
BEFORE_NUMBER = re.compile(r"^n[ro]?[.°º:]*(?=\d{4}-)")


def certificate_by_code(code: str) -> tuple[Label, Certificate | None] | None:
    """The label that a code belongs to, and the issue that carries it; capitals do not count.

    A label that was taken over may have no certificate of ours; then its own code is asked.
    """
    code = code.lower()
    issues = Certificate.objects.select_related("label__movement", "label__decision")
    issue = issues.prefetch_related("label__events").filter(code=code).first()
    if issue is not None:
        return issue.label, issue
    label = Label.objects.with_facts().filter(code=code, certificates__isnull=True).first()
    return (label, None) if label else None


def label_by_code(code: str) -> Label | None:
    """The label of a certificate's code, whatever its capitals."""
    found = certificate_by_code(code)
    return found[0] if found else None


def find_code(typed: str) -> str | None:
    """The code of the certificate whose code, or whose label's number, somebody typed over.

    A number finds the issue that is in force. The address under the square and "Nr." before the
    number may come along. None when there is no such certificate.
    """
    word = "".join(typed.split()).lower().rstrip("/").rpartition("/")[2]
    word = BEFORE_NUMBER.sub("", DASHES.sub("-", word))
    code = word.replace("-", "")
    by_number = Q(label__number__iexact=word, replaced_on__isnull=True)
    issues = Certificate.objects.filter(by_number | Q(code=code)).values_list("code", flat=True)
    bare = Label.objects.filter(Q(number__iexact=word) | Q(code=code), certificates__isnull=True)
    return issues.first() or bare.values_list("code", flat=True).first()


def movements_with_a_label() -> MovementQuerySet:
    """Movements that have or had a label: one whose first day is there, and that began at all."""
    begun = Label.objects.filter(starts_on__lte=today(), effective_end__gte=F("starts_on"))
    return Movement.objects.filter(Exists(begun.filter(movement=OuterRef("pk"))))


def public_entries() -> list[PublicEntry]:
    """Every movement that ever had a label, by name, in two queries for any number.

    Only with what the open data say: of thousands of movements the rest takes most of the time.
    """
    labels = labels_valid().only("movement_id", "number", "starts_on", "ends_on")
    valid = {label.movement_id: label for label in labels}
    words = ("name", "postcode", "municipality", "federation__name")
    movements = movements_with_a_label().select_related("federation").only(*words)
    rows = movements.order_by("name", "id")
    return [PublicEntry(movement, valid.get(movement.pk)) for movement in rows]


def public_entry(movement_id: int) -> PublicEntry | None:
    """One movement of the register; None when it never had a label, as when there is none."""
    movements = movements_with_a_label().select_related("federation")
    movement = movements.filter(pk=movement_id).first()
    if movement is None:
        return None
    return PublicEntry(movement, labels_valid().filter(movement=movement).first())


def public_words(label: Label) -> tuple[str, list[PublicPoint]]:
    """Why the label was awarded as a whole, and its ten points; only what the movement published.

    Empty where it published nothing.
    """
    reasons = dict(label.published.values_list("number", "text"))
    points = [
        PublicPoint(point["number"], Translated(point["title"]), reasons.get(point["number"], ""))
        for point in label.frozen["points"]
    ]
    return reasons.get(0, ""), points


def register_changed_at() -> datetime:
    """The last moment at which the register may have changed: what is valid changes at midnight."""
    midnight = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    since = ActivityLog.objects.filter(at__gte=midnight, object_type__in=_SHOWN)
    return since.aggregate(last=Max("at"))["last"] or midnight


def register_rows(search: str = "") -> LabelQuerySet:
    """Labels valid today, by movement, with `movement` and its federation.

    Each word of `search` must stand in the name, the federation or the municipality, whatever its
    capitals and accents, or begin the postcode.
    """
    rows = labels_valid().select_related("movement__federation").defer("frozen")
    if words := fold(search).split():
        rows = rows.filter(pk__in=_found(rows, words))
    return rows.order_by("movement__name", "movement_id")


def _found(rows: LabelQuerySet, words: list[str]) -> list[int]:
    """The numbers of the labels in which each word stands; a database does not fold as we do."""
    names = ("movement__name", "movement__federation__name", "movement__municipality")
    return [
        number
        for number, postcode, *texts in rows.values_list("pk", "movement__postcode", *names)
        if all(word in fold(" ".join(texts)) or postcode.startswith(word) for word in words)
    ]
