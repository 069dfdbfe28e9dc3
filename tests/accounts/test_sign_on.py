"""The city's own sign-on against a real provider: the whole dance, and each way it can go wrong."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from config import checks
from tests.accounts.people import someone
from tests.support.oidc import CLIENT, SECRET, Provider, new_key
from tests.support.proof import give_app

pytestmark = pytest.mark.django_db

ASK, BACK, CODE = "/sign-in/city/", "/sign-in/city/back/", "/sign-in/"
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def _no_limits_used_up() -> None:
    cache.clear()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    settings.PUBLIC_URL = SITE
    with Provider(SITE + BACK) as running:
        settings.OIDC_ISSUER, settings.OIDC_NAME = running.issuer, "Stad Mechelen"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        running.claims = {"email": "ann@example.test", "email_verified": True}
        yield running


@pytest.fixture
def ann() -> User:
    return someone(Role.ALDERMAN, email="ann@example.test")


def go(client: Client, **asked: str) -> str:
    """Ask, visit the provider, and give the address to which it sends the browser back."""
    out = client.get(ASK, asked)
    assert out.status_code == 302
    back = requests.get(out["Location"], allow_redirects=False, timeout=5)
    assert back.status_code == 302
    return back.headers["Location"].removeprefix(SITE)


def dance(client: Client, **asked: str) -> Any:
    return client.get(go(client, **asked))


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def methods(client: Client) -> list[str]:
    return [record["method"] for record in client.session["account_authentication_methods"]]


def page_of(response: Any) -> tuple[int, str]:
    """An answer without what differs in any two."""
    text = re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", response.content.decode())
    return response.status_code, text


# It works --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("provider")
def test_from_the_button_to_the_session(client: Client, ann: User) -> None:
    page = client.get(CODE)
    assert f'href="{ASK}"' in page.content.decode()
    assert "Stad Mechelen" in page.content.decode()
    response = dance(client)
    assert (response.status_code, response.url) == (302, reverse("desk:start"))
    assert client.session["_auth_user_id"] == str(ann.pk)
    assert methods(client) == ["socialaccount"]
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.usefixtures("provider")
def test_the_session_gets_a_new_key_and_keeps_nothing_of_the_provider(
    client: Client, ann: User
) -> None:
    back = go(client)
    key = client.session.session_key
    client.get(back)
    assert client.session.session_key != key
    kept = str(dict(client.session.items()))
    assert "person-1" not in kept
    assert "eyJ" not in kept
    assert client.session.get("socialaccount_states") == {}
    assert not EmailAddress.objects.exists()
    assert User.objects.count() == 1


@pytest.mark.usefixtures("provider", "ann")
@pytest.mark.parametrize(
    ("following", "target"), [("/dashboard/", "/dashboard/"), ("https://evil.example/", "/start/")]
)
def test_where_somebody_was_going(client: Client, following: str, target: str) -> None:
    page = client.get(CODE, {"next": following})
    assert f"{ASK}?next=" in page.content.decode()
    assert dance(client, next=following).url == target


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    "claims",
    [
        {"email": "Ann@Example.TEST"},
        {"email_verified": "true"},
        {"aud": [CLIENT]},
        {"exp": 25},
    ],
)
def test_what_is_right_in_other_words(
    client: Client, provider: Provider, claims: dict[str, Any]
) -> None:
    # counted from the test, not from when it was collected
    until = {"exp": int(time.time()) + claims["exp"]} if "exp" in claims else {}
    provider.claims |= claims | until
    dance(client)
    assert signed_in(client)


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("way", ["client_secret_post", "client_secret_basic"])
def test_the_secret_goes_the_way_the_provider_takes(
    client: Client, provider: Provider, way: str
) -> None:
    provider.changed_config = {"token_endpoint_auth_methods_supported": [way]}
    dance(client)
    assert signed_in(client)


@pytest.mark.usefixtures("ann")
def test_an_address_that_stands_in_userinfo_only(client: Client, provider: Provider) -> None:
    provider.claims = {}
    provider.in_userinfo = {"email": "ann@example.test", "email_verified": True}
    dance(client)
    assert signed_in(client)


@pytest.mark.usefixtures("provider", "ann")
def test_who_is_signed_in_goes_on(client: Client, ann: User) -> None:
    client.force_login(ann)
    assert client.get(ASK).url == reverse("desk:start")
    assert client.get(ASK, {"next": "/dashboard/"}).url == "/dashboard/"


# A second factor -------------------------------------------------------------------------------


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("counts", "amr", "expected"),
    [
        (True, ["pwd", "mfa"], ["socialaccount", "mfa"]),
        (True, ["pwd"], ["socialaccount"]),
        (True, "mfa", ["socialaccount"]),
        (True, None, ["socialaccount"]),
        (False, ["pwd", "mfa"], ["socialaccount"]),
    ],
)
def test_the_citys_second_factor_counts_where_the_settings_say_so(
    settings: Any, client: Client, provider: Provider, counts: bool, amr: Any, expected: list[str]
) -> None:
    settings.OIDC_IS_SECOND_FACTOR = counts
    provider.claims["amr"] = amr
    dance(client)
    assert methods(client) == expected


@pytest.mark.parametrize(("counts", "target"), [(True, 200), (False, 302)])
def test_a_colleague_without_a_factor_here(
    settings: Any, client: Client, provider: Provider, counts: bool, target: int
) -> None:
    someone(Role.CONSULTANT, email="ann@example.test")
    settings.OIDC_IS_SECOND_FACTOR = counts
    provider.claims["amr"] = ["pwd", "mfa"]
    dance(client)
    work = client.get("/admin/")
    assert work.status_code == target
    assert counts or work.url.startswith("/sign-in/second-factor/")


def test_who_has_a_factor_here_is_asked_for_it_all_the_same(
    settings: Any, client: Client, provider: Provider
) -> None:
    give_app(someone(Role.CONSULTANT, email="ann@example.test"))
    settings.OIDC_IS_SECOND_FACTOR = True
    provider.claims["amr"] = ["pwd", "mfa"]
    response = dance(client)
    assert response.url.startswith("/sign-in/second-factor/enter/")
    assert not signed_in(client)


# Refusals --------------------------------------------------------------------------------------


def assert_refused(client: Client, response: Any) -> None:
    assert response.status_code == 403
    assert f'href="{CODE}"' in response.content.decode()
    assert "example.test" not in response.content.decode()
    assert not signed_in(client)
    assert "account_authentication_methods" not in client.session


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": 1.5},
        {"email": "unknown@example.test"},
        {"email": "closed@example.test"},
        {"email": ""},
        {"email": ["ann@example.test"]},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 5},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"aud": None},
        {"iss": "https://other.example"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
    ids=str,
)
def test_each_claim_that_is_not_in_order(
    client: Client, provider: Provider, claims: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    someone(email="closed@example.test", active=False)
    provider.claims |= claims
    assert_refused(client, dance(client))
    assert "example.test" not in caplog.text
    assert User.objects.count() == 2


def test_unknown_closed_and_unverified_get_one_page(provider: Provider) -> None:
    someone(email="ann@example.test")
    someone(email="closed@example.test", active=False)
    pages = []
    for claims in (
        {"email": "ann@example.test", "email_verified": False},
        {"email": "closed@example.test", "email_verified": True},
        {"email": "unknown@example.test", "email_verified": True},
        {"nonce": "another"},
    ):
        provider.claims = claims
        pages.append(page_of(dance(Client())))
    assert len(set(pages)) == 1


@pytest.mark.usefixtures("ann")
def test_a_token_signed_by_somebody_else(client: Client, provider: Provider) -> None:
    provider.key = new_key()
    assert_refused(client, dance(client))


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    ("algorithm", "key"), [("none", None), ("HS256", SECRET * 2)], ids=["none", "shared secret"]
)
def test_a_token_that_is_not_signed_as_it_should(
    client: Client, provider: Provider, algorithm: str, key: Any
) -> None:
    provider.algorithm, provider.key = algorithm, key
    assert_refused(client, dance(client))


@pytest.mark.usefixtures("ann")
def test_a_token_of_an_unknown_key(client: Client, provider: Provider) -> None:
    provider.key_id = "two"
    assert_refused(client, dance(client))


@pytest.mark.usefixtures("ann")
def test_userinfo_about_somebody_else(client: Client, provider: Provider) -> None:
    provider.claims = {}
    provider.in_userinfo = {
        "sub": "person-2",
        "email": "ann@example.test",
        "email_verified": True,
    }
    assert_refused(client, dance(client))


@pytest.mark.usefixtures("provider", "ann")
def test_an_answer_belongs_to_the_browser_that_asked_and_works_once(client: Client) -> None:
    back = go(client)
    other = Client()
    assert_refused(other, other.get(back))
    assert client.get(back).status_code == 302
    again = Client()
    again.cookies = client.cookies
    client.post("/sign-out/")
    assert client.get(back).status_code == 403


@pytest.mark.usefixtures("provider", "ann")
def test_a_code_that_was_put_in(client: Client) -> None:
    """Somebody else's code with one's own state: PKCE and nonce belong to another question."""
    stolen = go(Client()).partition("code=")[2].partition("&")[0]
    own = go(client)
    code = own.partition("code=")[2].partition("&")[0]
    assert_refused(client, client.get(own.replace(code, stolen)))


@pytest.mark.usefixtures("provider", "ann")
def test_an_answer_of_another_provider(client: Client) -> None:
    back = go(client)
    assert_refused(client, client.get(back.partition("&iss=")[0] + "&iss=https://other.example"))


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=x&code=y",
        "?error=access_denied&state=x",
        "?code=y",
        "?state=&code=",
    ],
)
def test_an_answer_nobody_asked_for(client: Client, query: str) -> None:
    assert_refused(client, client.get(BACK + query))


WELL_KNOWN = "/.well-known/openid-configuration"
ANSWERS = [(500, "{}"), (302, "{}"), (200, "no json"), (200, "[]"), (200, "{}"), (200, '"x"')]


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_provider_that_does_not_describe_itself(
    client: Client, provider: Provider, answer: tuple[int, str]
) -> None:
    provider.answers = {WELL_KNOWN: answer}
    assert_refused(client, client.get(ASK))
    assert "/elsewhere" not in provider.asked


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize("path", ["/token", "/keys"])
@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_provider_that_fails_half_way(
    client: Client, provider: Provider, path: str, answer: tuple[int, str]
) -> None:
    back = go(client)
    provider.answers = {path: answer}
    assert_refused(client, client.get(back))
    assert "/elsewhere" not in provider.asked


@pytest.mark.usefixtures("ann")
@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_description_that_leads_elsewhere(
    client: Client, provider: Provider, changes: dict[str, Any]
) -> None:
    provider.changed_config = changes
    assert_refused(client, client.get(ASK))


@pytest.mark.usefixtures("provider", "ann")
def test_with_the_provider_down_the_code_by_mail_still_works(client: Client, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    with translation.override("nl"):
        assert_refused(client, client.get(ASK))
    assert client.get(CODE).status_code == 200
    response = client.post(CODE, {"email": "ann@example.test"})
    assert (response.status_code, response.url) == (302, "/sign-in/code/")


@pytest.mark.usefixtures("provider")
def test_another_site_does_not_start_it(client: Client) -> None:
    response = client.get(ASK, headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, response.url) == (302, CODE)
    assert "socialaccount_states" not in client.session


@pytest.mark.usefixtures("provider")
@pytest.mark.parametrize(("path", "status"), [(ASK, 302), (BACK, 403)])
def test_too_often(client: Client, path: str, status: int) -> None:
    answers = [client.get(path).status_code for _time in range(61)]
    assert answers == [status] * 60 + [429]


# Not configured --------------------------------------------------------------------------------


def test_without_configuration_there_is_no_button_and_no_page(client: Client) -> None:
    assert ASK not in client.get(CODE).content.decode()
    assert client.get(ASK).status_code == 404
    assert client.get(BACK).status_code == 404


COMPLETE = {
    "OIDC_ISSUER": "https://login.example.org",
    "OIDC_CLIENT_ID": "label",
    "OIDC_CLIENT_SECRET": "x",
    "OIDC_NAME": "Stad",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"OIDC_ISSUER": ""}, []),
        ({"OIDC_ISSUER": "http://login.example.org"}, ["config.E005"]),
        ({"OIDC_CLIENT_SECRET": "", "OIDC_NAME": ""}, ["config.E006", "config.E006"]),
    ],
)
def test_what_is_missing_is_named(
    settings: Any, change: dict[str, str], expected: list[str]
) -> None:
    for name, value in (COMPLETE | change).items():
        setattr(settings, name, value)
    assert [message.id for message in checks.check_sign_on()] == expected
