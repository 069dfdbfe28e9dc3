"""How many there are in the movements of the demonstration, as they said each autumn."""

from datetime import timedelta

from core.calendar import today
from desk.demo.clock import Demo
from movements.models import Movement
from movements.selectors import coach_of
from movements.services.counts import give_head_count
from movements.years import opens_on, working_year

# every fifth movement rather does not say how many of its members have a migration background
DECLINES = 5


def build(demo: Demo, movements: list[Movement]) -> None:
    """A head count of each movement in each October; more of them come each year."""
    years = range(demo.earlier.year, demo.today.year + 1)
    days = [opens_on(year) + timedelta(days=40) for year in years]
    for nth, day in enumerate(day for day in days if demo.earlier < day < demo.today):
        with demo.on(day):
            for number, movement in enumerate(movements):
                _count(movement, number, nth)


def _count(movement: Movement, number: int, nth: int) -> None:
    by = coach_of(movement)
    if by is None:
        return
    declined = number % DECLINES == DECLINES - 1
    give_head_count(
        movement=movement,
        working_year=working_year(today()),
        members=45 + number * 7 % 40 + nth,
        leaders=9 + number % 5,
        estimate=None if declined else 3 + number % 6 + nth * (number % 3),
        declined=declined,
        by=by,
    )
