"""Whether a movement goes on when its people change: each fact, both ways."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core.calendar import add_months, pretend, today
from handovers.selectors import continuity
from handovers.selectors.continuity import continuity_of, continuity_rows
from handovers.services import sign_handover
from handovers.views import staff as pages
from labels.enums import PlanState
from labels.models import ActionPlan
from movements.enums import Function
from movements.models import Mandate, Movement
from movements.services import assign_coach
from tests.factories import movements as make
from tests.factories.labels import Group
from tests.support.proof import force_login

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def fact(movement: Movement, name: str) -> tuple[bool, str]:
    with translation.override("en"):
        return next((f.holds, f.text) for f in continuity_of(movement) if f.name == name)


def lead(movement: Movement, account: User | None = None, **fields: Any) -> Mandate:
    """A main leader for long, confirmed for as long as these tests look."""
    fields.setdefault("starts_on", today() - 200 * DAY)
    made = make.mandate(movement, account=account or make.user(), **fields)
    Mandate.objects.filter(pk=made.pk).update(confirmed_on=add_months(today(), 24))
    return made


def test_a_successor_is_named() -> None:
    movement = make.movement()
    assert fact(movement, "successor") == (False, "Nobody is main leader.")
    end = add_months(today(), 3)
    lead(movement, ends_on=end)
    holds, text = fact(movement, "successor")
    assert (holds, str(end.year) in text) == (False, True)
    lead(movement, starts_on=end + DAY)
    assert fact(movement, "successor")[0]


def test_the_handover_is_signed() -> None:
    movement, new, supervisor = make.movement(), make.user(), make.user()
    assert fact(movement, "handover") == (True, "The team has not changed in the last year.")
    lead(movement, ends_on=today() - DAY)
    lead(movement, new, starts_on=today(), turns_18_on=add_months(today(), 2))
    lead(movement, supervisor, function=Function.ADULT_SUPERVISOR)
    assert "is not signed" in fact(movement, "handover")[1]
    sign_handover(movement=movement, rotation_on=today(), by=new)
    assert "waits for somebody of 18" in fact(movement, "handover")[1]
    sign_handover(movement=movement, rotation_on=today(), by=supervisor)
    assert fact(movement, "handover")[0]


def test_the_team_is_confirmed() -> None:
    movement = make.movement()
    assert fact(movement, "confirmed") == (False, "Nobody is in the team.")
    made = lead(movement)
    assert fact(movement, "confirmed")[0]
    said = date(2026, 6, 1)
    Mandate.objects.filter(pk=made.pk).update(confirmed_on=said, starts_on=said)
    with pretend(date(2026, 10, 5)):
        assert fact(movement, "confirmed")[1].startswith("1 person has not said yet")


def test_there_is_an_adult_and_more_than_one_account() -> None:
    movement = make.movement()
    assert fact(movement, "accounts") == (False, "Nobody can sign in.")
    lead(movement)
    assert fact(movement, "adult") == (False, "There is no adult supervisor.")
    assert fact(movement, "accounts") == (False, "Only 1 person can sign in.")
    lead(movement, function=Function.ADULT_SUPERVISOR)
    assert fact(movement, "adult")[0]
    assert fact(movement, "accounts") == (True, "2 people can sign in.")


def test_nothing_is_overdue() -> None:
    asked, labelled = Group(state=PlanState.MORE_ASKED), Group("Other", state=PlanState.AWARDED)
    assert fact(asked.movement, "points")[0]
    ActionPlan.objects.filter(pk=asked.plan.pk).update(answer_by=today() - DAY)
    assert "an answer about the plan" in fact(asked.movement, "points")[1]
    label = labelled.movement.labels.get()
    with pretend(label.ends_on + DAY):
        assert "The label ended" in fact(labelled.movement, "points")[1]
    with pretend(label.grace_until + DAY):
        assert fact(labelled.movement, "points")[0]


def test_the_list_shows_where_something_is_missing_and_what_one_coaches(client: Any) -> None:
    first, second, stopped = (make.movement(name) for name in ("A", "B", "C"))
    Movement.objects.filter(pk=stopped.pk).update(stopped_on=today() - DAY)
    lead(first, function=Function.ADULT_SUPERVISOR)
    staff = make.consultant()
    assign_coach(movement=second, user=staff, by=staff)

    def names(**asked: Any) -> list[str]:
        return [row.movement.name for row in continuity_rows(staff, **asked)]

    assert names() == ["A", "B"]
    assert names(missing="adult") == names(mine=True) == ["B"]
    force_login(client, staff)
    page = client.get(reverse("admin:handovers_handover_continuity"), {"missing": "adult"})
    assert [row.movement.name for row in page.context["rows"]] == ["B"]
    page = client.get(reverse("admin:handovers_handover_continuity"), {"missing": "nonsense"})
    assert len(page.context["rows"]) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    django_assert_num_queries: Any, count: int
) -> None:
    staff = make.consultant()
    for number in range(count):
        movement = make.movement(f"Movement {number}")
        lead(movement, ends_on=today() - DAY)
        lead(movement, new := make.user(), starts_on=today())
        sign_handover(movement=movement, rotation_on=today(), by=new)
    with django_assert_num_queries(8):
        assert len(continuity_rows(staff)) == count


def test_many_are_shown_page_by_page(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    monkeypatch.setattr(continuity, "AT_ONCE", 3)
    for name in "ABCDE":
        movement = make.movement(name)
        if name == "B":
            lead(movement, function=Function.ADULT_SUPERVISOR)
    force_login(client, make.consultant())

    def names(page: Any, missing: str = "") -> tuple[str, int, int]:
        asked = {"page": page, "missing": missing}
        shown = client.get(reverse("admin:handovers_handover_continuity"), asked).context
        rows = [row.movement.name for row in shown["rows"]]
        return "".join(rows), shown["before"], shown["after"]

    assert [names(n) for n in (1, 2, 3)] == [("AB", 0, 2), ("CD", 1, 3), ("E", 2, 0)]
    assert [names(n, "adult") for n in (1, 2)] == [("AC", 0, 2), ("DE", 1, 0)]
    assert names("-1") == names("x") == names("9" * 30) == names(1)
