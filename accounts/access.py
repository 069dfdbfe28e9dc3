"""Who somebody is today: the one place that decides on roles, on every request.

Apps above register what they know (mandates, later secondments); nothing is kept in the session.
"""

from collections.abc import Callable
from typing import Any

Source = Callable[[Any], set[str]]
_sources: list[Source] = []


def register_source(source: Source) -> Source:
    """Have `source(user)` asked for roles, each as a value of Role. Works as a decorator."""
    _sources.append(source)
    return source


def roles_of(user: Any) -> frozenset[str]:
    """The roles that a user has today by every registered source; none when inactive."""
    if not user.is_active:
        return frozenset()
    return frozenset().union(*(source(user) for source in _sources))
