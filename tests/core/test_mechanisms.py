"""Calendar, jobs, consents, registers and what holds for every answer."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core import calendar, jobs, personal, tasks
from core.errors import Refused, Stale, show_refusal
from core.jobs import Job, JobState
from core.middleware import PrivateResponses
from core.personal import Ground, PersonalField
from testimonies.models import TestimonyConsent

# Calendar --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_is_that_of_brussels(moment: datetime, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert calendar.today() == day
        assert calendar.now() == moment


def test_pretending_a_day() -> None:
    real = calendar.today()
    with calendar.pretend(date(2024, 2, 29)):
        assert calendar.today() == date(2024, 2, 29)
        assert timezone.localtime(calendar.now()).hour == 12
    assert calendar.today() == real


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 1), 36, date(2029, 3, 1)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -6, date(2025, 9, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_add_months(day: date, months: int, expected: date) -> None:
    assert calendar.add_months(day, months) == expected


def test_last_day_of_a_period() -> None:
    assert calendar.last_day(date(2021, 3, 1), 24) == date(2023, 2, 28)
    assert calendar.last_day(date(2026, 1, 1), 36) == date(2028, 12, 31)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-500, 500))
def test_months_go_by_the_calendar(day: date, months: int) -> None:
    later = calendar.add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(st.integers(1950, 2150), st.integers(1, 12))
def test_first_sunday(year: int, month: int) -> None:
    sunday = calendar.first_sunday(year, month)
    assert sunday.isoweekday() == 7
    assert (sunday.year, sunday.month) == (year, month)
    assert sunday.day <= 7


# Jobs ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_job_keeps_its_file_encrypted_until_it_is_done() -> None:
    data = b"naam;plaats\nYusuf;Gent" + bytes(range(256))
    job = jobs.start(kind="import", owner="user:1", file_name="x" * 300 + ".csv", data=data)
    job.refresh_from_db()
    assert job.data == data
    assert job.file_name.endswith(".csv")
    assert str(job) == f"import {job.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT file FROM core_job")
        assert "Yusuf" not in cursor.fetchone()[0]
    jobs.finish(job, {"new": 2})
    job.refresh_from_db()
    assert (job.state, job.result, job.file, job.data) == ("done", {"new": 2}, None, b"")


@pytest.mark.django_db
def test_done_job_cannot_keep_a_file() -> None:
    job = jobs.start(kind="import", owner="user:1", file_name="x", data=b"x")
    with pytest.raises(IntegrityError, match="job_done_keeps_no_file"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE)


@pytest.mark.django_db
def test_files_nobody_confirmed_go_after_a_day_and_results_after_a_month() -> None:
    preview = jobs.start(kind="import", owner="user:1", file_name="x", data=b"x")
    done = jobs.start(kind="import", owner="user:1", file_name="x", data=b"x")
    jobs.finish(done, {})
    assert jobs.delete_stale() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert jobs.delete_stale() == 1
    assert list(Job.objects.all()) == [done]
    assert preview.pk != done.pk
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert jobs.delete_stale() == 1


@pytest.mark.django_db
def test_old_sessions_go() -> None:
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
    tasks.clean_up_jobs()
    assert Session.objects.count() == 1


# Consents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("withdrawn", "day", "holds"),
    [
        (None, date(2026, 1, 1), True),
        (None, date(2025, 12, 31), False),
        (None, date(2030, 12, 31), True),
        (None, date(2031, 1, 1), False),
        (date(2026, 5, 1), date(2026, 4, 30), True),
        (date(2026, 5, 1), date(2026, 5, 1), False),
        (date(2026, 5, 1), date(2026, 5, 2), False),
    ],
)
def test_days_on_which_a_consent_holds(withdrawn: date | None, day: date, holds: bool) -> None:
    consent = TestimonyConsent(
        given_on=date(2026, 1, 1), expires_on=date(2030, 12, 31), withdrawn_on=withdrawn
    )
    assert consent.valid_on(day) is holds


# Register of personal data ---------------------------------------------------------------------


def entry(model: str, field: str) -> PersonalField:
    return PersonalField(model, field, "why", Ground.PUBLIC_TASK, "who", "until when")


def test_register_is_sorted_and_refuses_doubles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "_entries", {})
    personal.register([entry("b.c", "x"), entry("a.c", "y")])
    assert [e.model for e in personal.entries()] == ["a.c", "b.c"]
    with pytest.raises(ValueError, match="twice"):
        personal.register([entry("a.c", "y")])


def test_own_tables_stand_in_the_register() -> None:
    known = {(e.model, e.field) for e in personal.entries()}
    assert {
        ("core.outboxmessage", "payload"),
        ("core.job", "file"),
        ("accounts.user", "email"),
    } <= (known)


# Refusals --------------------------------------------------------------------------------------


class SmallForm(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("refusal", "errors"),
    [
        (Refused("No."), {"__all__": ["No."]}),
        (Stale("Old."), {"__all__": ["Old."]}),
        (ValidationError("No."), {"__all__": ["No."]}),
        (
            ValidationError({"name": "Short.", "other": "Odd."}),
            {
                "name": ["Short."],
                "__all__": ["Odd."],
            },
        ),
    ],
)
def test_refusal_stands_where_it_belongs(refusal: Exception, errors: dict[str, list[str]]) -> None:
    form = SmallForm({"name": "x"})
    assert form.is_valid()
    show_refusal(form, refusal)
    assert form.errors == errors


# Answers ---------------------------------------------------------------------------------------


def answer(**headers: str) -> Any:
    request = RequestFactory().get("/")
    return PrivateResponses(lambda request: HttpResponse(headers=headers))(request).headers


def test_nothing_is_cached_unless_a_view_says_so() -> None:
    assert answer()["Cache-Control"] == "no-store"
    assert answer(**{"Cache-Control": "public"})["Cache-Control"] == "public"
    assert "camera=()" in answer()["Permissions-Policy"]
    assert answer()["Cross-Origin-Resource-Policy"] == "same-origin"
