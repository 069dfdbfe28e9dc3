"""People for these tests."""

from datetime import date
from itertools import count

from accounts.enums import Role
from accounts.models import RoleGrant, User

_numbers = count(1)


def someone(*roles: Role, email: str = "", active: bool = True) -> User:
    """A user with these roles since 2020."""
    number = next(_numbers)
    user = User(email=email or f"user{number}@example.test", full_name=f"Person {number}")
    user.is_active = active
    user.set_unusable_password()
    user.save()
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, starts_on=date(2020, 1, 1))
    return user
