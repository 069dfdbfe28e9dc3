"""Partners, data agreements and secondments: who gets in on behalf of another organisation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils.translation import override

from accounts.access import last_days, people_with, reasons_of
from accounts.enums import STAFF, Role
from accounts.models import StaffInvitation, User
from accounts.selectors import users_with_role
from core.calendar import in_words, pretend, today
from core.errors import Refused
from core.logs import ActivityLog
from programmes import services
from programmes.models import DataAgreement, Partner, Secondment
from tests.kpis.rows import user_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = "ann@partner.example"


def make_partner(name: str = "Huis van het Kind", *, agreed: bool = True) -> Partner:
    partner = services.add_partner(name=name, by=None)
    if agreed:
        make_agreement(partner)
    return partner


def make_agreement(partner: Partner, **fields: Any) -> DataAgreement:
    fields = {"reference": "DPA 1", "signed_on": today() - 10 * DAY, **fields}
    fields.setdefault("starts_on", fields["signed_on"])
    return services.record_agreement(partner=partner, by=None, **fields)


def second(partner: Partner, email: str = ADDRESS, **fields: Any) -> Secondment:
    return services.second_user(
        partner=partner, email=email, full_name="Ann Anders", by=None, **fields
    )


def roles(user: User) -> frozenset[str]:
    return User.objects.get(pk=user.pk).roles


def logged() -> list[tuple[str, str]]:
    return list(ActivityLog.objects.order_by("id").values_list("verb", "object_type"))


# Partners and agreements -------------------------------------------------------------------------


def test_a_partner_is_added_and_corrected_once() -> None:
    partner = services.add_partner(name="  Huis  van het Kind ", contact_email=" a@b.be", by=None)
    assert (str(partner), partner.contact_email) == ("Huis van het Kind", "a@b.be")
    for _twice in range(2):
        services.change_partner(partner=partner, name="Het Huis", contact_email="", by=None)
    assert Partner.objects.get().name == "Het Huis"
    assert logged() == [("added", "programmes.partner"), ("changed", "programmes.partner")]


@pytest.mark.parametrize("name", ["", " ", "Huis van het Kind"])
def test_a_partner_has_a_name_of_its_own(name: str) -> None:
    make_partner(agreed=False)
    other = make_partner("Een ander", agreed=False)
    with pytest.raises(ValidationError):
        services.add_partner(name=name, by=None)
    with pytest.raises(ValidationError):
        services.change_partner(partner=other, name=name, contact_email="", by=None)


def test_an_agreement_is_recorded_once_it_is_signed() -> None:
    partner = make_partner(agreed=False)
    agreement = services.record_agreement(
        partner=partner, reference=" DPA 1 ", signed_on=today(), by=None
    )
    assert (str(agreement), agreement.starts_on, agreement.is_over) == ("DPA 1", today(), False)
    with pytest.raises(Refused, match=r"signed|getekend|signé"):
        make_agreement(partner, reference="DPA 2", signed_on=today() + DAY)
    for wrong in (
        {"reference": "DPA 1"},
        {"reference": " "},
        {"reference": "DPA 3", "starts_on": today() - 11 * DAY},
        {"reference": "DPA 4", "ends_on": today() - 11 * DAY},
    ):
        with pytest.raises(ValidationError):
            make_agreement(partner, **wrong)
    assert DataAgreement.objects.count() == 1


@pytest.mark.parametrize(
    ("model", "change", "name"),
    [
        (Partner, {"name": ""}, "partner_has_name"),
        (DataAgreement, {"reference": ""}, "agreement_has_reference"),
        (DataAgreement, {"signed_on": date(2999, 1, 1)}, "agreement_signed_first"),
        (DataAgreement, {"ends_on": date(2000, 1, 1)}, "agreement_ends_after_start"),
        (Secondment, {"ends_on": date(2000, 1, 1)}, "secondment_ends_after_start"),
    ],
)
def test_the_database_refuses_the_same(model: Any, change: dict[str, Any], name: str) -> None:
    second(make_partner())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.update(**change)


# Who gets in -------------------------------------------------------------------------------------


def test_without_an_agreement_nobody_gets_an_account() -> None:
    partner = make_partner(agreed=False)
    with pytest.raises(Refused):
        second(partner)
    agreement = make_agreement(partner, starts_on=today() + 5 * DAY)
    with pytest.raises(Refused):
        second(partner, starts_on=today() + 4 * DAY)
    second(partner, starts_on=today() + 5 * DAY)
    services.end_agreement(agreement=agreement, by=None)
    with pytest.raises(Refused):
        second(partner, "bob@partner.example", starts_on=today() + 5 * DAY)
    assert list(User.objects.values_list("email", flat=True)) == [ADDRESS]


def test_an_agreement_that_was_ended_today_lets_nobody_in_today() -> None:
    partner = make_partner()
    services.end_agreement(agreement=partner.agreements.get(), by=None)
    with pytest.raises(Refused):
        second(partner)


def test_somebody_of_a_partner_is_a_consultant_and_counts_everywhere() -> None:
    secondment = second(make_partner())
    user = secondment.user
    assert roles(user) == {Role.CONSULTANT}
    assert list(people_with(*STAFF)) == users_with_role(Role.CONSULTANT) == [user]
    assert list(people_with(Role.COORDINATOR, Role.ALDERMAN)) == []
    assert StaffInvitation.objects.get().user == user
    assert logged()[-2:] == [("seconded", "programmes.secondment"), ("invited", "accounts.user")]
    assert str(secondment) == f"{secondment.partner.name} ({secondment.pk})"


def test_a_known_account_is_taken_and_signed_out() -> None:
    user = user_with()
    before = user.password
    assert second(make_partner(), user.email).user == user
    user.refresh_from_db()
    assert (user.full_name != "Ann Anders", user.password != before) == (True, True)


def test_a_closed_account_is_not_opened_by_the_way() -> None:
    user = user_with()
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(Refused):
        second(make_partner(), user.email)
    assert not Secondment.objects.exists()


def ended_secondment(secondment: Secondment) -> None:
    services.end_secondment(secondment=secondment, by=None)


def ended_agreement(secondment: Secondment) -> None:
    services.end_agreement(agreement=secondment.partner.agreements.get(), by=None)


@pytest.mark.parametrize("ending", [ended_secondment, ended_agreement])
def test_ending_works_at_once_and_the_day_is_still_one_of_the_team(ending: Any) -> None:
    secondment = second(make_partner())
    ending(secondment)
    assert roles(secondment.user) == set()
    assert list(people_with(*STAFF)) == []
    assert list(people_with(*STAFF, on=today())) == [secondment.user]
    assert list(people_with(*STAFF, on=today() + DAY)) == []
    with pytest.raises(Refused):
        ending(secondment)


@pytest.mark.parametrize("what", ["secondment", "agreement"])
def test_a_planned_end_works_by_date(what: str) -> None:
    secondment, last = second(make_partner()), today() + 9 * DAY
    if what == "secondment":
        services.plan_secondment_end(secondment=secondment, ends_on=last, by=None)
    else:
        agreement = secondment.partner.agreements.get()
        services.plan_agreement_end(agreement=agreement, ends_on=last, by=None)
    with pretend(last):
        assert roles(secondment.user) == {Role.CONSULTANT}
    with pretend(last + DAY):
        assert roles(secondment.user) == set()
    found = last_days(*STAFF, first=today(), last=last)
    assert found == {secondment.user: last}
    assert last_days(*STAFF, first=today(), last=last - DAY) == {}
    assert last_days(Role.ALDERMAN, Role.LEADER, first=today(), last=last) == {}


def test_what_follows_the_day_after_is_no_end() -> None:
    partner = make_partner()
    user = second(partner, ends_on=today() + 9 * DAY).user
    second(partner, starts_on=today() + 10 * DAY, ends_on=today() + 12 * DAY)
    days = last_days(*STAFF, first=today(), last=today() + 30 * DAY)
    assert days == {user: today() + 12 * DAY}


def test_an_end_can_be_taken_away_and_not_lie_before_the_start() -> None:
    secondment = second(make_partner(), ends_on=today() + DAY)
    with pytest.raises(ValidationError):
        services.plan_secondment_end(secondment=secondment, ends_on=today() - DAY, by=None)
    services.plan_secondment_end(secondment=secondment, ends_on=None, by=None)
    secondment.refresh_from_db()
    assert secondment.ends_on is None
    assert logged()[-1] == ("changed", "programmes.secondment")


def test_nobody_is_seconded_twice_at_a_time_by_one_partner() -> None:
    partner = make_partner()
    first = second(partner, ends_on=today() + 9 * DAY)
    with pytest.raises(Refused):
        second(partner, starts_on=today() + 9 * DAY)
    second(make_partner("Een ander"))
    after = second(partner, starts_on=today() + 10 * DAY)
    with pytest.raises(Refused):
        services.plan_secondment_end(secondment=first, ends_on=today() + 10 * DAY, by=None)
    with pytest.raises(ValidationError):
        second(partner, starts_on=today() + 99 * DAY)
    services.end_secondment(secondment=after, by=None)
    services.plan_secondment_end(secondment=first, ends_on=None, by=None)


def test_one_that_was_ended_before_it_began_never_held() -> None:
    secondment = second(make_partner(), starts_on=today() + 5 * DAY)
    ended_secondment(secondment)
    with pretend(today() + 5 * DAY):
        assert roles(secondment.user) == set()
    assert list(people_with(*STAFF, on=today() + 5 * DAY)) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_second_the_same_person_at_once_write_it_once() -> None:
    partner = make_partner()

    def attempt(_number: int) -> str:
        try:
            second(partner)
        except (Refused, ValidationError, IntegrityError) as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "written"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, range(2)))
    assert (results.count("written"), Secondment.objects.count()) == (1, 1)


# Why ---------------------------------------------------------------------------------------------


def test_why_somebody_gets_in() -> None:
    partner = make_partner()
    secondment = second(partner, ends_on=today() + DAY)
    with override("en"):
        [reason] = reasons_of(secondment.user)
        period = in_words(today(), today() + DAY)
    assert (reason.role, reason.holds) == (Role.CONSULTANT, True)
    assert reason.why == f"seconded by Huis van het Kind, {period}"
    ended_agreement(secondment)
    assert [reason.holds for reason in reasons_of(secondment.user)] == [False]


# Pages -------------------------------------------------------------------------------------------

PAGES = "/admin/programmes/"


@pytest.fixture
def coordinator() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user_with(Role.COORDINATOR))
    return client


def errors(page: Any) -> str:
    return str(page.context["adminform"].form.errors)


def test_the_way_of_a_new_colleague_through_the_pages(coordinator: Client) -> None:
    coordinator.post(f"{PAGES}partner/add/", {"name": "Het Huis", "contact_email": ""})
    partner = Partner.objects.get()
    person = {"partner": partner.pk, "email": ADDRESS, "full_name": "Ann Anders", "language": "fr"}
    person |= {"starts_on": today(), "ends_on": ""}
    refused = coordinator.post(f"{PAGES}secondment/add/", person)
    assert "only once its data agreement is recorded" in errors(refused)
    paper = {"partner": partner.pk, "reference": "DPA", "signed_on": today(), "ends_on": ""}
    coordinator.post(f"{PAGES}dataagreement/add/", {**paper, "starts_on": today()})
    assert coordinator.post(f"{PAGES}secondment/add/", person).status_code == 302
    user = User.objects.get(email=ADDRESS)
    assert (user.language, roles(user)) == ("fr", {Role.CONSULTANT})
    page = coordinator.get(f"{PAGES}partner/{partner.pk}/change/").content.decode()
    assert "Ann Anders" in page
    assert "DPA" in page
    why = coordinator.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "seconded by Het Huis, from " in why


@pytest.mark.parametrize("kind", ["secondment", "dataagreement"])
def test_only_the_end_changes_and_it_can_be_now(coordinator: Client, kind: str) -> None:
    secondment = second(make_partner())
    row: Any = secondment if kind == "secondment" else secondment.partner.agreements.get()
    address = f"{PAGES}{kind}/{row.pk}/change/"
    seen = coordinator.get(address).context["adminform"].form.initial["seen"]
    end = {"ends_on": today() + 9 * DAY, "partner": 99, "starts_on": "2020-01-01", "seen": seen}
    assert coordinator.post(address, end).status_code == 302
    row.refresh_from_db()
    assert (row.ends_on, row.starts_on >= today() - 10 * DAY) == (today() + 9 * DAY, True)
    act = {"action": "end_now", "_selected_action": [row.pk]}
    page = coordinator.post(f"{PAGES}{kind}/", act, follow=True).content.decode()
    assert "Access stops at once." in page
    assert roles(secondment.user) == set()
    page = coordinator.post(f"{PAGES}{kind}/", act, follow=True).content.decode()
    assert "This is over already." in page


def test_a_partner_is_renamed(coordinator: Client) -> None:
    partner = make_partner()
    address = f"{PAGES}partner/{partner.pk}/change/"
    form = coordinator.get(address).context["adminform"].form
    sent = {"name": "Nieuw", "contact_email": "", "seen": form.initial["seen"]}
    for inline in coordinator.get(address).context["inline_admin_formsets"]:
        management = inline.formset.management_form
        sent |= {f"{management.prefix}-{name}": value for name, value in management.initial.items()}
    assert coordinator.post(address, sent).status_code == 302
    partner.refresh_from_db()
    assert partner.name == "Nieuw"


def test_a_wrong_address_is_said_at_its_field(coordinator: Client) -> None:
    partner = make_partner()
    person = {"partner": partner.pk, "email": "geen adres", "full_name": "", "language": "nl"}
    page = coordinator.post(f"{PAGES}secondment/add/", {**person, "starts_on": today()})
    assert {"email", "full_name"} <= set(page.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("kind", "queries"), [("partner", 7), ("dataagreement", 8), ("secondment", 8)]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_for_any_number_of_rows(
    coordinator: Client, kind: str, queries: int, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        second(make_partner(f"Partner {number}"), f"ann{number}@partner.example")
    coordinator.get(f"{PAGES}{kind}/")
    with django_assert_num_queries(queries):
        coordinator.get(f"{PAGES}{kind}/")
