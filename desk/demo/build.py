"""Build the demonstration through the services, day by day in a past that it pretends."""

from datetime import date, timedelta

from django.db import transaction

from accounts.enums import Role
from accounts.services import ensure_user, grant_role
from core.calendar import last_day, now, pretend, today
from core.outbox import OutboxMessage, OutboxState
from desk.demo import counts, families, plans, stories, talk, teams
from desk.demo.clock import EARLIER_MONTHS, Demo
from desk.demo.people import (
    ACCOUNTS,
    PARTNER,
    SECONDED,
    Account,
)
from desk.demo.world import CITY, MOVEMENTS, POSTCODE
from movements.models import Federation, Movement
from movements.services import assign_coach, create_movement, keep_up_group
from programmes.models import Edition
from programmes.services import add_partner, create_edition, record_agreement, second_user

NAME = {
    "nl": "Jeugdwerk voor Alleman",
    "fr": "Le travail de jeunesse pour tous",
    "en": "Youth Work for All",
}
MONTHS = 24
# how many children some of the movements can take, and how many wait
FULL = {0: (80, 0), 1: (60, 14), 6: (90, 3), 13: (45, 8), 20: (70, 0)}
SIGNATORY = {"nl": "schepen van Jeugd", "fr": "échevin de la Jeunesse", "en": "alderman for Youth"}


@transaction.atomic
def build() -> bool:
    """Make the demonstration; False when this database holds a programme already."""
    if Edition.objects.exists() or Movement.objects.exists():
        return False
    demo = Demo()
    with pretend(demo.earlier):
        _make_staff(demo)
        _make_edition(demo, demo.earlier, EARLIER_MONTHS)
    with pretend(demo.start):
        _make_edition(demo, demo.start, MONTHS)
    movements = [_make_movement(demo, number) for number in range(len(MOVEMENTS))]
    _say_how_full(demo, movements)
    teams.go_on(demo, movements)
    plans.build(demo, movements)
    teams.hand_over(demo, movements)
    teams.ask(demo, movements[0])
    talk.build(demo, movements)
    counts.build(demo, movements)
    families.build(demo, movements)
    stories.build(demo)
    _settle_old_mail()
    return True


def _make_staff(demo: Demo) -> None:
    for account in ACCOUNTS:
        user = ensure_user(email=account["email"], full_name=account["name"])
        demo.ids[account["email"].split("@")[0]] = user.pk
        if account["email"] == SECONDED:
            _second(demo, account)
        elif account["role"] != Role.LEADER:
            grant_role(user=user, role=account["role"], by=None)


def _second(demo: Demo, account: Account) -> None:
    """One of the team is of a partner, and leaves within four weeks: her files need a new owner."""
    karin = demo.user("karin")
    partner = add_partner(name=PARTNER, contact_email="partner@demo.example", by=karin)
    record_agreement(partner=partner, reference="2026/DEMO-1", signed_on=today(), by=karin)
    second_user(
        partner=partner,
        email=account["email"],
        full_name=account["name"],
        ends_on=demo.today + timedelta(days=28),
        by=karin,
    )


def _make_edition(demo: Demo, start: date, months: int) -> None:
    create_edition(
        name=NAME,
        municipality=CITY,
        starts_on=start,
        ends_on=last_day(start, months),
        contact_email="jeugd@demo.example",
        signatory=SIGNATORY,
        by=demo.user("karin"),
    )


def _make_movement(demo: Demo, number: int) -> Movement:
    name, federation, _story, _months = MOVEMENTS[number]
    with demo.on(demo.earlier + timedelta(days=3)):
        movement = create_movement(
            federation=Federation.objects.get(name__startswith=federation),
            name=name,
            postcode=POSTCODE,
            municipality=CITY,
            mailbox=f"groep{number + 1}@demo.example",
            by=demo.user("karin"),
        )
        coach = demo.user("yusuf" if number % 2 else "lotte")
        assign_coach(movement=movement, user=coach, by=demo.user("karin"))
        teams.build(demo, movement, number)
    return movement


def _say_how_full(demo: Demo, movements: list[Movement]) -> None:
    for number, (capacity, waiting) in FULL.items():
        keep_up_group(
            movement=movements[number],
            place=f"Dorpsstraat {number + 1}",
            capacity=capacity,
            waiting=waiting,
            by=demo.user("karin"),
        )


def _settle_old_mail() -> None:
    """The mails of the pretended past were never sent and are not sent now."""
    waiting = OutboxMessage.objects.filter(state=OutboxState.WAITING)
    waiting.update(state=OutboxState.NOT_DUE, settled_at=now(), payload="")
