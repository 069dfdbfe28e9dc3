"""The pages that explain why each reminder was sent or not."""

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from core import outbox
from core.outbox import OutboxMessage
from handovers.models import Reminder
from handovers.services import open_handovers, queue_reminders
from movements.models import Mandate, Movement
from movements.services import assign_coach
from tests.factories import movements as people
from tests.factories.programmes import make_edition
from tests.support.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(datetime(2027, 3, 15, 8), tick=False) as traveller:
        make_edition(starts_on=date(2026, 3, 1), ends_on=date(2030, 2, 28))
        yield traveller


def make_group(name: str = "Noor Claes", **fields: Any) -> Mandate:
    group = people.movement("Chiro De Zon", mailbox="groep@example.org")
    coach = people.consultant()
    assign_coach(movement=group, user=coach, by=coach)
    account = people.user(name, f"{name.split()[0].lower()}@example.org")
    fields = {"starts_on": date(2024, 9, 1), "ends_on": date(2027, 8, 31), **fields}
    return people.mandate(group, account=account, **fields)


def staff_page(movement: Movement) -> str:
    client = Client()
    client.force_login(people.consultant("Kamal"))
    with override("en"):
        page = client.get(
            reverse("admin:handovers_reminder_movement", args=[movement.pk]),
            headers={"accept-language": "en"},
        )
    assert page.status_code == 200
    return page.content.decode()


def test_each_decision_stands_there_with_its_reason(clock: Any, smtp: Sink) -> None:
    noor = make_group()
    queue_reminders()
    outbox.deliver_due()
    clock.move_to(datetime(2027, 3, 29, 8))
    queue_reminders()
    page = staff_page(noor.movement)
    for words in (
        "Noor Claes",
        "mailbox of the group",
        "mailed on 15 March 2027",
        "about to be mailed",
        "nobody to ask",
        "nobody reacted within 14 days",
        "12 April: coordinator",
        "Who takes over?",
        f"/my/{noor.movement_id}/team/",
    ):
        assert escape(words) in page


def test_why_there_is_no_mail_today(clock: Any) -> None:
    noor = make_group()
    said = "A mail goes out within the hour, or by night in the morning."
    assert said in staff_page(noor.movement)
    queue_reminders()
    outbox_rows = OutboxMessage.objects.all()
    outbox_rows.update(state="not_due", settled_at=datetime(2027, 3, 15, 8).astimezone())
    assert "no longer true" in staff_page(noor.movement)
    outbox_rows.update(state="refused")
    assert "refused by the mail server on 15 March 2027" in staff_page(noor.movement)
    Mandate.objects.update(ends_on=None)
    assert "there is nothing to ask" in staff_page(noor.movement)
    Movement.objects.update(stopped_on=date(2027, 3, 14))
    assert "pauses or has stopped" in staff_page(noor.movement)


def test_in_a_quiet_period_it_waits_and_after_the_last_rung_everybody_was_asked(
    clock: Any,
) -> None:
    noor = make_group()
    clock.move_to(datetime(2027, 5, 25, 8))
    assert "quiet period" in staff_page(noor.movement)
    for day in (datetime(2027, 9, 6, 8), datetime(2027, 9, 20, 8), datetime(2027, 10, 4, 8)):
        Mandate.objects.update(ends_on=date(2027, 12, 31), confirmed_on=date(2027, 9, 2))
        clock.move_to(day)
        queue_reminders()
    people.coordinator()
    clock.move_to(datetime(2027, 10, 18, 8))
    queue_reminders()
    assert "Everybody who can be asked was asked." in staff_page(noor.movement)


@pytest.mark.parametrize("rows", [1, 3])
def test_leaders_read_about_their_own_team_in_as_many_questions_for_any_number(
    clock: Any, rows: int, django_assert_num_queries: Any
) -> None:
    noor = make_group()
    queue_reminders()
    for number in range(rows - 1):
        Reminder.objects.create(
            movement=noor.movement, step="may", cycle=str(2020 + number), rung=0,
            recipient=noor.key, due_on=date(2020, 5, 1), decided_on=date(2020, 5, 1),
            outcome="queued", why="ends",
        )  # fmt: skip
    client = Client()
    client.force_login(noor.user)
    address = reverse("handovers:reminders", args=[noor.movement_id])
    client.get(address)
    with django_assert_num_queries(19):
        page = client.get(address)
    assert "Noor Claes" in page.content.decode()


def test_the_list_shows_no_names_and_each_row_leads_to_its_movement(clock: Any) -> None:
    noor = make_group()
    open_handovers()
    queue_reminders()
    client = Client()
    client.force_login(people.consultant("Kamal"))
    page = client.get(reverse("admin:handovers_reminder_changelist")).content.decode()
    assert "Noor Claes" not in page
    row = Reminder.objects.first()
    assert row is not None
    assert str(row) == f"{noor.movement_id} {row.step} 2027"
    answer = client.get(reverse("admin:handovers_reminder_change", args=[row.pk]))
    assert answer["Location"] == reverse(
        "admin:handovers_reminder_movement", args=[noor.movement_id]
    )
    assert client.get("/admin/handovers/reminder/x/change/").status_code == 404
