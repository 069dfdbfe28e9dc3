"""Who somebody is today: the one place that decides on roles, on every request.

Apps above register what they know (grants, secondments, mandates), as conditions on users. The same
conditions give the roles of a person, in one query, and the people of a role. Nothing is kept in
the session.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.core.signals import setting_changed
from django.db import connections
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.dispatch import receiver

from accounts.enums import Role
from core.calendar import today

DAY = timedelta(days=1)
SOMEBODY = -1  # stands for the number of a user; none has it


@dataclass(frozen=True)
class Reason:
    """Why somebody has a role, or had or will have it: one line for who decides on roles."""

    role: str
    why: str
    holds: bool


# a day, or None for this very moment: the difference is what was ended earlier today
Holders = Callable[[frozenset[str], date | None], Q]
Ends = Callable[[frozenset[str], date, date], QuerySet[Any, Any]]
Reasons = Callable[[Any], Iterable[Reason]]

_holders: list[Holders] = []
_ends: list[Ends] = []
_reasons: list[Reasons] = []


def register_holders(holders: Holders) -> Holders:
    """Have `holders(roles, day)` asked for a condition on users: those with one of the roles.

    Written as Exists on OuterRef("pk"), so that asking about one person looks at their rows only.
    """
    _holders.append(holders)
    _question.cache_clear()
    return holders


def register_ends(ends: Ends) -> Ends:
    """Have `ends(roles, first, last)` asked for the last days of such roles in a period.

    Without an order, because all of them become one query.
    """
    _ends.append(ends)
    return ends


def register_reasons(reasons: Reasons) -> Reasons:
    """Have `reasons(user)` asked why somebody has their roles."""
    _reasons.append(reasons)
    return reasons


NOBODY = Q(pk__in=[])


def holding(*roles: str, on: date | None = None) -> Q:
    """A condition on users: with one of these roles at this moment, or on a day."""
    wanted = frozenset(str(role) for role in roles)
    found = NOBODY
    for holders in _holders:
        found |= holders(wanted, on)
    return Q(is_active=True) & found


def roles_of(user: Any) -> frozenset[str]:
    """The roles that a user has at this moment, by every registered source; none when inactive."""
    if not user.is_active:
        return frozenset()
    question = _question(today(), user.__class__._default_manager.db)
    with connections[question.database].cursor() as cursor:
        cursor.execute(question.sql, question.asked_about(user.pk))
        row = cursor.fetchone()
    return frozenset(role.value for role, holds in zip(Role, row or (), strict=bool(row)) if holds)


@dataclass(frozen=True)
class Question:
    """The question which roles somebody has, as the database is asked it, for anybody."""

    database: str
    sql: str
    parameters: tuple[Any, ...]

    def asked_about(self, pk: int) -> tuple[Any, ...]:
        """The parameters of the question about one user."""
        return tuple(pk if value == SOMEBODY else value for value in self.parameters)


@lru_cache(maxsize=4)
def _question(day: date, database: str) -> Question:
    """Written out once a day: on every request Django would take longer to write it than the
    database to answer it. Conditions depend on the day, which is why it is a key here.
    """
    held = {role.value: ExpressionWrapper(holding(role), BooleanField()) for role in Role}
    rows = (
        get_user_model()
        ._default_manager.using(database)
        .filter(pk=SOMEBODY)
        .annotate(**{f"has_{role}": condition for role, condition in held.items()})
        .values_list(*(f"has_{role}" for role in held))
    )
    sql, parameters = rows.query.get_compiler(database).as_sql()
    return Question(database, sql, tuple(parameters))


@receiver(setting_changed)
def _write_anew(**kwargs: Any) -> None:
    """A day may mean something else by other settings; only tests change them."""
    _question.cache_clear()


def people_with(*roles: str, on: date | None = None) -> QuerySet[Any]:
    """Active users with one of these roles at this moment, or on a day, by name.

    Each stands in it once, whatever the number of reasons for a role.
    """
    return get_user_model()._default_manager.filter(holding(*roles, on=on))


def last_days(*roles: str, first: date, last: date) -> dict[Any, date]:
    """Who loses the last of these roles in a period (both days included), with the last day.

    A role that follows on another the day after is no loss.
    """
    wanted = frozenset(str(role) for role in roles)
    one, *others = (source(wanted, first, last) for source in _ends)
    found: dict[Any, date] = {}
    for day in sorted(set(one.union(*others))):
        staying = people_with(*roles, on=day + DAY)
        for person in people_with(*roles, on=day).exclude(pk__in=staying.values("pk")):
            found.setdefault(person, day)
    return found


def reasons_of(user: Any) -> list[Reason]:
    """Why somebody has their roles, and what is over or still to come; the present ones first."""
    found = [reason for source in _reasons for reason in source(user)]
    return sorted(found, key=lambda reason: not reason.holds)
