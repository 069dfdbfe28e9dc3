"""What the admin pages of this app share."""

from typing import Any


def copy_into(obj: Any, saved: Any) -> None:
    """Give the admin's unsaved object the key of what the service saved."""
    obj.pk = saved.pk
    obj._state.adding = False
