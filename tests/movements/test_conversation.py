"""One conversation per movement: who speaks, who hears of it by mail, what waits for an answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from core import outbox
from core.calendar import add_months, today
from core.errors import Refused
from core.logs import ActivityLog
from core.outbox import OutboxMessage
from core.preferences import opt_out
from core.replies import Incoming, read_address
from movements.enums import Function
from movements.models import Mandate, Message, Movement
from movements.selectors.conversation import (
    AT_ONCE,
    conversation_of,
    leaders_to_tell,
    no_adult_is_told,
    shown_of,
    waiting_for_answer,
)
from movements.selectors.mails import TALK, thread_of
from movements.services import answer_by_mail, assign_coach, end_mandate, forget_message, say
from tests.factories import movements as make
from tests.support.smtp import Sink, text_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 10, 7, 12, 4, tzinfo=UTC)
EN = {"accept-language": "en"}


class Group:
    """A movement with a coach and a main leader."""

    def __init__(self) -> None:
        self.movement = make.movement()
        self.coach = make.consultant()
        assign_coach(movement=self.movement, user=self.coach, by=None)
        self.leader = make.user(language="en")
        self.mandate = make.mandate(self.movement, account=self.leader)

    def say(self, text: str, by: User | None = None) -> Message:
        author = User.objects.get(pk=(by or self.leader).pk)  # roles are read once per object
        return say(movement=self.movement, text=text, by=author)


@pytest.fixture(autouse=True)
def in_autumn() -> Iterator[None]:
    with time_machine.travel(NOON - timedelta(days=30)):
        yield


@pytest.fixture
def group() -> Group:
    return Group()


def told() -> list[str]:
    return sorted(
        OutboxMessage.objects.filter(kind="conversation").values_list("recipient", flat=True)
    )


def settle(moment: datetime, minutes: float) -> None:
    with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
        outbox.deliver_due()


# Saying something ---------------------------------------------------------------------------------


def test_both_sides_speak_and_it_is_logged_without_words(group: Group) -> None:
    first = group.say("  Mogen wij\r\nkomen?  ")
    second = group.say("Ja!", group.coach)
    assert (first.text, first.from_staff, second.from_staff) == ("Mogen wij\nkomen?", False, True)
    assert [said.text for said in conversation_of(group.movement)] == ["Mogen wij\nkomen?", "Ja!"]
    rows = ActivityLog.objects.filter(object_type="movements.message")
    assert {(row.verb, row.actor) for row in rows} == {
        ("wrote", group.leader.key),
        ("wrote", group.coach.key),
    }
    assert str(first) == f"{group.movement.pk} {first.pk}"


def test_a_message_that_was_kept_long_enough_is_gone_and_its_number_stays(group: Group) -> None:
    kept, gone = group.say("Zzkept"), group.say("Zzgone")
    number = gone.pk
    forget_message(message=gone, by=None)
    assert list(Message.objects.all()) == [kept]
    assert ActivityLog.objects.filter(verb="deleted", object_id=str(number)).count() == 1


@pytest.mark.parametrize(
    ("text", "who"), [("   ", "leader"), ("x" * 4001, "leader"), ("a", "other")]
)
def test_refused_are_nothing_too_much_and_strangers(group: Group, text: str, who: str) -> None:
    other = make.user()
    make.mandate(account=other)
    with pytest.raises(Refused):
        group.say(text, other if who == "other" else group.leader)
    assert not Message.objects.exists()


def test_a_leader_whose_yearly_yes_is_to_come_still_answers_and_a_past_one_does_not(
    group: Group,
) -> None:
    Mandate.objects.update(confirmed_on=datetime(2026, 6, 1, tzinfo=UTC), starts_on="2025-10-01")
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        assert not Mandate.objects.writing().exists()
        group.say("Wij zijn er nog")
    end_mandate(mandate=Mandate.objects.get(), by=group.coach)
    with pytest.raises(Refused):
        group.say("En nu?")


# Mails --------------------------------------------------------------------------------------------


def test_one_mail_per_quarter_of_an_hour_with_all_that_was_said(group: Group, smtp: Sink) -> None:
    for minute in (0, 5):
        with time_machine.travel(NOON + timedelta(minutes=minute)):
            group.say(f"Vraag {minute}")
    settle(NOON, 10)
    assert smtp.messages == []
    settle(NOON, 12)
    (mail,) = smtp.messages
    assert mail["To"] == group.coach.email
    assert mail["References"] == mail["In-Reply-To"] == thread_of(group.movement)
    assert "List-Unsubscribe" in mail
    assert all(f"Vraag {minute}" in text_of(mail) for minute in (0, 5))
    assert f"/admin/movements/movement/{group.movement.pk}/conversation/" in text_of(mail)
    with time_machine.travel(NOON + timedelta(minutes=20)):
        group.say("Nog iets")
    settle(NOON, 40)
    assert len(smtp.messages) == 2
    assert "Vraag" not in text_of(smtp.messages[1])


def test_who_spoke_since_hears_nothing_and_who_is_gone_neither(group: Group, smtp: Sink) -> None:
    with time_machine.travel(NOON, tick=False):
        group.say("Vraag")
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        group.say("Antwoord", group.coach)
    Mandate.objects.update(ended_at=NOON)
    settle(NOON, 30)
    assert smtp.messages == []
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"not_due"}


def test_staff_reach_the_main_leaders_and_the_coach_hears_what_a_colleague_said(
    group: Group,
    smtp: Sink,
    settings: Any,
) -> None:
    settings.IMAP_URL = "imaps://label:secret@mail.example.org/INBOX"
    make.mandate(group.movement, function=Function.LEADER)
    unlinked = make.mandate(group.movement)
    colleague = make.coordinator()
    with time_machine.travel(NOON, tick=False):
        group.say("Tot zondag", colleague)
    assert told() == sorted([group.mandate.key, unlinked.key, group.coach.key])
    settle(NOON, 30)
    (mail,) = smtp.to(group.leader.email)
    assert read_address(str(mail["Reply-To"])) == (TALK, group.movement.pk, group.leader.pk)
    assert "Answer this mail" in text_of(mail)
    (other,) = smtp.to(unlinked.email)
    assert "Reply-To" not in other
    assert mail["References"] == other["References"]


def test_without_a_coach_the_coordinators_hear_and_who_opted_out_does_not(smtp: Sink) -> None:
    movement, leader, chief = make.movement(), make.user(), make.coordinator()
    make.mandate(movement, account=leader)
    opt_out(recipient=chief.key, group="notices")
    with time_machine.travel(NOON, tick=False):
        say(movement=movement, text="Wie helpt ons?", by=leader)
    assert told() == [chief.key]
    settle(NOON, 30)
    assert smtp.messages == []


def test_a_minor_is_never_the_only_one_told(group: Group) -> None:
    young: Any = {"turns_18_on": add_months(today(), 6)}
    Mandate.objects.update(**young)
    alone = leaders_to_tell(group.movement)
    assert alone == [group.mandate]
    assert no_adult_is_told(alone)
    group.say("Hallo", make.coordinator())
    assert group.coach.key in told()
    make.mandate(group.movement, function=Function.LEADER, **young)
    adult = make.mandate(group.movement, function=Function.LEADER)
    assert leaders_to_tell(group.movement) == [group.mandate, adult]
    supervisor = make.mandate(group.movement, function=Function.ADULT_SUPERVISOR)
    assert leaders_to_tell(group.movement) == [group.mandate, supervisor]
    OutboxMessage.objects.all().delete()
    group.say("Hallo", group.coach)
    assert told() == sorted([group.mandate.key, supervisor.key])


def test_a_team_without_main_leader_hears_as_a_whole_and_nobody_is_nobody() -> None:
    movement = make.movement()
    assert leaders_to_tell(movement) == []
    assert not no_adult_is_told([])
    leader = make.mandate(movement, function=Function.LEADER)
    assert leaders_to_tell(movement) == [leader]


# What waits ---------------------------------------------------------------------------------------


def test_what_waits_for_an_answer_and_for_whom(group: Group) -> None:
    chief, other = make.coordinator(), make.consultant()
    nobody = Group()
    nobody.movement.coaches.all().delete()
    with time_machine.travel(NOON, tick=False):
        group.say("Eerst", group.coach)
    for days, text in ((1, "Vraag"), (2, "Hallo?")):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            group.say(text)
            nobody.say(text)
    with time_machine.travel(NOON + timedelta(days=3)):
        assert set(waiting_for_answer(group.coach)) == {group.movement, nobody.movement}
        assert list(waiting_for_answer(other)) == [nobody.movement]
        assert list(waiting_for_answer(chief)) == [nobody.movement]
        since = waiting_for_answer(group.coach).get(pk=group.movement.pk)
        assert since.waits_since == NOON + timedelta(days=1)  # type: ignore[attr-defined]
    with time_machine.travel(NOON + timedelta(days=12)):
        assert set(waiting_for_answer(chief)) == {group.movement, nobody.movement}
        group.say("Sorry, hier zijn we", group.coach)
        assert list(waiting_for_answer(group.coach)) == [nobody.movement]


# The pages ----------------------------------------------------------------------------------------


def page_of(movement: Movement) -> str:
    return reverse("movements:conversation", args=[movement.pk])


def test_a_leader_writes_and_a_double_click_says_it_once(group: Group, client: Client) -> None:
    client.force_login(group.leader)
    url = page_of(group.movement)
    with override("en"):
        assert "Nothing was said yet" in client.get(url, headers=EN).content.decode()
    sent = {"text": "Mogen wij komen?", "csrfmiddlewaretoken": "x" * 64}
    for _click in range(2):
        answer = client.post(url, sent)
        assert (answer.status_code, answer["Location"]) == (302, f"{url}#end")
    assert Message.objects.count() == 1
    text = client.get(url).content.decode()
    assert "Mogen wij komen?" in text
    assert "bubble-mine" in text
    assert client.post(url, {"text": " "}).status_code == 200
    shown = client.post(url, {"text": "x" * 4001}).content.decode()
    assert "x" * 4001 in shown
    assert "maxlength" not in shown  # a browser would cut off the end, unsaid


def test_who_will_lead_reads_and_does_not_write(group: Group, client: Client) -> None:
    group.say("Welkom", group.coach)
    future = make.user()
    make.mandate(group.movement, account=future, starts_on=today() + timedelta(days=9))
    client.force_login(future)
    url = page_of(group.movement)
    text = client.get(url).content.decode()
    assert "Welkom" in text
    assert "<textarea" not in text
    assert client.post(url, {"text": "Dag"}).status_code == 404
    client.force_login(make.user())
    assert client.get(url).status_code == 404


def test_staff_answer_and_see_who_gets_the_mail(group: Group, client: Client) -> None:
    group.say("Vraag")
    client.force_login(group.coach)
    url = reverse("admin:movements_movement_conversation", args=[group.movement.pk])
    text = client.get(url).content.decode()
    assert group.mandate.name in text
    assert "bubble-theirs" in text
    assert client.post(url, {"text": "Antwoord"})["Location"] == f"{url}#end"
    assert list(conversation_of(group.movement))[-1].text == "Antwoord"
    end_mandate(mandate=group.mandate, by=group.coach)
    assert group.mandate.get_function_display() not in client.get(url).content.decode()


def test_a_long_conversation_shows_its_end_and_the_rest_when_asked(
    group: Group, client: Client
) -> None:
    Message.objects.bulk_create(
        Message(movement=group.movement, author=group.leader, from_staff=False, text=f"nr {n}.")
        for n in range(AT_ONCE + 3)
    )
    assert shown_of(group.movement).earlier == 3
    client.force_login(group.leader)
    text = client.get(page_of(group.movement)).content.decode()
    assert "nr 3." in text
    assert "nr 2." not in text
    assert "nr 2." in client.get(page_of(group.movement) + "?all=1").content.decode()


# Answers by mail (how they come in: tests/core/test_mailbox.py) -----------------------------------


def mail_from(sender: str, text: str = "Ja!", **values: Any) -> Incoming:
    usual = {"mail_id": "<1@example.org>", "addresses": (), "has_attachments": False}
    return Incoming(**{**usual, "sender": sender, "text": text, "is_automatic": False, **values})


def test_an_answer_by_mail_is_said_once_by_its_person(group: Group) -> None:
    about, user = group.movement.pk, group.leader.pk
    Mandate.objects.update(email="Other@example.org")
    for _twice in range(2):
        assert answer_by_mail(about, user, mail_from("other@example.org"))
    message = Message.objects.get()
    assert (message.author, message.text, message.mail_id) == (
        group.leader,
        "Ja!",
        "<1@example.org>",
    )
    assert answer_by_mail(
        about,
        user,
        mail_from(group.leader.email, "x" * 5000, has_attachments=True, mail_id="<2@x>"),
    )
    longest = Message.objects.latest("pk").text
    assert len(longest) < 4000
    assert longest.count("(") == 2


@pytest.mark.parametrize(
    "wrong", ["sender", "nobody", "movement", "user", "stopped", "empty", "closed"]
)
def test_another_mail_finds_no_place(group: Group, wrong: str) -> None:
    about, user, sender, text = group.movement.pk, group.leader.pk, group.leader.email, "Ja!"
    if wrong == "stopped":
        end_mandate(mandate=group.mandate, by=group.coach)
    elif wrong == "closed":
        User.objects.filter(pk=user).update(is_active=False)
    mail = mail_from(
        {"sender": "x@example.org", "nobody": ""}.get(wrong, sender),
        "" if wrong == "empty" else text,
    )
    about, user = (0 if wrong == "movement" else about), (0 if wrong == "user" else user)
    assert not answer_by_mail(about, user, mail)
    assert not Message.objects.exists()
