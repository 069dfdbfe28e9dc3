"""What a service raises when it does not do what was asked; forms and admin show it as text."""

from typing import Any

from django.core.exceptions import ValidationError


class Refused(Exception):
    """A rule says no. The message is translated and meant for the person who asked."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = str(message)


class Stale(Refused):
    """Somebody else changed the thing since it was read; nothing was written."""


class NotLogged(Exception):
    """A look at a personal record cannot be written down, so nobody may look (ends as a 503).

    No `Refused`: nothing that the person types can mend it, so no form may catch it.
    """


def show_refusal(form: Any, refusal: Exception) -> None:
    """Put what a service refused into a form that was valid: at its field if it names one."""
    if not isinstance(refusal, ValidationError):
        form.add_error(None, str(refusal))
        return
    by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": refusal.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)
