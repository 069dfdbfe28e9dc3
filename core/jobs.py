"""Work that outlives a request: its uploaded file (encrypted), its progress, its result."""

from base64 import b64decode, b64encode
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.calendar import now
from core.encryption import EncryptedTextField

KEEP_FILE = timedelta(days=1)
KEEP_RESULT = timedelta(days=30)


class JobState(models.TextChoices):
    """How far a job is."""

    PREVIEW = "preview", _("preview")
    DONE = "done", _("done")


class Job(models.Model):
    """One upload of one person, from preview to result."""

    kind = models.CharField(_("kind"), max_length=40)
    owner = models.CharField(_("owner"), max_length=40, help_text=_("key of a user"))
    file_name = models.CharField(_("file name"), max_length=200)
    file = EncryptedTextField(_("file"), null=True)
    options = models.JSONField(_("options"), default=dict)
    result = models.JSONField(_("result"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.PREVIEW
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="preview") | models.Q(file__isnull=True),
                name="job_done_keeps_no_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def data(self) -> bytes:
        """The uploaded bytes; empty once the job is done."""
        return b64decode(self.file or "")


def start(*, kind: str, owner: str, file_name: str, data: bytes) -> Job:
    """Keep an uploaded file until its owner confirms it or a day has passed."""
    file = b64encode(data).decode()
    return Job.objects.create(kind=kind, owner=owner, file_name=file_name[-200:], file=file)


def finish(job: Job, result: dict[str, int]) -> None:
    """Keep the result (counts) and forget the file."""
    job.result, job.state, job.file = result, JobState.DONE, None
    job.save(update_fields=["result", "state", "file"])


def delete_stale() -> int:
    """Delete previews older than a day and results older than a month; gives their number."""
    previews = models.Q(state=JobState.PREVIEW, created_at__lt=now() - KEEP_FILE)
    results = models.Q(created_at__lt=now() - KEEP_RESULT)
    return Job.objects.filter(previews | results).delete()[0]
