"""A movement nobody answers for ends in the coordinator's list, who reads on a phone why.

The main leader, the supervisor and the coach are asked, a fortnight after each other, and do not
react. The last step is taken by a real worker and a real beat, with nobody at the keyboard.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from core import outbox
from handovers.services import queue_reminders
from movements.enums import Function
from movements.models import Movement
from movements.services import assign_coach
from tests.factories import movements as make
from tests.factories.programmes import make_edition
from tests.support.axe import assert_accessible
from tests.support.browser import PHONE, Pages, assert_fits, sign_in
from tests.support.processes import start_beat, start_worker
from tests.support.smtp import Sink, links_in

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

AN, PIET, CHATS = "an@stil.test", "piet@stil.test", "groep@stil.test"
MORNING = "T09:00:00+02:00"
# the main leader's last day is 20 April: at first there is somebody to react
ASKED, LAST = "2027-03-15", "2027-04-26"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Chromium keeps real time: only the wall clock of the server moves."""
    with time_machine.travel(f"2027-03-01{MORNING}", tick=True) as coordinates:
        yield coordinates


@pytest.fixture
def silent(transactional_db: None, clock: object) -> Movement:
    """A group with a main leader, somebody of age beside her and a coach; and one that goes on."""
    make_edition(starts_on=date(2026, 3, 1), ends_on=date(2030, 2, 28))
    group, karin = make.movement("Chiro Stil", mailbox=CHATS), make.coordinator("Karin")
    begun = {"starts_on": date(2026, 9, 1)}
    make.mandate(group, name="An", email=AN, ends_on=date(2027, 4, 20), **begun)
    make.mandate(group, name="Piet", email=PIET, function=Function.ADULT_SUPERVISOR, **begun)
    assign_coach(movement=group, user=make.consultant("Yusuf"), by=karin)
    make.mandate(make.movement("Chiro Luid"), **begun)
    return group


def asked_on(clock: time_machine.Traveller, day: str, mail: Sink) -> list[str]:
    """Whom the runs of a day write to; the second run of the day adds nothing."""
    clock.move_to(f"{day}{MORNING}")
    before = len(mail.messages)
    for _run in range(2):
        queue_reminders()
        outbox.deliver_due()
    return sorted(str(message["To"]) for message in mail.messages[before:])


def run_by_itself(folder: Path, mail: Sink, address: str) -> str:
    """Worker and beat wake up on the last day; the link in the mail that comes of it."""
    with ExitStack() as stack:
        stack.callback(start_beat(folder, at=f"{LAST}{MORNING}").kill)
        stack.callback(start_worker(folder, at=f"{LAST}{MORNING}").kill)
        told = mail.wait(address, wanted=lambda text: "Chiro Stil" in text)
    [link] = [url for url in links_in(told) if "/admin/handovers/" in url]
    return link


def listed(page: Page) -> Locator:
    """On the work list, what stands under "Groups that nobody answers for"."""
    page.goto("/admin/")
    read(page)
    with override("nl"):
        return page.locator("details.work").filter(
            has_text=gettext("Groups that nobody answers for")
        )


def read(page: Page) -> str:
    expect(page.locator("main h1").first).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    return page.locator("main").inner_text()


def test_a_movement_nobody_answers_for_ends_in_the_coordinators_list(
    silent: Movement,
    clock: time_machine.Traveller,
    smtp: Sink,
    new_page: Pages,
    tmp_path: Path,
) -> None:
    karin, yusuf = (User.objects.get(full_name=name) for name in ("Karin", "Yusuf"))
    assert asked_on(clock, ASKED, smtp) == [AN, CHATS]
    assert asked_on(clock, "2027-03-28", smtp) == []
    assert asked_on(clock, "2027-03-29", smtp) == [PIET]
    assert asked_on(clock, "2027-04-12", smtp) == [yusuf.email]
    page = new_page(PHONE)
    sign_in(page, karin)
    expect(listed(page)).to_have_count(0)

    clock.move_to(f"{LAST}{MORNING}")
    link = run_by_itself(tmp_path, smtp, karin.email)
    sign_in(page, karin)  # whoever looks in once a fortnight has to
    page.goto(link)
    told = read(page)
    assert all(person in told for person in ("An", "Piet", "Yusuf", "Karin"))
    section = listed(page)
    expect(section.locator("li")).to_have_count(1)
    if section.get_attribute("open") is None:
        section.locator("summary").click()
    section.get_by_role("link", name="Chiro Stil").click()
    expect(page).to_have_url(link)
