"""A leader is replaced while mails to them wait: every link that is mailed is followed."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from core.outbox import OutboxMessage, OutboxState, deliver_due
from handovers.services import open_handovers, queue_reminders
from movements.models import Mandate, Movement
from movements.services import change_mandate, end_mandate, invite
from tests.factories import movements as factory
from tests.factories.programmes import make_edition
from tests.support.smtp import Sink, links_in

pytestmark = pytest.mark.django_db
AN, BEA = "an@example.org", "bea@example.org"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2027, 3, 15, 8), tick=False) as traveller:
        make_edition(starts_on=date(2026, 3, 1), ends_on=date(2030, 2, 28))
        yield traveller


@pytest.fixture
def an(clock: Any) -> Mandate:
    """Invited a moment ago, and asked who takes over; both mails wait."""
    movement = factory.movement("Chiro De Vlieger")
    mandate = factory.mandate(movement, name="An", email=AN, ends_on=date(2027, 8, 31))
    invite(mandate=mandate, by=factory.coordinator())
    open_handovers()
    queue_reminders()
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) >= {"invitation", "team_ends"}
    return mandate


def end_and_record(an: Mandate) -> Mandate:
    end_mandate(mandate=an, by=None)
    return factory.mandate(an.movement, name="Bea", email=BEA, starts_on=date(2027, 3, 15))


def correct_the_address(an: Mandate) -> Mandate:
    return change_mandate(mandate=an, name="Bea", email=BEA, by=None)


@pytest.mark.parametrize("replace", [end_and_record, correct_the_address])
def test_every_link_that_goes_out_is_for_the_successor(
    an: Mandate, clock: Any, smtp: Sink, replace: Any
) -> None:
    bea = replace(an)
    clock.shift(120)
    coordinator = factory.coordinator("Karin")
    invite(mandate=bea, by=coordinator)
    clock.shift(60)
    deliver_due()
    assert not smtp.to(AN)
    invitations = [
        link for mail in smtp.to(BEA) for link in links_in(mail) if "/invitation/" in link
    ]
    assert len(set(invitations)) == 1
    assert Client().get(urlsplit(invitations[0]).path).status_code == 200
    others = {link for mail in smtp.messages for link in links_in(mail)} - set(invitations)
    # nothing else opens anything without signing in
    for link in others:
        answer = Client().get(urlsplit(link).path)
        assert answer.status_code in {302, 404} or not answer.context.get("movement")
    settled = {OutboxState.SENT, OutboxState.NOT_DUE}
    assert set(OutboxMessage.objects.values_list("state", flat=True)) <= settled
    assert Movement.objects.get() == bea.movement


def test_without_a_successor_the_same_mails_open_their_pages(
    an: Mandate, clock: Any, smtp: Sink
) -> None:
    """What the test above looks for is there when nobody is replaced."""
    clock.shift(180)
    deliver_due()
    links = [link for mail in smtp.to(AN) for link in links_in(mail) if "/invitation/" in link]
    assert len(set(links)) == 1
    assert Client().get(urlsplit(links[0]).path).status_code == 200
    assert len(smtp.to(AN)) == 2
