"""The state of a label against an oracle that walks through the history."""

from datetime import date, timedelta
from operator import itemgetter
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.utils.module_loading import import_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labels.enums import FINAL_EVENTS, LabelEventKind, LabelState
from labels.lifecycle import in_renewal_window, is_valid, label_state, ring_states
from labels.models import Label, LabelEvent
from labels.services.taking_over import take_over_label
from programmes.models import Edition
from tests.labels.awarding import award, decide, make_edition, make_movement, person

START, END, GRACE_END = date(2022, 11, 14), date(2025, 11, 13), date(2026, 2, 13)
DAY = timedelta(days=1)
S, K = LabelState, LabelEventKind

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def record(label: Label, kind: LabelEventKind, on: date) -> None:
    """Write an event as the ledger would hold it, whatever a service would say of it."""
    if kind in FINAL_EVENTS and on - DAY < label.effective_end:
        label.effective_end = on - DAY
        label.save()
    LabelEvent.objects.create(label=label, kind=kind, on=on, reason="…", by=person("By"))


def fresh(label: Label) -> Label:
    return Label.objects.with_facts().get(pk=label.pk)


def months_later(day: date, months: int) -> date:
    """Counted month by month on the calendar, so that it shares nothing with what it judges."""
    year, month = day.year, day.month
    for _one in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return date(year, 2, min(day.day, 29 if leap else 28))
    return date(year, month, min(day.day, 30) if month in (4, 6, 9, 11) else day.day)


def oracle(
    start: date, months: int, grace: int, events: list[tuple[date, K]], day: date
) -> LabelState:
    """The rules read literally, event after event; on one day, in the order of recording."""
    after_end = months_later(start, months)
    after_grace = months_later(after_end, grace)
    ended: LabelState | None = None
    paused = False
    for _on, kind in sorted((e for e in events if e[0] <= day), key=itemgetter(0)):
        if kind in (K.WITHDRAWN, K.GIVEN_BACK, K.MERGED):
            ended = ended or S(kind.value)
        elif kind == K.PAUSED:
            paused = True
        else:
            paused = False
    if ended:
        return ended
    if day >= after_grace:
        return S.EXPIRED
    if paused:
        return S.PAUSED
    if day < start:
        return S.UPCOMING
    return S.GRACE if day >= after_end else S.VALID


@pytest.fixture
def label(db: None) -> Label:
    return award(make_movement(), START)


# The dates of one label, by hand -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (START - DAY, S.UPCOMING),
        (START, S.VALID),
        (END, S.VALID),
        (END + DAY, S.GRACE),
        (GRACE_END, S.GRACE),
        (GRACE_END + DAY, S.EXPIRED),
    ],
)
def test_the_dates_alone(label: Label, day: date, state: LabelState) -> None:
    assert label.ends_on == END
    assert label_state(label, day) == state
    assert is_valid(label, day) == (state == S.VALID)


def test_without_a_day_it_is_today(label: Label, time_machine: Any) -> None:
    time_machine.move_to("2022-11-13T23:30:00Z")  # half past midnight in Brussels
    assert label_state(label) == S.VALID
    assert Label.objects.valid_on().exists()
    time_machine.move_to("2022-11-13T22:30:00Z")
    assert label_state(label) == S.UPCOMING
    assert not Label.objects.valid_on().exists()


def test_the_renewal_window_is_the_last_six_months_and_is_valid(label: Label) -> None:
    first = date(2025, 5, 14)
    assert label.renewal_from == first
    window = [first - DAY, first, END, END + DAY]
    assert [in_renewal_window(label, day) for day in window] == [False, True, True, False]
    assert [is_valid(label, day) for day in window] == [True, True, True, False]


def test_a_pause_counts_from_its_day_until_the_day_of_resuming(label: Label) -> None:
    record(label, K.PAUSED, date(2023, 3, 1))
    record(label, K.RESUMED, date(2023, 5, 1))
    days = [date(2023, 2, 28), date(2023, 3, 1), date(2023, 4, 30), date(2023, 5, 1)]
    states = [label_state(fresh(label), day) for day in days]
    assert states == [S.VALID, S.PAUSED, S.PAUSED, S.VALID]
    assert fresh(label).ends_on == END


def test_a_paused_label_is_not_renewed_and_expires_on_its_day(label: Label) -> None:
    record(label, K.PAUSED, date(2025, 6, 1))
    paused = fresh(label)
    assert not in_renewal_window(paused, END)
    assert label_state(paused, END + DAY) == S.PAUSED
    assert label_state(paused, GRACE_END + DAY) == S.EXPIRED


@pytest.mark.parametrize("kind", sorted(FINAL_EVENTS))
@pytest.mark.parametrize("on", [START - DAY, START, END, GRACE_END])
def test_what_ends_a_label_counts_from_its_day(label: Label, kind: str, on: date) -> None:
    before = label_state(label, on - DAY)
    record(label, K(kind), on)
    assert label_state(fresh(label), on - DAY) == before
    assert label_state(fresh(label), on) == kind
    assert label_state(fresh(label), GRACE_END + DAY) == kind


def test_two_events_on_one_day_count_in_their_order(label: Label) -> None:
    on = date(2023, 3, 1)
    record(label, K.PAUSED, on)
    record(label, K.RESUMED, on)
    assert label_state(fresh(label), on) == S.VALID
    record(label, K.PAUSED, on)
    assert label_state(fresh(label), on) == S.PAUSED


def test_the_ring_is_full_while_valid_and_else_empty(label: Label) -> None:
    assert ring_states(label, START) == ["verified"] * 10
    assert ring_states(label, START - DAY) == ["empty"] * 10


def test_windows_follow_the_edition(db: None) -> None:
    make_edition(label_months=12, renewal_months=0, grace_months=0)
    label = award(make_movement(), date(2024, 2, 29))
    assert label.ends_on == date(2025, 2, 27)
    assert label.renewal_from == date(2025, 2, 28)
    assert label_state(label, date(2025, 2, 28)) == S.EXPIRED


# Any history -------------------------------------------------------------------------------------

months = st.integers(1, 14)
offsets = st.integers(-40, 460)


@st.composite
def histories(
    draw: st.DrawFn,
) -> tuple[date, int, int, list[tuple[date, K]], list[date], bool]:
    """A start, two lengths, any events in any order (at most one final), and days to ask about.

    Also whether the label was taken over from before.
    """
    start = draw(st.dates(date(2020, 1, 1), date(2024, 12, 31)))
    kinds = draw(st.lists(st.sampled_from([K.PAUSED, K.RESUMED]), max_size=6))
    final = draw(st.sampled_from([None, K.WITHDRAWN, K.GIVEN_BACK, K.MERGED]))
    if final:
        kinds.insert(draw(st.integers(0, len(kinds))), final)
    at = draw(st.lists(offsets, min_size=len(kinds), max_size=len(kinds)))
    events = [(start + DAY * n, kind) for n, kind in zip(at, kinds, strict=True)]
    around = [on + DAY * n for on, _kind in events for n in (-1, 0, 1)]
    days = draw(st.lists(st.sampled_from([*around, start]), max_size=6))
    days += [start + DAY * n for n in draw(st.lists(offsets, min_size=1, max_size=6))]
    return start, draw(months), draw(st.integers(0, 4)), events, days, draw(st.booleans())


def take_over(start: date, label_months: int) -> Label:
    """A label of before, as long as one that is awarded."""
    return take_over_label(
        movement=make_movement(),
        number="OUD 7",
        decided_on=start,
        starts_on=start,
        ends_on=months_later(start, label_months) - DAY,
        by=person("Cora Coordinator", "coordinator"),
    )


Histories = tuple[date, int, int, list[tuple[date, K]], list[date], bool]


def compare(history: Histories) -> None:
    """The module, the oracle and the query agree; the query on every day it is asked.

    Whatever becomes of the edition since: a label carries the policy of its award.
    """
    start, label_months, grace, events, days, is_old = history
    with transaction.atomic():  # rows are only ever added, so each example is rolled back
        policy = {"label_months": label_months, "renewal_months": 1, "grace_months": grace}
        edition = make_edition(starts_on=date(2019, 1, 1), **policy)
        label = take_over(start, label_months) if is_old else award(make_movement(), start)
        Edition.objects.filter(pk=edition.pk).update(label_months=99, grace_months=99)
        for on, kind in events:
            record(label, kind, on)
        facts = fresh(label)
        edges = [facts.ends_on, facts.ends_on + DAY, facts.grace_until, facts.grace_until + DAY]
        for day in [*days, *edges]:
            expected = oracle(start, label_months, grace, events, day)
            assert label_state(facts, day) == expected, day
            valid = Label.objects.filter(pk=label.pk).valid_on(day).exists()
            assert valid == (expected == S.VALID), day
        transaction.set_rollback(True)


@pytest.mark.no_cover
@settings(QUIET, max_examples=25, derandomize=True)
@given(history=histories())
def test_any_history_on_any_day(db: None, history: Histories) -> None:
    compare(history)


@pytest.mark.proof
@settings(QUIET, max_examples=1000)
@given(history=histories())
def test_a_thousand_histories_on_any_day(db: None, history: Histories) -> None:
    compare(history)


def everything_of_labels() -> list[Any]:
    """All that a state is computed from, as the database has it."""
    facts = ("id", "starts_on", "ends_on", "effective_end", "renewal_months", "grace_months")
    return [*Label.objects.order_by("id").values_list(*facts), *LabelEvent.objects.values_list()]


def test_no_job_makes_a_state_and_none_that_was_missed_changes_one(
    db: None, time_machine: Any
) -> None:
    """Whether every job ran on each of these days, or none ever did, the facts are the same."""
    label = award(make_movement(), START)
    paused = award(make_movement("Chiro Pauze"), START)
    record(paused, K.PAUSED, date(2025, 6, 1))
    before = everything_of_labels()
    jobs = [entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()]
    of_apps = [import_string(job) for job in jobs if not job.startswith("core.")]
    assert len(of_apps) >= 10
    for day, state, other in (
        (date(2025, 6, 2), S.VALID, S.PAUSED),
        (END + DAY, S.GRACE, S.PAUSED),
        (GRACE_END + DAY, S.EXPIRED, S.EXPIRED),
        (date(2031, 1, 5), S.EXPIRED, S.EXPIRED),
    ):
        time_machine.move_to(f"{day}T03:55:00Z")
        assert (label_state(fresh(label)), label_state(fresh(paused))) == (state, other)
        for job in of_apps:
            job()
        assert everything_of_labels() == before
        assert (label_state(fresh(label)), label_state(fresh(paused))) == (state, other)


# What the database holds by itself ----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE labels_label SET decided_on = '2022-11-15', starts_on = '2022-11-15'",
        "UPDATE labels_label SET starts_on = '2022-11-13'",
        "UPDATE labels_label SET renewal_months = 7",
        "UPDATE labels_label SET grace_months = 4",
        "UPDATE labels_label SET decision_id = NULL, taken_over_by_id = 1",
        "UPDATE labels_decision SET effective_on = '2022-11-13'",
        "UPDATE labels_decision SET decided_on = '2022-11-15'",
    ],
)
def test_no_label_starts_before_its_decision_or_gets_another_policy(
    label: Label, change: str
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_no_label_claims_another_day_than_that_of_its_decision(label: Label) -> None:
    decision = decide(label.movement, date(2026, 5, 1))
    fields = {f.attname: getattr(label, f.attname) for f in Label._meta.concrete_fields}
    fields |= {"decision_id": decision.pk, "previous_id": label.pk, "number": "2026-001"}
    days = {name: date(2026, 4, 1) for name in ("decided_on", "starts_on")}
    ends = {name: date(2028, 1, 1) for name in ("ends_on", "effective_end")}
    for name in ("id", "code"):
        del fields[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(**{**fields, **days, **ends})
