"""What waits for somebody: how a work list names it."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Item:
    """One thing to do: its text, its page, and since (or until) which day."""

    text: str
    url: str
    day: date


@dataclass(frozen=True)
class Section:
    """One kind of work. `items` are the first few, `count` is all of them."""

    title: str
    url: str
    count: int
    items: list[Item] = field(default_factory=list)
