"""What a service raises when it does not do what was asked; forms and admin show it as text."""


class Refused(Exception):
    """A rule says no. The message is translated and meant for the person who asked."""

    def __init__(self, message: object) -> None:
        super().__init__(str(message))
        self.message = str(message)


class Stale(Refused):
    """Somebody else changed the thing since it was read; nothing was written."""
