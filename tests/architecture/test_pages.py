"""Everything that somebody can reach by following links from their first page, page by page."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from tests.architecture.observatory import as_wished, kept_rightly
from tests.architecture.world import World
from tests.support.writes import reading_only

# where somebody begins, and (as patterns) what they must come across from there
START: dict[str, tuple[list[str], list[str]]] = {
    "anonymous": (
        ["/", "/sign-in/closed/"],
        ["/register/", "/stories/", r"/stories/\d+/", "/sign-in/"],
    ),
    "nobody": (["/start/"], ["/"]),
    "leader": (
        ["/start/"],
        [
            r"/my/\d+/plan/",
            r"/my/\d+/plan/10/",
            r"/my/\d+/examples/\d+/",
            r"/my/\d+/label/\d+/certificate.pdf",
        ],
    ),
    "future_leader": (["/start/"], [r"/my/\d+/plan/", r"/my/\d+/plan/10/"]),
    "minor_leader": (["/start/"], [r"/my/\d+/plan/10/"]),
    "seconded": (
        ["/start/"],
        [r"/admin/recruitment/household/\d+/change/", r"/admin/labels/actionplan/\d+/assess/"],
    ),
    "leader_without_plan": (["/start/"], [r"/my/\d+/"]),
    "leader_not_yet": (["/start/"], [r"/my/\d+/plan/"]),
    "alderman": (["/start/"], ["/dashboard/", "/register/"]),
    "consultant": (
        ["/start/"],
        [
            r"/admin/labels/actionplan/\d+/assess/",
            r"/admin/labels/label/\d+/change/",
            r"/admin/movements/movement/\d+/change/",
            r"/admin/movements/mandate/\d+/invite/",
            r"/admin/recruitment/household/\d+/details/",
            "/admin/recruitment/household/member/",
            r"/admin/recruitment/household/paths/\d+/step/",
            "/admin/homevisits/homevisit/add/",
            r"/admin/testimonies/testimony/\d+/consent/",
            "/dashboard/",
        ],
    ),
    "coordinator": (
        ["/start/"],
        [
            r"/admin/accounts/user/\d+/change/",
            r"/admin/accounts/user/\d+/second-factor/",
            "/account/",
            "/sign-in/second-factor/",
            "/sign-in/second-factor/codes/",
            "/admin/accounts/rolegrant/add/",
            "/admin/movements/movement/import/",
            r"/admin/programmes/edition/\d+/plan/",
            r"/admin/labels/plantemplate/\d+/publish/",
            r"/admin/labels/label/\d+/event/pause/",
            r"/admin/programmes/secondment/\d+/change/",
            r"/admin/recruitment/household/\d+/reason/",
            r"/admin/recruitment/household/of/\d+/",
        ],
    ),
    "privacy_officer": (
        ["/start/"],
        [
            "/admin/core/accesslog/",
            "/admin/privacy/consents/",
            r"/admin/privacy/retention/\d+/",
            r"/admin/privacy/retention/[\w.]+/",
            "/admin/privacy/register/",
            "/admin/privacy/register/nl/",
            r"/admin/privacy/subjectrequest/\d+/zip/nl/",
            r"/admin/privacy/subjectrequest/\d+/find/",
        ],
    ),
}
# pages of one view: all ten points of a plan, and a few of the long lists of the admin
OF_A_KIND = 12
IN_ADMIN = [2, pytest.param(4, marks=pytest.mark.proof)]
# each takes a while to make
PAPERS_OF_A_KIND, PAPER = 1, re.compile(r"\.(pdf|png)(\?|$)")
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FILE = {"default-src 'none'", "frame-ancestors 'none'", "sandbox"}
DATA_BLOCKS = {"application/json", "application/ld+json"}


class Reader(HTMLParser):
    """The links of a page, and whatever in it the policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.refused: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        handlers = [name for name in values if name.startswith("on") or name == "style"]
        data = tag == "script" and values.get("type") in DATA_BLOCKS
        inline = tag == "style" or (tag == "script" and "src" not in values and not data)
        javascript = any("javascript:" in (value or "") for value in values.values())
        if handlers or inline or javascript:
            self.refused.append(f"<{tag} {attributes}>")


def links_in(url: str, text: str) -> Iterator[str]:
    """Addresses of this site that a page leads to."""
    for link in Reader(text).links:
        target = urldefrag(urljoin(f"http://testserver{url}", link)).url
        parts = urlsplit(target)
        if parts.scheme in {"http", "https"} and parts.netloc == "testserver":
            yield target.removeprefix("http://testserver")


def kind_of(url: str) -> str:
    """The view and the names of what is asked of it: what makes one page unlike another."""
    parts = urlsplit(url)
    asked = sorted(parse_qs(parts.query, keep_blank_values=True))
    return f"{resolve(unquote(parts.path)).route}?{asked}"


def crawl(client: Client, starts: list[str], in_admin: int) -> Iterator[tuple[str, Any]]:
    """(address, answer) of each page within reach; each is read without writing anything."""
    seen = dict.fromkeys(starts, "the start")
    kinds: Counter[str] = Counter()
    waiting = list(starts)
    while waiting:
        url = waiting.pop(0)
        with reading_only():
            response: Any = client.get(url)
            size = len(b"".join(response) if response.streaming else response.content)
        assert size or response.status_code == 302
        yield f"{url} (from {seen[url]})", response
        for target in targets(url, response):
            kind = kind_of(target)
            most = in_admin if target.startswith("/admin/") else OF_A_KIND
            most = PAPERS_OF_A_KIND if PAPER.search(target) else most
            if target not in seen and kinds[kind] < most:
                kinds[kind] += 1
                seen[target] = url
                waiting.append(target)


def targets(url: str, response: Any) -> list[str]:
    """Where an answer leads to; not to files of the site, nor in every language.

    Lists offer every combination of filters and orders; each of them alone is enough.
    """
    if response.status_code in (301, 302):
        return [urljoin(url, response.url)]
    if not response.headers["Content-Type"].startswith("text/html"):
        return []
    found = links_in(url, response.content.decode())
    return [
        link
        for link in found
        if not link.startswith(("/static/", "/language/")) and link.count("=") <= 1
    ]


def policy(response: HttpResponse) -> set[str]:
    return {part.strip() for part in response["Content-Security-Policy"].split(";")}


def problems(response: Any) -> Iterator[str]:
    """What is wrong with one answer."""
    if response.status_code not in (200, 302):
        yield f"answers {response.status_code}"
    for name, value in HEADERS.items():
        if not as_wished(response, name, value):
            yield f"{name} is {response.headers.get(name)}"
    if not kept_rightly(response):
        yield f"may be kept: {response.headers.get('Cache-Control')}"
    file = response.headers["Content-Type"].startswith(("image/", "application/zip"))
    given = response.headers.get("Content-Disposition", "").startswith("attachment")
    wanted = [FILE] if file else [FILE, POLICY] if given else [POLICY]
    if policy(response) not in wanted:
        yield f"policy is {response['Content-Security-Policy']}"
    if response.headers["Content-Type"].startswith("text/html") and response.status_code == 200:
        yield from Reader(response.content.decode()).refused


@pytest.mark.parametrize("in_admin", IN_ADMIN)
@pytest.mark.parametrize("who", START)
def test_every_page_within_reach(world: World, who: str, in_admin: int) -> None:
    """Strict templates fail for an unknown variable, so each page also names only what it has."""
    client = Client()
    if who != "anonymous":
        client.force_login(world.user(who))
    starts, missing = START[who]
    found = []
    for url, response in crawl(client, starts, in_admin):
        path = urlsplit(url.split()[0]).path
        missing = [pattern for pattern in missing if not re.fullmatch(pattern, path)]
        found += [f"{url}: {problem}" for problem in problems(response)]
    assert found == []
    assert missing == []


@pytest.mark.parametrize(
    "url", ["/nowhere/", "/admin/", "/healthz", "/my/1/plan/submit/", "/label/none/"]
)
@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_errors_and_refusals_carry_the_same_headers(world: World, url: str, method: str) -> None:
    client = Client()
    client.force_login(world.user("nobody"))
    response = getattr(client, method)(url)
    headers = {name: response.headers.get(name) for name in HEADERS}
    assert headers == HEADERS
    assert policy(response) == POLICY
    assert "no-store" in response["Cache-Control"]
