"""Catch a page that writes while it should only read."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

# looking at a personal record is itself recorded
ALLOWED = frozenset({"core_accesslog"})
WRITE = re.compile(r"""^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+"?(\w+)""", re.I)


@contextlib.contextmanager
def reading_only(*also_allowed: str) -> Iterator[None]:
    """Fail at the first INSERT, UPDATE, DELETE or TRUNCATE, the access log excepted."""
    allowed = ALLOWED | set(also_allowed)

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITE.match(sql)
        if found and found[1] not in allowed:
            raise AssertionError(f"A reading page writes: {sql}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
