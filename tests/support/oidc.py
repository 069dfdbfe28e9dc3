"""A small real OpenID provider for one client: discovery, authorize, token, keys, userinfo.

It knows one person (`claims`), keeps to the code flow with PKCE, and can be told to answer wrongly.
"""

import base64
import json
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Answer = tuple[int, str, dict[str, str]]
CLIENT, SECRET = "youthwork", "a secret of the test"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY = new_key()


class Provider:
    """Runs while the `with` block lasts; `issuer` is its address."""

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri
        self.claims: dict[str, Any] = {}
        self.in_userinfo: dict[str, Any] = {}
        self.key: Any = KEY
        self.algorithm = "RS256"
        self.key_id = "one"
        self.answers: dict[str, tuple[int, str]] = {}  # path → what is answered instead
        self.changed_config: dict[str, Any] = {}
        self.waiting: dict[str, dict[str, str]] = {}  # code → what was asked with it
        self.tokens: set[str] = set()
        self.asked: list[str] = []

    def __enter__(self) -> "Provider":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def handler(provider) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def answer(self) -> None:
                path, query = urlsplit(self.path).path, urlsplit(self.path).query
                size = int(self.headers.get("Content-Length") or 0)
                values = {
                    k: v[0] for k, v in parse_qs(query or self.rfile.read(size).decode()).items()
                }
                provider.asked.append(path)
                status, body, headers = provider.respond(path, values, self.headers)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args: Any) -> None:
                """Nothing on the screen."""

        return Handler

    def respond(self, path: str, values: dict[str, str], headers: Any) -> Answer:
        if path in self.answers:
            status, body = self.answers[path]
            return status, body, {"Content-Type": "application/json", "Location": "/elsewhere"}
        if path == "/authorize":
            return self.authorize(values)
        found = {
            "/.well-known/openid-configuration": self.config,
            "/keys": self.keys,
            "/token": lambda: self.token(values, headers),
            "/userinfo": lambda: self.userinfo(headers),
        }.get(path, lambda: None)()
        body = json.dumps(found if found is not None else {"error": "invalid_request"})
        return 200 if found is not None else 400, body, {"Content-Type": "application/json"}

    def config(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            **self.changed_config,
        }

    def keys(self) -> dict[str, Any]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return {"keys": [{**jwk, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, values: dict[str, str]) -> Answer:
        """The person is signed in here already and agrees."""
        fits = (
            values.get("response_type") == "code"
            and values.get("client_id") == CLIENT
            and values.get("redirect_uri") == self.redirect_uri
            and values.get("code_challenge_method") == "S256"
            and set(values.get("scope", "").split()) == {"openid", "email"}
        )
        if not fits:
            return 400, "", {}
        code = token_urlsafe()
        self.waiting[code] = values
        back = urlencode({"code": code, "state": values["state"], "iss": self.issuer})
        return 302, "", {"Location": f"{self.redirect_uri}?{back}"}

    def token(self, values: dict[str, str], headers: Any) -> dict[str, Any] | None:
        asked = self.waiting.pop(values.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_client = headers.get("Authorization") == f"Basic {basic}" or (
            values.get("client_id") == CLIENT and values.get("client_secret") == SECRET
        )
        digest = sha256(values.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not (asked and is_client and challenge == asked["code_challenge"]):
            return None
        access = token_urlsafe()
        self.tokens.add(access)
        return {"access_token": access, "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 60}
        claims |= {"nonce": asked["nonce"], **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.key, self.algorithm, headers={"kid": self.key_id})

    def userinfo(self, headers: Any) -> dict[str, Any] | None:
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        return {"sub": "person-1", **self.in_userinfo} if token in self.tokens else None
