"""Families of the demonstration: their children's paths into a movement, and the visits."""

from datetime import date, timedelta

from desk.demo.clock import Demo
from desk.demo.people import FAMILY_NAMES, FIRST_NAMES
from desk.demo.texts import NEXT_STEPS
from homevisits.enums import Outcome, Place, Purpose
from homevisits.services import record_visit
from movements.models import Movement
from recruitment.enums import Confirmation, GuidanceRole, Stage
from recruitment.models import Household
from recruitment.services import add_child, open_guidance, open_household, record_stage

HOUSEHOLDS = 40
VISITS, NOT_HELD = 71, 9
PATH = [Stage.INTAKE, Stage.MATCHED, Stage.TRIAL, Stage.MEMBER]
LANGUAGES = ["Nederlands", "Arabisch", "Frans", "Tigrinya", "Turks", "Dari", "Engels"]
STREETS = ["Lindelaan", "Stationsstraat", "Kerkplein", "Molenweg", "Beekstraat"]


def build(demo: Demo, movements: list[Movement]) -> None:
    """Open the households, guide their children, and visit them."""
    homes = [_household(demo, number, movements) for number in range(HOUSEHOLDS)]
    days = (demo.today - demo.start).days - 8
    for number in range(VISITS + NOT_HELD):
        home = homes[number % HOUSEHOLDS]
        day = demo.start + timedelta(days=5 + number * (days - 5) // (VISITS + NOT_HELD))
        _visit(demo, home, number, max(day, home.opened_on))


def _owner(number: int) -> str:
    return "yusuf" if number % 2 else "lotte"


def _household(demo: Demo, number: int, movements: list[Movement]) -> Household:
    """A family with one to three children; the later it came, the shorter their paths so far."""
    dice = demo.dice
    day = demo.start + timedelta(days=number * 13)
    name = FAMILY_NAMES[number % len(FAMILY_NAMES)]
    with demo.on(day):
        home = open_household(
            family_name=name,
            guardian_name=f"{dice.choice(FIRST_NAMES)} {name}",
            phone=f"0400 00 {number:02d} {dice.randrange(100):02d}",
            address=f"{dice.choice(STREETS)} {dice.randrange(1, 90)}",
            language=dice.choice(LANGUAGES),
            backup=demo.user(_owner(number + 1)),
            by=demo.user(_owner(number)),
        )
        for first_name in dice.sample(FIRST_NAMES, 1 + number % 2 + number % 3 // 2):
            _guide(demo, home, number, first_name, dice.choice(movements))
    return home


def _guide(demo: Demo, home: Household, number: int, first_name: str, movement: Movement) -> None:
    dice, day = demo.dice, home.opened_on
    by = demo.user(_owner(number))
    year = demo.today.year - dice.randrange(6, 17)
    child = add_child(household=home, first_name=first_name, birth_year=year, by=by)
    role = GuidanceRole.LEADER if demo.today.year - year > 15 else GuidanceRole.PARTICIPANT
    guidance = open_guidance(child=child, movement=movement, role=role, by=by)
    reached = 4 if dice.random() < 0.68 else dice.randrange(4)
    for stage in PATH[:reached]:
        day += timedelta(days=dice.randrange(8, 24))
        if day >= demo.today:
            return
        with demo.on(day):
            known = Confirmation.FAMILY if stage == Stage.MEMBER else ""
            record_stage(guidance=guidance, stage=stage, by=by, confirmation=known)


def _visit(demo: Demo, home: Household, number: int, day: date) -> None:
    held = number % 9 != 8 or number >= 9 * NOT_HELD
    visitors = [demo.user("yusuf"), demo.user("lotte")]
    with demo.on(day):
        record_visit(
            household=home,
            on=min(day, demo.today - timedelta(days=1)),
            outcome=Outcome.CONVERSATION if held else Outcome.NOBODY_HOME,
            place=Place.RECEPTION_CENTRE if number % 7 == 3 else Place.HOME,
            purpose=list(Purpose)[number % 3],
            by=demo.user(_owner(number)),
            visitors=visitors if held else [],
            next_steps=NEXT_STEPS[number % len(NEXT_STEPS)] if held else "",
            follow_up_on=day + timedelta(days=21) if number % 6 == 0 else None,
        )
