"""Chromium for the tests that walk real pages."""

import os
import shutil
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
    sync_playwright,
)

from tests.support.proof import force_login, login_without_proof

PHONE, DESK = 320, 1280
WIDTHS = [PHONE, DESK]
# where axe looks at a walk through many pages: what differs at the other width is the layout
PHONE_FIRST = [PHONE, pytest.param(DESK, marks=pytest.mark.proof)]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


class Chromium:
    """One browser per test process, started at the first test that walks pages.

    Playwright's sync interface leaves an event loop in the thread; Django then refuses the ORM
    unless told otherwise. Both end as soon as another kind of test follows.
    """

    def __init__(self) -> None:
        self.playwright: Playwright | None = None
        self.browser: Browser | None = None

    def start(self) -> Browser:
        if self.browser is None:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            self.playwright = sync_playwright().start()
            self.browser = self.playwright.chromium.launch(
                executable_path=shutil.which(os.environ.get("CHROMIUM", "chromium")),
                args=ARGUMENTS,
            )
        return self.browser

    def stop(self) -> None:
        if self.browser and self.playwright:
            self.browser.close()
            self.playwright.stop()
            self.browser = self.playwright = None
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Pages:
    """Opens pages and watches them: no script error, no refused or failed resource, no request
    to another host."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def __call__(
        self, width: int = DESK, *, javascript: bool = True, locale: str = "nl-BE", **options: Any
    ) -> Page:
        """A page in a fresh browser profile: its own cookies, `width` CSS pixels wide."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 720},
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Europe/Brussels",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        self.watch(page)
        return page

    def watch(self, page: Page) -> None:
        note = self.problems.append

        def console(message: ConsoleMessage) -> None:
            if "Content Security Policy" in message.text:
                note(f"{page.url}: {message.text}")

        def response(response: Response) -> None:
            if response.status >= 400 and response.request.resource_type != "document":
                note(f"{response.status} for {response.url} on {page.url}")

        def request(request: Request) -> None:
            asked = urlsplit(request.url)
            if asked.scheme in {"http", "https"} and asked.netloc != urlsplit(self.address).netloc:
                note(f"{page.url} asks another host: {request.url}")

        page.on("pageerror", lambda error: note(f"script error on {page.url}: {error}"))
        page.on("console", console)
        page.on("response", response)
        page.on("request", request)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.problems, "\n".join(self.problems)


def sign_in(page: Page, user: Any, *, proven: bool = True) -> None:
    """Give the page's profile a session of this user, without the journey of the code.

    With `proven` it has just shown a second factor, if there is one.
    """
    client = Client()
    (force_login if proven else login_without_proof)(client, user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": settings.PUBLIC_URL}
    page.context.add_cookies([cookie])


def assert_fits_everywhere(page: Page, width: int) -> None:
    """No sideways scrolling at either width; afterwards the page is `width` CSS pixels wide."""
    for each in (PHONE + DESK - width, width):
        page.set_viewport_size({"width": each, "height": 720})
        assert_fits(page)


def assert_fits(page: Page) -> None:
    """No sideways scrolling: at 320 px that is what a phone, or a zoom of 400 %, shows."""
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide at {page.viewport_size}"
