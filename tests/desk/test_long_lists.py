"""What all groups have together is shown page by page."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core.calendar import pretend
from desk.views import calendar, edition_end
from tests.factories import movements as make
from tests.factories.programmes import make_edition

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 1)


@pytest.fixture
def karin(client: Client) -> Client:
    make_edition(starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
    with pretend(DAY):
        for name in "ABC":
            make.movement(name, started_on=date(2027, 1, 1))
        client.force_login(make.coordinator())
    return client


def test_dates_of_all_groups(karin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "PER_PAGE", 2)
    with pretend(DAY):
        pages = [
            karin.get(reverse("desk:staff_calendar"), {"kind": "group", "page": page})
            for page in (1, 2)
        ]
    shown = [[str(event.movement) for event in page.context["events"]] for page in pages]
    assert shown == [["A", "B"], ["C"]]
    assert "?kind=group&amp;page=2" in pages[0].content.decode()


def test_groups_that_go_on_after_the_edition(
    karin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition_end, "PER_PAGE", 2)
    with pretend(DAY):
        pages = [karin.get(reverse("desk:edition_end"), {"page": page}) for page in (1, 2)]
    assert [[str(row.movement) for row in page.context["rows"]] for page in pages] == [
        ["A", "B"],
        ["C"],
    ]
    assert [page.context["open"] for page in pages] == [3, 3]
