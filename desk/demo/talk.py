"""What some movements of the demonstration and the youth service said to each other of late."""

from datetime import timedelta

from desk.demo.clock import Demo
from desk.demo.world import NAMED_LEADERS
from movements.models import Movement
from movements.rules import writes_in
from movements.selectors import coach_of
from movements.services import say

# by whom, how many days ago, what; the last one of "sami" waits for an answer
SAID = [
    ("noor", 12, "Twee kinderen uit het opvangcentrum willen komen proberen. Wat spreken we af?"),
    (
        "coach",
        11,
        "Fijn! Laat ze zondag komen, ik ga zelf mee. Betalen doen ze de eerste keer niet.",
    ),
    ("noor", 10, "Top, tot zondag!"),
    ("coach", 6, "Hoe was het? En is er al iemand die volgend jaar groepsleiding wil zijn?"),
    ("sami", 20, "Kunnen we vanuit de stad een zaaltje krijgen voor de vriendjesdag?"),
    ("coach", 18, "Ja, het buurthuis is vrij. Welke zaterdag denken jullie?"),
    ("sami", 3, "14 maart! Moeten we zelf iets tekenen?"),
]


def build(demo: Demo, movements: list[Movement]) -> None:
    """Two conversations: one that was answered, one that waits."""
    movement = movements[0]
    for who, days, text in SAID:
        movement = movements[NAMED_LEADERS[who]] if who in NAMED_LEADERS else movement
        with demo.on(demo.today - timedelta(days=days)):
            by = demo.user(who) if who in NAMED_LEADERS else coach_of(movement)
            # soon after a change of team somebody of the new one did not lead yet
            if by is not None and (who not in NAMED_LEADERS or writes_in(by, movement)):
                say(movement=movement, text=text, by=by)
