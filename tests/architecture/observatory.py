"""The scoring of the HTTP Observatory (mdn/mdn-http-observatory, src/analyzer and src/grader).

Each rule gives points to an answer that came over https; 100 points to begin with, and what is
above counts only when nothing weighs more than ten points. 135 is what a site without a place in
the preload list of the browsers and without Subresource Integrity can reach.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

BROAD = {
    "ftp:",
    "http:",
    "https:",
    "*",
    "http://*",
    "http://*.*",
    "https://*",
    "https://*.*",
}
INLINE = {"'unsafe-inline'", "data:"}
SIX_MONTHS = 15_552_000
EXTRA_FROM = 90
GOOD_REFERRERS = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
BAD_REFERRERS = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
# of a script of another site, by whether it has a checksum and comes over https
FOREIGN = {(True, True): 5, (True, False): -20, (False, True): -5, (False, False): -50}
Policy = dict[str, set[str]]


# certificate, poster and pictures, which hold nothing personal
PAPER = re.compile(r"/my/\d+/label/\d+/[\w-]+\.(?:pdf|png)")
# what anybody may take and keep for five minutes; the badge stands on other sites
OPEN = re.compile(r"/register/(?:labels\.(?:json|csv)|\d+/badge\.svg)")


def is_open(response: Any) -> bool:
    """Whether it answers for open data or a badge, and not with a page or a refusal."""
    return bool(OPEN.fullmatch(path_of(response))) and response.status_code == 200


def path_of(response: Any) -> str:
    """What was asked; nothing when the answer was made without a client."""
    return response.request["PATH_INFO"] if hasattr(response, "request") else ""


def kept_rightly(response: Any) -> bool:
    """Nothing is kept, but open data, and papers that a browser asks for each time."""
    kept = response.headers.get("Cache-Control", "")
    paper = PAPER.fullmatch(path_of(response)) and "ETag" in response.headers
    asks = kept == "private, no-cache" and bool(paper)
    return "no-store" in kept or asks or (is_open(response) and kept == "public, max-age=300")


def as_wished(response: Any, name: str, value: str) -> bool:
    """Whether a header says what it says everywhere; other sites may embed a badge."""
    found = response.headers.get(name)
    embeds = name == "Cross-Origin-Resource-Policy" and is_open(response)
    return found == value or (embeds and found == "cross-origin")


def parse_policy(header: str) -> Policy:
    """Directives of one policy. Raises ValueError for what the Observatory calls invalid."""
    if len(header.strip()) < 6 or "," in header:
        raise ValueError(header)
    found: Policy = {}
    for part in header.split(";"):
        words = part.lower().split()
        if not words:
            continue
        if words[0] in found:
            raise ValueError(f"{words[0]} twice")
        found[words[0]] = set(words[1:]) or {"'none'"}
    return found


def content_security_policy(response: Any) -> int:
    header = response.headers.get("Content-Security-Policy")
    try:
        policy = parse_policy(header) if header else {}
    except ValueError:
        return -25
    if not policy:
        return -25
    return policy_points(policy)


def policy_points(policy: Policy) -> int:
    """The first thing found decides, as in the original."""
    default = policy.get("default-src", {"*"})
    script, style = policy.get("script-src", default), policy.get("style-src", default)
    passive = policy.get("img-src", default) | policy.get("media-src", default)
    active = set().union(*(s for n, s in policy.items() if n not in {"img-src", "media-src"}))
    found = [
        (-20, script & (BROAD | INLINE) or policy.get("object-src", default) & BROAD),
        (-20, insecure(active)),
        (-10, "'unsafe-eval'" in script | style),
        (-10, insecure(passive)),
        (0, style & (BROAD | INLINE)),
        (10, policy.get("default-src") == {"'none'"}),
        (5, True),
    ]
    return next(points for points, holds in found if holds)


def insecure(sources: set[str]) -> bool:
    return any(source.startswith(("http:", "ftp:")) for source in sources)


def cookies(response: Any) -> int:
    """The worst cookie decides; a site that sets none gets nothing for it."""
    points = [cookie_points(morsel, response) for morsel in response.cookies.values()]
    return min(points, default=0)


def cookie_points(morsel: Any, response: Any) -> int:
    name, same_site = morsel.key.lower(), morsel["samesite"].lower()
    is_session = "login" in name or "sess" in name
    protected = strict_transport_security(response) == 0
    found = [5 if same_site else 0]
    if same_site not in {"", "lax", "strict", "none"} or (
        same_site == "none" and not morsel["secure"]
    ):
        found.append(-20)
    if not morsel["secure"]:
        found.append({True: -10, False: -40}[protected] if is_session else -5 if protected else -20)
    if "csrf" in name and not same_site:
        found.append(-20)
    if is_session and not morsel["httponly"]:
        found.append(-30)
    return min(found)


def cross_origin_resource_sharing(response: Any) -> int:
    """-50 when any origin may ask with credentials."""
    origin = response.headers.get("Access-Control-Allow-Origin", "")
    credentials = response.headers.get("Access-Control-Allow-Credentials", "").lower() == "true"
    return -50 if origin not in {"", "*"} and credentials else 0


def referrer_policy(response: Any) -> int:
    header = response.headers.get("Referrer-Policy")
    if header is None:
        return 0
    known = [w.strip().lower() for w in header.split(",")]
    known = [word for word in known if word in GOOD_REFERRERS | BAD_REFERRERS]
    return 5 if known and known[-1] in GOOD_REFERRERS else -5


def strict_transport_security(response: Any) -> int:
    header = response.headers.get("Strict-Transport-Security")
    if header is None or "," in header:
        return -20
    ages = [p.strip()[8:] for p in header.lower().split(";") if p.strip().startswith("max-age=")]
    if not ages or not ages[-1].isdecimal():
        return -20
    return 0 if int(ages[-1]) >= SIX_MONTHS else -10


class Scripts(HTMLParser):
    """(source, integrity) of each script of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "script":
            self.found.append((values.get("src") or "", values.get("integrity") or ""))


def subresource_integrity(response: Any) -> int:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if not is_page or response.streaming:
        return 0
    points = []
    for source, integrity in Scripts(response.content.decode()).found:
        parts = urlsplit(source)
        if parts.netloc:
            secure = parts.scheme == "https"
            points.append(FOREIGN[bool(integrity), secure])
        elif source:
            points.append(5 if integrity else 0)
    return min(points, default=0)


def x_content_type_options(response: Any) -> int:
    return 0 if response.headers.get("X-Content-Type-Options", "").lower() == "nosniff" else -5


def x_frame_options(response: Any) -> int:
    try:
        policy = parse_policy(response.headers.get("Content-Security-Policy", ""))
    except ValueError:
        policy = {}
    if "frame-ancestors" in policy:
        return 5
    header = response.headers.get("X-Frame-Options", "").lower()
    return 0 if header in {"deny", "sameorigin"} or header.startswith("allow-from") else -20


def cross_origin_resource_policy(response: Any) -> int:
    header = response.headers.get("Cross-Origin-Resource-Policy")
    if header is None:
        return 0
    return {"same-origin": 10, "same-site": 10, "cross-origin": 0}.get(header.strip().lower(), -5)


RULES: list[Callable[[Any], int]] = [
    content_security_policy,
    cookies,
    cross_origin_resource_sharing,
    referrer_policy,
    strict_transport_security,
    subresource_integrity,
    x_content_type_options,
    x_frame_options,
    cross_origin_resource_policy,
]


def points_of(response: Any) -> dict[str, int]:
    """What each rule gives to one answer."""
    return {rule.__name__: rule(response) for rule in RULES}


def score(response: Any) -> int:
    """The score of one answer, as if it were the first page of a site on https."""
    points = points_of(response).values()
    without_extra = 100 + sum(value for value in points if value < 0)
    return 100 + sum(points) if without_extra >= EXTRA_FROM else max(without_extra, 0)
