"""The city's own sign-on by OpenID Connect: who the provider says is asking.

allauth gives the redirect, the state and the exchange of the code. Its own provider is not used: it
does not ask for a nonce, trusts an ID token unread when it came straight from the provider, and
keeps accounts and tokens in tables. Here nothing is kept: somebody is found by the address that the
provider says it verified, at each sign-in anew, so closing the account here always suffices.

Rules: OpenID Connect Core 1.0, section 3.1.3.7; RFC 9207 for `iss` in the answer.
"""

from secrets import compare_digest, token_urlsafe
from typing import Any

import jwt
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal.statekit import stash_state, unstash_state
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException, Session

PROVIDER = "city"
# asymmetric only: a key that everybody may read must not be one that signs
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
ENDPOINTS = ["authorization_endpoint", "token_endpoint", "jwks_uri"]
CLOCKS_DIFFER = 30  # seconds
# whatever a provider, or somebody who plays one, can answer wrongly
FAULTS = (
    OAuth2Error,
    RequestException,
    jwt.PyJWTError,
    PermissionDenied,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
)


class SignOnAdapter(DefaultSocialAccountAdapter):
    """How allauth talks to the provider."""

    def get_requests_session(self) -> Session:
        """Requests end in time (SOCIALACCOUNT_REQUESTS_TIMEOUT) and are never led elsewhere."""
        session: Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """256 bits."""
        return token_urlsafe(32)


def is_configured() -> bool:
    """Whether this installation has a city's sign-on."""
    return bool(settings.OIDC_ISSUER)


def address_to_ask(request: HttpRequest, next_url: str | None) -> str:
    """Where to send the browser. What must come back with it is kept in the session.

    Raises one of FAULTS when the provider does not answer as it should.
    """
    config = _discover()
    challenge, nonce = generate_code_challenge(), token_urlsafe(32)
    state = {"verifier": challenge.pop("code_verifier"), "nonce": nonce, "next": next_url}
    client = _client(request, config)
    client.state = stash_state(request, provider_id=PROVIDER, state=state)
    asked = {"nonce": nonce, **challenge}
    address: str = client.get_redirect_url(
        config["authorization_endpoint"], ["openid", "email"], asked
    )
    return address


def claims_of_answer(request: HttpRequest) -> tuple[dict[str, Any], str | None]:
    """What the provider says of who came back, proven; and where they wanted to go.

    Raises one of FAULTS for everything that is not in order.
    """
    state = (
        unstash_state(request, state_id=request.GET["state"], provider_id=PROVIDER, raises=True)
        or {}
    )
    config = _discover()
    if request.GET.get("iss", config["issuer"]) != config["issuer"]:
        raise OAuth2Error("the answer is another provider's")
    client = _client(request, config)
    answer = client.get_access_token(request.GET["code"], pkce_code_verifier=state["verifier"])
    claims = _read(answer["id_token"], config, state["nonce"])
    if "email" not in claims:
        claims |= _user_info(config, answer["access_token"], claims["sub"])
    return claims, state["next"]


def verified_address(claims: dict[str, Any]) -> str:
    """The address the provider says it verified; empty when it does not say so."""
    # some providers write the word
    verified = claims.get("email_verified") in (True, "true")
    return str(claims.get("email") or "").strip().lower() if verified else ""


def proves_second_factor(claims: dict[str, Any]) -> bool:
    """Whether the provider asked for more than one factor (RFC 8176) and that counts here."""
    methods = claims.get("amr")
    return settings.OIDC_IS_SECOND_FACTOR and isinstance(methods, list) and "mfa" in methods


def _discover() -> dict[str, Any]:
    """The provider's own description, as secure as the address it was asked at."""
    issuer = settings.OIDC_ISSUER.rstrip("/")
    config = _get(f"{issuer}/.well-known/openid-configuration")
    if config["issuer"].rstrip("/") != issuer:
        raise OAuth2Error("the provider says it is another one")
    scheme = issuer.partition("://")[0]
    if any(config[name].partition("://")[0] not in {"https", scheme} for name in ENDPOINTS):
        raise OAuth2Error("the provider leads to a place that is not secure")
    return config


def _get(url: str, token: str = "") -> dict[str, Any]:
    """A JSON object from the provider."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with get_adapter().get_requests_session() as session:
        response = session.get(url, headers=headers)
        response.raise_for_status()
        found = response.json()
    if not isinstance(found, dict):
        raise OAuth2Error("the provider does not answer with an object")
    return found


def _client(request: HttpRequest, config: dict[str, Any]) -> OAuth2Client:
    """allauth's client. The address to come back to never follows from the request."""
    methods = config.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return OAuth2Client(
        request,
        settings.OIDC_CLIENT_ID,
        settings.OIDC_CLIENT_SECRET,
        "POST",
        config["token_endpoint"],
        settings.PUBLIC_URL + reverse("sign_on_callback"),
        basic_auth="client_secret_post" not in methods,
    )


def _read(token: str, config: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of an ID token: signed by this provider, for us alone, now, in this session."""
    keys = jwt.PyJWKSet.from_dict(_get(config["jwks_uri"]))
    claims: dict[str, Any] = jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        algorithms=ALGORITHMS,
        issuer=config["issuer"],
        audience=settings.OIDC_CLIENT_ID,
        leeway=CLOCKS_DIFFER,
        options={"require": CLAIMS},
    )
    if claims["aud"] not in (settings.OIDC_CLIENT_ID, [settings.OIDC_CLIENT_ID]):
        raise OAuth2Error("the token is for others too")
    if not compare_digest(claims["nonce"], nonce):
        raise OAuth2Error("the token answers another question")
    return claims


def _user_info(config: dict[str, Any], token: str, subject: str) -> dict[str, Any]:
    """The address, for providers that leave it out of the ID token."""
    info = _get(config["userinfo_endpoint"], token)
    if info["sub"] != subject:
        raise OAuth2Error("that is about somebody else")
    return {name: info.get(name) for name in ("email", "email_verified")}
