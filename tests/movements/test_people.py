"""One person under two addresses: proposals, and the merge that keeps every day."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import roles_of
from accounts.enums import Role
from accounts.models import User
from core.calendar import now, pretend
from core.erasing import OPEN_MAILS
from core.errors import Refused
from core.logs import ActivityLog
from core.outbox import OutboxMessage, OutboxState, enqueue
from core.preferences import OptOut
from core.restriction import Restriction
from core.subjects import kind_of
from movements.enums import Function
from movements.models import JoinRequest, Mandate, Movement
from movements.personal import mandates_of
from movements.retention import leads_or_coaches, over_since
from movements.selectors import reasons_of_mandates, team_with_history
from movements.selectors.people import likely_duplicates, one_letter_apart, person_of
from movements.services import change_mandate, end_mandate, invite, record_mandate
from movements.services.people import merge_people, say_two_persons
from tests.factories import movements as make

TODAY = date(2026, 11, 22)
START = date(2026, 9, 1)
A, B = "jan@school.example", "jan@thuis.example"
PAGE = "/admin/movements/mandate/same-person/"


@pytest.fixture(autouse=True)
def _day() -> Any:
    with time_machine.travel(f"{TODAY}T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def chiro(db: None) -> Movement:
    return make.movement("Chiro Sint-Jan")


def lead(movement: Movement, email: str, starts_on: date = START, **fields: Any) -> Mandate:
    values = {"name": "Jan Peeters", "function": Function.LEADER, **fields}
    return record_mandate(movement=movement, email=email, starts_on=starts_on, by=None, **values)


def merged(keep: Mandate, other: Mandate) -> Mandate:
    merge_people(keep=keep, other=other, by=make.coordinator())
    keep.refresh_from_db()
    other.refresh_from_db()
    return keep


# The days stay ---------------------------------------------------------------------------------

EPOCH = date(2023, 9, 1)
SPAN = 1400
spells = st.lists(
    st.tuples(
        st.sampled_from(["one", "other"]),
        st.integers(0, 1),  # movement
        st.sampled_from([Function.LEADER, Function.MAIN_LEADER]),
        st.integers(0, SPAN // 50),  # start, in steps that make touching likely
        st.one_of(st.none(), st.integers(0, 8)),  # steps it lasts
        st.integers(0, 3),  # years after which it was confirmed last
        st.sampled_from(["", "", "", "now", "before"]),  # ended by hand
    ),
    min_size=2,
    max_size=7,
)


def days_by_hand(mandates: list[Mandate]) -> dict[tuple[int, str], set[date]]:
    """Day by day, from the columns alone: the rules of the domain written a second time."""
    found: dict[tuple[int, str], set[date]] = {}
    for m in mandates:
        if m.merged_into_id:
            continue
        days = found.setdefault((m.movement_id, m.function), set())
        said = max(m.confirmed_on, m.starts_on)
        opened = said.year if (said.month, said.day) >= (9, 1) else said.year - 1
        stops = date(opened + 1, 12, 31)  # of the next working year, which nobody confirmed
        never = m.ended_at is not None and m.ended_at.date() < m.starts_on
        day = m.starts_on
        while not never and day <= stops and (m.ends_on is None or day <= m.ends_on):
            days.add(day)
            day += timedelta(days=1)
    return {key: days for key, days in found.items() if days}


def lived(spell: Any, movements: list[Movement]) -> Mandate | None:
    who, where, function, start, lasts, confirmed, ended = spell
    starts_on = EPOCH + timedelta(days=50 * start)
    ends_on = None if lasts is None else starts_on + timedelta(days=50 * lasts - (lasts > 0))
    email = A if who == "one" else B
    taken = Mandate.objects.filter(
        movement=movements[where], email=email, function=function, starts_on=starts_on
    )
    if taken.exists():
        return None
    mandate = lead(movements[where], email, starts_on, function=function, ends_on=ends_on)
    mandate.confirmed_on = starts_on.replace(day=1) + timedelta(days=365 * confirmed)
    if ended == "now":
        mandate.ends_on, mandate.ended_at = max(TODAY, starts_on), now()
    if ended == "before":
        mandate.ends_on, mandate.ended_at = starts_on, now() - timedelta(days=2000)
    mandate.save()
    return mandate


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(spells=spells)
def test_a_merge_keeps_the_days_of_both(db: None, spells: list[Any]) -> None:
    merge_and_compare(spells)


@pytest.mark.proof
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(spells=spells)
def test_a_merge_keeps_the_days_of_both_whatever_they_were(db: None, spells: list[Any]) -> None:
    merge_and_compare(spells)


def merge_and_compare(spells: list[Any]) -> None:
    with transaction.atomic():
        movements = [make.movement(), make.movement()]
        made = [mandate for spell in spells if (mandate := lived(spell, movements))]
        people = {m.email: m for m in made}
        if len(people) == 2:
            rows, before = len(made), days_by_hand(list(Mandate.objects.all()))
            reads = {day: _active(day) for day in _sample(before)}
            merge_people(keep=people[A], other=people[B], by=make.coordinator())
            assert days_by_hand(list(Mandate.objects.all())) == before
            assert {day: _active(day) for day in reads} == reads
            assert Mandate.objects.count() == rows
            assert set(Mandate.objects.values_list("email", flat=True)) == {A}
            assert not Mandate.objects.filter(merged_into__merged_into__isnull=False).exists()
        transaction.set_rollback(True)


def _sample(days: dict[Any, set[date]]) -> list[date]:
    edges = [edge for found in days.values() for edge in (min(found), max(found))]
    return [edge + timedelta(days=n) for edge in edges[:4] for n in (-1, 0, 1)]


def _active(day: date) -> set[tuple[int, str]]:
    """What the product says of one day."""
    return set(Mandate.objects.active(day).values_list("movement_id", "function"))


# What follows ----------------------------------------------------------------------------------


def test_the_older_row_stands_for_both(chiro: Movement) -> None:
    scouts, account = make.movement(), make.user("Jan Peeters", A)
    old = lead(chiro, B, date(2026, 3, 1), ends_on=date(2026, 10, 1), phone="0477123456")
    new = lead(chiro, A)
    Mandate.objects.filter(pk=new.pk).update(user=account)
    elsewhere = lead(scouts, B, name="J. Peeters")
    new.refresh_from_db()
    merged(new, old)
    elsewhere.refresh_from_db()
    assert new.merged_into == old
    assert (old.starts_on, old.ends_on, old.email, old.user) == (
        date(2026, 3, 1),
        None,
        A,
        account,
    )
    assert (elsewhere.email, elsewhere.user, elsewhere.name) == (A, account, "Jan Peeters")
    assert elsewhere.merged_into is None
    assert old.phone == "0477123456"
    assert list(team_with_history(chiro)) == [old]
    assert len(list(reasons_of_mandates(account))) == 2
    assert set(mandates_of(old)) == {old, new, elsewhere}
    log = ActivityLog.objects.filter(verb="made one").order_by("pk")
    assert [(row.object_id, row.fields) for row in log] == [
        (str(new.pk), ["merged_into"]),
        (str(old.pk), ["email", "ends_on", "user"]),
        (str(elsewhere.pk), ["email", "name", "user"]),
    ]


def test_one_that_never_held_gives_way(chiro: Movement) -> None:
    later = date(2027, 1, 1)
    keep, never = lead(chiro, A, later), end_mandate(mandate=lead(chiro, B, later), by=None)
    apart = end_mandate(mandate=lead(chiro, B, date(2027, 3, 1)), by=None)
    merged(keep, never)
    apart.refresh_from_db()
    assert (never.merged_into, apart.merged_into, apart.email) == (keep, None, A)
    assert (keep.ended_at, keep.starts_on) == (None, later)


def test_a_duplicate_of_a_duplicate_points_at_what_is_left(chiro: Movement) -> None:
    first = lead(chiro, "jan@een.example", date(2026, 8, 1))
    second, third = lead(chiro, B), lead(chiro, A)
    merged(third, second)
    third.refresh_from_db()
    assert third.merged_into == second
    merged(first, third)
    second.refresh_from_db()
    assert (second.merged_into, third.merged_into) == (first, first)
    assert Mandate.objects.recorded().get() == first


def test_the_account_that_is_left_alone_leads_nothing(chiro: Movement) -> None:
    boss = make.coordinator()
    keep, other = (invite(mandate=lead(chiro, email), by=boss).mandate for email in (A, B))
    mine, theirs = keep.user, other.user
    assert mine
    assert theirs
    JoinRequest.objects.create(
        movement=chiro, name="Jan", email=B, starts_on=START, mandate=other, state="accepted",
        decided_at=now(),
    )  # fmt: skip
    for mandate in (keep, other):
        enqueue(kind="team_ends", object_id=1, recipient=mandate.key, language="nl")
    enqueue(kind="team_ends", object_id=2, recipient=other.key, language="nl")
    OptOut.objects.create(recipient=theirs.key, group="reminders")
    merged(keep, other)
    assert roles_of(User.objects.get(pk=theirs.pk)) == frozenset()
    assert Role.LEADER in roles_of(User.objects.get(pk=mine.pk))
    # the link to the address that stays is good, the other one is void
    assert [link.mandate for link in keep.invitations.all()] == [keep]
    assert not other.invitations.exists()
    assert JoinRequest.objects.get().mandate == keep
    assert OptOut.objects.filter(recipient=keep.key).exists()
    waiting = OutboxMessage.objects.filter(kind="team_ends", state__in=OPEN_MAILS)
    assert set(waiting.values_list("recipient", "object_id")) == {(keep.key, 1), (keep.key, 2)}
    assert OutboxMessage.objects.get(recipient=other.key).state == OutboxState.NOT_DUE


def test_the_link_of_a_duplicate_moves_with_it(chiro: Movement) -> None:
    older = lead(chiro, B)
    keep = invite(mandate=lead(chiro, A), by=make.coordinator()).mandate
    merged(keep, older)
    assert keep.merged_into == older
    assert [link.mandate for link in older.invitations.all()] == [older]


def test_who_is_under_18_by_one_record_is_so_by_all(chiro: Movement) -> None:
    keep = lead(chiro, A, phone="0477123456")
    other = lead(make.movement(), B, turns_18_on=date(2028, 3, 12))
    merged(keep, other)
    assert (keep.phone, keep.turns_18_on) == ("", date(2028, 3, 12))


def test_refusals(chiro: Movement) -> None:
    keep, other = lead(chiro, A), lead(chiro, B)
    with pytest.raises(Refused):
        merge_people(keep=keep, other=keep, by=make.coordinator())
    aside = Restriction.objects.create(model="movements.mandate", object_id=other.pk)
    with pytest.raises(Refused):
        merged(keep, other)
    aside.delete()
    closed = make.user(email=A)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    Mandate.objects.filter(pk=keep.pk).update(user=closed)
    with pytest.raises(Refused):
        merged(keep, other)
    Mandate.objects.filter(pk=other.pk).update(name="", email="")
    with pytest.raises(Refused):
        merged(keep, other)


def test_retention_is_not_held_up_by_a_duplicate(chiro: Movement) -> None:
    with pretend(date(2015, 9, 1)):
        keep = lead(chiro, A, date(2015, 9, 1), ends_on=date(2016, 8, 31))
        other = lead(chiro, B, date(2015, 9, 1))
        merged(keep, other)
        assert other.merged_into == keep
        change_mandate(mandate=keep, by=None, ends_on=date(2016, 8, 31))
    account = make.user(email=A)
    Mandate.objects.update(user=account)
    assert keep in over_since(date(2020, 1, 1))
    assert not User.objects.filter(leads_or_coaches(date(2020, 1, 1))).exists()
    about = kind_of("movements.mandate").parts[0].rows(keep)
    assert set(about) == {keep, other}


# Proposals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("jan@x.be", "jam@x.be", True),
        ("jan@x.be", "jaan@x.be", True),
        ("jna@x.be", "jan@x.be", True),
        ("jan@x.be", "jan@x.b", True),
        ("jan@x.be", "jna@x.ne", False),
        ("jan@x.be", "piet@x.be", False),
        ("jan@x.be", "janus@x.be", False),
        ("jan@x.be", "jax@y.be", False),
    ],
)
def test_one_letter(one: str, other: str, apart: bool) -> None:
    assert one_letter_apart(one, other) is apart


def test_who_looks_like_one_person(chiro: Movement) -> None:
    elsewhere = make.movement()
    same_name = lead(chiro, A), lead(chiro, B, name="Peeters Jan")
    lead(elsewhere, "jan@andere.example")  # the same name in another movement is another person
    dots = (
        lead(chiro, "an.maes@x.example", name="An M"),
        lead(elsewhere, "anmaes+c@x.example", name="An M"),
    )
    typo = (
        lead(chiro, "zoe.o@x.example", name="Zoë O"),
        lead(chiro, "zoe.p@x.example", name="Zoe P"),
    )
    lead(chiro, "els.p@x.example", name="Els Maes")
    found = {frozenset((p.keep.newest.pk, p.other.newest.pk)) for p in likely_duplicates()}
    assert found == {frozenset(m.pk for m in pair) for pair in (same_name, dots, typo)}
    # told apart once, in whatever order, it holds for every mandate of the two
    say_two_persons(one=same_name[1], other=same_name[0], by=make.coordinator())
    say_two_persons(one=same_name[0], other=same_name[1], by=make.coordinator())
    lead(chiro, A, function=Function.MAIN_LEADER)
    assert len(likely_duplicates()) == 2
    assert ActivityLog.objects.filter(verb="told apart").count() == 1
    # one account is one person, and whoever is set aside is not shown
    Mandate.objects.filter(pk__in=[m.pk for m in typo]).update(user=make.user())
    Restriction.objects.create(model="movements.mandate", object_id=dots[0].pk)
    assert likely_duplicates() == []


def test_the_one_with_an_account_is_proposed_to_stay(chiro: Movement) -> None:
    with_account = make.mandate(chiro, account=make.user("Jan Peeters", A))
    lead(chiro, B)
    make.ended(lead(make.movement(), A))
    (pair,) = likely_duplicates()
    assert pair.keep.newest == with_account
    assert len(person_of(with_account).mandates) == 2


# The pages -------------------------------------------------------------------------------------


@pytest.fixture
def office(client: Client, db: None) -> Client:
    client.force_login(make.consultant())
    client.cookies["django_language"] = "en"
    return client


def test_side_by_side_and_one_button(office: Client, chiro: Movement) -> None:
    assert "Nobody here looks like somebody else" in office.get(PAGE).content.decode()
    keep, other = make.mandate(chiro, account=make.user("Jan Peeters", A)), lead(chiro, B)
    assert A in office.get(PAGE).content.decode()
    page = f"{PAGE}{keep.pk}/{other.pk}/"
    assert "The same name in one movement" in office.get(PAGE).content.decode()
    text = office.get(page).content.decode()
    assert A in text
    assert B in text
    assert office.post(page, {"action": "nothing"}).status_code == 302
    back = f"{PAGE}{other.pk}/{keep.pk}/"
    text = office.post(back, {"action": "merge", "keep": keep.pk}, follow=True).content.decode()
    assert "They are one person now" in text
    other.refresh_from_db()
    assert other.email == A
    # a second press finds them gone; numbers of nobody find nothing
    assert office.post(page, {"action": "merge", "keep": keep.pk}).status_code == 404
    assert office.get(f"{PAGE}{keep.pk}/999999/").status_code == 404
    assert office.get(f"{PAGE}{keep.pk}/{keep.pk}/").status_code == 404


def test_they_are_two_persons(office: Client, chiro: Movement) -> None:
    one, other = lead(chiro, A), lead(chiro, B)
    page = f"{PAGE}{one.pk}/{other.pk}/"
    assert "not invited yet" in office.get(page).content.decode()
    text = office.post(page, {"action": "apart"}, follow=True).content.decode()
    assert "We will not ask again" in text
    assert likely_duplicates() == []
    end_mandate(mandate=one, by=None)
    Mandate.objects.filter(pk=one.pk).update(user=make.user(email=A))
    User.objects.filter(email=A).update(is_active=False)
    text = office.post(page, {"action": "merge", "keep": one.pk}, follow=True).content.decode()
    assert "is closed" in text


def test_list_asks_as_much_for_three_as_for_one(
    office: Client, chiro: Movement, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        lead(chiro, f"a{n}@x.example", name=f"An {'abc'[n]}")
        lead(chiro, f"b{n}@x.example", name=f"An {'abc'[n]}")
        if n in (0, 2):
            office.get(PAGE)
            with django_assert_num_queries(8):
                office.get(PAGE)
