"""Issues of certificates, and batches of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.calendar import today
from core.translated import LANGUAGES
from labels.enums import BatchState, ItemState, LabelState
from labels.lifecycle import label_state
from labels.models import BatchItem, Certificate, CertificateBatch, Label, LabelQuerySet
from programmes.models import Edition

OFFERED = 500  # labels on the page of a batch, beside those that were ticked before
# a poster says that the group carries the label: for one that is valid, or will be
SHOWN_OFF = frozenset({LabelState.VALID, LabelState.UPCOMING})
PRINTED: dict[str, Promise] = {
    "movement": _("movement"),
    "municipality": _("municipality"),
    "programme": _("programme"),
    "signatory": _("who signs certificates"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that a certificate says and that is another today."""

    what: Promise
    printed: str
    today: str


def issue_in_force(label: Label) -> Certificate | None:
    """The issue that no newer one replaced; None for a label taken over without its paper."""
    return label.certificates.filter(replaced_on__isnull=True).first()


def public_address(label: Label) -> str:
    """The page of the certificate in force, which everybody may read: one query.

    Without a paper of ours the label's own code leads there.
    """
    issue = issue_in_force(label)
    return reverse("labels:verify", args=[issue.code if issue else label.code])


def issue_for(
    user: User, movement_id: int, label_id: int, number: int | None = None
) -> tuple[Label, Certificate | None] | None:
    """A label that this user may see, with one issue of its certificate (the one in force).

    In two queries, because a certificate that is kept should cost no more than any other file.
    None when there is no such label, or when a number is asked for that has no issue.
    """
    labels = Label.objects.for_user(user).filter(pk=label_id, movement_id=movement_id)
    issues = Certificate.objects.filter(label__in=labels).select_related("label__movement")
    which = Q(replaced_on__isnull=True) if number is None else Q(issue=number)
    issue = issues.prefetch_related("label__events").filter(which).order_by().first()
    if issue is not None:
        return issue.label, issue
    if number is not None:
        return None
    label = labels.with_facts().first()
    return (label, None) if label else None


def words_of_today(label: Label) -> dict[str, object]:
    """What a certificate made today would say beside what was awarded.

    The programme is that of the award, under the name it has today; municipality and signatory are
    those of the edition in force, because they sign now.
    """
    now = Edition.objects.current()
    own = label.decision.plan.edition if label.decision else None
    words = dict(printed_on(label))
    words["movement"] = label.movement.name
    if own is not None:
        words["programme"] = dict(own.name)
    if now is not None:
        words |= {"municipality": now.municipality, "signatory": dict(now.signatory)}
    return words


def printed_on(label: Label) -> dict[str, object]:
    """What the certificate in force says beside what was awarded."""
    issue = issue_in_force(label)
    words = issue.frozen if issue else label.frozen
    return {name: words[name] for name in PRINTED}


def differences(label: Label) -> list[Difference]:
    """What a new issue would change, in the order of the certificate."""
    printed, now = printed_on(label), words_of_today(label)
    return [
        Difference(what, _shown(printed[name]), _shown(now[name]))
        for name, what in PRINTED.items()
        if printed[name] != now[name]
    ]


def can_show_off(label: Label) -> bool:
    """Whether there are a poster and pictures of the label today."""
    return label_state(label) in SHOWN_OFF


def labels_to_print(
    user: User, decided_from: date | None = None, decided_until: date | None = None
) -> LabelQuerySet:
    """Labels that are not over, by movement, those decided on in a period when one is given."""
    labels = Label.objects.for_user(user).filter(effective_end__gte=today())
    if decided_from:
        labels = labels.filter(decided_on__gte=decided_from)
    if decided_until:
        labels = labels.filter(decided_on__lte=decided_until)
    return labels.with_facts().order_by("movement__name", "number")


def labels_to_choose(
    user: User,
    chosen: Collection[int],
    decided_from: date | None = None,
    decided_until: date | None = None,
) -> LabelQuerySet:
    """Of the labels to print those chosen and the latest decided on; no page holds thousands."""
    labels = labels_to_print(user, decided_from, decided_until)
    return labels.filter(Q(pk__in=chosen) | Q(pk__in=latest(labels).values("pk")))


def latest(labels: LabelQuerySet) -> LabelQuerySet:
    """The labels decided on last, as many as a page offers."""
    return labels.order_by("-decided_on", "-pk")[:OFFERED]


def labels_over(user: User, chosen: Collection[int]) -> list[Label]:
    """Those of the chosen labels, by number of their row, that are over and so not printed."""
    labels = Label.objects.for_user(user).filter(pk__in=chosen, effective_end__lt=today())
    return list(labels.select_related("movement").order_by("movement__name", "number"))


def batches_for(user: User) -> QuerySet[CertificateBatch]:
    """Batches whose labels this user may all see, with `made`, `failed` and `total`."""
    hidden = BatchItem.objects.exclude(label__in=Label.objects.for_user(user))
    batches = CertificateBatch.objects.exclude(pk__in=hidden.values("batch"))
    return batches.annotate(
        total=Count("items"),
        made=Count("items", filter=Q(items__state=ItemState.DONE)),
        failed=Count("items", filter=Q(items__state=ItemState.FAILED)),
    )


def labels_that_failed(batch: CertificateBatch) -> list[Label]:
    """Labels of a batch whose papers could not be made."""
    failed = batch.items.filter(state=ItemState.FAILED).select_related("label__movement")
    return [item.label for item in failed.order_by("label__movement__name", "label__number")]


def is_under_way(batch: CertificateBatch) -> bool:
    """Whether a worker has still something to do for it."""
    return batch.state in {BatchState.WAITING, BatchState.RUNNING}


def _shown(words: object) -> str:
    if isinstance(words, dict):
        texts = dict.fromkeys(words.get(language) for language in LANGUAGES)
        return " / ".join(str(text) for text in texts if text)
    return str(words)
