"""What rows of an imported list are judged by."""

from collections import defaultdict

from core.encryption import fold
from movements.imports import Context, Key, fold_name, movement_key
from movements.models import (
    Federation,
    FormerName,
    Movement,
)


def import_context(*, municipality: str = "", choices: dict[int, int] | None = None) -> Context:
    """All that rows of a list are judged by, in three queries."""
    federations = {fold_name(f.name): f for f in Federation.objects.all()}
    names = _former_names()
    known: dict[Key, Movement] = {}
    former: dict[Key, frozenset[str]] = {}
    movements = list(Movement.objects.order_by("-id"))
    for movement in movements:
        known[_key(movement, movement.name)] = movement
        former[_key(movement, movement.name)] = frozenset(names[movement.pk])
    for movement in movements:
        for name in names[movement.pk]:
            if known.setdefault(key := _key(movement, name), movement) is movement:
                former[key] = frozenset(names[movement.pk])
    return Context(federations, known, municipality, choices or {}, former)


def _key(movement: Movement, name: str) -> Key:
    return movement_key(movement.federation_id, movement.code, name, movement.municipality)


def _former_names() -> dict[int, list[str]]:
    """What movements were called before, by movement and folded."""
    names: dict[int, list[str]] = defaultdict(list)
    for number, name in FormerName.objects.values_list("movement", "name"):
        names[number].append(fold(name))
    return names
