"""How long records are kept: the categories that apps register, each in its `retention.py`.

A category says from which day its period counts and what forgetting one of its records means. Who
decides on the number of months, approves and forgets stands above (`privacy`); nothing here does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.calendar import latest_start
from core.restriction import is_restricted
from core.tombstones import Tombstone

Words = str | Promise  # translated when they are shown
Hold = Callable[[date], Q | Exists]
STORAGE_LIMITATION = _("GDPR, article 5(1)(e): no longer than the purpose needs")


@dataclass
class Category:
    """Records that go together after a number of months.

    `begun(day)` are those whose period began on that day or before; what was forgotten is not among
    them. `counted` says from when, as in "12 months after the decision". `forget(record, by)`
    empties or deletes one record; a category without it is about persons, whom the privacy desk
    erases. `forget_up_to(day, by)` is for rows too many to be listed by number: all up to that day.
    `least` is the shortest period that may be decided. `holds` are conditions of apps above for
    keeping a record all the same, each of the same day.
    """

    key: str  # "labels.example"
    model: str
    label: Words
    months: int
    counted: Words
    begun: Callable[[date], QuerySet[Any]]
    forget: Callable[[Any, Any], None] | None = None
    forget_up_to: Callable[[date, Any], None] | None = None
    legal_reference: Words = STORAGE_LIMITATION
    least: int = 1
    holds: list[Hold] = field(default_factory=list)

    @property
    def is_about_persons(self) -> bool:
        """Whether forgetting one of its records is erasing a person."""
        return self.forget is None and self.forget_up_to is None

    @property
    def table(self) -> type[Model]:
        """The class of its records."""
        return apps.get_model(self.model)

    def due(self, day: date, months: int) -> QuerySet[Any]:
        """The records whose period of `months` is over on a day, by number.

        A record that is set aside (GDPR, article 18) stays until that is lifted.
        """
        start = latest_start(day, months)
        found = self.begun(start).exclude(is_restricted(self.table))
        if self.is_about_persons:
            gone = Tombstone.objects.filter(model=self.model, object_id=OuterRef("pk"))
            found = found.exclude(Exists(gone))
        for hold in self.holds:
            found = found.exclude(hold(start))
        return found.order_by("pk")


_categories: dict[str, Category] = {}
# what the privacy desk decided, by key; asked anew each time
_in_force: list[Callable[[], dict[str, int]]] = []
_read: ContextVar[dict[str, int] | None] = ContextVar("read", default=None)


def register(category: Category) -> Category:
    """Add a category. Raises ValueError for one that is registered twice."""
    if category.key in _categories:
        raise ValueError(f"{category.key} is registered twice")
    _categories[category.key] = category
    return category


def hold(key: str, condition: Hold) -> None:
    """Keep the records of a category below for which `condition(day)` holds.

    The day is the last on which a period that is over can have begun. Raises KeyError for a
    category that nobody registered.
    """
    _categories[key].holds.append(condition)


def categories() -> list[Category]:
    """Every category, in the order of the layers."""
    return list(_categories.values())


def category_of(key: str) -> Category:
    """The category of a key. Raises KeyError for another."""
    return _categories[key]


def decided_by(source: Callable[[], dict[str, int]]) -> Callable[[], dict[str, int]]:
    """Have `source()` asked for the months that were decided, by key. Works as a decorator."""
    _in_force.append(source)
    return source


@contextmanager
def read_once() -> Iterator[None]:
    """Read what was decided a single time, for a page that tells many periods."""
    token = _read.set(months_in_force())
    try:
        yield
    finally:
        _read.reset(token)


def months_in_force() -> dict[str, int]:
    """The months of every category as they are now: the default where nothing was decided."""
    if (read := _read.get()) is not None:
        return read
    found = {category.key: category.months for category in categories()}
    for source in _in_force:
        found |= source()
    return found


def period(category: Category, months: int) -> str:
    """For example "12 months after the decision", in the active language."""
    number = ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    return f"{number} {category.counted}"


def _words(*keys: str) -> str:
    months = months_in_force()
    told = (period(category_of(key), months[key]) for key in keys)
    return gettext("; ").join(dict.fromkeys(told))


def in_words(*keys: str) -> Any:
    """How long the records of some categories are kept, read anew each time it is shown."""
    return lazy(_words, str)(*keys)
