"""The pages of the three actions: what they show, ask, log and refuse."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.errors import Refused
from core.logs import AccessLog, ActivityLog
from core.restriction import is_set_aside
from core.subjects import kinds
from privacy.enums import Right
from privacy.models import RequestSubject, SubjectRequest
from privacy.services import answers
from privacy.services.requests import close_request
from recruitment.models import Child
from recruitment.services import change_child
from tests.factories import movements, people
from tests.privacy import people as some
from tests.privacy.dump import dump
from tests.privacy.people import MARK, Person
from tests.support.proof import login_without_proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return some.officer()


@pytest.fixture
def client(officer: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(officer)
    return client


@pytest.fixture
def an() -> User:
    return people.make_consultant("An")


@pytest.fixture
def child(an: User) -> Person:
    return some.child(an)


def asks(person: Person, by: User, right: Right, **fields: Any) -> RequestSubject:
    return some.asks(person, by, right, note="", **fields).subjects.get()


def url(name: str, subject: RequestSubject) -> str:
    return reverse(f"admin:privacy_subjectrequest_{name}", args=[subject.request_id, subject.pk])


def back_to(subject: RequestSubject) -> str:
    return reverse("admin:privacy_subjectrequest_change", args=[subject.request_id])


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# Erasing ---------------------------------------------------------------------------------------


def test_it_shows_what_goes_and_stays_and_writes_nothing(
    client: Client, child: Person, officer: User, no_writes: Any
) -> None:
    subject = asks(child, officer, Right.ERASURE)
    with no_writes():
        shown = text(client.get(url("erase", subject)))
    assert "no longer there: birth year, first name" in shown
    assert "counts in the figures, without a name" in shown
    assert "The record of the family stays" in shown
    looked = AccessLog.objects.filter(object_type="recruitment.child", actor=officer.key)
    assert looked.filter(object_id=child.row.pk).exists()


def test_the_number_is_typed(client: Client, child: Person, officer: User) -> None:
    subject = asks(child, officer, Right.ERASURE)
    wrong = text(client.post(url("erase", subject), {"number": subject.request_id + 1}))
    assert "This is not the number of the request." in wrong
    assert Child.objects.get().first_name
    done = client.post(url("erase", subject), {"number": subject.request_id})
    assert done["Location"] == back_to(subject)
    assert Child.objects.get().is_erased
    shown = text(client.get(back_to(subject)))
    assert "Erased. What is left names nobody." in shown
    assert MARK not in shown
    assert client.get(url("erase", subject)).status_code == 404
    again = client.post(url("erase", subject), {"number": subject.request_id})
    assert again.status_code == 404


def test_what_comes_first_leaves_no_form(client: Client, officer: User) -> None:
    leader = Person("movements.mandate", movements.mandate(name="Lea"))
    subject = asks(leader, officer, Right.ERASURE)
    shown = text(client.get(url("erase", subject)))
    assert "This mandate still runs. End it first." in shown
    assert 'name="number"' not in shown
    sent = text(client.post(url("erase", subject), {"number": subject.request_id}))
    assert "This mandate still runs" in sent


def test_a_second_look_says_that_nothing_is_left(client: Client, officer: User) -> None:
    leader = Person("movements.mandate", movements.ended(movements.mandate(name="Lea")))
    subject = asks(leader, officer, Right.ERASURE)
    type(leader.row).objects.update(email="", phone="")
    assert "no longer there: name" in text(client.get(url("erase", subject)))


def test_the_page_of_an_erased_family_offers_nothing(an: User, officer: User) -> None:
    family = some.family(an)
    subject = asks(family, officer, Right.ERASURE)
    owner = Client(headers={"accept-language": "en"})
    owner.force_login(an)
    page = reverse("admin:recruitment_household_change", args=[family.row.pk])
    before = text(owner.get(page))
    offered = ("Add a child", "Record a home visit", "Hand over", "Next step", "Contacts and notes")
    assert all(words in before for words in offered)
    answers.erase(subject=subject, number=subject.request_id, by=officer)
    shown = text(owner.get(page))
    assert "This family was erased." in shown
    assert not [words for words in (*offered, MARK) if words in shown]


# Setting aside ---------------------------------------------------------------------------------


def test_setting_aside_and_lifting(client: Client, child: Person, officer: User) -> None:
    subject = asks(child, officer, Right.RESTRICTION)
    assert "Set this record aside" in text(client.get(back_to(subject)))
    for _twice in range(2):
        assert client.post(url("restrict", subject))["Location"] == back_to(subject)
    assert is_set_aside(child.row)
    shown = text(client.get(back_to(subject)))
    assert "This record is set aside already." in shown
    assert "Set this record aside" not in shown
    close_request(request=subject.request, outcome="done", by=officer)
    assert "Use it again" in text(client.get(back_to(subject)))
    for _twice in range(2):
        client.post(url("lift", subject))
    assert not is_set_aside(child.row)
    assert "This record is not set aside." in text(client.get(back_to(subject)))


def test_an_account_is_closed_instead(client: Client, officer: User) -> None:
    subject = asks(Person("accounts.user", movements.user("Tom")), officer, Right.RESTRICTION)
    assert "An account cannot be set aside." in text(client.get(back_to(subject)))


# Correcting ------------------------------------------------------------------------------------


def test_the_form_holds_what_is_kept(client: Client, child: Person, officer: User) -> None:
    subject = asks(child, officer, Right.CORRECTION)
    page = client.get(url("correct", subject))
    assert f"{MARK} Child" in text(page)
    values = {**page.context["form"].initial, "first_name": "Zoë"}
    assert client.post(url("correct", subject), values)["Location"] == back_to(subject)
    assert Child.objects.get().first_name == "Zoë"
    log = ActivityLog.objects.filter(object_type="recruitment.child", verb="changed").latest("pk")
    assert (log.actor, log.fields) == (officer.key, ["first_name"])


def test_nobody_is_overwritten_unseen(client: Client, child: Person, officer: User) -> None:
    subject = asks(child, officer, Right.CORRECTION)
    values = {**client.get(url("correct", subject)).context["form"].initial, "first_name": "Zoë"}
    change_child(child=child.row, first_name="Noor", birth_year=2011, by=officer)
    shown = text(client.post(url("correct", subject), values))
    assert "Somebody changed this in the meantime." in shown
    assert "It now says: “Noor”" in shown
    assert Child.objects.get().first_name == "Noor"


def test_the_rules_are_said_at_the_form(client: Client, child: Person, officer: User) -> None:
    subject = asks(child, officer, Right.CORRECTION)
    values = {**client.get(url("correct", subject)).context["form"].initial, "birth_year": 1900}
    shown = text(client.post(url("correct", subject), values))
    assert "Give a year such as 2014." in shown


def test_a_line_stays_a_line_and_lines_stay_lines(client: Client, officer: User, an: User) -> None:
    household = people.make_household(an, address="Kerkstraat 1\n2800 Mechelen", notes="x")
    subject = asks(Person("recruitment.household", household), officer, Right.CORRECTION)
    shown = text(client.get(url("correct", subject)))
    assert '<input type="text" name="family_name" value="El Idrissi"' in shown
    assert '<textarea name="address"' in shown
    assert '<textarea name="notes"' in shown
    page = client.get(url("correct", subject))
    sent = {**page.context["form"].initial, "address": "Kerkstraat 1\r\n2800 Mechelen"}
    client.post(url("correct", subject), {**sent, "notes": "y"})
    household.refresh_from_db()
    assert (household.address, household.notes) == ("Kerkstraat 1\n2800 Mechelen", "y")


# Who, and when ---------------------------------------------------------------------------------

RIGHTS = {
    "erase": Right.ERASURE,
    "correct": Right.CORRECTION,
    "restrict": Right.RESTRICTION,
}


@pytest.mark.parametrize("name", [*RIGHTS, "lift"])
def test_nobody_else_gets_in(name: str, child: Person, officer: User, an: User) -> None:
    subject = asks(child, officer, RIGHTS.get(name, Right.RESTRICTION))
    for other in (an, movements.coordinator(), people.make_user("alderman")):
        client = Client()
        client.force_login(other)
        assert client.post(url(name, subject)).status_code == 404
        assert client.get(url(name, subject)).status_code in (404, 405)


@pytest.mark.parametrize("name", ["erase", "correct"])
def test_the_second_factor_is_asked_again(name: str, child: Person, officer: User) -> None:
    client = Client()
    login_without_proof(client, officer)
    subject = asks(child, officer, RIGHTS[name])
    for send in (client.get, client.post):
        assert send(url(name, subject)).status_code == 302
    assert Child.objects.get().first_name


@pytest.mark.parametrize("name", ["erase", "correct"])
def test_only_with_a_request_for_it(
    name: str, client: Client, child: Person, officer: User
) -> None:
    other = asks(child, officer, Right.ACCESS)
    unknown = asks(child, officer, RIGHTS[name], identity_checked=False)
    right = asks(child, officer, RIGHTS[name])
    elsewhere = reverse(f"admin:privacy_subjectrequest_{name}", args=[right.request_id, other.pk])
    for address in (url(name, other), url(name, unknown), elsewhere):
        assert client.get(address).status_code == 404
        assert client.post(address, {"number": right.request_id}).status_code == 404
    close_request(request=right.request, outcome="withdrawn", by=officer)
    assert client.get(url(name, right)).status_code == 404


def test_a_record_that_cannot_be_corrected_has_no_page(
    client: Client, child: Person, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = asks(child, officer, Right.CORRECTION)
    monkeypatch.setattr("core.subjects._kinds", _kinds_without_correction(child.model))
    assert client.get(url("correct", subject)).status_code == 404


def _kinds_without_correction(model: str) -> dict[str, Any]:
    found = {kind.model: kind for kind in kinds()}
    return found | {model: replace(found[model], correct=None)}


CALLS: dict[str, Any] = {
    "erase": lambda s, by: answers.erase(subject=s, number=s.request_id, by=by),
    "correct": lambda s, by: answers.correct(subject=s, values={}, by=by),
    "restrict": lambda s, by: answers.restrict(subject=s, by=by),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_services_ask_for_the_request_too(name: str, child: Person, officer: User) -> None:
    other = asks(child, officer, Right.ACCESS)
    unknown = asks(child, officer, RIGHTS[name], identity_checked=False)
    closed = asks(child, officer, RIGHTS[name])
    close_request(request=closed.request, outcome="withdrawn", by=officer)
    gone = asks(child, officer, RIGHTS[name])
    RequestSubject.objects.filter(pk=gone.pk).update(object_id=child.row.pk + 1000)
    gone.refresh_from_db()
    before = dump()
    for subject in (other, unknown, closed, gone):
        with pytest.raises(Refused):
            CALLS[name](subject, officer)
    assert before == dump()
    assert SubjectRequest.objects.count() == 4


# Who is set aside ------------------------------------------------------------------------------


def test_the_desk_lists_what_is_set_aside(client: Client, officer: User) -> None:
    one = movements.mandate(email="lea@example.org", name=f"{MARK} Lea")
    movements.ended(movements.mandate(email="lea@example.org", name=f"{MARK} Lea"))
    home = reverse("privacy:home")
    assert "Records set aside" not in text(client.get(home))
    subject = asks(Person("movements.mandate", one), officer, Right.RESTRICTION)
    answers.restrict(subject=subject, by=officer)
    close_request(request=subject.request, outcome="done", by=officer)
    shown = text(client.get(home))
    assert f'<a href="{back_to(subject)}">Mandate {one.pk}</a>' in shown
    assert MARK not in shown
    assert shown.count("Mandate ") == 1
    answers.lift(subject=subject, by=officer)
    assert "Records set aside" not in text(client.get(home))
