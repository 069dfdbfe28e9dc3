"""Awards and events through the services, and what the database refuses by itself."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from core.errors import Refused
from core.logs import ActivityLog
from labels.enums import EVENT_ALLOWED_IN, LabelEventKind, LabelState
from labels.lifecycle import label_state
from labels.models import Label, LabelEvent, LabelNumber
from labels.services.awards import (
    award_label,
    end_by_merger,
    give_back_label,
    pause_label,
    resume_label,
    withdraw_label,
)
from tests.labels.awarding import (
    award,
    decide,
    make_movement,
    person,
)

START, END = date(2022, 11, 14), date(2025, 11, 13)
DAY = timedelta(days=1)
S, K = LabelState, LabelEventKind
SERVICES = {
    K.PAUSED: pause_label,
    K.RESUMED: resume_label,
    K.WITHDRAWN: withdraw_label,
    K.GIVEN_BACK: give_back_label,
    K.MERGED: end_by_merger,
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2025-09-10T12:00:00Z")


@pytest.fixture
def by() -> Any:
    return person("Cora Coordinator")


# Awards ----------------------------------------------------------------------------------------


def test_an_award_gives_number_dates_code_and_wording(by: Any) -> None:
    movement = make_movement()
    decision = decide(movement, START)
    label = award_label(decision=decision, starts_on=START, by=by)
    assert (label.number, label.starts_on, label.ends_on) == ("2022-001", START, END)
    assert label.effective_end == END
    assert label.previous is None
    assert len(label.code) == 16
    frozen = label.frozen
    assert (frozen["movement"], frozen["municipality"]) == (movement.name, "Demostad")
    assert frozen["programme"]["nl"] == "Jeugdwerk voor Alleman"
    assert frozen["signatory"]["fr"] == "échevine de la Jeunesse"
    assert [p["number"] for p in frozen["points"]] == list(range(1, 11))
    assert frozen["points"][2]["title"]["nl"] == "Contact met ouders, ook thuis"
    assert frozen["points"][2]["commitment"] == "Doen: 3"
    log = ActivityLog.objects.get(verb="awarded")
    assert (log.actor, log.object_type, log.object_id) == (by.key, "labels.label", str(label.pk))


def test_the_wording_stays_when_the_movement_is_renamed() -> None:
    label = award()
    label.movement.name = "Anders"
    label.movement.save()
    label.decision.plan.points.update(commitment="Iets anders")
    label.refresh_from_db()
    assert label.frozen["movement"] == "Demo Scouts Zonnebloem"
    assert label.frozen["points"][0]["commitment"] == "Doen: 1"


def test_numbers_run_per_year_of_the_decision() -> None:
    days = [date(2022, 12, 31), date(2022, 1, 1), date(2023, 1, 1), date(2022, 6, 1)]
    labels = [award(make_movement(f"M{n}"), day) for n, day in enumerate(days)]
    assert [label.number for label in labels] == ["2022-001", "2022-002", "2023-001", "2022-003"]


def test_the_number_is_of_the_decision_not_of_the_start(by: Any) -> None:
    decision = decide(make_movement(), date(2022, 12, 20))
    label = award_label(decision=decision, starts_on=date(2023, 1, 1), by=by)
    assert label.number == "2022-001"
    assert label.starts_on == date(2023, 1, 1)


def test_a_failed_award_takes_no_number() -> None:
    first = award(make_movement("A"))
    with transaction.atomic():
        assert award(make_movement("B")).number == "2022-002"
        transaction.set_rollback(True)
    second = award(make_movement("C"))
    assert (first.number, second.number) == ("2022-001", "2022-002")


def test_numbers_grow_past_three_digits() -> None:
    LabelNumber.objects.create(year=2022, last=999)
    assert award().number == "2022-1000"


def test_a_renewal_starts_after_the_label_that_still_runs(by: Any) -> None:
    first = award(day=START)
    decision = decide(first.movement, date(2025, 9, 1))
    second = award_label(decision=decision, starts_on=date(2025, 9, 1), by=by)
    assert second.previous == first
    assert (second.starts_on, second.ends_on) == (END + DAY, date(2028, 11, 13))
    assert label_state(second, END) == S.UPCOMING


def test_an_award_in_grace_starts_on_its_own_day() -> None:
    first = award(day=START)
    second = award(first.movement, END + timedelta(days=30))
    assert second.previous == first
    assert second.starts_on == END + timedelta(days=30)


def test_an_award_after_a_withdrawal_starts_on_its_own_day(by: Any) -> None:
    first = award(day=START)
    withdraw_label(label=first, by=by, reason="Gestopt", on=date(2023, 5, 1))
    second = award(first.movement, date(2023, 5, 1))
    assert second.starts_on == date(2023, 5, 1)
    assert list(Label.objects.valid_on(date(2023, 4, 30))) == [first]
    assert list(Label.objects.valid_on(date(2023, 5, 1))) == [second]


def test_a_label_withdrawn_before_its_start_opens_no_gap(by: Any) -> None:
    first = award(day=START)
    second = award(first.movement, date(2025, 9, 1))
    withdraw_label(label=second, by=by, reason="Vergissing", on=date(2025, 9, 2))
    second.refresh_from_db()
    assert second.effective_end == END
    assert label_state(second, END + DAY) == S.WITHDRAWN
    third = award(first.movement, date(2025, 9, 3))
    assert third.previous == second
    assert third.starts_on == END + DAY


def test_a_first_label_withdrawn_before_its_start_makes_way(by: Any) -> None:
    movement = make_movement()
    decision = decide(movement, date(2022, 11, 1))
    upcoming = award_label(decision=decision, starts_on=date(2023, 9, 1), by=by)
    withdraw_label(label=upcoming, by=by, reason="Vergissing", on=date(2022, 12, 1))
    assert award(movement, date(2022, 12, 5)).starts_on == date(2022, 12, 5)


@pytest.mark.parametrize(
    ("values", "starts_on", "message"),
    [
        ({"decided_on": None, "confirmed_by": None, "effective_on": None}, START, "not confirmed"),
        ({"outcome": "decline"}, START, "awards no label"),
        ({}, START - DAY, "before the decision"),
    ],
)
def test_what_is_no_award(by: Any, values: dict, starts_on: date, message: str) -> None:
    decision = decide(make_movement(), START, **values)
    with override("en"), pytest.raises(Refused, match=message):
        award_label(decision=decision, starts_on=starts_on, by=by)
    assert not Label.objects.exists()
    assert not LabelNumber.objects.exists()


def test_a_decision_gives_one_label(by: Any) -> None:
    label = award()
    with override("en"), pytest.raises(Refused, match="has its label already"):
        award_label(decision=label.decision, starts_on=START, by=by)
    assert Label.objects.count() == 1


# Events ----------------------------------------------------------------------------------------

# how a label comes into each state on the day the clock shows
STATES = {
    S.UPCOMING: (date(2022, 11, 10), []),
    S.VALID: (date(2024, 1, 1), []),
    S.PAUSED: (date(2024, 1, 1), [K.PAUSED]),
    S.GRACE: (END + DAY, []),
    S.EXPIRED: (date(2026, 2, 14), []),
    S.WITHDRAWN: (date(2024, 1, 1), [K.WITHDRAWN]),
    S.GIVEN_BACK: (date(2024, 1, 1), [K.GIVEN_BACK]),
    S.MERGED: (date(2024, 1, 1), [K.MERGED]),
}
# written out by hand: upcoming, valid, paused, grace, expired, withdrawn, given back, merged
ALLOWED = {
    K.PAUSED: {S.UPCOMING, S.VALID, S.GRACE},
    K.RESUMED: {S.PAUSED},
    K.WITHDRAWN: {S.UPCOMING, S.VALID, S.GRACE, S.PAUSED},
    K.GIVEN_BACK: {S.UPCOMING, S.VALID, S.GRACE, S.PAUSED},
    K.MERGED: {S.UPCOMING, S.VALID, S.GRACE, S.PAUSED},
}


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("state", list(S))
def test_every_event_in_every_state(by: Any, time_machine: Any, state: S, kind: K) -> None:
    today, events = STATES[state]
    time_machine.move_to(f"{today}T12:00:00Z")
    decision = decide(make_movement(), date(2022, 11, 1))
    label = award_label(decision=decision, starts_on=START, by=by)
    for event in events:
        SERVICES[event](label=label, by=by, reason="Zo begon het")
    assert label_state(Label.objects.get(pk=label.pk)) == state
    assert {s for s in S if s in EVENT_ALLOWED_IN[kind]} == ALLOWED[kind]
    if state in ALLOWED[kind]:
        done = SERVICES[kind](label=label, by=by, reason="  Omdat ")
        assert (done.on, done.kind, done.reason, done.by) == (today, kind, "Omdat", by)
        log = ActivityLog.objects.get(pk=max(ActivityLog.objects.values_list("pk", flat=True)))
        after = label_state(Label.objects.get(pk=label.pk))
        assert (log.verb, log.state, log.actor) == (kind, after, by.key)
    else:
        before = list(LabelEvent.objects.values_list("pk", flat=True))
        with pytest.raises(Refused):
            SERVICES[kind](label=label, by=by, reason="Omdat")
        assert list(LabelEvent.objects.values_list("pk", flat=True)) == before


@pytest.fixture
def label(time_machine: Any) -> Label:
    time_machine.move_to("2024-06-15T12:00:00Z")
    return award(day=START)


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_event_without_a_reason(label: Label, by: Any, reason: str) -> None:
    with override("en"), pytest.raises(Refused, match="Give a reason"):
        pause_label(label=label, by=by, reason=reason)


def test_no_event_ahead(label: Label, by: Any) -> None:
    with override("en"), pytest.raises(Refused, match="today or an earlier day"):
        withdraw_label(label=label, by=by, reason="Later", on=date(2024, 6, 16))


def test_no_event_before_the_decision(label: Label, by: Any) -> None:
    with override("en"), pytest.raises(Refused, match="not before the decision"):
        withdraw_label(label=label, by=by, reason="Eerder", on=START - DAY)
    withdraw_label(label=label, by=by, reason="Meteen", on=START)


def test_no_event_before_the_last_one(label: Label, by: Any) -> None:
    pause_label(label=label, by=by, reason="Even", on=date(2024, 3, 1))
    with override("en"), pytest.raises(Refused, match="not before the decision or the last event"):
        resume_label(label=label, by=by, reason="Weer", on=date(2024, 2, 28))
    resume_label(label=label, by=by, reason="Weer", on=date(2024, 3, 1))


def test_nothing_is_recorded_for_an_earlier_day_once_the_label_expired(
    label: Label, by: Any, time_machine: Any
) -> None:
    time_machine.move_to("2026-02-14T12:00:00Z")
    with override("en"), pytest.raises(Refused, match="expired"):
        withdraw_label(label=label, by=by, reason="Te laat", on=date(2025, 1, 1))


@pytest.mark.parametrize(
    ("on", "last"), [(date(2024, 6, 1), date(2024, 5, 31)), (date(2025, 12, 1), END)]
)
def test_the_last_valid_day_comes_earlier_but_never_later(
    label: Label, by: Any, time_machine: Any, on: date, last: date
) -> None:
    time_machine.move_to("2025-12-02T12:00:00Z")
    give_back_label(label=label, by=by, reason="Fusie", on=on)
    label.refresh_from_db()
    assert (label.effective_end, label.ends_on) == (last, END)


def test_a_pause_moves_no_date(label: Label, by: Any) -> None:
    pause_label(label=label, by=by, reason="Even")
    resume_label(label=label, by=by, reason="Weer")
    label.refresh_from_db()
    assert (label.effective_end, label.ends_on) == (END, END)


# What the database holds by itself -------------------------------------------------------------


def copy_of(label: Label, **values: Any) -> None:
    """Insert a label next to another one by plain SQL, past every service."""
    decision = decide(values.pop("movement", label.movement), START)
    row = {
        "movement_id": decision.plan.movement_id,
        "decision_id": decision.pk,
        "previous_id": label.pk,
        "number": "2099-001",
        "code": "x" * 16,
        "decided_on": START,
        "renewal_months": 6,
        "grace_months": 3,
        "starts_on": END + DAY,
        "ends_on": date(2028, 11, 13),
        "effective_end": date(2028, 11, 13),
        "frozen": "{}",
    } | values
    columns = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO labels_label ({columns}) VALUES ({marks})", list(row.values()))


def change(label: Label, **values: Any) -> None:
    """Change a label by plain SQL."""
    pairs = ", ".join(f"{column} = %s" for column in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE labels_label SET {pairs} WHERE id = %s", [*values.values(), label.pk]
        )


def assert_refused(message: str, write: Any, *args: Any, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        write(*args, **values)


OVERLAP = "labels of a movement may not overlap"
AWARDED = "a label stays as it was awarded"


def test_the_database_accepts_what_the_service_would_write() -> None:
    copy_of(award(day=START))
    assert Label.objects.count() == 2


def test_the_database_refuses_overlapping_labels() -> None:
    label = award(day=START)
    assert_refused(OVERLAP, copy_of, label, starts_on=END)
    assert_refused("label_one_first|movement_id", copy_of, label, previous_id=None)


def test_the_database_refuses_a_predecessor_of_another_movement() -> None:
    label = award(make_movement("A"), START)
    assert_refused(OVERLAP, copy_of, label, movement=make_movement("B"))


def test_the_database_refuses_a_label_withdrawn_into_its_predecessor() -> None:
    first = award(day=START)
    second = award(first.movement, date(2025, 9, 1))
    assert_refused(OVERLAP, change, second, effective_end=END - DAY)
    change(second, effective_end=END)


def test_the_database_refuses_to_change_what_was_awarded() -> None:
    first = award(day=START)
    withdrawn = award(make_movement("Elders"), START)
    change(withdrawn, effective_end=START - DAY)
    for values in (
        {"starts_on": START - DAY},
        {"ends_on": END + DAY},
        {"number": "2022-999"},
        {"code": "y" * 16},
        {"movement_id": withdrawn.movement_id},
        {"previous_id": withdrawn.pk},
        {"decision_id": decide(make_movement("Nieuw"), START).pk},
        *(
            {"frozen": json.dumps({**first.frozen, **words})}
            for words in ({"movement": "X"}, {"municipality": "X"}, {"programme": {"nl": "X"}})
        ),
        {"frozen": "{}"},
    ):
        # several rules may hold the same row; one of them is enough
        assert_refused(f"{AWARDED}|{OVERLAP}", change, first, **values)
    assert_refused(AWARDED, change, withdrawn, effective_end=START)


def test_the_database_refuses_an_end_in_the_ledger_that_the_label_does_not_know(by: Any) -> None:
    label = award(day=START)
    values = {"label": label, "kind": K.WITHDRAWN, "on": END, "reason": "…", "by": by}
    message = "the last valid day comes before the event"
    assert_refused(message, LabelEvent.objects.create, **values)
    change(label, effective_end=END - DAY)
    LabelEvent.objects.create(**values)


def test_the_ledger_is_append_only(by: Any) -> None:
    label = award(day=START)
    event = pause_label(label=label, by=by, reason="Even", on=START)
    for write in (event.delete, event.save):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            write()
