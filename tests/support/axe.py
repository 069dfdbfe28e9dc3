"""Accessibility rules of axe-core, run in the page under its own strict CSP."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.support.browser import assert_fits_everywhere

SOURCE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def source() -> str:
    return SOURCE.read_text()


def violations(page: Page, *, tags: list[str] | None = None) -> list[dict[str, Any]]:
    """What axe finds in the page as it stands: rule, help and the elements concerned.

    The debugger's evaluate is not subject to the page's CSP, so the policy stays as it is.
    Needs JavaScript in the context.
    """
    page.evaluate(source())
    options = {"runOnly": tags or TAGS, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        {
            "rule": violation["id"],
            "help": violation["help"],
            "elements": [
                f"{node['html']}: {node['failureSummary']}" for node in violation["nodes"]
            ],
        }
        for violation in found["violations"]
    ]


def assert_for_everybody(page: Page, width: int) -> None:
    """The page fits on a phone and on a desk, and axe finds nothing at this width."""
    assert_fits_everywhere(page, width)
    assert_accessible(page)


def assert_accessible(page: Page) -> None:
    """Fail with a readable list when axe finds anything."""
    found = violations(page)
    lines = [f"{v['rule']}: {v['help']}\n  " + "\n  ".join(v["elements"]) for v in found]
    assert not found, f"{page.url}\n" + "\n".join(lines)
