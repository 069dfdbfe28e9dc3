"""Signing in with a code by mail, from the page to the session."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from accounts import access
from accounts.enums import Role
from accounts.models import User
from accounts.services import update_user
from core.models import OutboxMessage
from core.outbox import deliver_due
from core.sessions import row_of
from tests.accounts.people import someone
from tests.support.proof import give_app
from tests.support.smtp import Sink, code_in

pytestmark = pytest.mark.django_db

ASK, CODE = "/sign-in/", "/sign-in/code/"
WRONG = "BBB-BBB"


@pytest.fixture(autouse=True)
def _no_limits_used_up() -> None:
    cache.clear()


def ask(client: Client, email: str, path: str = ASK, **data: str) -> Any:
    return client.post(path, {"email": email, **data})


def mailed_code(smtp: Sink, email: str) -> str:
    deliver_due()
    return code_in(smtp.to(email)[-1])


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("path", ["/my/1/team/confirm/", "/my/1/team/", "/admin/logout-of/x/"])
def test_who_sent_a_form_too_late_comes_back_to_its_page(client: Client, path: str) -> None:
    page = "/my/1/team/?x=1"
    answer = client.post(path, headers={"Referer": f"http://testserver{page}"})
    assert answer["Location"] == f"{ASK}?next={quote(page, safe='/')}"
    elsewhere = client.post(path, headers={"Referer": "https://evil.test/my/"})
    assert elsewhere["Location"] == f"{ASK}?next={path}"
    assert client.get(path)["Location"] == f"{ASK}?next={path}"


def test_from_page_to_session_and_out(client: Client, smtp: Sink) -> None:
    user = someone(Role.CONSULTANT, email="ann@example.test")
    assert client.get(ASK).status_code == 200
    response = ask(client, "Ann@Example.TEST")
    assert (response.status_code, response.url) == (302, CODE)
    assert client.get(CODE).status_code == 200
    code = mailed_code(smtp, "ann@example.test")
    assert len(code.replace("-", "")) == 6
    assert code in smtp.messages[0]["Subject"]

    key = client.session.session_key
    response = client.post(CODE, {"code": code.lower().replace("-", " ")})
    assert (response.status_code, response.url) == (302, reverse("desk:start"))
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != key
    assert code not in str(client.session.items())

    assert client.get("/sign-out/").status_code == 200
    assert signed_in(client)
    assert client.post("/sign-out/").status_code == 302
    assert not signed_in(client)


def test_allauth_keeps_no_addresses_of_its_own(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    ask(client, "ann@example.test")
    client.post(CODE, {"code": mailed_code(smtp, "ann@example.test")})
    assert signed_in(client)
    assert not EmailAddress.objects.exists()
    assert not EmailConfirmation.objects.exists()


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def page_of(response: Any, email: str) -> str:
    """The page without what differs in any two answers."""
    return TOKEN.sub("", response.content.decode().replace(email, "ADDRESS"))


def journey(email: str) -> list[tuple[int, str, list[str]]]:
    """Status, page and statements of each step that somebody without a code can take."""
    cache.clear()
    client = Client()
    steps = []
    for method, path, data in [
        ("post", ASK, {"email": email}),
        ("get", CODE, {}),
        ("post", CODE, {"code": WRONG}),
        ("post", CODE, {"code": WRONG}),
        ("post", CODE, {"code": WRONG}),
        ("get", ASK, {}),
    ]:
        with CaptureQueriesContext(connection) as queries:
            response = getattr(client, method)(path, data)
        verbs = [query["sql"].split()[0] for query in queries]
        steps.append((response.status_code, page_of(response, email), verbs))
    return steps


def test_known_unknown_and_closed_addresses_answer_alike() -> None:
    someone(email="known@example.test")
    someone(email="closed@example.test", active=False)
    give_app(someone(Role.COORDINATOR, email="guarded@example.test"))
    known = journey("known@example.test")
    assert known == journey("guarded@example.test")
    assert known == journey("nobody@example.test")
    assert known == journey("closed@example.test")
    assert [status for status, _page, _queries in known] == [302, 200, 200, 200, 302, 200]


def test_only_who_has_an_open_account_gets_a_mail(client: Client, smtp: Sink) -> None:
    someone(email="closed@example.test", active=False)
    for email in ("nobody@example.test", "closed@example.test"):
        ask(client, email)
    assert deliver_due() == 2
    assert smtp.attempts == 0
    rows = OutboxMessage.objects.values_list("state", "recipient", "payload", "object_id")
    assert set(rows) == {("not_due", "user:0", "", 0)}


def test_another_address_after_a_mistake(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    ask(client, "anne@example.test")
    assert client.get(ASK).status_code == 200
    ask(client, "ann@example.test")
    client.post(CODE, {"code": mailed_code(smtp, "ann@example.test")})
    assert signed_in(client)


def test_three_tries(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    ask(client, "ann@example.test")
    code = mailed_code(smtp, "ann@example.test")
    for _try in range(2):
        response = client.post(CODE, {"code": WRONG})
        assert response.context["form"].errors["code"]
    response = client.post(CODE, {"code": WRONG}, follow=True)
    assert response.redirect_chain == [(ASK, 302)]
    assert str(get_adapter().error_messages["too_many_login_attempts"]) in response.content.decode()
    client.post(CODE, {"code": code})
    assert not signed_in(client)


def test_second_try_may_be_right(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    ask(client, "ann@example.test")
    client.post(CODE, {"code": WRONG})
    client.post(CODE, {"code": mailed_code(smtp, "ann@example.test")})
    assert signed_in(client)


@pytest.mark.parametrize(("minutes", "works"), [(14, True), (16, False)])
def test_code_works_for_fifteen_minutes(
    minutes: int, works: bool, client: Client, smtp: Sink
) -> None:
    someone(email="ann@example.test")
    with time_machine.travel(timezone.now(), tick=True) as clock:
        ask(client, "ann@example.test")
        code = mailed_code(smtp, "ann@example.test")
        clock.shift(timedelta(minutes=minutes))
        client.post(CODE, {"code": code})
    assert signed_in(client) is works


def test_code_is_not_mailed_when_it_is_worthless(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    with time_machine.travel(timezone.now(), tick=True) as clock:
        ask(client, "ann@example.test")
        clock.shift(timedelta(minutes=16))
        deliver_due()
    assert smtp.attempts == 0


def test_code_belongs_to_the_browser_that_asked(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    ask(client, "ann@example.test")
    code = mailed_code(smtp, "ann@example.test")
    other = Client()
    ask(other, "ann@example.test")
    other.post(CODE, {"code": code})
    assert not signed_in(other)


def test_account_closed_after_the_code_was_sent(client: Client, smtp: Sink) -> None:
    user = someone(email="ann@example.test")
    ask(client, "ann@example.test")
    code = mailed_code(smtp, "ann@example.test")
    User.objects.filter(pk=user.pk).update(is_active=False)
    response = client.post(CODE, {"code": code}, follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in/closed/"
    assert not signed_in(client)


def test_asking_too_often_is_told_and_keeps_the_address(client: Client) -> None:
    for _time in range(3):
        assert ask(client, "ann@example.test").status_code == 302
    response = ask(client, "ann@example.test")
    assert response.status_code == 200
    text = response.content.decode()
    assert str(get_adapter().error_messages["too_many_login_attempts"]) in text
    assert 'value="ann@example.test"' in text
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert ask(client, "ann@example.test").status_code == 302


def test_limits_count_visitors_and_not_the_proxy(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(25):
        # what a visitor claims stands before what the proxy added
        forwarded: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": f"10.9.9.9, 10.0.0.{number}"}
        response = Client().post(ASK, {"email": f"a{number}@example.test"}, **forwarded)
        assert response.status_code == 302
    for number in range(25):
        forwarded = {"HTTP_X_FORWARDED_FOR": f"10.9.9.{number}, 10.0.1.1"}
        response = Client().post(ASK, {"email": f"b{number}@example.test"}, **forwarded)
        assert response.status_code == (302 if number < 20 else 200)


@pytest.mark.parametrize(
    "email", ["", "ann", "a@b", "x" * 400 + "@example.test", "a\x00@b.example"]
)
def test_what_is_no_address_is_told(email: str, client: Client) -> None:
    response = ask(client, email)
    assert response.status_code == 200
    assert response.context["form"].errors["email"]


@pytest.mark.parametrize(
    ("following", "target"),
    [
        ("/my/?x=1", "/my/?x=1"),
        ("http://testserver/my/", "http://testserver/my/"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example/", None),
        ("http:///evil.example/", None),
        ("http://localhost:9/", None),
        ("javascript:alert(1)", None),
        ("http://testserver@evil.example/", None),
    ],
)
def test_only_pages_of_this_site_follow(
    following: str, target: str | None, client: Client, smtp: Sink
) -> None:
    someone(email="ann@example.test")
    response = client.post(ASK, {"email": "ann@example.test", "next": following})
    assert "evil" not in response.url or "next=" in response.url
    code = mailed_code(smtp, "ann@example.test")
    response = client.post(CODE, {"code": code, "next": following})
    assert response.url == target or (target is None and response.url == reverse("desk:start"))
    response = client.post("/sign-out/", {"next": following})
    assert response.url == target or (target is None and response.url == reverse("desk:home"))


def test_where_a_stranger_was_going_survives_the_code(client: Client, smtp: Sink) -> None:
    someone(Role.COORDINATOR, email="ann@example.test")
    response = client.get("/admin/accounts/user/", follow=True)
    asked_at = response.redirect_chain[-1][0]
    assert asked_at.startswith(ASK)
    response = client.post(asked_at, {"email": "ann@example.test"})
    code = mailed_code(smtp, "ann@example.test")
    response = client.post(response.url, {"code": code})
    assert response.url == "/admin/accounts/user/"


# Sessions --------------------------------------------------------------------------------------


@pytest.fixture
def leading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody leads a movement, whatever that is."""
    holders = lambda roles, on: Q(pk__gt=0) if Role.LEADER in roles else access.NOBODY  # noqa: E731
    monkeypatch.setattr(access, "_holders", [*access._holders, holders])


def lifetime(client: Client) -> timedelta:
    session = Session.objects.get(pk=row_of(client.session.session_key))
    return session.expire_date - timezone.now()


def sign_in(client: Client, smtp: Sink, email: str) -> None:
    ask(client, email)
    client.post(CODE, {"code": mailed_code(smtp, email)})
    assert signed_in(client)


@pytest.mark.usefixtures("leading")
@pytest.mark.parametrize(("roles", "hours"), [((), 90 * 24), ((Role.CONSULTANT,), 12)])
def test_how_long_a_session_lasts(
    roles: tuple[Role, ...], hours: int, client: Client, smtp: Sink
) -> None:
    someone(*roles, email="ann@example.test")
    sign_in(client, smtp, "ann@example.test")
    assert abs(lifetime(client) - timedelta(hours=hours)) < timedelta(minutes=1)
    cookie = client.cookies["sessionid"]
    assert abs(cookie["max-age"] - hours * 3600) < 60
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_day_for_who_has_no_role(client: Client, smtp: Sink) -> None:
    someone(email="ann@example.test")
    sign_in(client, smtp, "ann@example.test")
    assert lifetime(client) < timedelta(hours=12, minutes=1)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"email": "ann2@example.test"}], ids=["closed", "moved"]
)
def test_sessions_end_with_the_account_or_the_address(
    change: dict[str, Any], client: Client, smtp: Sink
) -> None:
    user = someone(Role.CONSULTANT, email="ann@example.test")
    sign_in(client, smtp, "ann@example.test")
    assert client.get(ASK).status_code == 302
    details = {"full_name": "Ann", "language": "nl", "is_active": True} | change
    update_user(user=user, by=None, **details)
    assert client.get(ASK).status_code == 200


# What is not there -----------------------------------------------------------------------------


def test_no_other_page_of_allauth_is_there(client: Client) -> None:
    names = {name for name in get_resolver().reverse_dict if str(name).startswith("account_")}
    assert names == {
        "account_request_login_code",
        "account_login",
        "account_confirm_login_code",
        "account_inactive",
        "account_logout",
    }
    factors = {name for name in get_resolver().reverse_dict if str(name).startswith("mfa_")}
    assert factors == {"mfa_authenticate", "mfa_login_webauthn"}
    for name in ("signup", "email", "change_password", "reset_password", "reauthenticate"):
        with pytest.raises(NoReverseMatch):
            reverse(f"account_{name}")
    for path in ("/accounts/login/", "/accounts/signup/", "/sign-up/", "/sign-in/signup/"):
        assert client.get(path).status_code in {302, 404}


def test_no_other_mail_of_allauth_is_made() -> None:
    with pytest.raises(ValueError, match="unknown_account"):
        get_adapter().send_mail("account/email/unknown_account", "ann@example.test", {})
    assert not get_adapter().is_open_for_signup(None)
    assert not OutboxMessage.objects.exists()


def test_a_password_opens_nothing(client: Client) -> None:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    user.set_password("correct horse")
    user.save()
    client.post(ASK, {"email": user.email, "login": user.email, "password": "correct horse"})
    assert not signed_in(client)
    client.post("/admin/login/", {"username": user.email, "password": "correct horse"})
    assert not signed_in(client)


def test_signing_in_and_out_and_wrong_codes_are_logged_by_number(
    client: Client, smtp: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="accounts")
    user = someone(email="ann@example.test")
    ask(client, "ann@example.test")
    client.post(CODE, {"code": WRONG})
    client.post(CODE, {"code": mailed_code(smtp, "ann@example.test")})
    client.post("/sign-out/")
    ask(Client(), "nobody@example.test")
    stranger = Client()
    ask(stranger, "nobody@example.test")
    stranger.post(CODE, {"code": WRONG})
    lines = [record.getMessage() for record in caplog.records if "accounts" in record.name]
    assert lines == [
        f"A code by mail was wrong, for {user.key}",
        f"{user.key} proved who they are by code",
        f"{user.key} signed in",
        f"{user.key} signed out",
        "A code by mail was wrong, for nobody",
    ]
    assert "example.test" not in caplog.text


def test_what_was_typed_comes_back_when_the_session_ended_meanwhile() -> None:
    client, page = Client(headers={"accept-language": "en"}), "/my/1/conversation/"
    sent = {"message": "Mag dat </textarea> ook <b>hier</b>?", "version": "3", "again": ""}
    answer = client.post(page, sent, headers={"referer": f"http://testserver{page}"})
    assert answer.status_code == 403
    shown = answer.content.decode()
    assert "\nMag dat &lt;/textarea&gt; ook &lt;b&gt;hier&lt;/b&gt;?</textarea>" in shown
    assert shown.count("<textarea") == 1
    assert f'href="/sign-in/?next={page}"' in shown
    assert answer["Cache-Control"] == "no-store"


def test_without_a_sentence_or_for_a_script_one_only_signs_in() -> None:
    client, page = Client(), "/my/1/conversation/"
    assert client.post(page, {"version": "3"})["Location"] == f"/sign-in/?next={page}"
    script = {"accept": "application/json"}
    answer = client.post(page, {"text": "Een zin."}, headers=script)
    assert answer["Location"] == f"/sign-in/?next={page}"


def test_nobody_else_makes_this_site_show_a_text() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/my/1/conversation/", {"message": "Bel dit nummer."})
    assert answer.status_code == 403
    assert b"Bel dit nummer" not in answer.content
