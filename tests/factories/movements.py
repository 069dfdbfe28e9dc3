"""Movements and the people around them, made by the services that make them in the product."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.enums import Role
from accounts.models import RoleGrant, User
from accounts.services import ensure_user
from core.calendar import now, today
from movements.enums import Function
from movements.federations import FEDERATIONS
from movements.models import Federation, Mandate, Movement
from movements.services import create_movement, record_mandate

SCOUTS = "Scouts & Gidsen Vlaanderen"
CHIRO = "Chirojeugd Vlaanderen"
_numbers = count(1)


def federation(name: str = CHIRO) -> Federation:
    """One of the Flemish federations; made anew when a flush took it away."""
    values = next(values for values in FEDERATIONS if values["name"] == name)
    return Federation.objects.get_or_create(name=name, defaults=values)[0]


def flemish_federations() -> None:
    """All of them, as after the migration."""
    for values in FEDERATIONS:
        federation(values["name"])


def movement(name: str = "", **fields: Any) -> Movement:
    """A movement of the Chiro in Mechelen, unless said otherwise."""
    fields.setdefault("federation", federation())
    fields.setdefault("municipality", "Mechelen")
    return create_movement(name=name or f"Chiro {next(_numbers)}", by=None, **fields)


def user(name: str = "", email: str = "", **fields: Any) -> User:
    """Somebody with an account and no role."""
    number = next(_numbers)
    name = name or f"Person {number}"
    return ensure_user(email=email or f"p{number}@example.org", full_name=name, **fields)


def _with_role(role: Role, name: str) -> User:
    """Not by the service: its mail would stand among those that a test is about."""
    person = user(name)
    RoleGrant.objects.create(user=person, role=role)
    return person


def coordinator(name: str = "Carla Coördinator") -> User:
    return _with_role(Role.COORDINATOR, name)


def consultant(name: str = "Kamal Consulent") -> User:
    return _with_role(Role.CONSULTANT, name)


def alderman(name: str = "Sofie Schepen") -> User:
    return _with_role(Role.ALDERMAN, name)


def mandate(
    in_movement: Movement | None = None,
    *,
    account: User | None = None,
    starts_on: date | None = None,
    **fields: Any,
) -> Mandate:
    """A main leader since a month; with an account when one is given."""
    number = next(_numbers)
    fields.setdefault("function", Function.MAIN_LEADER)
    fields.setdefault("name", account.full_name if account else f"Leader {number}")
    fields.setdefault("email", account.email if account else f"leader{number}@example.org")
    recorded = record_mandate(
        movement=in_movement or movement(),
        starts_on=starts_on or today() - timedelta(days=30),
        by=None,
        **fields,
    )
    if account:
        Mandate.objects.filter(pk=recorded.pk).update(user=account)
        recorded.refresh_from_db()
    return recorded


def ended(past: Mandate) -> Mandate:
    """The mandate, ended a moment ago."""
    Mandate.objects.filter(pk=past.pk).update(ends_on=today(), ended_at=now())
    past.refresh_from_db()
    return past
