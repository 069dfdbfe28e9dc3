"""The life of a request: received, about whom, answered within a month."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from core.calendar import pretend, today
from core.errors import Refused, Stale
from core.logs import ActivityLog
from privacy.enums import RequestOutcome, Right
from privacy.models import SubjectRequest
from privacy.selectors import days_left, open_requests, people_of, subjects_of
from privacy.services.requests import (
    change_request,
    close_request,
    drop_subject,
    name_subjects,
    start_request,
)
from recruitment.models import Child
from tests.factories.people import make_consultant, make_guidance, make_household
from tests.privacy.people import officer

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 31)


@pytest.fixture
def by() -> User:
    return officer()


@pytest.fixture
def asked(by: User) -> SubjectRequest:
    return start_request(right=Right.ACCESS, by=by, note=" Belde zelf. ")


def change(asked: SubjectRequest, by: User, **fields) -> SubjectRequest:
    given = {"version": asked.version, "identity_checked": True, "due_on": asked.due_on}
    return change_request(request=asked, by=by, **{**given, "note": asked.note, **fields})


def logged(verb: str) -> list[ActivityLog]:
    return list(ActivityLog.objects.filter(verb=verb, object_type="privacy.subjectrequest"))


# Received --------------------------------------------------------------------------------------


def test_the_answer_is_due_a_month_after_the_day_it_was_asked(by: User) -> None:
    with pretend(DAY + timedelta(days=5)):
        late = start_request(right=Right.ERASURE, received_on=DAY, by=by)
        assert late.due_on == date(2027, 2, 28)
        assert late.days_left == 23
        assert start_request(right=Right.ERASURE, by=by).received_on == DAY + timedelta(days=5)


def test_a_request_is_open_and_logged(asked: SubjectRequest, by: User) -> None:
    assert (asked.is_open, asked.note, asked.handled_by) == (True, "Belde zelf.", by)
    [row] = logged("added")
    assert (row.actor, row.state, row.object_id) == (by.key, "access", str(asked.pk))


def test_nobody_asks_tomorrow(by: User) -> None:
    with pytest.raises(Refused):
        start_request(right=Right.ACCESS, received_on=today() + timedelta(days=1), by=by)


def test_words_that_nobody_knows_are_refused_by_the_database(by: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        start_request(right="everything", by=by)


# Changed ---------------------------------------------------------------------------------------


def test_what_is_changed_is_logged_by_name(asked: SubjectRequest, by: User) -> None:
    changed = change(asked, by, note="Kwam langs.")
    assert (changed.identity_checked, changed.note, changed.version) == (True, "Kwam langs.", 1)
    [row] = logged("changed")
    assert row.fields == ["identity_checked", "note"]


def test_the_second_of_two_officers_is_told(asked: SubjectRequest, by: User) -> None:
    change(asked, by, note="Eerste.")
    with pytest.raises(Stale):
        change(asked, by, version=0, note="Tweede.")
    assert SubjectRequest.objects.get().note == "Eerste."


@pytest.mark.parametrize(("months", "days"), [(3, 1), (0, -1)])
def test_the_last_day_is_within_three_months(by: User, months: int, days: int) -> None:
    with pretend(DAY):
        asked = start_request(right=Right.ACCESS, by=by)
        base = date(2027, 4, 30) if months else DAY
        with pytest.raises(Refused):
            change(asked, by, due_on=base + timedelta(days=days))
        assert change(asked, by, due_on=base).due_on == base


# About whom ------------------------------------------------------------------------------------


def test_a_record_is_named_once_and_can_be_taken_away(asked: SubjectRequest, by: User) -> None:
    child = make_guidance(make_consultant()).child
    both = [("recruitment.child", child.pk), ("recruitment.household", child.household_id)]
    name_subjects(request=asked, people=both, by=by)
    again = name_subjects(request=asked, people=both, by=by)
    assert asked.subjects.count() == 2
    assert [kind.model for kind, _person in people_of(asked)] == [model for model, _pk in both]
    drop_subject(subject=again[1], by=by)
    assert people_of(asked) == [(people_of(asked)[0][0], child)]
    assert len(logged("named")) == 2
    assert len(logged("dropped")) == 1


@pytest.mark.parametrize("model", ["recruitment.child", "recruitment.guidance", "movements.group"])
def test_what_is_no_person_or_not_there_is_refused(
    asked: SubjectRequest, by: User, model: str
) -> None:
    make_guidance(make_consultant())
    number = 0 if model == "recruitment.child" else 1
    with pytest.raises(Refused):
        name_subjects(request=asked, people=[(model, number)], by=by)
    assert not asked.subjects.exists()


def test_of_several_records_all_are_named_or_none(asked: SubjectRequest, by: User) -> None:
    household = make_household(make_consultant())
    people = [("recruitment.household", household.pk), ("recruitment.household", 999_999)]
    with pytest.raises(Refused):
        name_subjects(request=asked, people=people, by=by)
    assert not asked.subjects.exists()


def test_a_record_that_is_gone_is_told(asked: SubjectRequest, by: User) -> None:
    staff = make_consultant()
    household = make_household(staff)
    child = Child.objects.create(household=household, first_name="Kort", birth_year=2014)
    name_subjects(request=asked, people=[("recruitment.child", child.pk)], by=by)
    child.delete()
    [named] = subjects_of(asked)
    assert (named.person, named.label, people_of(asked)) == (None, "", [])


# Answered --------------------------------------------------------------------------------------


def ready(asked: SubjectRequest, by: User) -> SubjectRequest:
    household = make_household(make_consultant())
    name_subjects(request=asked, people=[("recruitment.household", household.pk)], by=by)
    return change(asked, by)


def test_a_request_ends_once(asked: SubjectRequest, by: User) -> None:
    ready(asked, by)
    closed = close_request(request=asked, outcome=RequestOutcome.DONE, by=by, refusal="niet")
    assert (closed.outcome, closed.closed_on, closed.refusal) == ("done", today(), "")
    [row] = logged("closed")
    assert row.state == "done"
    subject = closed.subjects.get()
    for late in (
        lambda: close_request(request=asked, outcome=RequestOutcome.WITHDRAWN, by=by),
        lambda: change(closed, by),
        lambda: name_subjects(request=asked, people=[], by=by),
        lambda: drop_subject(subject=subject, by=by),
    ):
        with pytest.raises(Refused):
            late()


def test_a_refusal_says_why(asked: SubjectRequest, by: User) -> None:
    with pytest.raises(Refused):
        close_request(request=asked, outcome=RequestOutcome.REFUSED, by=by, refusal="  ")
    reason = "We weten niet wie het vraagt."
    closed = close_request(request=asked, outcome="refused", by=by, refusal=reason)
    assert closed.refusal == reason


def test_done_needs_the_records_of_a_person_whom_we_know(asked: SubjectRequest, by: User) -> None:
    with pytest.raises(Refused):
        close_request(request=asked, outcome=RequestOutcome.DONE, by=by)
    household = make_household(make_consultant())
    name_subjects(request=asked, people=[("recruitment.household", household.pk)], by=by)
    with pytest.raises(Refused):
        close_request(request=asked, outcome=RequestOutcome.DONE, by=by)


def test_nothing_is_kept_means_that_nobody_is_named(asked: SubjectRequest, by: User) -> None:
    ready(asked, by)
    with pytest.raises(Refused):
        close_request(request=asked, outcome=RequestOutcome.UNKNOWN, by=by)
    asked.subjects.all().delete()
    closed = close_request(request=asked, outcome=RequestOutcome.UNKNOWN, by=by)
    assert closed.outcome == "unknown"


def test_taken_back_needs_nothing(asked: SubjectRequest, by: User) -> None:
    assert not close_request(request=asked, outcome="withdrawn", by=by).is_open


def test_those_that_wait_stand_in_the_order_of_their_last_day(by: User) -> None:
    with pretend(DAY):
        late, later, soon = (
            start_request(right=Right.ACCESS, received_on=DAY - timedelta(days=days), by=by)
            for days in (40, 1, 30)
        )
        close_request(request=start_request(right=Right.ACCESS, by=by), outcome="withdrawn", by=by)
        assert list(open_requests()) == [late, soon, later]
        assert late.days_left < 0 < soon.days_left


@pytest.mark.parametrize(
    ("days", "words"),
    [(-2, "2 days late"), (-1, "1 day late"), (0, "0 days left"), (1, "1 day left")],
)
def test_days_in_words(asked: SubjectRequest, settings, days: int, words: str) -> None:
    settings.LANGUAGE_CODE = "en"
    asked.due_on = today() + timedelta(days=days)
    assert days_left(asked) == words
