"""Mails somebody can do without: one click ends them, whatever key they go by."""

import re
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils.translation import override

from accounts.enums import Role
from core import messages, outbox, preferences
from core.logs import ActivityLog
from core.messages import Message
from core.outbox import OPTED_OUT, OutboxMessage, OutboxState, enqueue
from core.preferences import OptOut, keys_of, opt_in, opt_out, token_for, wants
from tests.accounts.people import someone
from tests.factories import movements as make
from tests.support.smtp import Sink, text_of

KIND = "sign_in_code"  # its templates serve the messages of these tests
pytestmark = pytest.mark.django_db


class Reminder(Message):
    """One that nobody needs."""

    group = "reminders"

    def still_due(self) -> bool:
        return True

    def address(self) -> str:
        return "noor@example.org"

    def thread(self) -> str:
        return "<talk@example.org>"

    def subject(self) -> str:
        return "Wie neemt over?"

    def context(self) -> dict[str, Any]:
        return {"code": "none", "name": "Noor", "minutes": 15}


@pytest.fixture
def reminder(monkeypatch: pytest.MonkeyPatch) -> type[Reminder]:
    kind = type("ThisReminder", (Reminder,), {"kind": KIND})
    monkeypatch.setitem(messages._kinds, KIND, kind)
    return kind


def send(recipient: str) -> OutboxMessage:
    row = enqueue(kind=KIND, object_id=1, recipient=recipient, language="nl")
    assert row is not None
    outbox.deliver_due()
    row.refresh_from_db()
    return row


def test_such_a_mail_carries_the_way_out_and_what_it_belongs_to(
    smtp: Sink, reminder: type[Reminder]
) -> None:
    send("mandate:3")
    (mail,) = smtp.messages
    link = str(mail["List-Unsubscribe"]).strip("<> ")
    assert re.fullmatch(r"https?://[^/]+/mails/[^/]+/", link)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["In-Reply-To"] == mail["References"] == "<talk@example.org>"
    assert link.partition("/mails/")[0] in text_of(mail)
    assert "/mails/" in text_of(mail)


def test_a_necessary_mail_carries_none_and_always_comes(
    smtp: Sink, reminder: type[Reminder]
) -> None:
    reminder.group = ""
    opt_out(recipient="mandate:3", group="")
    send("mandate:3")
    (mail,) = smtp.messages
    assert "List-Unsubscribe" not in mail
    assert "/mails/" not in text_of(mail)


def test_who_opted_out_gets_none_and_the_row_says_why(smtp: Sink, reminder: type[Reminder]) -> None:
    opt_out(recipient="mandate:3", group="reminders")
    row = send("mandate:3")
    assert (row.state, row.error, smtp.messages) == (OutboxState.NOT_DUE, OPTED_OUT, [])


def test_one_click_without_cookie_or_sign_in_and_looking_changes_nothing() -> None:
    stranger = Client(enforce_csrf_checks=True)
    url = f"/mails/{token_for('mandate:3', 'reminders')}/"
    assert stranger.get(url).status_code == stranger.head(url).status_code == 200
    assert wants("mandate:3", "reminders")
    for _twice in range(2):
        answer = stranger.post(url, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not wants("mandate:3", "reminders")
    assert wants("mandate:3", "notices")
    assert [(row.verb, row.actor, row.state) for row in ActivityLog.objects.all()] == [
        ("opted out", "system", "reminders")
    ]
    with override("en"):
        again = stranger.get(url, headers={"accept-language": "en"}).content.decode()
    assert "You get no more of these mails" in again
    stranger.post(url, {"again": "1"})
    assert wants("mandate:3", "reminders")


# a token carries the second of its making: no name for a test
@pytest.mark.parametrize(
    "token",
    ["nonsense", "a:b:c", token_for("mandate:3", "reminders")[:-2], token_for("u", "gone")],
    ids=["nonsense", "parts", "cut", "gone"],
)
def test_another_link_finds_nothing(token: str) -> None:
    assert Client().post(f"/mails/{token}/").status_code == 404
    assert not OptOut.objects.exists()


def test_a_link_of_something_else_that_we_sign_finds_nothing() -> None:
    for value in (["one"], 7):
        token = signing.dumps(value, salt=preferences.SALT)
        assert Client().post(f"/mails/{token}/").status_code == 404


def test_one_person_is_one_whatever_the_key() -> None:
    user = make.user("Noor")
    group, other = make.movement(), make.movement()
    linked = [make.mandate(each, account=user) for each in (group, other)]
    unlinked = [
        make.mandate(each, email=email)
        for each, email in ((group, "Sam@example.org"), (other, "sam@example.org"))
    ]
    stranger = make.mandate(group)
    assert keys_of(user.key) == keys_of(linked[0].key) == {user.key, *(m.key for m in linked)}
    assert keys_of(unlinked[1].key) == {m.key for m in unlinked}
    assert keys_of("mandate:999999999") == {"mandate:999999999"}
    assert keys_of("mailbox:7") == {"mailbox:7"}
    opt_out(recipient=linked[0].key, group="reminders")
    opt_out(recipient=unlinked[0].key, group="reminders")
    assert not wants(user.key, "reminders")
    assert not wants(linked[1].key, "reminders")
    assert not wants(unlinked[1].key, "reminders")
    assert wants(stranger.key, "reminders")
    opt_in(recipient=user.key, group="reminders", by=user)
    assert wants(linked[0].key, "reminders")
    assert ActivityLog.objects.filter(verb="opted in", actor=user.key).count() == 1


def test_the_account_page_has_a_switch_for_each_group_that_concerns_somebody(
    client: Client,
) -> None:
    consultant = someone(Role.CONSULTANT)
    client.force_login(consultant)
    names = {group.name for group in preferences.groups(consultant.roles)}
    assert "notices" in names
    assert "reminders" not in names
    text = client.get("/account/").content.decode()
    assert text.count("checked") == len(names)
    client.post("/account/mails/", {"wanted": ["nonsense"]})
    assert not any(wants(consultant.key, name) for name in names)
    assert "checked" not in client.get("/account/").content.decode()
    client.post("/account/mails/", {"wanted": ["notices"]})
    assert wants(consultant.key, "notices")
