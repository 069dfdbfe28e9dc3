"""The mail of Monday morning: what waits for a member of the youth service."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.enums import STAFF
from accounts.models import User
from core.calendar import today
from core.outbox import Message, register
from core.preferences import offer
from core.work import Section
from desk.worklist import work_list
from movements.emails import programme_name
from movements.models import Movement

offer(
    "digest",
    called=gettext_lazy("What waits, every Monday"),
    about=gettext_lazy("The numbers of your work list. The list itself is always there."),
    roles=STAFF,
)


def week_of(day: date) -> str:
    """The week of a day (ISO 8601), as "2026-W47"."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


@register("weekly_digest")
class WeeklyDigest(Message):
    """Numbers and names of movements, never of people; once a week (`step`) and person.

    Due in its own week, while something waits.
    """

    called = gettext_lazy("what waits, every Monday")
    keep = timedelta(days=365)
    group = "digest"

    @cached_property
    def user(self) -> User:
        return User.objects.get(pk=self.object_id)

    @cached_property
    def sections(self) -> list[Section]:
        with override(self.language):  # also asked for before the mail is written
            return work_list(self.user)

    def still_due(self) -> bool:
        is_staff = bool(self.user.roles & STAFF)
        return is_staff and self.step == week_of(today()) and bool(self.sections)

    def address(self) -> str:
        return self.user.email

    def subject(self) -> str:
        return _("What waits for you this week")

    def context(self) -> dict[str, Any]:
        return {
            "name": self.user.full_name,
            "sections": [
                (each.title, each.count, self._movements_in(each)) for each in self.sections
            ],
            "link": settings.PUBLIC_URL + reverse("admin:index"),
            "programme_name": programme_name(),
        }

    def _movements_in(self, section: Section) -> list[str]:
        """Of the texts of a section those that are the name of a movement, and no other."""
        texts = [item.text for item in section.items]
        known = set(Movement.objects.filter(name__in=texts).values_list("name", flat=True))
        return [text for text in texts if text in known]
