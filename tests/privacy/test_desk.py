"""What the privacy desk shows: what waits, the consents, the register on screen and on paper."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from accounts.enums import Role
from accounts.models import User
from core.calendar import pretend, today
from core.consent import Consent
from core.logs import AccessLog
from core.personal import entries
from privacy import overview, register
from privacy.enums import ConsentState
from privacy.models import SubjectRequest
from programmes.services import add_partner, end_agreement, record_agreement
from testimonies.enums import Giver
from testimonies.services import take_back_consent
from tests.factories.people import make_consent, make_consultant, make_testimony, make_user
from tests.factories.programmes import make_edition
from tests.privacy.due import officer, old_family, waiting_run

pytestmark = pytest.mark.django_db
HOME, CONSENTS, REGISTER = (
    "/admin/privacy/",
    "/admin/privacy/consents/",
    "/admin/privacy/register/",
)
KIND = "testimonies.testimonyconsent"


@pytest.fixture(autouse=True)
def _edition() -> None:
    make_edition()


@pytest.fixture
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def signed_in(*roles: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(*roles, name="Olga Officer"))
    return client


@pytest.fixture
def client() -> Client:
    return signed_in(Role.PRIVACY_OFFICER)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# What waits ------------------------------------------------------------------------------------


def ask(days_left: int) -> SubjectRequest:
    return SubjectRequest.objects.create(
        right="access",
        received_on=today() - timedelta(days=31),
        due_on=today() + timedelta(days=days_left),
        handled_by=officer(),
        note="Zznote",
    )


def test_the_officer_starts_with_what_waits(client: Client) -> None:
    ask(5)
    ask(-2)
    old_family(family_name="Zzsecret")
    waiting_run()
    an = make_consultant()
    story = make_testimony(an, name="Zzteller")
    make_consent(story, Giver.STORYTELLER, expires_on=today() + timedelta(days=20))
    assert client.get("/start/")["Location"] == HOME
    for url in (HOME, "/admin/"):
        shown = page(client, url)
        for title in (
            "Requests to answer",
            "Lists to approve: what was kept long enough",
            "Consents that end",
        ):
            assert title in shown
        assert "Families without an intake: 1" in shown
        assert "2 days late" in shown
        assert "5 days left" in shown
        assert shown.index("2 days late") < shown.index("5 days left")
        # a token of a form may hold two such letters by chance
        assert not {"Zznote", "Zzsecret", "Zzteller"} & set(re.findall(r"Zz\w+", shown))


def test_with_nothing_waiting_the_page_says_what_will_come(client: Client) -> None:
    shown = page(client, HOME)
    assert "Requests to answer, lists to approve and consents that end appear here." in shown
    assert "How many hold, end soon, ended or were taken back." in shown


def test_the_coordinator_sees_lists_that_wait_and_no_requests() -> None:
    ask(5)
    old_family()
    waiting_run(days_ago=28)
    client = signed_in(Role.COORDINATOR)
    assert client.get("/start/")["Location"] == "/admin/"
    shown = page(client, HOME)
    assert "Lists to approve" in shown
    assert "Requests to answer" not in shown
    assert CONSENTS not in shown
    assert "Lists to approve" in page(client, "/admin/")


def test_a_list_that_waits_for_less_than_28_days_is_nothing_for_the_coordinator() -> None:
    old_family()
    waiting_run(days_ago=27)
    assert overview.waiting(make_user(Role.COORDINATOR)) == []
    assert len(overview.waiting(officer())) == 1


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.ALDERMAN])
def test_nothing_of_the_desk_waits_for_others(role: Role) -> None:
    ask(5)
    old_family()
    waiting_run()
    assert overview.waiting(make_user(role)) == []


def test_the_start_page_asks_as_many_questions_with_three_rows_as_with_one(
    client: Client, django_assert_num_queries: Any
) -> None:
    an = make_consultant()

    def fill() -> None:
        ask(5)
        story = make_testimony(an)
        make_consent(story, Giver.STORYTELLER, expires_on=today() + timedelta(days=20))

    fill()
    client.get(HOME)
    with django_assert_num_queries(9):
        client.get(HOME)
    fill()
    fill()
    with django_assert_num_queries(9):
        client.get(HOME)


# Consents --------------------------------------------------------------------------------------


@pytest.fixture
def an() -> User:
    return make_consultant("An Peeters")


def consents_in_every_state(an: User) -> dict[str, int]:
    """One valid, one that ends within 60 days, one expired, one taken back; record numbers."""
    with pretend(today() - timedelta(days=100)):
        stories = {state: make_testimony(an, name="Zzname") for state in ConsentState.values}
        given = today()
    ends = {"valid": 61, "ends_soon": 60, "expired": -1, "withdrawn": 400}
    for state, days in ends.items():
        consent = make_consent(
            stories[state],
            Giver.STORYTELLER,
            given_on=given,
            expires_on=today() + timedelta(days=days),
        )
        if state == ConsentState.WITHDRAWN:
            take_back_consent(consent=consent, by=an)
    return {state: story.pk for state, story in stories.items()}


def test_every_kind_of_consent_is_counted(an: User) -> None:
    consents_in_every_state(an)
    kinds = {kind.name: kind.counts for kind in overview.consent_kinds()}
    assert kinds[KIND] == {"valid": 2, "ends_soon": 1, "expired": 1, "withdrawn": 1}
    tables = {t for t in apps.get_models() if issubclass(t, Consent)}
    assert set(kinds) == {table._meta.label_lower for table in tables}


def test_counts_and_list_agree_with_the_rule_of_a_consent_on_each_day(an: User) -> None:
    consents_in_every_state(an)
    for days in range(-5, 410, 7):
        day = today() + timedelta(days=days)
        kind = next(kind for kind in overview.consent_kinds(day) if kind.name == KIND)
        valid = {c.pk for c in kind.table._default_manager.all() if c.valid_on(day)}
        listed = {c.pk for c in overview.consents_of(kind, "valid", day)}
        assert listed == valid
        assert kind.counts["valid"] == len(valid)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("", {"valid", "ends_soon", "expired", "withdrawn"}),
        ("valid", {"valid", "ends_soon"}),
        ("ends_soon", {"ends_soon"}),
        ("expired", {"expired"}),
        ("withdrawn", {"withdrawn"}),
    ],
)
def test_consents_are_listed_by_number_without_names(
    client: Client, an: User, state: str, shown: set[str]
) -> None:
    numbers = consents_in_every_state(an)
    found = page(client, f"{CONSENTS}?kind={KIND}&state={state}")
    for each, number in numbers.items():
        assert (f">Testimony {number}<" in found) == (each in shown)
    assert "site, the storyteller" in found
    assert "Zzname" not in found
    assert AccessLog.objects.filter(verb="listed", object_type=KIND).exists()


@pytest.mark.parametrize("query", ["kind=no.such", f"kind={KIND}&state=any", "kind=core.job"])
def test_another_kind_or_state_is_not_found(client: Client, query: str) -> None:
    assert client.get(f"{CONSENTS}?{query}").status_code == 404


def test_an_empty_list_says_so(client: Client) -> None:
    assert "None." in page(client, CONSENTS)


def test_the_list_of_consents_asks_as_many_questions_with_three_as_with_one(
    client: Client, an: User, django_assert_num_queries: Any
) -> None:
    make_consent(make_testimony(an), Giver.STORYTELLER)
    client.get(CONSENTS)
    with django_assert_num_queries(8):
        client.get(CONSENTS)
    for _number in range(2):
        make_consent(make_testimony(an), Giver.STORYTELLER)
    with django_assert_num_queries(8):
        client.get(CONSENTS)


# The register of processing activities ---------------------------------------------------------


def test_each_entry_belongs_to_one_activity() -> None:
    described = [app for activity in register.ACTIVITIES for app in activity.apps]
    assert len(described) == len(set(described))
    assert {register.app_of(entry) for entry in entries()} <= set(described)


@pytest.mark.usefixtures("_english")
def test_the_register_tells_every_entry() -> None:
    found = register.assemble()
    lines = [line for described in found.activities for line in described.lines]
    told = {(purpose, str(line.access), line.kept) for line in lines for purpose in line.purposes}
    expected = {(str(e.purpose), str(e.access), str(e.retention)) for e in entries()}
    assert told == expected
    for described in found.activities:
        assert described.grounds
        assert described.recipients
        assert "nobody reads it" not in described.recipients
        assert described.lines


@pytest.mark.usefixtures("_english")
def test_names_that_only_the_program_reads_are_left_out() -> None:
    data = " ".join(
        line.data for described in register.assemble().activities for line in described.lines
    )
    assert "family name" in data
    assert "_" not in data


@pytest.mark.usefixtures("_english")
def test_encrypted_records_are_said_to_be() -> None:
    families = register.assemble().activities[0]
    data = [line.data for line in families.lines]
    assert any("first name (encrypted)" in each for each in data)
    assert any("birth year" in each and "birth year (encrypted)" not in each for each in data)


def partner(name: str) -> Any:
    day = today() - timedelta(days=5)
    return record_agreement(
        partner=add_partner(name=name, by=None),
        reference=f"{name}-7",
        signed_on=day,
        starts_on=day,
        by=None,
    )


def test_the_page_names_controller_officer_and_partners(client: Client) -> None:
    partner("De Brug")
    end_agreement(agreement=partner("Voorbij"), by=None)
    shown = page(client, REGISTER)
    for words in (
        "Demostad, jeugd@demostad.example",
        "Olga Officer",
        "De Brug (agreement De Brug-7, signed on",
        "Guidance of children into a youth movement",
        "6 months after the first contact, without an intake",
        "public task",
    ):
        assert words in shown
    assert "Voorbij" not in shown


def test_without_edition_and_officer_it_says_so() -> None:
    client = signed_in(Role.COORDINATOR)
    assert "nobody yet" in page(client, REGISTER)
    assert "none with a data agreement in force" in page(client, REGISTER)


def test_the_register_reads_the_periods_once(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get(REGISTER)
    with django_assert_max_num_queries(10):
        client.get(REGISTER)


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Register of processing activities"), ("nl", ""), ("fr", "")],
)
def test_the_register_is_a_tagged_paper(client: Client, language: str, title: str) -> None:
    response = client.get(f"{REGISTER}{language}/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="register-{language}.pdf"'
    reader = PdfReader(BytesIO(response.content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "Demostad, jeugd@demostad.example" in text
    assert title in text


def test_the_paper_comes_in_the_languages_of_the_product(client: Client) -> None:
    assert client.get(f"{REGISTER}de/").status_code == 404


def test_without_an_edition_the_paper_has_no_programme() -> None:
    with pretend(date(2020, 1, 1)):
        assert register.assemble().edition is None
        assert register.pdf("en").startswith(b"%PDF")


def test_the_impact_assessment_names_tests_and_modules_that_are_there() -> None:
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs" / "impact-assessment.md").read_text()
    named = re.findall(r"`((?:tests|docs)/[\w/.-]+)`", text)
    assert len(named) > 10
    assert [path for path in named if not (root / path).exists()] == []
    beside = re.findall(r"`(test_\w+\.py)", text)
    known = {path.name for path in (root / "tests").rglob("test_*.py")}
    assert set(beside) - known == set()
