"""The pages of the privacy officer for requests: what they show, log and refuse."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from core.calendar import today
from core.errors import Refused
from core.logs import AccessLog
from core.subjects import kind_of
from core.uploads import FILE_POLICY
from movements.models import Mandate
from privacy import selectors
from privacy.enums import Right
from privacy.models import RequestSubject, SubjectRequest
from privacy.selectors import find_people
from privacy.services.requests import close_request, name_subjects, start_request
from privacy.services.restriction import restrict
from recruitment.services import change_household
from testimonies.services import index_name
from tests.factories import movements
from tests.factories.people import make_consultant, make_guidance, make_story, make_user
from tests.privacy.people import officer
from tests.support.proof import login_without_proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return officer()


@pytest.fixture
def client(by: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(by)
    return client


@pytest.fixture
def asked(by: User) -> SubjectRequest:
    return start_request(right=Right.ACCESS, by=by, identity_checked=True)


def url(name: str, *parts: Any) -> str:
    return reverse(f"admin:privacy_subjectrequest_{name}", args=parts)


def page(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def seen(verb: str) -> list[tuple[str, str]]:
    rows = AccessLog.objects.filter(verb=verb).order_by("pk")
    return [(row.object_type, row.object_id) for row in rows]


# The list --------------------------------------------------------------------------------------


def test_the_list_has_those_that_wait_first(client: Client, by: User) -> None:
    closed, late, soon = (
        start_request(right=Right.ACCESS, received_on=today() - timedelta(days=days), by=by)
        for days in (1, 45, 2)
    )
    close_request(request=closed, outcome="withdrawn", by=by)
    text = page(client.get(url("changelist")))
    numbers = [int(n) for n in re.findall(r'subjectrequest/(\d+)/change/"', text)]
    assert numbers == [late.pk, soon.pk, closed.pk]
    assert "days late" in text
    assert "taken back" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, by: User, count: int
) -> None:
    for _number in range(count):
        start_request(right=Right.ACCESS, by=by, note="geheim")
    client.get(url("changelist"))
    with CaptureQueriesContext(connection) as queries:
        text = page(client.get(url("changelist")))
    assert len(queries) == LIST_QUERIES
    assert "geheim" not in text


LIST_QUERIES = 8


# A new one -------------------------------------------------------------------------------------


def new_request(**fields: str) -> dict[str, str]:
    return {"right": "erasure", "received_on": today().isoformat(), "note": "Belde.", **fields}


def test_a_new_request_opens_its_page(client: Client) -> None:
    response = client.post(url("add"), new_request(identity_checked="on"))
    asked = SubjectRequest.objects.get()
    assert response.url == url("change", asked.pk)
    assert (asked.right, asked.identity_checked, asked.note) == ("erasure", True, "Belde.")


def test_a_double_click_makes_one(client: Client) -> None:
    form = client.get(url("add"))
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page(form))
    assert token
    data = new_request(csrfmiddlewaretoken=token[1])
    answers = {client.post(url("add"), data).url for _click in range(2)}
    assert len(answers) == SubjectRequest.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"received_on": "2999-01-01"},
        {"received_on": "gisteren"},
        {"right": "everything"},
        {"note": "x" * 10_000},
        {"note": "nul\x00"},
    ],
)
def test_what_cannot_be_is_said_at_the_form(client: Client, fields: dict[str, str]) -> None:
    text = page(client.post(url("add"), new_request(**fields)))
    assert "invalid-feedback" in text or "alert" in text
    assert not SubjectRequest.objects.exists()


# Finding ---------------------------------------------------------------------------------------


def find(client: Client, asked: SubjectRequest, words: str) -> str:
    return page(client.post(url("find", asked.pk), {"words": words}))


def somebody_of_each_kind() -> None:
    staff = make_consultant("Zoë Zoekling")
    household = make_guidance(staff, first_name="Zita", family_name="Zoekling").child.household
    change_household(
        household=household, by=staff, version=household.version, guardian_name="Zahra Zoekling"
    )
    make_story(staff, name="Zineb Zoekling", alias="Stille Stem")
    movements.mandate(movements.movement("Chiro Z"), name="Zeno Zoekling", email="zeno@example.org")


def test_everybody_by_that_name_is_found(client: Client, asked: SubjectRequest) -> None:
    somebody_of_each_kind()
    text = find(client, asked, "zoekling")
    for words in (
        "Zoë Zoekling",
        "Zahra Zoekling",
        "Zita Zoekling, 2014",
        "Zineb Zoekling",
        "Zeno",
    ):
        assert words in text
    assert {model for model, _number in seen("searched")} == {
        "accounts.user", "movements.mandate", "recruitment.household", "recruitment.child",
        "testimonies.storyteller",
    }  # fmt: skip
    assert {number for _model, number in seen("searched")} == {"*"}


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("stille", {"testimonies.storyteller"}),
        ("zeno@example", {"movements.mandate"}),
        ("ZITA zoekling", {"recruitment.household", "recruitment.child"}),
        ("zahra", {"recruitment.household", "recruitment.child"}),
        ("zineb anders", set()),
        ("!!", set()),
        ("   ", set()),
    ],
)
def test_who_is_found_by_what(asked: SubjectRequest, words: str, kinds: set[str]) -> None:
    somebody_of_each_kind()
    assert {hits.kind.model for hits in find_people(asked, words)} == kinds


def test_mandates_with_one_address_are_one_person(asked: SubjectRequest) -> None:
    for number in range(2):
        group = movements.movement(f"Chiro {number}")
        movements.mandate(
            group, name="Lotte", email="Lotte@example.org" if number else "lotte@example.org"
        )
    without = movements.mandate(movements.movement(), name="Lotte", email="weg@example.org")
    Mandate.objects.filter(pk=without.pk).update(email="")
    [hits] = [
        hits for hits in find_people(asked, "lotte") if hits.kind.model == "movements.mandate"
    ]
    assert len(hits.hits) == 2


def test_an_emptied_name_is_not_found_any_more(asked: SubjectRequest) -> None:
    teller = make_story(make_consultant(), name="Zineb Zoekling").storyteller
    teller.name = ""
    teller.save()
    index_name(storyteller=teller)
    assert find_people(asked, "zineb") == []


def test_of_many_only_some_are_shown(asked: SubjectRequest, monkeypatch: Any) -> None:
    monkeypatch.setattr(selectors, "HITS", 2)
    for number in range(3):
        make_user(name=f"Janssens {number}")
    [hits] = find_people(asked, "janssens")
    assert (len(hits.hits), hits.has_more) == (2, True)


FIND_QUERIES = 19


@pytest.mark.parametrize("count", [1, 3])
def test_finding_costs_the_same_for_one_and_for_three(
    client: Client, asked: SubjectRequest, count: int
) -> None:
    for _number in range(count):
        somebody_of_each_kind()
    find(client, asked, "zoekling")
    with CaptureQueriesContext(connection) as queries:
        find(client, asked, "zoekling")
    assert len(queries) == FIND_QUERIES


@pytest.mark.parametrize("words", ["", "nul\x00byte", "x" * 10_000])
def test_evil_words_are_said_at_the_field(
    client: Client, asked: SubjectRequest, words: str
) -> None:
    assert "invalid-feedback" in find(client, asked, words)
    assert seen("searched") == []


@pytest.mark.parametrize("words", ["%", "_", "'; DROP TABLE x; --", "\u202e😀", "q " * 99])
def test_odd_words_find_nobody(client: Client, asked: SubjectRequest, words: str) -> None:
    make_user(name="Iemand Zonder")
    assert "Nobody by that name" in find(client, asked, words)


def test_words_never_stand_in_an_address(client: Client, asked: SubjectRequest) -> None:
    somebody_of_each_kind()
    assert "Zahra" not in page(client.get(url("find", asked.pk) + "?words=zoekling"))


def test_nobody_leads_to_the_answer_that_nothing_is_kept(
    client: Client, asked: SubjectRequest
) -> None:
    assert url("close", asked.pk) in find(client, asked, "niemand")
    form = page(client.get(url("close", asked.pk)))
    assert re.search(r'value="unknown"[^>]* checked', form)
    response = client.post(url("close", asked.pk), {"outcome": "unknown"})
    assert response.url == url("change", asked.pk)
    assert SubjectRequest.objects.get().outcome == "unknown"


# Naming ----------------------------------------------------------------------------------------


def test_what_is_ticked_is_named(client: Client, asked: SubjectRequest) -> None:
    child = make_guidance(make_consultant(), first_name="Zita").child
    ticks = re.findall(r'name="chosen"\s+value="([^"]+)"', find(client, asked, "zita"))
    assert set(ticks) == {
        f"recruitment.child:{child.pk}",
        f"recruitment.household:{child.household_id}",
    }
    for _click in range(2):
        response = client.post(url("name", asked.pk), {"chosen": ticks})
        assert response.url == url("change", asked.pk)
    assert asked.subjects.count() == 2
    assert "named already" in find(client, asked, "zita")


@pytest.mark.parametrize(
    "chosen",
    [
        [],
        ["recruitment.child"],
        ["recruitment.child:0"],
        ["recruitment.child:999999999999999999"],
        ["recruitment.child:9999999999999999999999"],
        ["core.job:1"],
        ["recruitment.child:1\x00"],
        ["x" * 10_000],
    ],
)
def test_what_is_no_record_is_not_named(
    client: Client, asked: SubjectRequest, chosen: list[str]
) -> None:
    response = client.post(url("name", asked.pk), {"chosen": chosen}, follow=True)
    assert "alert" in page(response)
    assert not asked.subjects.exists()


def test_a_record_can_be_taken_away_again(client: Client, asked: SubjectRequest, by: User) -> None:
    child = make_guidance(make_consultant()).child
    [named] = name_subjects(request=asked, people=[("recruitment.child", child.pk)], by=by)
    for _click in range(2):
        assert client.post(url("drop", asked.pk, named.pk)).url == url("change", asked.pk)
    assert not asked.subjects.exists()


def test_a_record_of_another_request_stays(client: Client, asked: SubjectRequest, by: User) -> None:
    child = make_guidance(make_consultant()).child
    [named] = name_subjects(request=asked, people=[("recruitment.child", child.pk)], by=by)
    other = start_request(right=Right.ACCESS, by=by)
    client.post(url("drop", other.pk, named.pk))
    assert RequestSubject.objects.filter(pk=named.pk).exists()


# The page of a request -------------------------------------------------------------------------


def test_opening_it_is_logged_for_each_record(
    client: Client, asked: SubjectRequest, by: User
) -> None:
    child = make_guidance(make_consultant(), first_name="Zita").child
    people = [("recruitment.child", child.pk), ("recruitment.household", child.household_id)]
    name_subjects(request=asked, people=people, by=by)
    text = page(client.get(url("change", asked.pk)))
    assert "Zita" in text
    assert seen("viewed") == [("privacy.subjectrequest", str(asked.pk))]
    assert seen("viewed for a request") == [(model, str(number)) for model, number in people]
    tables = re.findall(r'<th scope="row">([^<]+)</th>', text)
    assert {"Children", "Guidances", "Households", "Steps of guidances"} <= set(tables)


def test_the_zip_is_offered_to_a_person_whom_we_know(client: Client, by: User) -> None:
    asked = start_request(right=Right.ACCESS, by=by)
    child = make_guidance(make_consultant()).child
    [named] = name_subjects(request=asked, people=[("recruitment.child", child.pk)], by=by)
    assert url("zip", asked.pk, "nl") not in page(client.get(url("change", asked.pk)))
    data = {"version": 0, "due_on": asked.due_on.isoformat(), "identity_checked": "on", "note": ""}
    client.post(url("edit", asked.pk), data)
    text = page(client.get(url("change", asked.pk)))
    assert all(url("zip", asked.pk, code) in text for code in ("nl", "fr", "en"))
    client.post(url("close", asked.pk), {"outcome": "refused", "refusal": "Niet nodig"})
    text = page(client.get(url("change", asked.pk)))
    assert url("zip", asked.pk, "nl") not in text
    assert url("drop", asked.pk, named.pk) not in text
    assert "Niet nodig" in text


@pytest.mark.parametrize("right", list(Right))
def test_what_else_can_be_done_follows_from_what_is_asked(
    client: Client, by: User, right: Right
) -> None:
    asked = start_request(right=right, by=by, identity_checked=True)
    child = make_guidance(make_consultant()).child
    name_subjects(request=asked, people=[("recruitment.child", child.pk)], by=by)
    text = page(client.get(url("change", asked.pk)))
    assert ("What you do" in text) == (right != Right.ACCESS)
    restrict(kind=kind_of("recruitment.child"), person=child, by=by)
    assert "What you do" in page(client.get(url("change", asked.pk)))


def test_a_record_that_went_is_told(client: Client, asked: SubjectRequest) -> None:
    RequestSubject.objects.create(request=asked, model="recruitment.child", object_id=999_999)
    assert "no longer kept" in page(client.get(url("change", asked.pk)))


@pytest.mark.parametrize(
    ("days", "kind"), [(-1, "tag-bad"), (0, "tag-fair"), (7, "tag-fair"), (8, "tag-quiet")]
)
def test_how_much_time_is_left(client: Client, by: User, days: int, kind: str) -> None:
    asked = start_request(right=Right.ACCESS, by=by, received_on=today() - timedelta(days=60))
    SubjectRequest.objects.update(due_on=today() + timedelta(days=days))
    assert kind in page(client.get(url("change", asked.pk)))


def test_two_officers_do_not_write_over_each_other(client: Client, asked: SubjectRequest) -> None:
    data = {"version": 0, "due_on": asked.due_on.isoformat()}
    client.post(url("edit", asked.pk), {**data, "note": "Eerste."})
    text = page(client.post(url("edit", asked.pk), {**data, "note": "Tweede."}))
    assert "It now says" in text
    assert "Tweede." in text
    assert SubjectRequest.objects.get().note == "Eerste."


def test_a_refused_change_is_said_at_the_form(client: Client, asked: SubjectRequest) -> None:
    data = {"version": 0, "due_on": (today() + timedelta(days=300)).isoformat(), "note": ""}
    assert "within three months" in page(client.post(url("edit", asked.pk), data))


def test_a_closed_request_has_no_forms(client: Client, asked: SubjectRequest, by: User) -> None:
    close_request(request=asked, outcome="withdrawn", by=by)
    for name in ("find", "edit", "close"):
        assert client.get(url(name, asked.pk)).status_code == 404
    named = client.post(url("name", asked.pk), {"chosen": ["recruitment.child:1"]}, follow=True)
    assert "This request is closed." in page(named)
    subject = RequestSubject.objects.create(request=asked, model="recruitment.child", object_id=1)
    dropped = client.post(url("drop", asked.pk, subject.pk), follow=True)
    assert "This request is closed." in page(dropped)


# The download ----------------------------------------------------------------------------------


@pytest.fixture
def ready(asked: SubjectRequest, by: User) -> SubjectRequest:
    child = make_guidance(make_consultant(), first_name="Zita").child
    name_subjects(request=asked, people=[("recruitment.child", child.pk)], by=by)
    return asked


def test_the_download_is_named_after_the_request(client: Client, ready: SubjectRequest) -> None:
    response = client.get(url("zip", ready.pk, "en"))
    assert response.status_code == 200
    assert b"".join(response).startswith(b"PK")
    assert response["Content-Disposition"] == f'attachment; filename="request-{ready.pk}.zip"'
    assert response["Content-Type"] == "application/zip"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == FILE_POLICY
    assert "no-store" in response["Cache-Control"]
    exported = [model for model, _number in seen("exported")]
    assert exported == ["privacy.subjectrequest", "recruitment.child"]


def test_an_unknown_language_is_not_found(client: Client, ready: SubjectRequest) -> None:
    assert client.get(url("zip", ready.pk, "de")).status_code == 404
    assert seen("exported") == []


def test_nothing_to_hand_out_leads_back(client: Client, asked: SubjectRequest) -> None:
    response = client.get(url("zip", asked.pk, "nl"), follow=True)
    assert "First say which records are this person." in page(response)


def test_the_second_factor_is_asked_again_first(by: User, ready: SubjectRequest) -> None:
    client = Client()
    login_without_proof(client, by)
    response = client.get(url("zip", ready.pk, "nl"))
    assert response.status_code == 302
    assert seen("exported") == []


def test_only_the_privacy_officer(ready: SubjectRequest) -> None:
    client = Client()
    client.force_login(make_user(Role.COORDINATOR))
    for name, *parts in [("changelist",), ("change", ready.pk), ("zip", ready.pk, "nl")]:
        assert client.get(url(name, *parts)).status_code == 404
    assert not AccessLog.objects.exists()


def test_somebody_who_is_no_officer_finds_no_request(ready: SubjectRequest) -> None:
    other = make_user(Role.COORDINATOR)
    assert not SubjectRequest.objects.for_user(other).exists()


def test_nobody_is_named_in_a_message(
    client: Client, ready: SubjectRequest, monkeypatch: Any
) -> None:
    with translation.override("en"), pytest.raises(Refused) as refusal:
        name_subjects(request=ready, people=[("accounts.user", 0)], by=ready.handled_by)
    assert refusal.value.message == "This record is not there any more."
