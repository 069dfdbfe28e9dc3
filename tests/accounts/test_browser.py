"""Signing in and the pages of accounts, in a real browser."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import factors_of
from accounts.services import invite_colleague
from core.outbox import deliver_due
from tests.accounts.people import someone
from tests.support.axe import assert_for_everybody
from tests.support.browser import PHONE_FIRST, Pages, sign_in
from tests.support.proof import app_code, code_for, give_app
from tests.support.smtp import Sink, code_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def well(page: Page) -> None:
    """For everybody: axe finds nothing at the width of this test, and it fits at both."""
    assert_for_everybody(page, page.viewport_size["width"])


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_sign_in_after_two_mistakes(width: int, new_page: Pages, smtp: Sink) -> None:
    cache.clear()
    someone(Role.ALDERMAN, email="ann@example.test")
    page = new_page(width)
    page.goto("/sign-in/")
    well(page)
    page.get_by_role("textbox").fill("ann")
    page.locator("main form button").first.click()
    well(page)
    assert page.get_by_role("textbox").input_value() == "ann"
    page.get_by_role("textbox").fill("ann@example.test")
    page.locator("main form button").first.click()
    page.wait_for_url("**/sign-in/code/**")
    well(page)
    page.get_by_role("textbox").fill("BBB-BBB")
    page.locator("main form button").first.click()
    well(page)
    deliver_due()
    page.get_by_role("textbox").fill(code_in(smtp.messages[0]))
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/sign-out/")
    well(page)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-out/" not in url)
    page.goto("/admin/")
    page.wait_for_url("**/sign-in/**")


@pytest.mark.parametrize("width", PHONE_FIRST)
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


@pytest.mark.parametrize("width", PHONE_FIRST)
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


# The second factor -----------------------------------------------------------------------------


def colleague() -> User:
    user = someone(Role.COORDINATOR, email="ann@example.test")
    invite_colleague(user=user, by=None)
    return user


def go_on(page: Page) -> None:
    page.locator("main form [type=submit]:visible").last.click()


@pytest.mark.parametrize("width", PHONE_FIRST)
@pytest.mark.parametrize("script", [True, False])
def test_an_app_from_the_square_to_the_work_list(width: int, script: bool, new_page: Pages) -> None:
    cache.clear()
    user = colleague()
    page = new_page(width, javascript=script)
    sign_in(page, user, proven=False)
    page.goto("/admin/")
    look = well if script else fits
    look(page)
    page.locator("main a[href$='/app/']").click()
    page.locator("main details summary").click()
    look(page)
    secret = page.locator("[data-secret]").inner_text()
    page.locator("[name=code]").fill("000000")
    go_on(page)
    look(page)
    page.locator("[name=code]").fill(code_for(secret))
    go_on(page)
    page.wait_for_url("**/codes/")
    look(page)
    codes = page.locator("textarea").input_value().split()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert download.value.path().read_text().split() == codes
    page.locator("[name=saved]").click()
    page.wait_for_url("**/admin/")
    for path in ("/account/", "/sign-in/second-factor/", "/sign-in/second-factor/codes/"):
        page.goto(path)
        look(page)
    page.goto(f"/sign-in/second-factor/{factors_of(user).get().pk}/remove/")
    look(page)


def fits(page: Page) -> None:
    """What can be looked at without script."""
    expect(page.locator("main h1").first).to_be_visible()


def plug_in_key(page: Page) -> None:
    """A key in the device that knows its owner; it answers by itself."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    able = ("hasResidentKey", "hasUserVerification", "isUserVerified")
    device.send(
        "WebAuthn.addVirtualAuthenticator", {"options": options | dict.fromkeys(able, True)}
    )


def test_a_passkey_sets_up_signs_in_and_proves_again(new_page: Pages) -> None:
    cache.clear()
    user = colleague()
    page = new_page()
    plug_in_key(page)
    sign_in(page, user, proven=False)
    page.goto("/sign-in/second-factor/passkey/")
    well(page)
    page.locator("[name=name]").fill("Mijn laptop")
    go_on(page)
    page.wait_for_url("**/codes/")
    page.locator("[name=saved]").click()
    page.wait_for_url("**/admin/")
    assert factors_of(user).get().wrap().name == "Mijn laptop"

    page.goto("/sign-out/")
    go_on(page)
    page.goto("/sign-in/?next=/dashboard/")
    well(page)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(lambda url: url.endswith("/dashboard/") and "next" not in url)

    page.goto("/sign-in/second-factor/again/?next=/account/")
    well(page)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url(lambda url: url.endswith("/account/") and "next" not in url)
    assert page.get_by_text("Mijn laptop").is_visible()

    User.objects.filter(pk=user.pk).update(is_active=False)
    page.goto("/sign-in/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/sign-in/closed/")


def test_a_passkey_after_the_code_by_mail(new_page: Pages, smtp: Sink) -> None:
    cache.clear()
    user = colleague()
    page = new_page()
    plug_in_key(page)
    sign_in(page, user, proven=False)
    page.goto("/sign-in/second-factor/passkey/")
    page.locator("[name=name]").fill("Mijn laptop")
    go_on(page)
    page.wait_for_url("**/codes/")
    page.goto("/sign-out/")
    go_on(page)
    page.goto("/sign-in/")
    page.get_by_role("textbox").fill("ann@example.test")
    page.locator("main form button").first.click()
    page.wait_for_url("**/sign-in/code/")
    deliver_due()
    page.get_by_role("textbox").fill(code_in(smtp.to("ann@example.test")[-1]))
    go_on(page)
    page.wait_for_url("**/enter/")
    well(page)
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/admin/")


def test_a_key_that_is_not_there_leaves_the_other_ways(new_page: Pages) -> None:
    cache.clear()
    someone(Role.COORDINATOR, email="ann@example.test")
    page = new_page()
    plug_in_key(page)
    page.goto("/sign-in/")
    page.locator("form[data-passkey] button").click()
    expect(page.locator("[data-trouble]")).to_be_visible()
    assert page.locator("form[data-passkey] button").is_enabled()
    well(page)


def test_without_script_there_is_no_passkey(new_page: Pages) -> None:
    user = colleague()
    page = new_page(javascript=False)
    page.goto("/sign-in/")
    assert not page.locator("form[data-passkey]").is_visible()
    sign_in(page, user, proven=False)
    page.goto("/sign-in/second-factor/passkey/")
    assert page.locator("main a[href$='/app/']").is_visible()


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_a_coordinator_helps_who_lost_a_phone(width: int, new_page: Pages) -> None:
    coordinator, user = someone(Role.COORDINATOR), colleague()
    give_app(user)
    page = new_page(width)
    sign_in(page, coordinator)
    page.goto(f"/admin/accounts/user/{user.pk}/change/")
    page.locator("main a[href$='/second-factor/']").click()
    well(page)
    page.locator("button[value=reset]").click()
    expect(page.locator("button[value=invite]")).to_be_visible()
    well(page)
    page.goto(f"/admin/accounts/user/{coordinator.pk}/second-factor/")
    well(page)


@pytest.mark.parametrize("width", PHONE_FIRST)
def test_asked_again_with_a_code(width: int, new_page: Pages) -> None:
    cache.clear()
    user = colleague()
    give_app(user)
    page = new_page(width)
    sign_in(page, user, proven=False)
    page.goto("/account/")
    page.wait_for_url("**/again/**")
    well(page)
    page.locator("[name=code]").fill(app_code(user))
    go_on(page)
    page.wait_for_url(lambda url: url.endswith("/account/") and "next" not in url)
