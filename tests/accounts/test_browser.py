"""Signing in and the pages of accounts, in a real browser."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import User
from core.outbox import deliver_due
from tests.accounts.people import someone
from tests.support.axe import assert_accessible
from tests.support.browser import WIDTHS, Pages, assert_fits, sign_in
from tests.support.smtp import Sink, code_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def well(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_sign_in_after_two_mistakes(width: int, new_page: Pages, smtp: Sink) -> None:
    cache.clear()
    someone(Role.CONSULTANT, email="ann@example.test")
    page = new_page(width)
    page.goto("/sign-in/")
    well(page)
    page.get_by_role("textbox").fill("ann")
    page.locator("main form button").click()
    well(page)
    assert page.get_by_role("textbox").input_value() == "ann"
    page.get_by_role("textbox").fill("ann@example.test")
    page.locator("main form button").click()
    page.wait_for_url("**/sign-in/code/**")
    well(page)
    page.get_by_role("textbox").fill("BBB-BBB")
    page.locator("main form button").click()
    well(page)
    deliver_due()
    page.get_by_role("textbox").fill(code_in(smtp.messages[0]))
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/sign-out/")
    well(page)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: "/sign-out/" not in url)
    page.goto("/admin/")
    page.wait_for_url("**/sign-in/**")


@pytest.mark.parametrize("width", WIDTHS)
def test_coordinator_adds_a_colleague(width: int, new_page: Pages) -> None:
    coordinator = someone(Role.COORDINATOR)
    page = new_page(width)
    sign_in(page, coordinator)
    page.goto("/admin/accounts/user/")
    well(page)
    page.goto("/admin/accounts/user/add/")
    well(page)
    page.locator("#id_email").fill("ann@example.test")
    page.locator("#id_full_name").fill("Ann")
    page.locator("#id_role").select_option("consultant")
    page.locator("[name=_save]").click()
    page.wait_for_url("**/accounts/user/")
    assert User.objects.get(email="ann@example.test").roles == {Role.CONSULTANT}

    page.goto(f"/admin/accounts/user/{coordinator.pk}/change/")
    well(page)
    page.locator("#id_full_name").fill("Typed Name")
    page.locator("#id_is_active").uncheck()
    page.locator("[name=_save]").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    assert page.locator("#id_full_name").input_value() == "Typed Name"
    well(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_coordinator_ends_a_role(width: int, new_page: Pages) -> None:
    coordinator, colleague = someone(Role.COORDINATOR), someone(Role.CONSULTANT)
    page = new_page(width)
    sign_in(page, coordinator)
    page.goto("/admin/accounts/rolegrant/add/")
    well(page)
    page.goto("/admin/accounts/rolegrant/")
    well(page)
    grant = colleague.grants.get()
    page.locator(f"input[name=_selected_action][value='{grant.pk}']").check()
    page.locator("select[name=action]").select_option("end_now")
    page.locator("button[name=index]").click()
    page.wait_for_load_state()
    well(page)
    grant.refresh_from_db()
    assert grant.ended_at is not None
    page.goto(f"/admin/accounts/rolegrant/{coordinator.grants.get().pk}/change/")
    well(page)


@pytest.mark.parametrize("name", ["outboxmessage", "activitylog", "accesslog"])
def test_lists_of_mails_and_logs(name: str, new_page: Pages) -> None:
    page = new_page()
    sign_in(page, someone(Role.COORDINATOR))
    page.goto(f"/admin/core/{name}/")
    well(page)
