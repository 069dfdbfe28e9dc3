"""Another e-mail address for a leader: the code goes there, and everything follows it."""

from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from accounts.services import grant_role, renew_calendar_feed, update_user
from core.calendar import now, today
from core.errors import Refused
from core.messages import compose
from core.outbox import OutboxMessage, deliver_due
from movements.emails import CODE_LASTS
from movements.enums import Function
from movements.models import Mandate
from movements.services.address import change_own_address, send_address_code
from movements.services.mandates import end_mandate
from tests.factories import movements as make
from tests.support.smtp import Sink, code_in

pytestmark = pytest.mark.django_db

ASK, PROVE = "/my/address/", "/my/address/code/"
NEW = "noor.new@example.org"


@pytest.fixture(autouse=True)
def _no_limits_used_up() -> None:
    cache.clear()


@pytest.fixture
def noor() -> User:
    """Leads two movements, and led a third."""
    user = make.user("Noor Claes", "noor.old@example.org")
    for _number in range(2):
        make.mandate(account=user, email=user.email)
    past = make.mandate(account=user, email=user.email, function=Function.LEADER)
    end_mandate(mandate=past, by=None)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def addresses(user: User) -> list[str]:
    return list(user.mandates.order_by("pk").values_list("email", flat=True))


def test_a_code_from_the_new_address_changes_it_everywhere(noor: User, smtp: Sink) -> None:
    here, elsewhere = signed_in(noor), signed_in(noor)
    renew_calendar_feed(user=noor)
    assert noor.email in here.get(ASK).content.decode()
    assert here.post(ASK, {"email": " Noor.New@example.org "}).url == PROVE
    assert NEW in here.get(PROVE).content.decode()
    deliver_due()
    code = code_in(smtp.to(NEW)[-1])
    assert here.post(PROVE, {"code": code.lower()}).url == "/account/"
    noor.refresh_from_db()
    assert (noor.email, addresses(noor)) == (NEW, [NEW, NEW, "noor.old@example.org"])
    assert NEW in here.get("/account/").content.decode()
    assert elsewhere.get("/account/").status_code == 302
    assert noor.calendar_feed  # it stays: it was their own doing
    deliver_due()
    (told,) = smtp.to("noor.old@example.org")
    assert NEW not in str(told)
    # the code was used up
    assert here.post(PROVE, {"code": code}).url == ASK


def test_three_wrong_codes_or_a_quarter_of_an_hour_end_it(noor: User) -> None:
    client = signed_in(noor)
    for wrong in ("AAA-AAA", "ÄÄÄ", ""):
        client.post(ASK, {"email": NEW})
        for _try in range(3):
            assert client.post(PROVE, {"code": wrong}).status_code == 200
        assert client.get(PROVE).status_code == (302 if wrong else 200)
    mail = OutboxMessage.objects.filter(kind="address_code")[0]
    with time_machine.travel(now() + CODE_LASTS * 1.1):
        assert client.get(PROVE).url == ASK
        assert compose(mail) is None
    assert User.objects.get(pk=noor.pk).email == "noor.old@example.org"


def test_so_many_mails_and_no_more(noor: User) -> None:
    client = signed_in(noor)
    answers = [client.post(ASK, {"email": f"{n}@example.org"}).status_code for n in range(6)]
    assert answers == [302] * 5 + [429]
    assert OutboxMessage.objects.filter(kind="address_code").count() == 5


def test_what_is_wrong_is_said_and_nobody_is_told_who_is_known(noor: User) -> None:
    client = signed_in(noor)
    taken = make.user("Somebody", "taken@example.org")
    for email in ("no address", noor.email.upper(), ""):
        assert client.post(ASK, {"email": email}).status_code == 200
    assert client.post(ASK, {"email": taken.email}).url == PROVE
    code = client.session["another address"]["code"]
    page = client.post(PROVE, {"code": code})
    assert (page.status_code, addresses(noor)[0]) == (200, "noor.old@example.org")


def test_somebody_of_the_team_with_that_address_is_another_or_recorded_twice(noor: User) -> None:
    own = noor.mandates.order_by("pk")[0]
    make.mandate(own.movement, email=NEW, function=own.function, starts_on=own.starts_on)
    with pytest.raises(Refused):
        change_own_address(by=noor, email=NEW)
    assert User.objects.get(pk=noor.pk).email == "noor.old@example.org"
    assert NEW not in addresses(noor)


def test_who_does_more_than_leading_asks_the_coordinator(noor: User) -> None:
    grant_role(user=noor, role=Role.ALDERMAN, by=make.coordinator(), starts_on=today())
    noor = User.objects.get(pk=noor.pk)
    with pytest.raises(Refused):
        send_address_code(by=noor, email=NEW)
    with pytest.raises(Refused):
        change_own_address(by=noor, email=NEW)


def test_nothing_is_sent_for_an_account_that_was_closed(noor: User) -> None:
    send_address_code(by=noor, email=NEW)
    values: dict[str, Any] = {"full_name": noor.full_name, "language": "nl"}
    update_user(user=noor, is_active=False, by=None, **values)
    assert compose(OutboxMessage.objects.get(kind="address_code")) is None


def test_who_led_and_who_never_did_have_no_such_page() -> None:
    user = make.user()
    end_mandate(mandate=make.mandate(account=user), by=None)
    assert Mandate.objects.filter(user=user).exists()
    for somebody in (user, make.consultant()):
        assert signed_in(somebody).get(ASK).status_code in (302, 404)
    assert Client().get(ASK).status_code == 302
