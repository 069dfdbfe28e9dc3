"""A request from the first call to the zip, on a phone and at a desk, without scripts."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from privacy.models import SubjectRequest
from privacy.services.requests import name_subjects, start_request
from tests.factories.people import make_consultant, make_guidance, make_visit
from tests.factories.programmes import make_edition
from tests.privacy.people import officer
from tests.support.axe import assert_for_everybody
from tests.support.browser import PHONE_FIRST, WIDTHS, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def url(name: str, *parts: Any) -> str:
    return reverse(f"admin:privacy_subjectrequest_{name}", args=parts)


@pytest.fixture
def by(site: str) -> User:
    make_edition()
    return officer()


def ask(page: Page) -> None:
    page.goto(url("changelist"))
    page.locator(f"main a[href='{url('add')}']").click()
    page.locator("input[name=right][value=access]").check()
    page.locator("input[name=identity_checked]").check()
    page.locator("[name=save]").click()
    page.wait_for_url("**/change/")


def name_everybody(page: Page, words: str) -> None:
    page.locator("main a[href$='/find/']").click()
    page.locator("input[name=words]").fill(words)
    page.locator("[name=save]").click()
    page.locator("input[name=chosen]").first.wait_for()
    for tick in page.locator("input[name=chosen]").all():
        tick.check()
    page.locator("form[action$='/name/'] [type=submit]").click()
    page.wait_for_url("**/change/")


@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_call_to_the_zip(new_page: Any, by: User, tmp_path: Path, width: int) -> None:
    make_guidance(make_consultant(), "Amina", family_name="El Idrissi")
    page = new_page(width, javascript=False)
    sign_in(page, by)
    ask(page)
    name_everybody(page, "amina")
    with page.expect_download() as download:
        page.locator("main a[href$='/zip/nl/']").click()
    number = SubjectRequest.objects.get().pk
    assert download.value.suggested_filename == f"request-{number}.zip"
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as file:
        assert file.namelist() == ["index.html", "data.json"]
        assert "Amina" in file.read("index.html").decode()


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_every_page_fits_and_is_accessible(
    new_page: Any, by: User, tmp_path: Path, width: int
) -> None:
    staff = make_consultant()
    child = make_guidance(staff, "أمينة", family_name="El Idrissi", notes="x" * 200).child
    make_visit(staff, child.household, next_steps="Inschrijving.")
    asked = start_request(right="access", by=by, identity_checked=True, note="Belde zelf.")
    people = [("recruitment.child", child.pk), ("recruitment.household", child.household_id)]
    page = new_page(width)
    sign_in(page, by)
    for named in (False, True):
        for name, parts in [
            ("changelist", []),
            ("add", []),
            *((name, [asked.pk]) for name in ("change", "find", "edit", "close")),
        ]:
            page.goto(url(name, *parts))
            assert_for_everybody(page, width)
        if not named:
            page.goto(url("find", asked.pk))
            page.locator("input[name=words]").fill("idrissi")
            page.locator("[name=save]").click()
            page.locator("input[name=chosen]").first.wait_for()
            assert_for_everybody(page, width)
            name_subjects(request=asked, people=people, by=by)
    page.goto(url("change", asked.pk))
    with page.expect_download() as download:
        page.locator("main a[href$='/zip/en/']").click()
    read_the_zip(page, width, download.value.path(), tmp_path)


def read_the_zip(page: Page, width: int, path: Path, folder: Path) -> None:
    """The page in it, opened from a folder."""
    with zipfile.ZipFile(path) as file:
        file.extractall(folder)
    page.goto((folder / "index.html").as_uri())
    assert page.locator("h1").inner_text() == "What is kept about you"
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert_for_everybody(page, width)
