"""The second factor: who needs one, setting it up, showing it, losing it."""

import json
import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.apps import apps
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from fido2 import cbor
from fido2.utils import websafe_encode

from accounts import services
from accounts.enums import ADMIN_USERS, Role
from accounts.forms import REFUSED
from accounts.models import StaffInvitation, User
from accounts.selectors import factors_of, has_factor, open_invitation, recovery_codes_of
from accounts.views import second_factor
from core.calendar import today
from core.errors import Refused
from core.models import ActivityLog, OutboxMessage
from core.outbox import deliver_due
from tests.accounts.people import someone
from tests.support.proof import app_code, code_for, give_app, login_without_proof, prove
from tests.support.smtp import Sink, code_in, links_in, text_of

pytestmark = pytest.mark.django_db

OVERVIEW, APP, PASSKEY = (f"/sign-in/second-factor/{end}" for end in ("", "app/", "passkey/"))
CODES, ENTER, AGAIN = (f"/sign-in/second-factor/{end}" for end in ("codes/", "enter/", "again/"))
PASSKEY_ONLY = "/sign-in/passkey/"
WORK = "/admin/"
LISTED = "/admin/accounts/user/"
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture(autouse=True)
def _no_limits_used_up() -> None:
    cache.clear()


def colleague(role: Role = Role.CONSULTANT, email: str = "") -> User:
    """Somebody who works here and was invited a moment ago."""
    user = someone(role, email=email)
    services.invite_colleague(user=user, by=None)
    return user


def mail_code(client: Client, user: User, smtp: Sink, following: str = "") -> Any:
    """Sign in up to where the code by mail is typed."""
    client.post("/sign-in/", {"email": user.email, "next": following})
    deliver_due()
    codes = [mail for mail in smtp.to(user.email) if "code" in str(mail["Subject"])]
    return client.post("/sign-in/code/", {"code": code_in(codes[-1]), "next": following})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def where(response: Any) -> str:
    """Where an answer leads to."""
    assert response.status_code == 302, response.content.decode()
    return str(response.url)


def verbs(user: User) -> list[tuple[str, str, str]]:
    rows = ActivityLog.objects.filter(object_type="accounts.user", object_id=str(user.pk))
    return list(rows.order_by("id").values_list("actor", "verb", "state"))


# Who needs one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ADMIN_USERS))
def test_who_works_with_data_about_people_gets_nowhere_without(role: Role, client: Client) -> None:
    login_without_proof(client, colleague(role))
    for path in (WORK, "/start/", "/account/", "/dashboard/", LISTED):
        assert where(client.get(path)) == OVERVIEW
        assert where(client.post(path)) == OVERVIEW
    for path in ("/", "/register/", "/stories/", "/sign-out/", OVERVIEW, APP, PASSKEY):
        assert client.get(path).status_code == 200
    assert where(client.get(CODES)) == OVERVIEW
    assert where(client.get(AGAIN)) == OVERVIEW


@pytest.mark.parametrize("roles", [(), (Role.ALDERMAN,)])
def test_who_does_not_sees_no_such_page(roles: tuple[Role, ...], client: Client) -> None:
    user = someone(*roles)
    login_without_proof(client, user)
    for path in (OVERVIEW, APP, PASSKEY, CODES, AGAIN):
        assert client.get(path).status_code == 404
    assert client.get("/start/").status_code in {200, 302}
    text = client.get("/account/").content.decode()
    assert user.email in text
    assert OVERVIEW not in text


def test_a_role_that_begins_asks_with_the_next_request(client: Client) -> None:
    user = someone()
    login_without_proof(client, user)
    assert client.get("/start/").status_code == 200
    user.grants.create(role=Role.CONSULTANT, starts_on=today())
    assert where(client.get("/start/")) == OVERVIEW


def test_a_factor_stays_asked_for_when_the_role_is_over(client: Client, smtp: Sink) -> None:
    user = someone(email="ann@example.test")
    secret = give_app(user)
    assert where(mail_code(client, user, smtp)) == ENTER
    assert not signed_in(client)
    client.post(ENTER, {"code": code_for(secret)})
    assert signed_in(client)
    assert client.get(OVERVIEW).status_code == 200


# Setting up a first one ------------------------------------------------------------------------


def secret_on(page: Any) -> str:
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page.content.decode())
    assert found
    return found[1]


def sealed_on(page: Any) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_from_the_code_by_mail_to_the_recovery_codes(client: Client, smtp: Sink) -> None:
    user = colleague(email="ann@example.test")
    following = where(mail_code(client, user, smtp))
    assert where(client.get(following)) in {OVERVIEW, WORK}
    assert APP in client.get(OVERVIEW).content.decode()
    page = client.get(APP)
    secret = secret_on(page)
    key = client.session.session_key
    response = client.post(APP, {"sealed": sealed_on(page), "code": code_for(secret)})
    assert where(response) == CODES
    assert client.session.session_key != key
    invitation = user.invitations.get()
    assert invitation.accepted_at
    assert open_invitation(user) is None

    codes = recovery_codes_of(user)
    assert codes
    text = client.get(CODES).content.decode()
    assert all(code in text for code in codes.get_unused_codes())
    assert client.get(CODES).content.decode().count(codes.get_unused_codes()[0]) == 2
    assert where(client.post(CODES, {"saved": ""})) == "/start/"
    text = client.get(CODES).content.decode()
    assert not [code for code in codes.get_unused_codes() if code in text]
    assert client.get(WORK).status_code == 200
    assert verbs(user)[-1] == (user.key, "second_factor", "totp_added")


def test_the_page_writes_nothing_and_its_secret_lasts_an_hour(
    client: Client, no_writes: Any
) -> None:
    user = colleague()
    login_without_proof(client, user)
    with no_writes():
        page = client.get(APP)
        client.get(OVERVIEW)
        client.get(PASSKEY)
    secret, sealed = secret_on(page), sealed_on(page)
    assert secret != secret_on(client.get(APP))
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        answer = client.post(APP, {"sealed": sealed, "code": code_for(secret)})
        assert answer.status_code == 200
        assert secret_on(answer) != secret
    other = colleague()
    login_without_proof(client, other)
    assert client.post(APP, {"sealed": sealed, "code": code_for(secret)}).status_code == 200
    assert not has_factor(other)


def test_a_wrong_code_keeps_the_square(client: Client) -> None:
    user = colleague()
    login_without_proof(client, user)
    page = client.get(APP)
    secret, sealed = secret_on(page), sealed_on(page)
    answer = client.post(APP, {"sealed": sealed, "code": code_for(secret, 5)})
    assert answer.context["form"].errors["code"]
    assert secret_on(answer) == secret
    assert where(client.post(APP, {"sealed": sealed_on(answer), "code": code_for(secret)})) == CODES


def test_five_wrong_codes_then_a_pause(client: Client) -> None:
    user = colleague()
    login_without_proof(client, user)
    page = client.get(APP)
    secret, sealed = secret_on(page), sealed_on(page)
    for _try in range(5):
        client.post(APP, {"sealed": sealed, "code": code_for(secret, 5)})
    answer = client.post(APP, {"sealed": sealed, "code": code_for(secret)})
    assert gettext("Too many tries. Wait a few minutes and try again.") in answer.content.decode()
    assert not has_factor(user)


def test_after_fourteen_days_a_coordinator_sends_it_again(client: Client, smtp: Sink) -> None:
    user, coordinator = colleague(email="ann@example.test"), someone(Role.COORDINATOR)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        login_without_proof(client, user)
        text = client.get(OVERVIEW).content.decode()
        assert APP not in text
        assert gettext("One more step to come in") in text
        assert where(client.get(APP)) == OVERVIEW
        assert where(client.post(PASSKEY, {})) == OVERVIEW
        with pytest.raises(Refused):
            services.add_app(user=user, secret="A" * 32)
        services.invite_again(user=user, by=coordinator)
        assert client.get(APP).status_code == 200
        deliver_due()
    mail = smtp.to("ann@example.test")[-1]
    assert str(coordinator) in text_of(mail)
    assert [urlpath(link) for link in links_in(mail) if "sign-in" in link] == ["/sign-in/"]


def urlpath(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_an_invitation_lasts_fourteen_days_from_the_first_day_of_the_role() -> None:
    user = someone()
    begins = today() + timedelta(days=30)
    services.grant_role(user=user, role=Role.CONSULTANT, starts_on=begins, by=None)
    invitation = user.invitations.get()
    assert timezone.localdate(invitation.expires_at) == begins + timedelta(days=14)
    assert str(invitation).startswith(str(user.pk))


def test_only_roles_that_need_one_are_invited() -> None:
    user = someone()
    services.grant_role(user=user, role=Role.ALDERMAN, by=None)
    assert not StaffInvitation.objects.exists()
    give_app(user)
    services.grant_role(user=user, role=Role.CONSULTANT, by=None)
    assert not StaffInvitation.objects.exists()


def test_sent_again_not_too_soon_and_only_where_it_helps() -> None:
    coordinator = someone(Role.COORDINATOR)
    with pytest.raises(Refused):
        services.invite_again(user=someone(Role.ALDERMAN), by=coordinator)
    user = colleague()
    with pytest.raises(Refused):
        services.invite_again(user=user, by=coordinator)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        services.invite_again(user=user, by=coordinator)
        give_app(user)
    with time_machine.travel(timezone.now() + timedelta(minutes=4)), pytest.raises(Refused):
        services.invite_again(user=user, by=coordinator)
    assert user.invitations.count() == 2


def test_the_mail_of_an_invitation_waits_for_nobody() -> None:
    user = colleague()
    give_app(user)
    deliver_due()
    assert OutboxMessage.objects.get(kind="staff_invitation").state == "not_due"


# Signing in with one ---------------------------------------------------------------------------


def test_sign_in_with_the_app(client: Client, smtp: Sink) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    secret = give_app(user)
    assert where(mail_code(client, user, smtp, LISTED)) == ENTER
    assert not signed_in(client)
    assert where(client.get(WORK)).startswith("/sign-in/?next=")
    assert client.get(ENTER).status_code == 200
    answer = client.post(ENTER, {"code": code_for(secret, 7)})
    assert answer.context["form"].errors["code"]
    assert where(client.post(ENTER, {"code": code_for(secret)})) == LISTED
    assert client.get(LISTED).status_code == 200


def test_a_code_of_the_app_works_once(smtp: Sink) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    secret = give_app(user)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        first, second = Client(), Client()
        mail_code(first, user, smtp)
        code = code_for(secret)
        first.post(ENTER, {"code": code})
        assert signed_in(first)
        mail_code(second, user, smtp)
        second.post(ENTER, {"code": code})
        assert not signed_in(second)
        # it would still be within the tolerance
        clock.shift(31)
        second.post(ENTER, {"code": code})
        assert not signed_in(second)
        second.post(ENTER, {"code": code_for(secret)})
        assert signed_in(second)


@pytest.mark.parametrize(("periods", "works"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_the_clock_of_a_phone_may_be_half_a_minute_off(
    periods: int, works: bool, client: Client
) -> None:
    user = someone(Role.COORDINATOR)
    secret = give_app(user)
    with time_machine.travel(1_800_000_000, tick=False):
        login_without_proof(client, user)
        client.post(AGAIN, {"code": code_for(secret, periods)})
        assert (client.get(WORK).status_code == 200) is works


def test_too_many_wrong_codes_in_any_browser(smtp: Sink, caplog: pytest.LogCaptureFixture) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    secret = give_app(user)
    first, second = Client(), Client()
    mail_code(first, user, smtp)
    for _try in range(5):
        first.post(ENTER, {"code": code_for(secret, 7)})
    mail_code(second, user, smtp)
    answer = second.post(ENTER, {"code": code_for(secret)})
    assert gettext("Too many tries. Wait a few minutes and try again.") in answer.content.decode()
    assert not signed_in(second)
    assert caplog.text.count(f"A second factor was wrong, for {user.key}") == 6


def test_a_recovery_code_works_once_and_says_how_many_are_left(smtp: Sink) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    give_app(user)
    codes = recovery_codes_of(user)
    assert codes
    code = codes.get_unused_codes()[3]
    first, second = Client(), Client()
    mail_code(first, user, smtp)
    page = first.post(ENTER, {"code": code}, follow=True).content.decode()
    assert signed_in(first)
    assert "9" in re.findall(r"alert-warning.*?</div>\s*</div>", page, re.S)[0]
    mail_code(second, user, smtp)
    second.post(ENTER, {"code": code})
    assert not signed_in(second)


def test_who_is_signed_in_does_not_sign_in_again(client: Client) -> None:
    client.force_login(someone(Role.COORDINATOR))
    assert where(client.get(ENTER)) == "/start/"
    assert where(client.get(PASSKEY_ONLY)) == "/start/"


def test_the_way_back_after_showing_it(client: Client) -> None:
    user = someone(Role.COORDINATOR)
    give_app(user)
    login_without_proof(client, user)
    asked = where(client.get(LISTED + "?q=ann"))
    assert asked == AGAIN + "?next=%2Fadmin%2Faccounts%2Fuser%2F%3Fq%3Dann"
    assert where(client.get(OVERVIEW)).startswith(AGAIN)
    assert client.get(asked).status_code == 200
    answer = client.post(asked, {"code": app_code(user), "next": LISTED + "?q=ann"})
    assert where(answer) == LISTED + "?q=ann"
    assert client.get(LISTED).status_code == 200
    answer = client.post(AGAIN, {"code": app_code(user, 1), "next": "https://evil.example/"})
    assert where(answer) == "/start/"


def test_a_session_of_a_working_day_does_not_grow(client: Client) -> None:
    user = someone(Role.COORDINATOR)
    give_app(user)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(user)
        for hours in (6, 11):
            clock.move_to(start + timedelta(hours=hours))
            client.post(AGAIN, {"code": app_code(user)})
            assert client.get(WORK).status_code == 200
        clock.move_to(start + timedelta(hours=12, minutes=1))
        assert where(client.get(WORK)).startswith("/sign-in/?next=")


def test_ninety_days_of_a_leader_end_with_a_role_in_the_team(client: Client) -> None:
    user = someone()
    login_without_proof(client, user)
    session = client.session
    session.set_expiry(90 * 24 * 3600)
    session.save()
    user.grants.create(role=Role.CONSULTANT, starts_on=today() + timedelta(days=2))
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert client.get("/start/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert where(client.get("/start/")) == "/sign-in/?next=/start/"
        assert not signed_in(client)


# Asked again -----------------------------------------------------------------------------------

GRANT, SECONDED = "/admin/accounts/rolegrant/add/", "/admin/programmes/secondment/add/"


@pytest.mark.parametrize(
    ("minutes", "reads", "sends"), [(14, True, True), (16, False, True), (61, False, False)]
)
def test_asked_again_before_somebody_types(
    minutes: int, reads: bool, sends: bool, client: Client
) -> None:
    user = someone(Role.COORDINATOR)
    give_app(user)
    client.force_login(user)
    prove(client, user, minutes_ago=minutes)
    for path in (GRANT, SECONDED, LISTED + "add/", f"{LISTED}{user.pk}/second-factor/"):
        asked = f"{AGAIN}?next={path.replace('/', '%2F')}"
        answer = client.get(path)
        assert (answer.status_code == 200) is reads
        assert reads or where(answer) == asked
        answer = client.post(path, {}, headers={"Referer": f"http://testserver{path}"})
        assert answer.status_code == (200 if sends and "second-factor" not in path else 302)
        assert sends or where(answer) == asked
    assert client.get(LISTED).status_code == 200


@pytest.mark.parametrize(
    ("origin", "back"),
    [
        ("http://testserver/admin/?p=1", "/admin/?p=1"),
        ("https://evil.example/x/", "/admin/accounts/rolegrant/add/"),
        ("", "/admin/accounts/rolegrant/add/"),
    ],
)
def test_back_to_the_page_whose_form_was_sent(origin: str, back: str, client: Client) -> None:
    user = someone(Role.COORDINATOR)
    give_app(user)
    client.force_login(user)
    prove(client, user, minutes_ago=61)
    answer = client.post(GRANT, {}, headers={"Referer": origin})
    assert where(answer) == f"{AGAIN}?next={back.replace('/', '%2F').replace('?p=', '%3Fp%3D')}"


def test_roles_are_looked_at_before_anybody_is_asked(client: Client) -> None:
    user = someone(Role.CONSULTANT)
    give_app(user)
    client.force_login(user)
    prove(client, user, minutes_ago=61)
    for path in (GRANT, LISTED + "add/", f"{LISTED}{user.pk}/second-factor/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in {404, 405}


# Adding and removing ---------------------------------------------------------------------------


def a_passkey(user: User, name: str = "Sleutel") -> Authenticator:
    """A row as a passkey leaves it, without the key."""
    return WebAuthn.add(user, name, {}).instance


def test_one_app_is_enough(client: Client) -> None:
    user = someone(Role.COORDINATOR)
    secret = give_app(user)
    client.force_login(user)
    assert where(client.get(APP)) == OVERVIEW
    assert where(client.post(APP, {"code": code_for(secret)})) == OVERVIEW
    with pytest.raises(Refused):
        services.add_app(user=user, secret="A" * 32)
    assert app_code(user) == code_for(secret)


def test_what_the_service_refuses_stands_at_the_form(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the invitation and the writing it may end."""
    user = colleague()
    login_without_proof(client, user)
    page = client.get(APP)
    sent = {"sealed": sealed_on(page), "code": code_for(secret_on(page))}
    monkeypatch.setattr(second_factor, "open_invitation", lambda user: user.invitations.first())
    user.invitations.update(accepted_at=timezone.now())
    answer = client.post(APP, sent)
    assert gettext("Your invitation is over. Ask a coordinator to send it again.") in (
        answer.content.decode()
    )


def test_adding_and_removing_ask_for_what_one_has(client: Client) -> None:
    user = someone(Role.COORDINATOR)
    give_app(user)
    key = a_passkey(user)
    client.force_login(user)
    prove(client, user, minutes_ago=16)
    for path in (APP, PASSKEY, CODES, f"/sign-in/second-factor/{key.pk}/remove/"):
        assert where(client.get(path)).startswith(AGAIN)
    prove(client, user, minutes_ago=61)
    assert where(client.post(f"/sign-in/second-factor/{key.pk}/remove/")).startswith(AGAIN)
    assert client.get(OVERVIEW).status_code == 200


def test_removing_one_of_two_but_not_the_only_one(client: Client, smtp: Sink) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    give_app(user)
    key = a_passkey(user, "Mijn laptop")
    client.force_login(user)
    page = f"/sign-in/second-factor/{key.pk}/remove/"
    assert "Mijn laptop" in client.get(page).content.decode()
    assert where(client.post(page)) == OVERVIEW
    app = factors_of(user).get()
    answer = client.post(f"/sign-in/second-factor/{app.pk}/remove/", follow=True)
    assert gettext("This is your only one. Add another one first.") in answer.content.decode()
    assert has_factor(user)
    assert verbs(user) == [(user.key, "second_factor", "webauthn_removed")]
    deliver_due()
    [mail] = smtp.to("ann@example.test")
    with override("nl"):
        assert gettext("A passkey was removed.") in text_of(mail)
    assert {row.payload for row in OutboxMessage.objects.all()} == {""}


def test_of_somebody_else_nothing_is_removed(client: Client) -> None:
    other = someone(Role.COORDINATOR)
    key = a_passkey(other)
    client.force_login(someone(Role.COORDINATOR))
    client.force_login(give_factor(someone(Role.COORDINATOR)))
    assert client.get(f"/sign-in/second-factor/{key.pk}/remove/").status_code == 404
    assert client.post(f"/sign-in/second-factor/{key.pk}/remove/").status_code == 404
    assert has_factor(other)


def give_factor(user: User) -> User:
    give_app(user)
    return user


def test_who_needs_none_any_more_may_remove_the_last(client: Client) -> None:
    user = give_factor(someone())
    services.remove_factor(user=user, factor=factors_of(user).get())
    assert not Authenticator.objects.exists()
    with pytest.raises(Refused):
        services.renew_recovery_codes(user=user)
    services.mark_codes_saved(user=user)
    assert recovery_codes_of(user) is None


def test_new_recovery_codes_replace_the_old(client: Client, smtp: Sink) -> None:
    user = give_factor(someone(Role.COORDINATOR, email="ann@example.test"))
    services.mark_codes_saved(user=user)
    old = recovery_codes_of(user)
    client.force_login(user)
    assert client.get(CODES).status_code == 200
    assert where(client.post(CODES, {})) == CODES
    assert where(client.post(CODES, {"new": ""})) == CODES
    new = recovery_codes_of(user)
    assert old
    assert new
    assert not set(old.generate_codes()) & set(new.get_unused_codes())
    assert new.get_unused_codes()[0] in client.get(CODES).content.decode()
    assert CODES in client.get(OVERVIEW).content.decode()
    deliver_due()
    assert len(smtp.to("ann@example.test")) == 1


def test_a_passkey_is_the_first_factor_too() -> None:
    user = colleague()
    services.add_passkey(user=user, name="Mijn telefoon", credential={})
    assert factors_of(user).get().wrap().name == "Mijn telefoon"
    assert recovery_codes_of(user)
    with pytest.raises(Refused):
        services.add_passkey(user=someone(Role.CONSULTANT), name="", credential={})


def test_secrets_are_not_in_the_database_as_they_are() -> None:
    user = someone(Role.COORDINATOR)
    secret = give_app(user)
    row = Authenticator.objects.get(type="recovery_codes")
    seed = RecoveryCodes(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        dump = str(cursor.fetchall())
    assert secret not in dump
    assert not [code for code in seed.generate_codes() if code in dump]


# Passkeys: the answers of devices are data from outside ----------------------------------------

CLIENT_DATA = b'{"type":"webauthn.get","challenge":"AA","origin":"http://localhost"}'
NO_ATTESTATION = cbor.encode(
    {"fmt": "none", "attStmt": {}, "authData": bytes(32) + b"\xc5" + bytes(60)}
)


def answer_of(client_data: bytes, authenticator_data: bytes, attestation: bytes) -> str:
    """An answer in the right form."""
    response = {
        "clientDataJSON": websafe_encode(client_data),
        "authenticatorData": websafe_encode(authenticator_data),
        "attestationObject": websafe_encode(attestation),
        "signature": "AA",
        "userHandle": "MQ",
    }
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": response})


GARBAGE = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    "[" * 5000,
    json.dumps({"a": "x" * 30_000}),
    json.dumps({"id": 1, "rawId": 2, "response": 3, "type": 4}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": []}),
    answer_of(b"AA", b"", b"\xa0"),
    # what the library that reads them stumbles over in other ways
    answer_of(CLIENT_DATA, b"", b""),
    answer_of(CLIENT_DATA, bytes(32) + b"\xc5" + bytes(60), NO_ATTESTATION),
]


@pytest.mark.parametrize("credential", GARBAGE)
def test_made_up_answers_are_just_wrong(credential: str, client: Client, smtp: Sink) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    stranger = Client()
    assert stranger.get(PASSKEY_ONLY, **JSON).json()["request_options"]["publicKey"]["challenge"]
    assert where(stranger.post(PASSKEY_ONLY, {"credential": credential})) == "/sign-in/"
    assert not signed_in(stranger)
    give_app(user)
    mail_code(client, user, smtp)
    assert client.get(ENTER, **JSON).json()["request_options"]["publicKey"]["challenge"]
    answer = client.post(ENTER, {"credential": credential})
    assert answer.status_code == 200
    assert answer.context["wrong"] == [REFUSED]
    assert not signed_in(client)
    client.force_login(user)
    assert client.get(PASSKEY, **JSON).json()["creation_options"]["publicKey"]["challenge"]
    answer = client.post(PASSKEY, {"name": "Sleutel", "credential": credential})
    assert answer.context["form"].errors == {"credential": [REFUSED]}
    assert client.get(AGAIN, **JSON).json()["request_options"]
    assert client.post(AGAIN, {"credential": credential}).status_code == 200


def test_what_a_passkey_is_asked(client: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://label.city.example"
    user = colleague()
    login_without_proof(client, user)
    asked = client.get(PASSKEY, **JSON).json()["creation_options"]["publicKey"]
    assert asked["rp"]["id"] == "label.city.example"
    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert asked["user"]["name"] == user.email


def test_passkey_in_place_of_a_code_is_limited_and_needs_script(client: Client) -> None:
    assert where(client.get(PASSKEY_ONLY)) == "/sign-in/"
    # who has a code on its way may change their mind
    client.post("/sign-in/", {"email": "ann@example.test"})
    for _time in range(10):
        assert client.get(PASSKEY_ONLY, **JSON).status_code == 200
        assert where(client.post(PASSKEY_ONLY, {"credential": "{}"})) == "/sign-in/"
    assert client.post(PASSKEY_ONLY, {"credential": "{}"}).status_code == 429


# Lost ------------------------------------------------------------------------------------------


def test_a_coordinator_takes_away_what_was_lost(client: Client, smtp: Sink) -> None:
    coordinator = give_factor(someone(Role.COORDINATOR))
    user = give_factor(someone(Role.CONSULTANT, email="ann@example.test"))
    theirs = Client()
    theirs.force_login(user)
    assert theirs.get(WORK).status_code == 200
    client.force_login(coordinator)
    page = f"{LISTED}{user.pk}/second-factor/"
    assert page in client.get(f"{LISTED}{user.pk}/change/").content.decode()
    assert 'value="reset"' in client.get(page).content.decode()
    assert where(client.post(page, {"do": "nothing"})) == page
    assert where(client.post(page, {"do": "reset"})) == page
    assert not Authenticator.objects.filter(user=user).exists()
    assert where(theirs.get(WORK)).startswith("/sign-in/")
    assert open_invitation(user)
    assert verbs(user) == [
        (coordinator.key, "second_factor", "reset"),
        (coordinator.key, "invited", ""),
    ]
    deliver_due()
    assert len(smtp.to("ann@example.test")) == 2
    answer = client.post(page, {"do": "invite"}, follow=True)
    assert gettext("An invitation was sent a moment ago.") in answer.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        answer = client.post(page, {"do": "invite"}, follow=True)
    assert gettext("The invitation is on its way.") in answer.content.decode()
    assert user.invitations.count() == 2


def test_nobody_takes_away_their_own(client: Client) -> None:
    user = give_factor(someone(Role.COORDINATOR))
    client.force_login(user)
    page = f"{LISTED}{user.pk}/second-factor/"
    assert 'value="reset"' not in client.get(page).content.decode()
    client.post(page, {"do": "reset"})
    assert has_factor(user)


def test_page_of_who_needs_none_and_whose_days_are_over(client: Client) -> None:
    client.force_login(someone(Role.COORDINATOR))
    alderman = someone(Role.ALDERMAN)
    text = client.get(f"{LISTED}{alderman.pk}/second-factor/").content.decode()
    assert 'value="invite"' not in text
    user = someone(Role.CONSULTANT)
    page = f"{LISTED}{user.pk}/second-factor/"
    assert 'value="invite"' in client.get(page).content.decode()
    StaffInvitation.objects.create(
        user=user,
        created_at=timezone.now() - timedelta(days=20),
        expires_at=timezone.now() - timedelta(days=6),
    )
    assert 'value="invite"' in client.get(page).content.decode()
    assert client.get(f"{LISTED}{user.pk + 999}/second-factor/").status_code == 404


def test_without_a_second_coordinator_the_command_helps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    user = give_factor(someone(Role.COORDINATOR, email="ann@example.test"))
    call_command("reset_second_factor", "Ann@Example.test")
    assert "14 days" in capsys.readouterr().out
    assert not has_factor(user)
    assert open_invitation(user)
    assert verbs(user) == [("system", "second_factor", "reset"), ("system", "invited", "")]
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.test")


def test_what_is_taken_from_who_needs_none_is_not_asked_back() -> None:
    user = give_factor(someone())
    services.reset_second_factor(user=user, by=someone(Role.COORDINATOR))
    assert open_invitation(user) is None


@pytest.mark.parametrize(
    "what",
    ["totp_added", "totp_removed", "webauthn_added", "webauthn_removed", "recovery_codes_renewed"],
)
def test_every_change_has_its_mail(what: str, smtp: Sink) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    services.factors._tell(user, what, by=user)
    deliver_due()
    [mail] = smtp.to("ann@example.test")
    assert text_of(mail).strip()
    User.objects.filter(pk=user.pk).update(is_active=False)
    services.factors._tell(user, what, by=user)
    deliver_due()
    assert len(smtp.to("ann@example.test")) == 1


# One's own account -----------------------------------------------------------------------------


def test_my_account_and_signing_out_everywhere(client: Client) -> None:
    user = give_factor(someone(Role.COORDINATOR, email="ann@example.test"))
    phone = Client()
    phone.force_login(user)
    client.force_login(user)
    text = client.get("/account/").content.decode()
    assert "ann@example.test" in text
    assert OVERVIEW in text
    assert client.get("/account/sign-out/").status_code == 405
    assert where(client.post("/account/sign-out/")) == "/"
    assert not signed_in(client)
    assert where(phone.get(WORK)).startswith("/sign-in/")
    assert verbs(user) == [(user.key, "signed_out_everywhere", "")]


def test_addresses_are_what_the_texts_say() -> None:
    assert reverse("second_factor") == OVERVIEW
    assert reverse("second_factor_again") == AGAIN
    assert reverse("mfa_authenticate") == ENTER


def test_an_update_invites_who_works_here_today() -> None:
    """The migration that follows the first one with second factors, with rows in the tables."""
    invited = someone(Role.COORDINATOR, Role.CONSULTANT)
    ended, closed = someone(Role.CONSULTANT), someone(Role.PRIVACY_OFFICER, active=False)
    ended.grants.update(ended_at=timezone.now())
    someone(Role.ALDERMAN)
    migration = import_module("accounts.migrations.0003_invite_colleagues_of_today")
    migration.invite(apps, None)
    assert [row.user for row in StaffInvitation.objects.all()] == [invited]
    assert open_invitation(invited)
    assert not closed.invitations.exists()
    assert not OutboxMessage.objects.exists()
