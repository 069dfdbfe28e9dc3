"""Every page of each role, on a phone and on a desk: no violation, and nothing runs off the side.

Plans in every state, editions, families, visits, stories and requests have walks of their own
beside their other tests. The world is made once for each test, since a test with a real server
empties the database.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from labels.enums import PlanState
from labels.selectors.plans import plan_of
from tests.architecture.world import World, build
from tests.support.axe import violations
from tests.support.browser import DESK, PHONE, PHONE_FIRST, Pages, assert_fits, sign_in

pytestmark = pytest.mark.browser

S = PlanState
Steps = Callable[[Page], None]
# an address, and what to do on it before looking
Stop = str | tuple[str, Steps]
# who looks ("" for a stranger), and where
Walks = Callable[[World], Iterator[tuple[str, list[Stop]]]]


def send(page: Page) -> None:
    """Send the form of the page as it stands: the server says at the fields what is missing."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    form = page.locator("main form:has([type=submit]):not([method=get], [data-passkey])").last
    with page.expect_navigation():
        form.locator("[type=submit]:not([aria-hidden=true])").first.click()


def fail(page: Page) -> None:
    """Send what is refused, so that the page shows its errors."""
    send(page)
    assert page.locator("[aria-invalid=true], .errorlist, .alert-danger").count(), page.url


def ask_for_a_code(page: Page) -> None:
    page.locator("main input[type=email]").fill("leader@demo.example")
    send(page)


def type_a_wrong_code(page: Page) -> None:
    ask_for_a_code(page)
    page.locator("main input[name=code]").fill("AAA-AAA")
    fail(page)


def give_a_bad_link(page: Page) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    page.locator("main input[type=url]").first.fill("geen adres")
    fail(page)


def propose_without_a_reason(page: Page) -> None:
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation():
        page.locator("button[name=do][value=propose]").click()
    assert page.locator("[aria-invalid=true]").count(), page.url


def public(world: World) -> list[Stop]:
    paused = world.groups[S.AWARDED_WITH_CONDITIONS].labels.get()
    return [
        "/",
        "/label/?certificate=2019-999",
        "/register/",
        "/register/?q=nergens",
        f"/label/{world.label.code}/",
        f"/label/{paused.code}/",
        "/stories/",
        f"/stories/{world.story.pk}/",
        "/sign-in/",
        ("/sign-in/", fail),
        ("/sign-in/", ask_for_a_code),
        ("/sign-in/", type_a_wrong_code),
        "/sign-in/closed/",
        f"/invitation/{world.token}/",
        "/invitation/verlopen/",
        f"/team/{world.link_token}/",
        (f"/team/{world.link_token}/", fail),
        "/team/verlopen/",
        "/nergens/",
    ]


def leader(world: World) -> list[Stop]:
    own = f"/my/{world.own.pk}/"
    return [
        own,
        f"{own}plan/",
        f"{own}plan/1/",
        f"{own}plan/4/",
        f"{own}plan/print/",
        (f"{own}plan/4/", give_a_bad_link),
        f"{own}calendar/",
        "/calendar/",
        f"{own}team/",
        f"{own}team/contact/",
        f"{own}team/change/",
        f"{own}team/stop/",
        f"{own}team/pass-on/",
        (f"{own}team/pass-on/", fail),
        "/sign-out/",
    ]


def others(world: World) -> dict[str, list[Stop]]:
    """Leaders whose plan is elsewhere on its way."""
    empty = world.groups[""].pk
    pages: dict[str, list[Stop]] = {
        "leader_without_plan": [f"/my/{empty}/", f"/my/{empty}/plan/"],
        "nobody": ["/start/"],
    }
    for state in (S.SUBMITTED, S.MORE_ASKED, S.NOT_YET, S.AWARDED_WITH_CONDITIONS):
        group = f"/my/{world.groups[state].pk}/"
        pages[f"leader_{state}"] = [group]
    return pages


def assessment(world: World, state: PlanState) -> str:
    plan = plan_of(world.groups[state])
    assert plan is not None
    return f"/admin/labels/actionplan/{plan.pk}/assess/"


def consultant(world: World) -> list[Stop]:
    admin = "/admin/movements/"
    return [
        "/admin/",
        "/dashboard/",
        "/admin/calendar/",
        "/admin/labels/actionplan/?state=all",
        (assessment(world, S.IN_DISCUSSION), propose_without_a_reason),
        "/admin/labels/label/",
        f"/admin/labels/label/{world.label.pk}/change/",
        f"{admin}movement/",
        f"{admin}movement/add/",
        (f"{admin}movement/add/", fail),
        f"{admin}movement/{world.own.pk}/change/",
        f"{admin}mandate/",
        f"{admin}mandate/add/",
        f"{admin}mandate/{world.mandate.pk}/change/",
        f"{admin}mandate/{world.mandate.pk}/invite/",
        f"{admin}coachassignment/{world.coach.pk}/change/",
        f"{admin}joinrequest/",
        f"{admin}joinrequest/{world.join_request.pk}/change/",
        f"{admin}teamlink/{world.team_link.pk}/change/",
    ]


def coordinator(world: World) -> list[Stop]:
    template = f"/admin/labels/plantemplate/{world.draft_template.pk}/"
    imports = "/admin/movements/movement/import/"
    return [
        "/admin/accounts/user/",
        ("/admin/accounts/user/add/", fail),
        f"/admin/accounts/user/{world.people['alderman'].pk}/change/",
        "/admin/accounts/rolegrant/",
        "/admin/accounts/rolegrant/add/",
        "/admin/end-of-edition/",
        ("/admin/end-of-edition/", fail),
        "/admin/programmes/edition/",
        "/admin/movements/federation/",
        f"/admin/movements/federation/{world.own.federation.pk}/change/",
        "/admin/labels/plantemplate/",
        f"{template}change/",
        f"{template}publish/",
        f"/admin/labels/label/{world.label.pk}/event/pause/",
        (f"/admin/labels/label/{world.label.pk}/event/withdraw/", fail),
        imports,
        (imports, fail),
        f"{imports}{world.job.pk}/",
        f"{imports}{world.job.pk}/?result=new",
        f"{imports}{world.done_job.pk}/",
    ]


def logs(world: World) -> dict[str, list[Stop]]:
    """Everybody else who works in the admin."""
    mail = f"/admin/core/outboxmessage/{world.mail.pk}/change/"
    return {
        "privacy_officer": [
            "/admin/",
            "/admin/privacy/",
            "/admin/privacy/consents/",
            "/admin/privacy/register/",
            "/admin/privacy/retention/",
            f"/admin/privacy/retention/{world.retention_run.pk}/",
            ("/admin/privacy/retention/labels.example/", fail),
            "/admin/core/accesslog/",
            f"/admin/core/accesslog/{world.access.pk}/change/",
        ],
        "consultant": ["/admin/core/outboxmessage/", mail],
    }


@pytest.fixture
def world(transactional_db: None, site: str) -> World:
    return build()


@pytest.fixture(params=PHONE_FIRST, ids=str)
def width(request: pytest.FixtureRequest) -> int:
    """Where axe looks. That nothing runs off the side is seen at both widths each time."""
    return int(request.param)


def look(page: Page, stops: list[Stop], seen_by_axe: int) -> list[str]:
    """What is wrong with these pages: at both widths what does not fit, at one what axe finds."""
    wrong = []
    for stop in stops:
        path, act = (stop, None) if isinstance(stop, str) else stop
        page.set_viewport_size({"width": DESK, "height": 900})
        page.goto(path)
        if act:
            act(page)
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 720})
            try:
                assert_fits(page)
            except AssertionError as error:
                wrong.append(str(error))
            found = violations(page) if width == seen_by_axe else []
            wrong += [f"{path} {width}: {v['rule']} {v['elements']}" for v in found]
    return wrong


def outside(world: World) -> Iterator[tuple[str, list[Stop]]]:
    yield "", public(world)
    yield "leader", leader(world)
    yield from others(world).items()


def inside(world: World) -> Iterator[tuple[str, list[Stop]]]:
    yield "consultant", consultant(world)
    yield "coordinator", coordinator(world)
    yield from logs(world).items()


@pytest.mark.parametrize("walks", [outside, inside], ids=lambda walks: walks.__name__)
def test_every_page_is_for_everybody(
    world: World, new_page: Pages, walks: Walks, width: int
) -> None:
    wrong = []
    for who, stops in walks(world):
        page = new_page()
        if who:
            sign_in(page, world.user(who))
        wrong += look(page, stops, width)
    assert wrong == []
