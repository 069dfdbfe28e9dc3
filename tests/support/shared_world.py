"""The world that many tests look at: built once, and kept as long as the next test looks at it."""

from contextlib import ExitStack
from typing import Any

from django.db import transaction

from tests.architecture.world import World, build


class SharedWorld:
    """The world in a transaction that outlives the tests, and the files of tests, that use it.

    To build it takes seconds, and a dozen files want one. What a test does to it happens in the
    transaction of that test inside this one, so that the next test finds it as it was built.
    """

    def __init__(self) -> None:
        self._world: World | None = None
        self._end = ExitStack()

    def get(self, blocker: Any) -> World:
        """The world, built when there is none; `blocker` is pytest-django's."""
        if self._world is None:
            with ExitStack() as stack:
                stack.enter_context(blocker.unblock())
                stack.enter_context(transaction.atomic())
                self._world = build()
                stack.callback(transaction.set_rollback, True)
                self._end = stack.pop_all()
        return self._world

    def close(self) -> None:
        """Undo it: what follows finds the database as the migrations left it."""
        self._world = None
        self._end.close()
