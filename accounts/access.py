"""Who somebody is today: the one place that decides on roles, on every request.

Apps above register what they know (grants, secondments, mandates), as conditions on users. The same
conditions give the roles of a person, in one query, and the people of a role. Nothing is kept in
the session.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts.enums import Role

DAY = timedelta(days=1)


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
    held = {role.value: ExpressionWrapper(holding(role), BooleanField()) for role in Role}
    rows = (
        get_user_model()
        ._default_manager.filter(pk=user.pk)
        .annotate(**{f"has_{role}": condition for role, condition in held.items()})
    )
    row = rows.values(*(f"has_{role}" for role in held)).first() or {}
    return frozenset(name.removeprefix("has_") for name, holds in row.items() if holds)


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
