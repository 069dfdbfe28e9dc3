"""What can be corrected about storytellers, and by what."""

from typing import Any

from accounts.models import User
from core import subjects
from testimonies.models import Storyteller
from testimonies.services import change_storyteller


def correct(storyteller: Storyteller, by: User, values: dict[str, Any]) -> None:
    """Who told it, and under which name the story stands."""
    change_storyteller(storyteller=storyteller, by=by, **values)


subjects.correctable("testimonies.storyteller", ("name", "contact", "alias", "birth_year"), correct)
