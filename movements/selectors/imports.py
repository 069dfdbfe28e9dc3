"""What rows of an imported list are judged by."""

from movements.imports import Context, Key, fold_name, movement_key
from movements.models import (
    Federation,
    Movement,
)


def import_context(*, municipality: str = "", choices: dict[int, int] | None = None) -> Context:
    """All that rows of a list are judged by, in two queries."""
    federations = {fold_name(f.name): f for f in Federation.objects.all()}
    known: dict[Key, Movement] = {}
    for movement in Movement.objects.order_by("-id"):
        key = movement_key(
            movement.federation_id, movement.code, movement.name, movement.municipality
        )
        known[key] = movement
    return Context(federations, known, municipality, choices or {})
