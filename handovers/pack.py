"""What a team hands over, on one page: words and lists, read from the records of this moment.

Nothing is copied or kept: the pack of a movement is always that of today. It names people with
their function; addresses and numbers it gives only of the youth service and of the group's own
mailbox, because a paper is passed on.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import User
from handovers.models import HandoverNote
from handovers.turns import Turn
from labels.enums import PointState
from labels.models import ActionPlan, Condition, Label
from movements.models import Mandate, Movement
from programmes.models import Edition


@dataclass(frozen=True)
class Promise:
    """What was promised on one point, how far it is, and whether it is still open."""

    number: int
    title: str
    text: str
    progress: str
    state: PointState

    @property
    def is_open(self) -> bool:
        """Promised, and not done yet."""
        return self.state not in {PointState.DONE, PointState.VERIFIED}


@dataclass(frozen=True)
class Ahead:
    """Something that comes, with its day."""

    on: date
    text: str


@dataclass(frozen=True)
class Said:
    """A message between the movement and the youth service."""

    author: User
    at: datetime
    text: str
    from_staff: bool


@dataclass(frozen=True)
class Shown:
    """The title of an example, with the number of its point."""

    number: int
    caption: str


@dataclass
class Pack:
    """Everything that a team hands over. What does not exist is empty or None."""

    movement: Movement
    day: date
    edition: Edition | None
    turn: Turn | None
    label: Label | None = None
    label_words: str = ""
    plan: ActionPlan | None = None
    plan_words: str = ""
    conditions: list[Condition] = field(default_factory=list)
    question: str = ""
    promises: list[Promise] = field(default_factory=list)
    without_promise: list[int] = field(default_factory=list)
    ten: list[str] = field(default_factory=list)  # the ten points, before the first plan
    ahead: list[Ahead] = field(default_factory=list)
    notes: list[HandoverNote] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    examples: list[Shown] = field(default_factory=list)
    more_examples: int = 0
    team: list[Mandate] = field(default_factory=list)
    coach: User | None = None

    @property
    def open_promises(self) -> list[Promise]:
        """Those still to do, by point."""
        return [promise for promise in self.promises if promise.is_open]

    @property
    def kept_promises(self) -> list[Promise]:
        """Those that are done, by point."""
        return [promise for promise in self.promises if not promise.is_open]
