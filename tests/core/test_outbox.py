"""A mail is sent once, or later, or not any more; never lost, never twice, never in the way."""

import smtplib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, Envelope, Session
from celery import Celery
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail.backends.smtp import EmailBackend
from django.db import IntegrityError, connection, connections, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone

from config.celery import app as celery_app
from core import mail_reports, messages, outbox, tasks
from core.messages import Message
from core.outbox import OutboxMessage, OutboxState, claim, deliver, deliver_due, enqueue
from tests.support.smtp import Sink, code_in, text_of

KIND = "sign_in_code"  # its templates serve the messages of these tests
Late = Callable[[timedelta], None]


class Probe(Message):
    """A mail to `object_id`@example.org."""

    due = True

    def still_due(self) -> bool:
        return self.due

    def address(self) -> str:
        return f"to{self.object_id}@example.org"

    def subject(self) -> str:
        return "One\nline: yes"

    def context(self) -> dict[str, Any]:
        return {"code": self.payload.get("code", "none"), "name": "Ömer", "minutes": 15}


@pytest.fixture(autouse=True)
def probe(monkeypatch: pytest.MonkeyPatch) -> type[Probe]:
    kind = type("ThisProbe", (Probe,), {"kind": KIND})
    monkeypatch.setitem(messages._kinds, KIND, kind)
    return kind


@pytest.fixture
def later() -> Iterator[Late]:
    """`later(delta)` moves the clock."""
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield lambda delta: traveller.shift(delta)


def queue(number: int = 1, **values: Any) -> OutboxMessage:
    row = enqueue(kind=KIND, object_id=number, recipient=f"user:{number}", language="nl", **values)
    assert row is not None
    return row


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("state", flat=True))


# One mail ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sent_once_when_everything_runs_twice(smtp: Sink) -> None:
    for _run in range(2):
        enqueue(kind=KIND, object_id=1, step="s", recipient="user:1", language="nl")
        tasks.deliver_outbox()
    assert len(smtp.messages) == 1
    assert states() == ["sent"]


@pytest.mark.django_db
def test_what_is_the_same_mail() -> None:
    first = queue(step="a")
    assert first.state == OutboxState.WAITING
    assert enqueue(kind=KIND, object_id=1, step="a", recipient="user:1", language="fr") is None
    for other in ({"step": "b"}, {"recipient": "user:2"}, {"object_id": 2}):
        same = {"kind": KIND, "object_id": 1, "step": "a", "recipient": "user:1"} | other
        assert enqueue(language="nl", **same) is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.create(
            kind=KIND, object_id=1, step="a", recipient="user:1", language="nl", due_at=first.due_at
        )


@pytest.mark.django_db
def test_what_a_mail_carries(smtp: Sink, probe: Any, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Jeugddienst <jeugd@city.example>"
    probe.reply_to = lambda self: "coach@city.example"
    row = queue(payload={"code": "BCD-FGH"})
    assert deliver_due() == 1
    message = smtp.messages[0]
    assert message["To"] == "to1@example.org"
    assert message["From"] == "Jeugddienst <jeugd@city.example>"
    assert message["Reply-To"] == "coach@city.example"
    assert message["Subject"] == "One line: yes"
    assert message["Message-ID"] == row.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "nl"
    assert code_in(message) == "BCD-FGH"
    html = message.get_body(("html",))
    assert html is not None
    assert "BCD-FGH" in html.get_content()
    assert "Ömer" in text_of(message)


@pytest.mark.django_db
def test_answers_go_to_the_sender_unless_said(smtp: Sink) -> None:
    queue()
    deliver_due()
    assert smtp.messages[0]["Reply-To"] is None


@pytest.mark.django_db
def test_payload_is_encrypted_and_wiped(smtp: Sink) -> None:
    row = queue(payload={"code": "BCD-FGH"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM core_outboxmessage WHERE id = %s", [row.pk])
        (stored,) = cursor.fetchone()
    assert "BCD" not in stored
    assert stored.startswith("gAAAA")
    deliver_due()
    row.refresh_from_db()
    assert (row.payload, row.error) == ("", "")
    assert row.settled_at is not None


@pytest.mark.django_db
def test_not_before_it_is_due(smtp: Sink, later: Late) -> None:
    queue(due_at=timezone.now() + timedelta(hours=1))
    assert deliver_due() == 0
    later(timedelta(hours=1))
    assert deliver_due() == 1
    assert len(smtp.messages) == 1


@pytest.mark.django_db
def test_no_longer_due(smtp: Sink, probe: Any) -> None:
    row = queue(payload={"code": "x"})
    probe.due = False
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.payload, smtp.attempts) == ("not_due", "", 0)


@pytest.mark.django_db
def test_what_it_is_about_has_gone(smtp: Sink, probe: Any) -> None:
    def gone(self: Probe) -> bool:
        raise ObjectDoesNotExist

    row = queue()
    probe.still_due = gone
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.error) == ("not_due", "ObjectDoesNotExist")


@pytest.mark.django_db
def test_nobody_to_send_to(smtp: Sink, probe: Any) -> None:
    row = queue()
    probe.address = lambda self: ""
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.error, smtp.attempts) == ("refused", "no address", 0)


# Mistakes and mail servers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("still_due", KeyError("Yusuf")),
        ("context", TemplateDoesNotExist("Yusuf")),
        ("address", AttributeError("Yusuf")),
    ],
)
@pytest.mark.django_db
def test_mistake_in_one_mail_does_not_hold_up_the_others(
    method: str,
    fault: Exception,
    smtp: Sink,
    probe: Any,
    later: Late,
    caplog: pytest.LogCaptureFixture,
) -> None:
    good = getattr(Probe, method)

    def failing(self: Probe) -> Any:
        if self.object_id == 1:
            raise fault
        return good(self)

    setattr(probe, method, failing)
    row = queue(1)
    queue(2)
    assert deliver_due() == 2
    assert [m["To"] for m in smtp.messages] == ["to2@example.org"]
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("waiting", type(fault).__name__, 1)
    assert "Yusuf" not in caplog.text
    assert f"in {failing.__name__}" in caplog.text

    setattr(probe, method, good)
    later(timedelta(minutes=1))
    deliver_due()
    assert len(smtp.messages) == 2


@pytest.mark.django_db
def test_kind_that_nobody_knows_waits(smtp: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    queue()
    monkeypatch.delitem(messages._kinds, KIND)
    deliver_due()
    assert states() == ["waiting"]


@pytest.mark.django_db
def test_address_that_cannot_be_written_waits(smtp: Sink, probe: Any) -> None:
    probe.address = lambda self: "a@example.org\nBcc: b@example.org"
    row = queue()
    deliver_due()
    row.refresh_from_db()
    assert (row.state, smtp.attempts) == ("waiting", 0)


@pytest.mark.django_db
def test_dead_server_only_delays(smtp: Sink, settings: Any, later: Late) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    row = queue(payload={"code": "BCD-FGH"})
    waited = []
    for _try in range(6):
        assert deliver_due() == 1
        row.refresh_from_db()
        assert (row.state, row.claimed_at) == ("waiting", None)
        waited.append(round((row.due_at - timezone.now()).total_seconds() / 60))
        later(row.due_at - timezone.now())
    assert waited == [1, 5, 15, 60, 240, 240]
    assert row.error == "ConnectionRefusedError"
    settings.EMAIL_PORT = port
    deliver_due()
    assert code_in(smtp.messages[0]) == "BCD-FGH"
    assert smtp.messages[0]["Message-ID"] == row.message_id


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ("451 Later", "waiting", "SMTPDataError"),
        ("554 Never", "refused", "SMTP 554"),
    ],
)
@pytest.mark.django_db
def test_answer_to_the_mail(answer: str, state: str, error: str, smtp: Sink) -> None:
    smtp.answer = answer
    row = queue(payload={"code": "x"})
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.error) == (state, error)
    assert bool(row.payload) is (state == "waiting")


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        ("450 Busy", "waiting", "SMTPRecipientsRefused"),
        ("550 No such user", "refused", "SMTP 550"),
    ],
)
@pytest.mark.django_db
def test_answer_to_the_recipient(answer: str, state: str, error: str, smtp: Any) -> None:
    async def handle(
        server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return answer

    smtp.handle_RCPT = handle
    row = queue()
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.error, smtp.attempts) == (state, error, 0)


@pytest.mark.django_db
def test_refused_sender_is_our_mistake_not_the_recipients(smtp: Any) -> None:
    async def handle(
        server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return "553 Not you"

    smtp.handle_MAIL = handle
    queue()
    deliver_due()
    assert states() == ["waiting"]


class Watching(EmailBackend):
    """Notes whether a transaction is open while mail is sent."""

    seen: list[bool] = []

    def send_messages(self, email_messages: Any) -> int:
        self.seen.append(connection.in_atomic_block)
        return super().send_messages(email_messages)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_while_sending(smtp: Sink, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Watching"
    queue()
    deliver_due()
    assert Watching.seen == [False]
    assert states() == ["sent"]


# Claims ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_claim_goes_stale(smtp: Sink, later: Late) -> None:
    queue()
    (lost,) = claim()
    assert claim() == []
    later(timedelta(minutes=4))
    assert claim() == []
    later(timedelta(minutes=2))
    (taken,) = claim()
    assert (taken.pk, taken.attempts) == (lost.pk, 2)
    assert deliver(lost) is None
    assert deliver(taken) == OutboxState.SENT
    assert deliver(taken) is None
    assert smtp.attempts == 1


@pytest.mark.parametrize("reply", ["250 OK", "451 Later", "554 Never"])
@pytest.mark.django_db
def test_who_comes_back_late_settles_nothing(
    reply: str, smtp: Sink, later: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    smtp.answer = reply
    row = queue()
    (mine,) = claim()
    taken = []
    send = smtplib.SMTP.sendmail

    def slow(*arguments: Any, **options: Any) -> Any:
        if not taken:
            later(timedelta(minutes=6))
            taken.extend(claim())
        return send(*arguments, **options)

    monkeypatch.setattr(smtplib.SMTP, "sendmail", slow)
    deliver(mine)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.settled_at) == ("claimed", 2, None)
    smtp.answer = "250 OK"
    assert deliver(taken[0]) == OutboxState.SENT
    assert {m["Message-ID"] for m in smtp.messages} == {row.message_id}


@pytest.mark.django_db
def test_claims_are_oldest_first_and_limited(smtp: Sink) -> None:
    now = timezone.now()
    for number in (1, 2, 3):
        queue(number, due_at=now - timedelta(minutes=number))
    assert [row.object_id for row in claim(limit=2)] == [3, 2]


def in_threads(number: int, work: Callable[[], object]) -> None:
    """Run `work` in so many threads at once, each with a connection of its own."""
    start = threading.Barrier(number)

    def run() -> None:
        try:
            start.wait(10)
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        for future in [pool.submit(run) for _ in range(number)]:
            future.result(60)


def widen_the_gap(monkeypatch: pytest.MonkeyPatch, take: Any) -> None:
    """Let time pass between reading a row and taking it."""

    def slow(row: OutboxMessage) -> bool:
        time.sleep(0.02)
        return bool(take(row))

    monkeypatch.setattr(outbox, "_take", slow)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once(smtp: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        queue(number)
    widen_the_gap(monkeypatch, outbox._take)
    in_threads(2, deliver_due)
    assert Counter(m["To"] for m in smtp.messages) == Counter(
        f"to{number}@example.org" for number in range(12)
    )
    assert set(states()) == {"sent"}


@pytest.mark.postgres
@pytest.mark.parametrize("held_by", ["lock", "compare-and-set"])
@pytest.mark.django_db(transaction=True)
def test_each_of_the_two_guards_is_enough(
    held_by: str, smtp: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        queue(number)
    if held_by == "lock":
        widen_the_gap(monkeypatch, take_blindly)
    else:
        lock_nothing(monkeypatch)
        widen_the_gap(monkeypatch, outbox._take)
    in_threads(2, lambda: [deliver(row) for row in claim()])
    in_threads(2, deliver_due)
    assert len(smtp.messages) == 8


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_guards_the_race_appears(smtp: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the tests above would see a double mail if there were one."""
    for number in range(8):
        queue(number)
    lock_nothing(monkeypatch)
    widen_the_gap(monkeypatch, take_blindly)
    monkeypatch.setattr(outbox, "_claimed", lambda row: OutboxMessage.objects.filter(id=row.id))
    in_threads(2, deliver_due)
    assert len(smtp.messages) > 8


def lock_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    query_set = type(OutboxMessage.objects.all())
    monkeypatch.setattr(query_set, "select_for_update", lambda self, **options: self)


def take_blindly(row: OutboxMessage) -> bool:
    """What `_take` would be without comparing."""
    row.attempts += 1
    row.state, row.claimed_at = OutboxState.CLAIMED, timezone.now()
    row.save()
    return True


# Workers and brokers ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_urgent_mail_wakes_a_worker_on_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(Celery, "send_task", lambda self, name, **options: sent.append(name))
    with transaction.atomic():
        queue(1, urgent=True)
        queue(2)
        assert sent == []
    assert sent == [outbox.URGENT_TASK]
    with transaction.atomic():
        queue(3, urgent=True)
        transaction.set_rollback(True)
    assert sent == [outbox.URGENT_TASK]
    assert OutboxMessage.objects.count() == 2
    assert outbox.URGENT_TASK in celery_app.tasks


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A port that accepts and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("broker", ["nobody", "silent", "blocked"])
@pytest.mark.django_db(transaction=True)
def test_no_page_waits_for_a_broker_that_is_away(
    broker: str,
    silent_server: int,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    address = {
        "nobody": "redis://127.0.0.1:1/0",
        "silent": f"redis://127.0.0.1:{silent_server}/0",
        "blocked": "redis://10.255.255.1:6379/0",
    }[broker]
    app = Celery("away", broker=address, set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": 30}
    monkeypatch.setattr(outbox, "current_app", app)
    started = time.monotonic()
    row = queue(urgent=True)
    assert time.monotonic() - started < 3
    row.refresh_from_db()
    assert row.state == OutboxState.WAITING
    assert "no broker" in caplog.text


@pytest.mark.django_db
def test_settled_rows_go_where_the_kind_says_so(smtp: Sink, probe: Any, later: Late) -> None:
    queue(1)
    deliver_due()
    queue(2, due_at=timezone.now() + timedelta(days=9))
    later(timedelta(days=2))
    assert mail_reports.forget_settled() == 0
    probe.keep = timedelta(days=3)
    assert mail_reports.forget_settled() == 0
    probe.keep = timedelta(days=1)
    assert tasks.clean_up_jobs() == 1
    assert states() == ["waiting"]
