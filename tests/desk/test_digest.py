"""The mail of Monday: once a week and person, numbers and names of movements, no family."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from core import mail_reports, outbox
from core.mailbox import Outcome, ReceivedMail
from core.outbox import OutboxMessage
from core.preferences import opt_out
from core.work import Item, Section
from desk import emails, tasks
from desk.emails import week_of
from desk.worklist import work_list
from movements.services import say
from tests.factories import movements as make
from tests.support.smtp import Sink, text_of

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 10, 5, 7, 30, tzinfo=UTC)  # half past nine in Brussels
DAY = timedelta(days=1)


def run(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        queued = tasks.queue_digests()
        outbox.deliver_due()
    return queued


def waiting_message(name: str = "Chiro Sint-Jozef") -> None:
    movement, leader = make.movement(name), make.user()
    make.mandate(movement, account=leader)
    say(movement=movement, text="Amina komt niet meer", by=leader)
    OutboxMessage.objects.filter(kind="conversation").delete()


def test_once_a_week_from_monday_seven_on_and_never_on_sunday_evening(smtp: Sink) -> None:
    with time_machine.travel(MONDAY - 20 * DAY):
        consultant, chief = make.consultant(), make.coordinator()
        User.objects.filter(pk=consultant.pk).update(language="en")
        make.alderman()
        waiting_message()
    assert run(MONDAY - timedelta(hours=5)) == 0
    assert [run(MONDAY), run(MONDAY), run(MONDAY + 3 * DAY)] == [2, 0, 0]
    assert {mail["To"] for mail in smtp.messages} == {consultant.email, chief.email}
    mail = smtp.to(consultant.email)[0]
    assert "1 · Messages to answer: Chiro Sint-Jozef" in text_of(mail)
    assert "Amina" not in mail.as_string()
    assert "List-Unsubscribe" in mail
    assert text_of(mail).count("http") == 3  # the list, the way out, the site
    assert run(MONDAY + 9 * DAY) == 2  # a Monday that was missed
    assert len(smtp.messages) == 4


def test_nothing_waits_and_nothing_comes_that_week(smtp: Sink) -> None:
    with time_machine.travel(MONDAY - 20 * DAY):
        make.consultant()
    run(MONDAY)
    with time_machine.travel(MONDAY + DAY, tick=False):
        waiting_message()
    run(MONDAY + 2 * DAY)
    assert smtp.messages == []


def test_late_in_the_next_week_or_not_of_the_team_or_not_wanted_is_not_due(smtp: Sink) -> None:
    with time_machine.travel(MONDAY - 20 * DAY):
        late, gone, calm = make.consultant(), make.consultant(), make.consultant()
        waiting_message()
    with time_machine.travel(MONDAY, tick=False):
        tasks.queue_digests()
    OutboxMessage.objects.filter(recipient=late.key).update(due_at=MONDAY + 7 * DAY)
    gone.grants.update(ended_at=MONDAY - DAY)
    opt_out(recipient=calm.key, group="digest")
    with time_machine.travel(MONDAY, tick=False):
        outbox.deliver_due()
    with time_machine.travel(MONDAY + 7 * DAY, tick=False):
        outbox.deliver_due()
    assert smtp.messages == []


def test_only_names_of_movements_are_told(monkeypatch: pytest.MonkeyPatch, smtp: Sink) -> None:
    with time_machine.travel(MONDAY - 20 * DAY):
        make.consultant()
        make.movement("KSA Wieze")
    items = [Item(text, "/", MONDAY.date()) for text in ("Familie El Idrissi", "KSA Wieze")]
    monkeypatch.setattr(emails, "work_list", lambda user: [Section("Iets", "/", 9, items)])
    run(MONDAY)
    assert "9 · Iets: KSA Wieze\r\n" in text_of(smtp.messages[0])
    assert "Idrissi" not in smtp.messages[0].as_string()


def test_weeks_are_those_of_iso() -> None:
    assert week_of(datetime(2027, 1, 1).date()) == "2026-W53"


def test_the_work_list_has_messages_to_answer_and_lost_mails(client: Client) -> None:
    consultant, chief = make.consultant(), make.coordinator()
    waiting_message()
    ReceivedMail.objects.create(digest="1", outcome=Outcome.NO_PLACE)
    urls = {section.url for section in work_list(consultant)}
    assert "/admin/movements/movement/" in urls
    assert "/admin/core/receivedmail/" not in urls
    assert "/admin/core/receivedmail/" in {section.url for section in work_list(chief)}


def test_the_page_of_a_mandate_tells_that_mail_does_not_arrive(client: Client, smtp: Sink) -> None:
    client.force_login(make.consultant())
    mandate = make.mandate()
    url = f"/admin/movements/mandate/{mandate.pk}/change/"
    assert "alert-warning" not in client.get(url).content.decode()
    row = outbox.enqueue(kind="invitation", object_id=1, recipient=mandate.key, language="nl")
    assert row is not None
    OutboxMessage.objects.update(state="sent", settled_at=MONDAY)
    mail_reports.report_failure(message_id=row.message_id, code="5.1.1")
    text = client.get(url).content.decode()
    assert "alert-warning" in text
    assert "DSN 5.1.1" in text
