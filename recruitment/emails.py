"""The mail about files of somebody who leaves the team."""

from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.rules import is_coordinator
from core.outbox import Message, register
from recruitment.selectors import Leaver, leavers


@register("files_need_owner")
class FilesNeedOwner(Message):
    """To who leaves and to the coordinators; `object_id` is the leaver, `step` the last day."""

    called = gettext_lazy("files that need a new owner")

    @cached_property
    def reader(self) -> User:
        return User.objects.get(pk=int(self.recipient.partition(":")[2]))

    @cached_property
    def leaver(self) -> Leaver | None:
        """As things are now; None when the person stays, or handed everything over."""
        last = date.fromisoformat(self.step)
        return next(
            (one for one in leavers() if (one.person.pk, one.last_day) == (self.object_id, last)),
            None,
        )

    @property
    def is_about_reader(self) -> bool:
        return self.reader.pk == self.object_id

    def still_due(self) -> bool:
        reads = self.is_about_reader or is_coordinator.test(self.reader)
        return self.leaver is not None and reads

    def address(self) -> str:
        return self.reader.email

    def subject(self) -> str:
        files = self._leaver().files
        words = {"count": files, "day": date_format(self._leaver().last_day, "j F")}
        return (
            ngettext(
                "%(count)s file needs a new owner by %(day)s",
                "%(count)s files need a new owner by %(day)s",
                files,
            )
            % words
        )

    def context(self) -> dict[str, Any]:
        return {
            "name": self.reader.full_name,
            "leaver": self._leaver(),
            "is_about_reader": self.is_about_reader,
            "path": reverse("admin:recruitment_household_leaver", args=[self.object_id]),
        }

    def _leaver(self) -> Leaver:
        if self.leaver is None:
            raise LookupError("nobody leaves")
        return self.leaver
