"""The days of the demonstration, and its dice, which always fall in the same way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

from accounts.models import User
from core.calendar import add_months, pretend, today
from desk.demo.people import everybody_else

EARLIER_MONTHS = 36


class Demo:
    """The people of the demonstration and its dice, which always fall in the same way."""

    def __init__(self) -> None:
        self.dice = Random(2021)
        self.names = everybody_else()
        self.ids: dict[str, int] = {}
        self.today = day = today()
        # the project year starts on 1 March, and the edition is in its second year
        self.start = date(day.year - (1 if (day.month, day.day) >= (3, 1) else 2), 3, 1)
        self.earlier = add_months(self.start, -EARLIER_MONTHS)

    def user(self, name: str) -> User:
        """Somebody by the first part of the address, read anew: roles follow the day."""
        return User.objects.get(pk=self.ids[name])

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        """Do something on a day; never later than yesterday."""
        with pretend(min(day, self.today - timedelta(days=1))):
            yield
