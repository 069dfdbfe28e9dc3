"""Batches of certificates for an award evening: asked for, worked on, put together, forgotten.

The rows are the truth. Any number of workers take the next label of a batch; whoever made the last
one puts the file together. What a crashed worker had claimed is taken again a while later, and a
label that crashes its worker each time fails in the end, so that the others still come.
"""

import logging
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from celery import current_app
from django.core.files import File
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from core.calendar import now
from core.errors import Refused
from core.logs import log_activity
from core.outbox import PATIENCE
from core.pdf_together import put_together
from labels.certificates import Paper, make_paper
from labels.enums import BatchFormat, BatchState, ItemState
from labels.models import BatchItem, CertificateBatch, Label
from labels.selectors.certificates import can_show_off

logger = logging.getLogger(__name__)
TASK = "labels.tasks.work_on_batch"
MOST = 500  # labels in one batch
AT_ONCE = 20  # labels that one task makes before it calls the next, so that workers are renewed
ATTEMPTS = 3
STALE_AFTER = timedelta(minutes=3)
KEPT = timedelta(days=7)
GROUP_NAME = 60  # characters of it in the name of a file
UNDER_WAY = (BatchState.WAITING, BatchState.RUNNING)


# Asked for -------------------------------------------------------------------------------------


@transaction.atomic
def start_batch(
    *, labels: Iterable[Label], by: User, language: str, format: str, with_posters: bool
) -> CertificateBatch:
    """Ask for the certificates of some labels; workers begin once this is committed.

    An empty language means that of each movement. Raises Refused without labels or with too many.
    """
    chosen = list(labels)
    if not chosen:
        raise Refused(_("Choose at least one label."))
    if len(chosen) > MOST:
        raise Refused(_("Choose at most %(most)s labels.") % {"most": MOST})
    batch = CertificateBatch.objects.create(
        asked_by=by, language=language, format=format, with_posters=with_posters
    )
    BatchItem.objects.bulk_create(BatchItem(batch=batch, label=label) for label in chosen)
    log_activity(actor=by, verb="asked for a batch", obj=batch)
    calls = -(-len(chosen) // AT_ONCE)
    transaction.on_commit(lambda: call_workers(batch.pk, calls), robust=True)
    return batch


def call_workers(batch_id: int, calls: int = 1) -> None:
    """Tell workers that there is something to do; with the broker away, beat does it later."""
    try:
        with current_app.connection_for_write(transport_options=PATIENCE) as broker:
            for _call in range(calls):
                current_app.send_task(TASK, args=[batch_id], connection=broker, retry=False)
    except Exception as error:  # any broker fault: the next tick calls again
        logger.warning("no broker to call a worker: %s", type(error).__name__)


# Worked on -------------------------------------------------------------------------------------


def work_on(*, batch_id: int) -> int:
    """Make the papers of the next labels of a batch; gives how many labels it looked at.

    When no label is left it puts the file together, when there are more it calls the next worker.
    """
    worked = 0
    while worked < AT_ONCE and (item := _claim(batch_id)) is not None:
        _make(item)
        worked += 1
    batch = CertificateBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        return worked
    if worked == AT_ONCE and _waiting().filter(batch=batch).exists():
        call_workers(batch_id)
    elif (claimed := _claim_whole(batch)) is not None:
        _put_together(claimed)
    return worked


def pick_up_batches() -> int:
    """Call a worker for each batch that nobody is working on; gives their number."""
    left = _waiting().filter(batch=OuterRef("pk"))
    recent = Q(state=ItemState.CLAIMED, claimed_at__gte=now() - STALE_AFTER)
    busy = BatchItem.objects.filter(recent, batch=OuterRef("pk"))
    idle = CertificateBatch.objects.filter(state__in=UNDER_WAY).exclude(Exists(busy))
    numbers = list(idle.filter(Exists(left) | _unclaimed()).values_list("pk", flat=True))
    for number in numbers:
        call_workers(number)
    return len(numbers)


def forget_batches() -> int:
    """Delete batches of more than a week ago with their files; gives their number."""
    old = CertificateBatch.objects.filter(asked_at__lt=now() - KEPT)
    for batch in old:
        file = batch.file
        batch.delete()
        if file:
            file.delete(save=False)
    return len(old)


def _waiting() -> QuerySet[BatchItem]:
    """Labels that somebody can take: waiting, or claimed so long ago that nobody is at it."""
    stale = Q(state=ItemState.CLAIMED, claimed_at__lt=now() - STALE_AFTER)
    return BatchItem.objects.filter(Q(state=ItemState.WAITING) | stale)


def _unclaimed() -> Q:
    """Nobody is putting the file together."""
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=now() - STALE_AFTER)


@transaction.atomic
def _claim(batch_id: int) -> BatchItem | None:
    """Take one label for this worker. One that crashed its workers before is given up instead."""
    rows = _waiting().select_for_update(skip_locked=True).filter(batch=batch_id).order_by("id")
    worn = rows.filter(attempts__gte=ATTEMPTS)
    BatchItem.objects.filter(pk__in=[item.pk for item in worn]).update(state=ItemState.FAILED)
    item = rows.first()
    if item is not None:
        item.state, item.claimed_at = ItemState.CLAIMED, now()
        item.attempts += 1
        item.save(update_fields=["state", "claimed_at", "attempts"])
    return item


def _make(item: BatchItem) -> None:
    """Make and keep the papers of one label. One that cannot be made stops none of the others.

    A database that is away says nothing about the label: whoever comes next tries it again.
    """
    state = ItemState.DONE
    try:
        for paper in _papers(item):
            paper.read()
    except DatabaseError:
        raise
    except Exception as error:  # whatever is wrong with this one, the next is another
        logger.error("papers of a label could not be made: %s", type(error).__name__)
        state = ItemState.FAILED
    claimed = BatchItem.objects.filter(pk=item.pk, attempts=item.attempts)
    claimed.update(state=state)


def _papers(item: BatchItem) -> Iterator[Paper]:
    label = Label.objects.with_facts().get(pk=item.label_id)
    language = item.batch.language or label.movement.language
    yield make_paper("certificate", label, language)
    if item.batch.with_posters and can_show_off(label):
        yield make_paper("poster", label, language)


# Put together ----------------------------------------------------------------------------------


@transaction.atomic
def _claim_whole(batch: CertificateBatch) -> CertificateBatch | None:
    """Take the batch for this worker once each of its labels is made or failed."""
    rows = CertificateBatch.objects.select_for_update().filter(_unclaimed(), pk=batch.pk)
    claimed = rows.filter(state__in=UNDER_WAY).first()
    unmade = BatchItem.objects.exclude(state__in=[ItemState.DONE, ItemState.FAILED])
    if claimed is None or unmade.filter(batch=claimed).exists():
        return None
    claimed.state, claimed.claimed_at = BatchState.RUNNING, now()
    claimed.attempts += 1
    claimed.save(update_fields=["state", "claimed_at", "attempts"])
    return claimed


def _put_together(batch: CertificateBatch) -> None:
    """Write the file of a batch, or that there is none."""
    done = batch.items.filter(state=ItemState.DONE).select_related("batch")
    done = done.order_by("label__movement__name", "label__number")
    if batch.attempts > ATTEMPTS or not done:
        _end(batch, BatchState.FAILED)
        return
    try:
        with tempfile.TemporaryFile() as file:
            _write(batch, done, file)
            file.seek(0)
            name = f"{secrets.token_hex(16)}.{batch.format}"
            batch.file.save(name, File(file), save=False)
    except DatabaseError:  # it is put together again, as after a crash
        raise
    except Exception as error:  # a full disk, a paper that pypdf cannot read
        logger.error("a batch could not be put together: %s", type(error).__name__)
        _end(batch, BatchState.FAILED)
        return
    _end(batch, BatchState.READY)


def _write(batch: CertificateBatch, items: Iterable[BatchItem], target: IO[bytes]) -> None:
    papers = (paper for item in items for paper in _papers(item))
    if batch.format == BatchFormat.ZIP:
        with ZipFile(target, "w", ZIP_STORED) as archive:
            for paper in papers:
                archive.writestr(f"{_group(paper)}{paper.file_name}", paper.read())
        return
    language = batch.language or "nl"
    with override(language):
        title = _("Certificates")
    target.write(put_together((paper.read() for paper in papers), title=title, language=language))


def _group(paper: Paper) -> str:
    """The name of the group, so that the files lie as the groups are called."""
    name = slugify(paper.facts.movement, allow_unicode=True)[:GROUP_NAME]
    return f"{name}-" if name else ""


def _end(batch: CertificateBatch, state: BatchState) -> None:
    """Write how it ended, unless somebody else took it over since."""
    ours = CertificateBatch.objects.filter(pk=batch.pk, attempts=batch.attempts)
    changed = ours.update(state=state, file=batch.file.name or "", ended_at=now())
    if not changed and batch.file:
        batch.file.delete(save=False)
