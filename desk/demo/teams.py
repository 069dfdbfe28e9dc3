"""The teams of the demonstration: who led before, who leads now, and that they go on each year."""

from datetime import date, timedelta

from core.calendar import add_months, today
from desk.demo.clock import Demo
from desk.demo.world import MOVEMENTS, NAMED_LEADERS
from handovers.rotation import DAY
from handovers.selectors import coming_turn, last_turn
from handovers.services import open_handovers, sign_handover, write_note
from movements.enums import Function
from movements.models import Mandate, Movement
from movements.services import (
    ask_to_join,
    confirm_mandates,
    invite,
    make_team_link,
    record_mandate,
)
from movements.years import ends_on, opens_on, working_year

PLACES = 4
# in this working year nobody of it said yet that they go on
SILENT = "FOS De Wegwijzer"
ASKS = ("Wannes Tuerlinckx", "wannes.tuerlinckx@demo.example")
NOTE = (
    "De sleutel van de kapel ligt bij de buurvrouw op nummer 12. De inschrijvingsfolder in klare"
    " taal is klaar, alleen de druk moet nog. Bel in augustus de opvang: zij brengen zelf mee."
)


def build(demo: Demo, movement: Movement, number: int) -> None:
    """A main leader and three leaders since the beginning; every third team is a new one."""
    start, ends = today(), _end_of_team(demo, number)
    if number % 3 == 1:
        changed = opens_on(working_year(demo.today))
        _team(demo, movement, number, start, changed - DAY, who_before=True)
        start = changed
    _team(demo, movement, number, start, ends)


def go_on(demo: Demo, movements: list[Movement]) -> None:
    """Each year in September they say that they go on; this year not everybody did yet."""
    for year in range(demo.earlier.year, demo.today.year + 1):
        day = opens_on(year) + timedelta(days=14)
        if demo.earlier < day < demo.today:
            with demo.on(day):
                for movement in movements:
                    _say(demo, movement, _silent(movement) if demo.today <= ends_on(year) else 0)


def _silent(movement: Movement) -> int:
    """How many of a team are waited for: all of one, somebody of the first, else nobody."""
    return {SILENT: PLACES, MOVEMENTS[0][0]: 1}.get(movement.name, 0)


def ask(demo: Demo, movement: Movement) -> None:
    """Somebody asks to be in the next team, by the link that the main leader handed round."""
    name, email = ASKS
    with demo.on(demo.today - timedelta(days=2)):
        _link, token = make_team_link(
            movement=movement, starts_on=demo.today + timedelta(days=36), by=demo.user("noor")
        )
        ask_to_join(token=token, name=name, email=email)


def hand_over(demo: Demo, movements: list[Movement]) -> None:
    """In some movements the old team wrote a note, and in some of those the new one signed."""
    changed = opens_on(working_year(demo.today))
    for number, movement in enumerate(movements):
        if number % 3 != 1 or (number % 2 and number not in NAMED_LEADERS.values()):
            continue
        with demo.on(changed - timedelta(days=60)):
            turn, writer = coming_turn(movement), _main_leader(movement)
            if turn and writer.user:
                write_note(
                    movement=movement, rotation_on=turn.on, by=writer.user, text=NOTE, version=0
                )
        if number % 4 == 0:
            _sign(demo, movement, changed)
    open_handovers()


def _sign(demo: Demo, movement: Movement, changed: date) -> None:
    with demo.on(changed + timedelta(days=20)):
        turn, signer = last_turn(movement), _main_leader(movement)
        if turn and turn.waits and signer.user:
            sign_handover(movement=movement, rotation_on=turn.on, by=signer.user)


def _main_leader(movement: Movement) -> Mandate:
    leaders = Mandate.objects.active().filter(movement=movement, function=Function.MAIN_LEADER)
    return leaders.select_related("user").earliest("pk")


def _say(demo: Demo, movement: Movement, silent: int) -> None:
    waiting = list(Mandate.objects.waiting().filter(movement=movement).order_by("pk"))
    going_on = waiting[: len(waiting) - silent]
    if going_on:
        confirm_mandates(movement=movement, mandates=going_on, by=demo.user("karin"))


def _end_of_team(demo: Demo, number: int) -> date:
    """Every fourth team stops within a few weeks."""
    return demo.today + timedelta(days=35) if number % 4 == 0 else add_months(demo.today, 10)


def _team(
    demo: Demo,
    movement: Movement,
    number: int,
    start: date,
    ends: date,
    *,
    who_before: bool = False,
) -> None:
    named = {index: name for name, index in NAMED_LEADERS.items()}
    for place in range(PLACES):
        main = place == 0
        account = named.get(number) if main and not who_before else None
        name, email = _person(demo, account)
        mandate = record_mandate(
            movement=movement,
            name=name,
            email=email,
            function=Function.MAIN_LEADER if main else Function.LEADER,
            starts_on=start,
            ends_on=ends if who_before or main or place % 2 else None,
            by=demo.user("karin"),
        )
        if main:
            invite(mandate=mandate, by=demo.user("karin"))


def _person(demo: Demo, account: str | None) -> tuple[str, str]:
    if account:
        user = demo.user(account)
        return user.full_name, user.email
    return next(demo.names)
