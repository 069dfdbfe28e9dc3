"""Answers by mail land in the conversation, once; what does not arrive is reported."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import incoming, mail_reports, mailbox, replies, tasks
from core.closing import gate
from core.incoming import own_words, plain_words
from core.mailbox import Outcome, ReceivedMail, fetch, lost_mails, take_in
from core.outbox import OutboxMessage, OutboxState, enqueue
from movements.models import Mandate, Message, Movement
from movements.selectors.mails import TALK, reply_address
from movements.services import assign_coach, end_mandate
from tests.factories import movements as make
from tests.support.imap import ImapServer, Mailbox
from tests.support.smtp import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with ImapServer() as server:
        settings.IMAP_URL = server.url
        settings.REPLY_ADDRESS = "label@stad.example.org"
        yield server


@pytest.fixture
def leader() -> User:
    user = make.user("Noor", "noor@example.org")
    make.mandate(account=user, email="noor.chiro@example.org")
    return user


def movement() -> Movement:
    return Movement.objects.get()


def answer(
    to: str = "", sender: str = "Noor <noor@example.org>", text: str = "Ja!"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, "Re: Chiro"
    mail["Message-ID"] = f"<{len(text)}-{hash((to, sender, text))}@phone.example.org>"
    mail.set_content(text)
    return mail


def to_movement(user: User) -> str:
    return reply_address(movement(), user.pk)


def outcomes() -> list[str]:
    return list(ReceivedMail.objects.order_by("id").values_list("outcome", flat=True))


# Answers ------------------------------------------------------------------------------------------


def test_an_answer_lands_in_the_conversation_once(box: Mailbox, leader: User, smtp: Sink) -> None:
    mail = answer(
        to_movement(leader), text="Ja, graag!\n\nOp di 3 mei schreef Kamal:\n> Komen jullie?\n"
    )
    number = box.put(mail)
    assert tasks.fetch_mail() == 1
    message = Message.objects.get()
    assert (message.text, message.author, message.from_staff) == ("Ja, graag!", leader, False)
    assert message.mail_id == mail["Message-ID"]
    assert number in box.seen
    assert fetch() == 0
    box.put(mail)  # delivered a second time, by another way
    box.seen.clear()
    assert fetch() == 2
    assert Message.objects.count() == 1
    assert outcomes() == ["said"]
    assert smtp.messages == []


def test_capitals_and_other_headers_do_not_hide_the_address(box: Mailbox, leader: User) -> None:
    mail = answer("label@stad.example.org", "noor.chiro@example.org")
    mail["Delivered-To"] = to_movement(leader).upper()
    box.put(mail)
    fetch()
    assert Message.objects.get().author == leader


def test_a_colleague_answers_by_mail_too(box: Mailbox, leader: User) -> None:
    coach = make.consultant()
    assign_coach(movement=movement(), user=coach, by=None)
    box.put(answer(to_movement(coach), coach.email))
    fetch()
    assert Message.objects.get().from_staff


def test_what_has_no_right_place_is_counted_and_never_answered(
    box: Mailbox, leader: User, smtp: Sink, settings: Any
) -> None:
    right, other = to_movement(leader), make.user()
    two = answer(right, "Noor <noor@example.org>, x@example.org")
    nobody = replies.address_for(topic=TALK, about=movement().pk, user=999_999)
    nowhere = replies.address_for(topic=TALK, about=999_999, user=leader.pk)
    unknown = replies.address_for(topic=99, about=movement().pk, user=leader.pk)
    forged = right.replace("+", "+a")
    for mail in (
        answer(right, "stranger@example.org"),
        two,
        answer("label@stad.example.org"),
        answer(forged),
        answer(nobody),
        answer(nowhere),
        answer(unknown),
        answer(to_movement(other), other.email),
        answer(right, text="> nothing but this\n"),
    ):
        box.put(mail)
    assert fetch() == 9
    assert outcomes() == ["no_place"] * 9
    assert lost_mails(7).count() == 9
    assert not Message.objects.exists()
    assert smtp.messages == []
    assert not OutboxMessage.objects.exists()


def test_who_leads_no_more_at_this_moment_says_nothing(box: Mailbox, leader: User) -> None:
    mail = answer(to_movement(leader))
    end_mandate(mandate=Mandate.objects.get(), by=make.consultant())
    box.put(mail)
    fetch()
    assert outcomes() == ["no_place"]
    User.objects.update(is_active=False)
    box.put(answer(to_movement(leader), text="Toch?"))
    fetch()
    assert outcomes() == ["no_place"] * 2


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-replied; x=y"),
        ("Precedence", "bulk"),
        ("Return-Path", "<>"),
        ("X-Autoreply", "yes"),
        ("List-Id", "<a.example.org>"),
        ("From", "label@stad.example.org"),
    ],
)
def test_programs_are_not_listened_to(box: Mailbox, leader: User, header: str, value: str) -> None:
    mail = answer(to_movement(leader))
    del mail[header]
    mail[header] = value
    box.put(mail)
    fetch()
    assert outcomes() == ["automatic"]
    assert lost_mails(7).count() == 0


def test_attachments_stay_away_with_a_note_and_long_ones_do_no_harm(
    box: Mailbox, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 3000)
    mail = answer(to_movement(leader), text="Kijk eens")
    mail.add_attachment(b"x" * 50_000, maintype="image", subtype="jpeg", filename="kamp.jpg")
    box.put(mail)
    empty = answer(to_movement(leader), text=" ")
    empty.add_attachment(b"x", maintype="image", subtype="jpeg", filename="kamp.jpg")
    box.put(empty)
    box.put(answer(to_movement(leader), text="woord " * 5000))
    monkeypatch.setattr(mailbox, "LARGEST", 100_000)
    fetch()
    first, second, third = (message.text for message in Message.objects.order_by("id"))
    assert first.startswith("Kijk eens\n\n(")
    assert second.startswith("(")
    assert len(third) < 4000
    assert third.endswith(")")


def test_a_mail_that_is_cut_off_keeps_its_words(box: Mailbox, leader: User) -> None:
    mail = answer(to_movement(leader), text="Kijk eens")
    mail.add_attachment(b"x" * 50_000, maintype="image", subtype="jpeg", filename="kamp.jpg")
    assert take_in(bytes(mail)[:3000]) == Outcome.SAID
    assert Message.objects.get().text.startswith("Kijk eens\n\n(")


def test_without_the_setting_nothing_is_read_and_no_address_is_given(leader: User) -> None:
    assert fetch() == 0
    assert to_movement(leader) == ""
    assert reply_address(movement(), None) == ""


def test_an_address_that_would_be_too_long_is_not_given(leader: User, settings: Any) -> None:
    settings.IMAP_URL, settings.REPLY_ADDRESS = "imap://x", f"{'label' * 5}@example.org"
    assert to_movement(leader) == ""


@pytest.mark.parametrize(
    "address", ["label@x", "label+@x", "label+abc@x", "label+é@x", f"label+{'a' * 44}@x", ""]
)
def test_another_address_is_none_of_ours(address: str) -> None:
    assert replies.read_address(address) is None


# A mailbox that fails -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_server_that_dies_loses_nothing_and_repeats_nothing(
    box: Mailbox, leader: User, command: str
) -> None:
    box.put(answer(to_movement(leader)))
    box.dies_at = command
    fetch()
    assert not box.seen
    box.dies_at = ""
    fetch()
    assert box.seen == {1}
    assert Message.objects.count() == 1
    assert outcomes() == ["said"]


@pytest.mark.parametrize(
    "url",
    [
        "imap://label:wrong@127.0.0.1:{port}/INBOX",
        "imap://label:secret@127.0.0.1:{port}/No",
        "imaps://label:secret@127.0.0.1:1/INBOX",
        "imap://127.0.0.1:1/",
    ],
)
def test_a_mailbox_that_does_not_open_is_told_without_the_password(
    box: Mailbox, settings: Any, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    box.put(b"")
    settings.IMAP_URL = url.format(port=box.port)
    assert fetch() == 0
    assert "no mailbox" in caplog.text
    assert "secret" not in caplog.text
    assert not ReceivedMail.objects.exists()


def test_a_closed_site_reads_no_mail(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.put(b"")
    monkeypatch.setattr(gate, "is_closed", lambda: True)
    assert fetch() == 0
    assert box.asked == []


def test_killed_between_message_and_mark_it_is_said_once(
    box: Mailbox, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(answer(to_movement(leader)))

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mailbox, "_finds_place", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch()
    assert (Message.objects.count(), ReceivedMail.objects.count(), box.seen) == (0, 0, set())
    fetch()
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_in_the_same_mail_once(box: Mailbox, leader: User) -> None:
    raw = bytes(answer(to_movement(leader)))
    start = Barrier(2)

    def work() -> str:
        start.wait()
        try:
            return take_in(raw)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        results = [future.result() for future in [workers.submit(work) for _ in range(2)]]
    assert results == ["said", "said"]
    assert Message.objects.count() == 1


def test_a_broken_mail_is_counted_and_a_database_that_is_away_is_not_its_fault(
    box: Mailbox, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(b"From: =?utf-8?b?\xff?= <\nContent-Type: multipart/mixed\n\n\x00\xff")
    box.put(b"")
    fetch()
    assert box.seen == {1, 2}
    assert set(outcomes()) <= {"no_place", "unreadable"}

    def fail(error: Exception) -> Any:
        def raising(*args: Any) -> None:
            raise error

        return raising

    monkeypatch.setattr(mailbox, "parse", fail(ValueError("name of somebody")))
    assert take_in(b"x") == take_in(b"x") == Outcome.UNREADABLE
    monkeypatch.setattr(mailbox, "parse", fail(OperationalError()))
    with pytest.raises(OperationalError):
        take_in(b"y")


def test_old_rows_go() -> None:
    row = ReceivedMail.objects.create(digest="x", outcome=Outcome.SAID)
    assert str(row) == str(row.pk)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        tasks.clean_up_jobs()
    assert not ReceivedMail.objects.exists()


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ja\r\n\r\nOn Tue, Ann <a@b.c>\nwrote:\n> Kom je?\n", "Ja"),
        ("Le 3 mai, Ann a écrit :\n> Viens ?\n\nOui\n", "Oui"),
        ("> Kom je?\nJa\n> Hoe laat?\nOm tien", "Ja\nOm tien"),
        ("Ja\n\nOp 3 mei schreef Ann:\nKom je?\n", "Ja"),
        ("Ja\n\n-----Oorspronkelijk bericht-----\nVan: x\n", "Ja"),
        ("Ja\n\nVan: Ann\nVerzonden: dinsdag\nKom je?", "Ja"),
        ("Ja\n-- \nNoor\n0470", "Ja"),
        ("Ja\n\nVerstuurd vanaf mijn iPhone", "Ja"),
        ("Op zondag komen we.\nVan: hier tot ginder", "Op zondag komen we.\nVan: hier tot ginder"),
        ("a\x00\n\n\n\n\udcffb", "a\n\n?b"),
        ("", ""),
    ],
)
def test_own_words(text: str, words: str) -> None:
    assert own_words(text) == words


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Ja &amp; nee<br>Dag</p><blockquote><p>Kom je?</p></blockquote>", "Ja & nee\nDag"),
        (
            "<style>p{}</style><script>x<y</script>Ja<div class='a gmail_quote'><br><p></div> hoor",
            "Ja hoor",
        ),
        ("<div>Ja</div><div>Dag<img src=x onerror=y></div>", "Ja\nDag"),
        ("Ja</div></p> hoor <title>niet", "Ja\n hoor"),
    ],
)
def test_plain_words(html: str, words: str) -> None:
    assert plain_words(html) == words


def test_a_mail_of_html_only_is_text(box: Mailbox, leader: User) -> None:
    mail = answer(to_movement(leader))
    mail.set_content("<b>Ja</b> <script>alert(1)</script>&lt;i&gt;", subtype="html")
    assert take_in(bytes(mail)) == Outcome.SAID
    assert Message.objects.get().text == "Ja <i>"


def test_a_mail_without_a_number_goes_by_its_bytes() -> None:
    _mail, read = incoming.parse(b"Subject: x\n\nx")
    assert read.mail_id.startswith("sha256:")
    assert (read.sender, read.addresses, read.text) == ("", (), "x")


# Reports ------------------------------------------------------------------------------------------


def sent() -> OutboxMessage:
    row = enqueue(kind="invitation", object_id=1, recipient="mandate:1", language="nl")
    assert row is not None
    OutboxMessage.objects.filter(pk=row.pk).update(
        state=OutboxState.SENT, settled_at=timezone.now()
    )
    row.refresh_from_db()
    return row


def report(
    number: str, *, action: str = "failed", headers: bool = False, code: str = "5.1.1"
) -> bytes:
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"], whole["To"], whole["Return-Path"] = "mailer-daemon@x", "label@x", "<>"
    whole["Message-ID"] = f"<{number.strip('<>')}.report@x>"
    whole.attach(MIMEText("It did not arrive."))
    status: Any = MIMEBase("message", "delivery-status")
    status.set_payload([MIMEText("", "plain"), MIMEText("", "plain")])
    first, second = status.get_payload()
    for part in (first, second):
        for name in list(part.keys()):
            del part[name]
    first["Reporting-MTA"] = "dns; mx.example.org"
    second["Final-Recipient"], second["Action"] = "rfc822; noor@example.org", action
    if code:
        second["Status"] = code
    whole.attach(status)
    if headers:
        returned: Any = MIMEText(f"To: noor@example.org\nMessage-ID: {number}\n")
        returned.set_type("text/rfc822-headers")
    else:
        inner = EmailMessage()
        inner["Message-ID"] = number
        inner.set_content("x")
        returned = MIMEBase("message", "rfc822")
        returned.set_payload([inner])
    whole.attach(returned)
    return whole.as_bytes()


@pytest.mark.parametrize("headers", [True, False])
def test_a_report_is_noted_at_its_mail(box: Mailbox, headers: bool) -> None:
    row = sent()
    assert take_in(report(row.message_id, headers=headers)) == Outcome.REPORTED
    row.refresh_from_db()
    assert (row.state, row.error) == (OutboxState.REFUSED, "DSN 5.1.1")
    assert row.reported_at is not None
    assert mail_reports.last_mail_failed({"mandate:1"}) == row
    assert mail_reports.last_mail_failed({"mandate:2"}) is None


@pytest.mark.parametrize(
    ("action", "number"),
    [
        ("delayed", ""),
        ("failed", "<nonsense@example.org>"),
        ("failed", "<{digest}.999999@localhost>"),
        ("failed", "<0123.{pk}@localhost>"),
    ],
)
def test_other_reports_change_nothing(box: Mailbox, action: str, number: str) -> None:
    row = sent()
    number = number.format(pk=row.pk, digest="x") or row.message_id
    assert take_in(report(number, action=action)) == Outcome.AUTOMATIC
    row.refresh_from_db()
    assert row.state == OutboxState.SENT


def test_a_report_without_a_code_counts_and_one_of_a_mail_that_never_went_does_not() -> None:
    row = sent()
    take_in(report(row.message_id, code=""))
    row.refresh_from_db()
    assert row.error == "DSN 5.0.0"
    OutboxMessage.objects.update(state=OutboxState.NOT_DUE, error="")
    assert mail_reports.report_failure(message_id=row.message_id, code="5.1.1") is None


def test_an_odd_report_says_nothing() -> None:
    kind = b"Content-Type: message/delivery-status"
    odd = b"Content-Type: multipart/report; boundary=b\n\n--b\n" + kind + b"\n\n--b--"
    assert take_in(odd) in {Outcome.NO_PLACE, Outcome.UNREADABLE}


def test_the_lists_of_mails_say_it(box: Mailbox, client: Client) -> None:
    row = sent()
    take_in(report(row.message_id))
    client.force_login(make.coordinator())
    assert "DSN 5.1.1" in client.get("/admin/core/outboxmessage/").content.decode()
    assert client.get("/admin/core/receivedmail/").status_code == 200
    assert outcomes() == ["reported"]
