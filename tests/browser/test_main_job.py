"""The main job from end to end, by five people and the public, as they would do it themselves.

Only the first coordinator is made by a command, as the README says; nothing calls a service in
between. The server, the worker and beat run at the ladder's step of 1 May.
"""

import contextlib
import re
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from core.outbox import OutboxMessage
from tests.support.axe import assert_accessible
from tests.support.browser import DESK, PHONE, Pages, assert_fits
from tests.support.processes import start_beat, start_worker
from tests.support.proof import code_for
from tests.support.smtp import CODE, Sink, code_in, links_in

MOMENT = "2027-05-01T08:00:00+02:00"
# what a page is made of: its elements with their classes, whatever they say
OUTLINE = """[...new Set([...document.body.querySelectorAll("*")].map(
    node => node.tagName + "." + node.getAttribute("class") + node.getAttribute("type")
        + (node.getAttribute("name") || "").replace(/[0-9]/g, "")
))].sort().join()"""
LIST = Path(__file__).parent.parent / "data" / "scout-groups-flanders.csv"
KARIN, YUSUF, NOOR, AN = (f"{name}@city.test" for name in ("karin", "yusuf", "noor", "an"))

pytestmark = [pytest.mark.browser, pytest.mark.postgres]


@pytest.fixture
def mail(transactional_db: None, smtp: Sink, site: str, tmp_path: Path) -> Iterator[Sink]:
    """The sink, with a real worker and beat that send into it; all live on 1 May 2027."""
    # Chromium and the processes keep real time among themselves: only the wall clock moves
    with time_machine.travel(MOMENT, tick=True), contextlib.ExitStack() as stack:
        stack.callback(start_worker(tmp_path, at=MOMENT).stop)
        stack.callback(start_beat(tmp_path, at=MOMENT).stop)
        yield smtp


class Somebody:
    """A person at a browser of a certain width, who signs in with the code from the mail; who
    works with data about people sets up an app as well."""

    def __init__(self, page: Page, mail: Sink, address: str = "", script: bool = True) -> None:
        self.page, self.mail, self.address, self.script = page, mail, address, script
        self.width, self.seen = (page.viewport_size or {})["width"], set[str]()

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """Every page on the way fits; axe looks on a phone at each that is made of something
        new, on a desk at all of them. Measuring needs script."""
        expect(self.page.locator("main h1").first, self.page.url).to_be_visible()
        if not self.script:
            return
        assert_fits(self.page)
        kind = self.page.evaluate(OUTLINE)
        if kind not in self.seen or self.width == DESK:
            self.seen.add(kind)
            assert_accessible(self.page)

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name.replace('__', '-')}']")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value) if value else None
            else:
                field.fill(value)

    def press(self, selector: str) -> None:
        self.page.locator(f"main {selector}").first.click()
        self.look()

    def unfold(self) -> None:
        folded = self.page.locator("main details:not([open]) > summary")
        while folded.count():
            folded.first.click()

    def save(self) -> None:
        self.press("[name=_save], [name=save]")

    def type_code(self) -> None:
        mail = self.mail.wait(self.address, wanted=lambda text: bool(CODE.search(text)))
        code = code_in(mail)
        self.page.locator("main [name=code]").fill(code)
        self.press("form button[type=submit]")

    def sign_in(self) -> None:
        self.open("/sign-in/")
        self.fill(email=self.address)
        self.press("form button[type=submit]")
        self.type_code()

    def set_up_app(self) -> None:
        """The second factor that colleagues need: an app, and the recovery codes put away."""
        self.open("/sign-in/second-factor/app/")
        self.unfold()
        secret = self.page.locator("main [data-secret]").inner_text()
        self.fill(code=code_for(secret))
        self.press("form [type=submit]")
        self.press("[name=saved]")

    def says(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


# The seven steps -------------------------------------------------------------------------------


def import_list(karin: Somebody) -> None:
    """1: the real list, with its preview; only the movements of one municipality."""
    karin.open("/admin/movements/movement/import/")
    karin.page.locator("main [name=file]").set_input_files(LIST)
    karin.fill(municipality="Mechelen")
    karin.press("form button[type=submit]")
    karin.says("Heilig Kruis")
    karin.press("button[value=confirm]")
    karin.open("/admin/movements/movement/?q=Heilig+Kruis")
    karin.says("Heilig Kruis")


def make_programme(karin: Somebody) -> None:
    """2: the edition with its targets, and the accounts of the others."""
    karin.open("/admin/programmes/edition/add/")
    karin.fill(
        name_nl="Jeugdwerk voor Alleman",
        name_fr="La jeunesse pour tous",
        name_en="Youth Work for All",
        municipality="Mechelen",
        starts_on="2026-03-01",
        ends_on="2028-02-29",
        contact_email="jeugd@city.test",
        signatory_nl="schepen van Jeugd",
        signatory_fr="échevin de la Jeunesse",
        signatory_en="alderman for Youth",
    )
    karin.save()
    for address, name, role in ((YUSUF, "Yusuf Demir", "consultant"), (AN, "An Maes", "alderman")):
        karin.open("/admin/accounts/user/add/")
        karin.fill(email=address, full_name=name, role=role)
        karin.save()


def record_team(yusuf: Somebody) -> None:
    """3: the main leader, whose mandate ends within six months, and the invitation."""
    yusuf.open("/admin/movements/mandate/add/")
    choice = yusuf.page.locator("main select[name=movement]")
    value = choice.locator("option", has_text="Heilig Kruis").get_attribute("value")
    choice.select_option(value, force=True)
    yusuf.fill(
        name="Noor Claes",
        email=NOOR,
        function="main_leader",
        starts_on="2025-09-01",
        ends_on="2027-08-31",
    )
    yusuf.save()
    yusuf.open("/admin/movements/mandate/")
    yusuf.page.locator("main table a", has_text="Noor Claes").first.click()
    yusuf.page.locator(
        "main a[href$='/invite/'], main form[action$='/invite/'] button"
    ).first.click()
    if "/invite/" in yusuf.page.url:
        yusuf.press("form button[type=submit]")


def write_plan(noor: Somebody) -> None:
    """4: the link from the mail, the code, the points, two examples; handed in with gaps."""
    invitation = noor.mail.wait(NOOR, wanted=lambda text: "/invitation/" in text)
    [link] = [u for u in links_in(invitation) if "/invitation/" in u]
    noor.open(link)
    noor.open("/my/")
    assert "/sign-in/" in noor.page.url, "the link alone signs nobody in"
    noor.open(link)
    noor.press("form button[type=submit]")
    noor.type_code()
    noor.open("/my/")
    noor.press(".card-next button")
    base = re.sub(r"plan/.*$", "", noor.page.url)
    for number in range(1, 9):
        noor.open(f"{base}plan/{number}/")
        noor.fill(commitment=f"Wij beloven punt {number}.", progress="We zijn begonnen.")
        noor.page.locator("main [name=is_done]").check()
        noor.press("[name=do][value=save]")
    add_examples(noor, f"{base}plan/1/")
    noor.open(f"{base}plan/")
    noor.press("form[action$='/submit/'] button[type=submit]")
    noor.open(base)


def add_examples(noor: Somebody, address: str) -> None:
    picture = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(picture, "JPEG")
    noor.open(address)
    file = {"name": "kamp.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    noor.unfold()
    noor.page.locator("main [name=picture-file]").set_input_files([file])
    noor.fill(picture__caption="Onze uniformkast")
    noor.press("[name=do][value=picture]")
    noor.open(address)
    noor.unfold()
    noor.fill(link__url="https://example.org/kamp", link__caption="Onze kampbrief")
    noor.press("[name=do][value=link]")
    noor.says("Onze uniformkast")
    noor.says("Onze kampbrief")


def assess(yusuf: Somebody, noor: Somebody, karin: Somebody) -> None:
    """5: grades, one question and its answer, the proposal, and another person's confirmation."""
    yusuf.open("/admin/labels/actionplan/")
    yusuf.page.locator("main table a", has_text="Heilig Kruis").first.click()
    assess_page = yusuf.page.url
    yusuf.press("[name=do][value=discuss]")
    yusuf.fill(ask_more__message="Hoe bereiken jullie ouders?", ask_more__answer_by="2027-06-01")
    yusuf.press("[name=do][value=ask_more]")
    noor.open("/my/")
    noor.press(".card-next a")
    noor.says("Hoe bereiken jullie ouders?")
    noor.fill(message="We bellen hen op.")
    noor.press("form[action$='/submit/'] button[type=submit]")
    yusuf.open(assess_page)
    yusuf.says("We bellen hen op.")
    for grade in yusuf.page.locator("main input[value=well_underway]").all():
        grade.check()
    yusuf.press("[name=do][value=grades]")
    yusuf.page.locator("main [name=propose-outcome][value=award]").check()
    yusuf.fill(propose__reasons="Een eerlijk en haalbaar plan.")
    yusuf.press("[name=do][value=propose]")
    karin.open(assess_page)
    karin.press("[name=do][value=confirm]")


def check_certificate(noor: Somebody, public: Somebody, site: str) -> None:
    """6: the certificate on one page, and what its code says to anybody."""
    noor.open("/my/")
    noor.says("2027-001")
    address = noor.page.locator("main a[href$='certificate.pdf']").first.get_attribute("href")
    paper = PdfReader(BytesIO(noor.page.request.get(site + str(address)).body()))
    text = " ".join(page.extract_text() for page in paper.pages)
    assert len(paper.pages) == 1
    assert "Heilig Kruis" in text
    assert "2027-001" in text
    written = re.escape(site.split("//")[1]) + r"/label/[a-z0-9]{16}"
    [address] = set(re.findall(written, text.replace("\n", "")))
    public.open(f"http://{address}/")
    public.says("Heilig Kruis")
    public.says(re.compile("2030"))
    public.open("/register/")
    public.says("Heilig Kruis")
    public.open("/")
    public.fill(certificate="2027-001")
    public.press("form input[type=submit]")
    public.says("Heilig Kruis")


def expect_reminder(mail: Sink) -> str:
    """7: the mail of 1 May comes."""
    reminder = mail.wait(NOOR, wanted=lambda text: "31 augustus 2027" in text)
    assert "Heilig Kruis" in str(reminder["Subject"])
    return str(reminder["Subject"])


def expect_no_second_one(mail: Sink, subject: str, since: float) -> None:
    """It came once, though beat has asked for it every two seconds."""
    time.sleep(max(0, since + 4 - time.monotonic()))
    assert OutboxMessage.objects.filter(kind="team_ends").count() == 1
    assert not [m for m in mail.to(NOOR) if str(m["Subject"]) == subject]


def record_people(yusuf: Somebody) -> None:
    """8: a child who became a member, a visit, a story."""
    yusuf.open("/admin/recruitment/household/member/")
    movement = yusuf.page.locator("main select[name=movement]")
    value = movement.locator("option", has_text="Heilig Kruis").get_attribute("value")
    movement.select_option(value)
    yusuf.fill(first_name="Amina", birth_year="2016", family_name="El Idrissi")
    yusuf.page.locator("main [name=confirmation][value=family]").check()
    yusuf.save()
    yusuf.open("/admin/homevisits/homevisit/add/")
    household = yusuf.page.locator("main select[name=household]")
    household.select_option(household.locator("option").nth(1).get_attribute("value"))
    yusuf.page.locator("main [name=outcome][value=conversation]").check()
    yusuf.save()
    share_story(yusuf)


def share_story(yusuf: Somebody) -> None:
    yusuf.open("/admin/testimonies/testimony/add/")
    yusuf.fill(kind="parent", name="Rosa Demir", alias="Rosa", title="Samen op weg")
    yusuf.fill(text="Ze vroegen of we een lift nodig hadden.")
    yusuf.save()
    story = yusuf.page.url
    yusuf.press("a[href$='/consent/']")
    yusuf.page.locator("main [name=giver][value=storyteller]").check()
    yusuf.save()
    for act in ("approve", "publish"):
        yusuf.open(story)
        yusuf.press(f"a[href$='/{act}/'], form[action$='/{act}/'] button")
        if yusuf.page.url.endswith(f"/{act}/"):
            yusuf.save()


def look_at_figures(an: Somebody, public: Somebody) -> None:
    an.open("/dashboard/")
    numbers = an.page.locator(".figure-card .figure-number").all_inner_texts()
    assert numbers == ["1", "1", "1", "1"]
    assert an.page.locator(".figure-card details").count() == 4, "each figure opens its rule"
    for target in ("24", "60", "100", "15"):
        an.says(target)
    public.open("/stories/")
    public.page.locator("main a", has_text="Samen op weg").first.click()
    public.says("Ze vroegen of we een lift nodig hadden.")


@pytest.mark.parametrize(
    ("width", "script"),
    [
        (PHONE, True),
        pytest.param(DESK, True, marks=pytest.mark.proof),
        pytest.param(PHONE, False, marks=pytest.mark.proof),
    ],
    ids=str,
)
def test_the_main_job(
    width: int, script: bool, new_page: Pages, mail: Sink, site: str, capsys: Any
) -> None:
    """Steps 1 to 8. Without script: the leader, the alderman and the public."""
    call_command("create_coordinator", KARIN, name="Karin Wouters")

    def somebody(address: str = "", *, needs_script: bool = False) -> Somebody:
        on = script or needs_script
        return Somebody(new_page(width, javascript=on), mail, address, on)

    karin, yusuf = (somebody(address, needs_script=True) for address in (KARIN, YUSUF))
    noor, an, public = somebody(NOOR), somebody(AN), somebody()
    karin.sign_in()
    karin.set_up_app()
    make_programme(karin)
    import_list(karin)
    yusuf.sign_in()
    yusuf.set_up_app()
    record_team(yusuf)
    write_plan(noor)
    assess(yusuf, noor, karin)
    check_certificate(noor, public, site)
    subject, since = expect_reminder(mail), time.monotonic()
    record_people(yusuf)
    an.sign_in()
    look_at_figures(an, public)
    expect_no_second_one(mail, subject, since)
