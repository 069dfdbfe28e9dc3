"""The life of a label with the keyboard only: from a plan with a gap to the renewal, and "not yet".

Nothing is clicked. A leader works on a phone of 320 px, the youth service at a desk, both in Dutch;
what everybody sees of the label is looked up at each turning point.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils.translation import gettext, override, pgettext
from playwright.sync_api import ElementHandle, Page, expect

from accounts.models import User
from core.calendar import today
from labels.enums import PlanState
from labels.models import Label
from movements.enums import Function
from movements.models import Mandate
from tests.factories.labels import Group, consultant
from tests.support.browser import DESK, PHONE, Pages, assert_fits, sign_in
from tests.support.proof import app_code, give_app

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

AWARDED, MET, PAUSED, RESUMED = "2026-03-02", "2026-04-01", "2026-05-04", "2026-06-01"
# the last half year of a label of three years; and the first day of the next one
RENEWING, NEXT = "2028-11-06", "2029-03-02"
LAST_DAY, NEXT_LAST_DAY = "1 maart 2029", "1 maart 2032"
GAP = 10
TABS = 90
# on "nowhere" a keyboard has lost its way; what has the focus must be seen to have it
FOCUS = """wanted => {
    const focus = document.activeElement, style = getComputedStyle(focus);
    if (focus === document.body || focus === document.documentElement) return "nowhere";
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    const seen = ring || style.boxShadow !== "none";
    // the button of a date field, of which a page sees nothing, has a ring of its own
    const inside = focus.type === "date" && !focus.matches(":focus-visible");
    if (!seen && !inside) return "unseen: " + focus.outerHTML;
    const box = focus.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight) return "out of sight: " + focus.outerHTML;
    return wanted.includes(focus) ? "there" : "elsewhere";
}"""


def nl(text: str, context: str = "", **values: str) -> str:
    """What a page in Dutch says."""
    with override("nl"):
        return (pgettext(context, text) if context else gettext(text)) % values


class Keyboard:
    """Somebody at a browser without a mouse. Names are the English ones of buttons and fields."""

    def __init__(self, page: Page, user: User | None = None) -> None:
        self.page, self.user = page, user

    def arrive(self) -> None:
        """Signed in, with a second factor shown just now."""
        sign_in(self.page, self.user)

    def open(self, path: str) -> None:
        self.page.goto(path, wait_until="domcontentloaded")
        self.look()

    def look(self) -> None:
        expect(self.page.locator("main h1").first).to_be_visible()
        assert_fits(self.page)

    def says(self, text: str, **values: str) -> None:
        expect(self.page.locator("main")).to_contain_text(nl(text, **values))

    def reads(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def wanted(self, role: Any, name: str | re.Pattern[str]) -> list[ElementHandle]:
        found = self.page.get_by_role(role, name=name, exact=True)
        expect(found.first).to_be_attached()
        return found.element_handles()

    def to(self, wanted: list[ElementHandle], key: str = "Tab") -> None:
        """From where the focus is, key by key, until one of these has it."""
        for _press in range(TABS):
            self.page.keyboard.press(key)
            where = self.page.evaluate(FOCUS, wanted)
            assert where in {"there", "elsewhere"}, f"{self.page.url}: the focus is {where}"
            if where == "there":
                return
        raise AssertionError(f"{self.page.url}: not reached with {TABS} times {key}")

    def enter(self, role: str, name: str, key: str = "Enter", back: bool = False) -> None:
        """Go to a link or a button, press it, and look at the page that comes."""
        self.to(self.wanted(role, name), "Shift+Tab" if back else "Tab")
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press(key)
        self.look()

    def press(self, name: str, **options: Any) -> None:
        self.enter("button", nl(name), **options)

    def save_in_place(self) -> None:
        """Where the page stays and says that it was saved."""
        self.to(self.wanted("button", nl("Save")))
        self.page.keyboard.press("Enter")
        said = nl("Saved at %(time)s", time="")
        expect(self.page.locator("[data-save-status]")).to_contain_text(said)

    def follow(self, name: str, **options: Any) -> None:
        self.enter("link", nl(name), **options)

    def type(self, name: str, text: str) -> None:
        """Into a field that is empty, or a day over the one that stands there."""
        # a label may go on: that one need not answer
        [field] = self.wanted("textbox", re.compile(f"{re.escape(name)}( \\(|$)"))
        self.to([field])
        self.page.keyboard.type(text)
        assert field.input_value() == text

    def type_day(self, name: str, day: str) -> None:
        """The 6th of June, say: whether day or month comes first is up to the computer."""
        [field] = self.page.get_by_label(name, exact=True).element_handles()
        self.to([field])
        year, month, number = day.split("-")
        assert month == number
        self.page.keyboard.type(number + month + year)
        assert field.input_value() == day

    def choose(self, name: str) -> None:
        """One of the radio buttons of a group: Tab to the group, arrows within it."""
        wanted = self.wanted("radio", name)[:1]
        group = wanted[0].evaluate_handle("e => [...document.getElementsByName(e.name)]")
        self.to([each.as_element() for each in group.get_properties().values()])
        self.page.keyboard.press("Space")
        if self.page.evaluate(FOCUS, wanted) != "there":
            self.to(wanted, "ArrowDown")
        assert wanted[0].is_checked()

    def tick(self, name: str) -> None:
        [box] = self.wanted("checkbox", name)
        self.to([box])
        self.page.keyboard.press("Space")
        assert box.is_checked()

    def to_next_step(self) -> None:
        """Past the ten points, by the link at the top; who was there comes back there."""
        if self.page.url.endswith("#steps"):
            return
        self.to(self.wanted("link", nl("To the next step")))
        self.page.keyboard.press("Enter")


class Public(Keyboard):
    """Anybody, who looks up a label."""

    def sees(self, code: str, until: str) -> None:
        """What a certificate's code says: valid until a day, or only that it is not valid."""
        self.open(f"/label/{code}/")
        if until:
            self.says("Yes, valid until %(day)s", day=until)
        else:
            self.says("No, not valid")

    def sees_group(self, movement_id: int, until: str) -> None:
        """What the page and the badge of a movement say."""
        self.open(f"/register/{movement_id}/")
        state = nl("Valid until %(day)s", day=until) if until else nl("Not valid")
        self.reads(state)
        badge = self.page.request.get(f"/register/{movement_id}/badge.svg").text()
        assert f"{state}." in badge


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Chromium keeps real time: only the wall clock of the server moves."""
    with time_machine.travel(f"{AWARDED}T09:00:00+01:00", tick=True) as coordinates:
        yield coordinates


@pytest.fixture
def group(transactional_db: None, clock: object) -> Group:
    """A plan with nine points; the tenth is a gap. A main leader, and who assesses it."""
    group = Group()
    for number in range(1, GAP):
        group.write(number)
    Mandate.objects.update(function=Function.MAIN_LEADER)
    return group


class Cast:
    """Who takes part, each at a browser of their own, and the pages they work on."""

    def __init__(self, group: Group, new_page: Pages) -> None:
        self.group, self.pk = group, group.movement.pk
        self.leader = Keyboard(new_page(PHONE), group.leader)
        self.consultant = Keyboard(new_page(DESK), group.consultant)
        self.coordinator = Keyboard(new_page(DESK), group.coordinator)
        self.public = Public(new_page(PHONE))
        self.assess = f"/admin/labels/actionplan/{group.plan.pk}/assess/"
        self.arrive()

    def arrive(self) -> None:
        for person in (self.leader, self.consultant, self.coordinator):
            person.arrive()

    def to_point(self, number: int) -> None:
        """From the leader's list of points."""
        title = self.group.plan.points.get(number=number).point.title
        self.leader.enter("link", title["nl"])

    def label(self, number: int = 0) -> Label:
        return Label.objects.order_by("id")[number]


def hand_in_with_a_gap(cast: Cast) -> None:
    leader = cast.leader
    leader.open(f"/my/{cast.pk}/plan/")
    leader.says("That is fine: an empty point is something to talk about.")
    leader.press("Hand in our plan")
    leader.says("You get an answer by %(day)s. You need not do anything now.", day="30 maart")


def ask_more(cast: Cast) -> None:
    yusuf = cast.consultant
    yusuf.open(cast.assess)
    yusuf.to_next_step()
    yusuf.press("Start the discussion")
    yusuf.to_next_step()
    yusuf.type(nl("What do you ask?"), "Wat geven jullie door?")
    yusuf.press("Send the question")
    yusuf.says("The question is on its way.")


def answer(cast: Cast) -> None:
    leader = cast.leader
    leader.open(f"/my/{cast.pk}/")
    leader.says("Now: answer the youth service")
    leader.follow("Read and answer")
    leader.reads("Wat geven jullie door?")
    cast.to_point(GAP)
    leader.type(nl("What are you going to do?"), "Een map voor wie na ons komt.")
    leader.save_in_place()
    leader.follow("Your ten points", back=True)
    leader.type(nl("Do you want to say something with it?"), "Kijk bij punt tien.")
    leader.press("Send again")


def propose(cast: Cast, outcome: str, **more: str) -> None:
    """By the consultant: the reasons, and what belongs to the outcome."""
    yusuf = cast.consultant
    yusuf.to_next_step()
    yusuf.choose(nl(outcome))
    yusuf.type(nl("Reasons, in words for the group"), "Een eerlijk en haalbaar plan.")
    if "due" in more:
        yusuf.type(f"{nl('Condition')} 1", more["condition"])
        yusuf.type_day(f"{nl('Condition')} 1: {nl('By which day?')}", more["due"])
    if "guidance" in more:
        yusuf.type(nl("What the group can do now"), more["guidance"])
    yusuf.press("Propose")
    yusuf.says("Proposed. A coordinator confirms it.")


def propose_with_condition(cast: Cast) -> None:
    yusuf = cast.consultant
    yusuf.open(cast.assess)
    yusuf.reads("Een map voor wie na ons komt.")
    yusuf.reads("Kijk bij punt tien.")
    propose(cast, "Award the label with conditions", condition="Toon ons de map.", due="2026-06-06")


def confirm(cast: Cast, person: Keyboard) -> None:
    person.open(cast.assess)
    person.to_next_step()
    person.press("Confirm the decision")
    person.says("Decided. The group gets a mail.")


def confirm_with_a_code(cast: Cast, clock: time_machine.Traveller) -> None:
    """The second factor was shown too long ago to award a label: it is asked once more."""
    karin, user = cast.coordinator, cast.group.coordinator
    give_app(user)
    clock.shift(timedelta(minutes=20))
    karin.open(cast.assess)
    karin.to_next_step()
    karin.press("Confirm the decision")
    karin.type(nl("Code"), app_code(user))
    karin.press("Go on")
    confirm(cast, karin)


def look_at_award(cast: Cast) -> None:
    """The public sees the label; the group reads why, and lets everybody read it."""
    leader, public, label = cast.leader, cast.public, cast.label()
    public.sees(label.code, until=LAST_DAY)
    public.sees_group(cast.pk, until=LAST_DAY)
    leader.open(f"/my/{cast.pk}/")
    leader.reads(label.number)
    leader.says("Now: what may everybody read?")
    leader.follow("Choose what everybody may read")
    leader.tick(nl("The decision as a whole"))
    leader.press("Save what everybody may read")
    leader.follow("Your public page")
    leader.reads("Een eerlijk en haalbaar plan.")


def settle_condition(cast: Cast) -> None:
    yusuf = cast.consultant
    yusuf.open(cast.assess)
    yusuf.to_next_step()
    yusuf.follow("Say what became of it")
    yusuf.choose(nl("It is met"))
    yusuf.press("Save")
    yusuf.says("Saved. The group sees it on its page.")
    cast.leader.open(f"/my/{cast.pk}/plan/")
    met = cast.leader.page.locator(".conditions-list")
    expect(met).to_contain_text("Toon ons de map.")
    expect(met.locator(".tag-good")).to_contain_text(nl("met", "condition"))


def happen(cast: Cast, what: str, reason: str) -> None:
    """To the label, by the coordinator; from today on."""
    karin = cast.coordinator
    karin.open(f"/admin/labels/label/{cast.label().pk}/change/")
    karin.follow(what)
    karin.type(nl("Reason"), reason)
    karin.press(what)


def renew(cast: Cast) -> None:
    """What was promised is asked again; the award that follows starts where the label ends."""
    leader, yusuf = cast.leader, cast.consultant
    leader.open(f"/my/{cast.pk}/plan/")
    leader.press("Start a new plan")
    cast.to_point(1)
    leader.says("You promised this before. Is it still true?")
    leader.press("Still true")
    leader.follow("Your ten points")
    leader.press("Hand in our plan")
    cast.assess = f"/admin/labels/actionplan/{cast.group.movement.plans.latest('id').pk}/assess/"
    yusuf.open(cast.assess)
    yusuf.to_next_step()
    yusuf.press("Start the discussion")
    propose(cast, "Award the label")
    confirm(cast, cast.coordinator)


def move(cast: Cast, clock: time_machine.Traveller, day: str) -> None:
    """Another day: the leader still leads, and everybody signs in anew."""
    clock.move_to(f"{day}T09:00:00+02:00")
    Mandate.objects.update(confirmed_on=today())
    cast.arrive()


def test_from_a_plan_with_a_gap_to_the_renewal_with_the_keyboard_only(
    group: Group, clock: time_machine.Traveller, new_page: Pages
) -> None:
    cast = Cast(group, new_page)
    hand_in_with_a_gap(cast)
    ask_more(cast)
    answer(cast)
    propose_with_condition(cast)
    confirm_with_a_code(cast, clock)
    look_at_award(cast)

    move(cast, clock, MET)
    settle_condition(cast)
    move(cast, clock, PAUSED)
    happen(cast, "Pause the label", "De groep zoekt een nieuwe ploeg.")
    cast.public.sees(cast.label().code, until="")
    cast.public.sees_group(cast.pk, until="")
    expect(cast.public.page.locator("main")).not_to_contain_text("ploeg")
    move(cast, clock, RESUMED)
    happen(cast, "Resume the label", "Er is een ploeg.")
    cast.public.sees_group(cast.pk, until=LAST_DAY)

    move(cast, clock, RENEWING)
    renew(cast)
    first, second = cast.label(0), cast.label(1)
    cast.public.sees_group(cast.pk, until=LAST_DAY)
    cast.public.sees(second.code, until="")
    move(cast, clock, NEXT)
    cast.public.sees(first.code, until="")
    cast.public.sees(second.code, until=NEXT_LAST_DAY)
    cast.public.sees_group(cast.pk, until=NEXT_LAST_DAY)


def test_not_yet_and_a_second_look_by_a_colleague_with_the_keyboard_only(
    group: Group, new_page: Pages
) -> None:
    group.take_all(PlanState.IN_DISCUSSION)
    cast = Cast(group, new_page)
    cast.consultant.open(cast.assess)
    propose(cast, "Not yet", guidance="Praat met de ouders.")
    confirm(cast, cast.coordinator)
    leader = cast.leader
    leader.open(f"/my/{cast.pk}/")
    leader.follow("Read why")
    leader.reads("Praat met de ouders.")
    cast.public.page.goto(f"/register/{cast.pk}/")
    cast.public.says("There is no page here")

    cast.consultant.open(cast.assess)
    cast.consultant.says("You proposed “not yet” before, so a colleague takes the second look.")
    fresh = cast.consultant = Keyboard(new_page(DESK), consultant("Samira Samen"))
    fresh.arrive()
    fresh.open(cast.assess)
    fresh.to_next_step()
    fresh.press("Take a second look")
    propose(cast, "Award the label")
    confirm(cast, cast.coordinator)
    cast.public.sees(cast.label().code, until=LAST_DAY)
    cast.public.sees_group(cast.pk, until=LAST_DAY)
