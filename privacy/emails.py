"""The mails about lists of records that wait for an approval; they hold numbers only."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import people_with
from accounts.enums import Role
from accounts.models import User
from core.outbox import Message, enqueue, register
from core.retention import category_of
from privacy.enums import RunState
from privacy.models import RetentionRun

# after how many days of waiting who is told, each once
OFFICERS_AFTER, COORDINATORS_AFTER = 14, 28
WAITING_STEPS = {OFFICERS_AFTER: Role.PRIVACY_OFFICER, COORDINATORS_AFTER: Role.COORDINATOR}


def steps_after(days: int) -> Iterator[int]:
    """The steps that are due after so many days of waiting."""
    return (step for step in WAITING_STEPS if days >= step)


@register("retention_waits")
class RetentionWaits(Message):
    """A list has been waiting for an approval: to the privacy officers, then the coordinators."""

    called = gettext_lazy("records kept long enough")

    @cached_property
    def run(self) -> RetentionRun:
        return RetentionRun.objects.get(pk=self.object_id)

    @cached_property
    def to(self) -> User:
        return User.objects.get(pk=int(self.recipient.removeprefix("user:")))

    @classmethod
    def recipients(cls, step: int) -> list[User]:
        """Who is told at a step; the coordinators at once where nobody is privacy officer."""
        return list(people_with(WAITING_STEPS[step]) or people_with(Role.COORDINATOR))

    def still_due(self) -> bool:
        waits = self.run.state == RunState.WAITING
        return waits and self.to in self.recipients(int(self.step))

    def address(self) -> str:
        return self.to.email

    def subject(self) -> str:
        return _("Records wait to be forgotten: %(label)s") % {"label": self.label}

    @property
    def label(self) -> str:
        return str(category_of(self.run.category).label)

    def context(self) -> dict[str, Any]:
        return {
            "name": self.to.full_name,
            "label": self.label,
            "count": self.run.count,
            "days": self.run.days_waited,
            "approves": Role.PRIVACY_OFFICER in self.to.roles,
            "path": reverse("privacy:retention_run", args=[self.run.pk]),
        }


def queue_overdue(run: RetentionRun, step: int) -> int:
    """Queue the mails of one step about one list; gives how many were not queued before."""
    queued = [
        enqueue(
            kind=RetentionWaits.kind,
            object_id=run.pk,
            step=str(step),
            recipient=user.key,
            language=user.language,
        )
        for user in RetentionWaits.recipients(step)
    ]
    return sum(row is not None for row in queued)
