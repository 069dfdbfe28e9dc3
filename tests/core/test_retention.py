"""When a period is over, in which words it is told, and who registers what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import User
from core import personal, retention
from core.calendar import latest_start

DAY = timedelta(days=1)


def is_over(start: date, months: int, day: date) -> bool:
    """Whether a period of months that begins on `start` is over by `day`, counted by hand.

    It ends on the same day of the month, or on the last one where that day is missing.
    """
    year, month = start.year, start.month
    for _step in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    ends = start.day
    while True:
        try:
            return date(year, month, ends) <= day
        except ValueError:
            ends -= 1


DAYS = st.dates(date(2019, 12, 1), date(2032, 3, 31))


@given(day=DAYS, months=st.integers(1, 72))
@example(day=date(2024, 2, 29), months=12)
@example(day=date(2025, 2, 28), months=12)
@example(day=date(2024, 2, 28), months=12)
@example(day=date(2026, 2, 28), months=6)
@example(day=date(2026, 3, 30), months=1)
@example(day=date(2026, 4, 30), months=1)
def test_the_latest_start_is_the_last_day_whose_period_is_over(day: date, months: int) -> None:
    start = latest_start(day, months)
    assert is_over(start, months, day)
    assert not is_over(start + DAY, months, day)


@given(start=DAYS, months=st.integers(1, 72), day=DAYS)
def test_a_period_is_over_when_it_began_by_the_latest_start(
    start: date, months: int, day: date
) -> None:
    assert (start <= latest_start(day, months)) == is_over(start, months, day)


@pytest.mark.parametrize(
    ("day", "months", "start"),
    [
        (date(2025, 2, 28), 12, date(2024, 2, 29)),
        (date(2024, 2, 28), 12, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 3, 1), 12, date(2023, 3, 1)),
        (date(2026, 2, 27), 6, date(2025, 8, 27)),
        (date(2026, 2, 28), 6, date(2025, 8, 31)),
        (date(2026, 3, 1), 6, date(2025, 9, 1)),
    ],
)
def test_around_the_end_of_february(day: date, months: int, start: date) -> None:
    assert latest_start(day, months) == start


# The registry ----------------------------------------------------------------------------------


@pytest.fixture
def registry(monkeypatch: Any) -> None:
    monkeypatch.setattr(retention, "_categories", {})
    monkeypatch.setattr(retention, "_in_force", [])


def category(**values: Any) -> retention.Category:
    return retention.register(
        retention.Category(
            **{
                "key": "accounts.old",
                "model": "accounts.user",
                "label": "Old accounts",
                "months": 12,
                "counted": "after they were made",
                "begun": lambda day: User.objects.filter(created_at__date__lte=day),
                **values,
            }
        )
    )


@pytest.mark.usefixtures("registry")
def test_a_category_is_registered_once() -> None:
    first = category()
    with pytest.raises(ValueError, match="registered twice"):
        category()
    assert retention.categories() == [first]
    assert retention.category_of("accounts.old") is first
    with pytest.raises(KeyError):
        retention.hold("nothing", lambda day: Q())


@pytest.mark.usefixtures("registry", "db")
def test_an_app_above_holds_records_back() -> None:
    for number in range(3):
        User.objects.create(email=f"{number}@example.test", full_name=str(number))
    kept, *others = User.objects.order_by("pk")
    asked = []

    def hold(day: date) -> Q:
        asked.append(day)
        return Q(pk=kept.pk)

    old = category()
    retention.hold("accounts.old", hold)
    assert list(old.due(date(2090, 2, 28), 12)) == others
    assert asked == [date(2089, 2, 28)]
    assert list(old.due(date(2020, 1, 1), 12)) == []


@pytest.mark.usefixtures("registry")
def test_periods_are_told_in_words_by_what_was_decided() -> None:
    category()
    category(key="accounts.older", months=1, counted="after that")
    text = retention.in_words("accounts.old", "accounts.older")
    with override("en"):
        assert str(text) == "12 months after they were made; 1 month after that"
        retention.decided_by(lambda: {"accounts.old": 3})
        assert str(text) == "3 months after they were made; 1 month after that"
        assert str(retention.in_words("accounts.old", "accounts.old")) == (
            "3 months after they were made"
        )


@pytest.mark.usefixtures("registry")
def test_a_page_reads_what_was_decided_once() -> None:
    category()
    asked = []
    retention.decided_by(lambda: asked.append(1) or {"accounts.old": 2})
    with override("en"), retention.read_once():
        for _time in range(5):
            assert str(retention.in_words("accounts.old")) == "2 months after they were made"
    assert len(asked) == 1


@pytest.mark.django_db
def test_each_category_is_told_by_the_register() -> None:
    """Promise and mechanism are one text: the register tells the period of each category."""
    with override("en"):
        promised = {str(entry.retention) for entry in personal.entries()}
        told = {part for text in promised for part in text.split("; ")}
        periods = {retention.period(c, c.months) for c in retention.categories()}
    assert periods - told == set()


def test_each_ground_has_words() -> None:
    with override("en"):
        assert [str(ground.label) for ground in personal.Ground] == [
            "public task",
            "consent",
            "legal obligation",
        ]
