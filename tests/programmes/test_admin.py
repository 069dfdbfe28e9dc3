"""The edition in the web admin."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from programmes.models import Edition
from programmes.selectors import planned_on, target_on
from tests.factories.programmes import FIRST, LAST, make_edition
from tests.kpis.rows import user_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_january")]

CHANGELIST = "admin:programmes_edition_changelist"
PAGES = ["change", "target", "plan"]


@pytest.fixture
def _in_january() -> Any:
    with time_machine.travel("2022-01-10T12:00:00Z"):
        yield


@pytest.fixture
def edition() -> Edition:
    return make_edition()


def signed_in(*roles: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user_with(*roles))
    return client


@pytest.fixture
def coordinator() -> Client:
    return signed_in(Role.COORDINATOR)


def address(page: str, edition: Edition) -> str:
    return reverse(f"admin:programmes_edition_{page}", args=[edition.pk])


def fields(**values: Any) -> dict[str, Any]:
    """What the form of an edition sends."""
    return {
        "name_nl": "Jeugdwerk voor Alleman",
        "name_fr": "La jeunesse pour tous",
        "name_en": "Youth work for all",
        "municipality": "Demostad",
        "starts_on": "2021-03-01",
        "ends_on": "2023-02-28",
        "contact_email": "jeugd@demostad.example",
        "signatory_nl": "De schepen van jeugd",
        "signatory_fr": "L'échevine",
        "signatory_en": "The alderman",
        "label_mode": "commitment",
        "label_months": "36",
        "renewal_months": "6",
        "grace_months": "3",
    } | values


def inlines(edition: Edition, **values: Any) -> dict[str, Any]:
    """What the quiet periods under it send."""
    rows = list(edition.quiet_periods.order_by("first_month"))
    sent = {
        "quiet_periods-TOTAL_FORMS": len(rows),
        "quiet_periods-INITIAL_FORMS": len(rows),
        "targets-TOTAL_FORMS": 0,
        "targets-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        names = ("first_month", "first_day", "last_month", "last_day")
        sent |= {f"quiet_periods-{number}-{name}": getattr(row, name) for name in names}
        sent |= {
            f"quiet_periods-{number}-id": row.pk,
            f"quiet_periods-{number}-edition": edition.pk,
            f"quiet_periods-{number}-reason_nl": row.reason["nl"],
        }
    return sent | values


def test_a_coordinator_makes_an_edition(coordinator: Client) -> None:
    assert coordinator.get(reverse("admin:programmes_edition_add")).status_code == 200
    response = coordinator.post(reverse("admin:programmes_edition_add"), fields())
    assert response.status_code == 302
    edition = Edition.objects.get()
    assert edition.name == {
        "nl": "Jeugdwerk voor Alleman",
        "fr": "La jeunesse pour tous",
        "en": "Youth work for all",
    }
    assert (edition.starts_on, edition.ends_on) == (FIRST, LAST)
    assert (edition.targets.count(), edition.quiet_periods.count()) == (4, 2)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name_nl": ""}, "Dutch"),
        ({"starts_on": "2023-02-28", "ends_on": "2024-01-01"}, "overlaps"),
        ({"starts_on": "2025-02-28", "ends_on": "2025-01-01"}, "before the first"),
        ({"starts_on": "2025-01-01", "ends_on": "9999-12-31"}, "less than or equal to"),
        ({"starts_on": "2000-01-01", "ends_on": "2020-12-31"}, "less than or equal to"),
        ({"starts_on": "0001-01-01", "ends_on": "0005-12-31"}, "greater than or equal to"),
        ({"starts_on": "2025-01-01", "ends_on": "2026-01-01", "label_months": "121"}, "120"),
        ({"starts_on": "", "ends_on": "2025-01-01"}, "required"),
        ({"renewal_months": "40", "starts_on": "2025-01-01", "ends_on": "2026-01-01"}, "longer"),
    ],
)
def test_what_is_wrong_is_said_in_the_form_which_keeps_what_was_typed(
    coordinator: Client, edition: Edition, values: dict[str, str], error: str
) -> None:
    sent = fields(municipality="Getypte Stad", **values)
    response = coordinator.post(reverse("admin:programmes_edition_add"), sent)
    assert response.status_code == 200
    assert error in response.content.decode()
    assert "Getypte Stad" in response.content.decode()
    assert Edition.objects.count() == 1


def test_names_policy_and_quiet_periods_change_together(
    coordinator: Client, edition: Edition
) -> None:
    response = coordinator.get(address("change", edition))
    assert response.context["inline_admin_formsets"][1].formset.initial_form_count() == 2
    sent = fields(municipality="Anderstad") | inlines(edition)
    sent |= {"quiet_periods-0-last_day": "20", "quiet_periods-1-DELETE": "on"}
    assert coordinator.post(address("change", edition), sent).status_code == 302
    edition.refresh_from_db()
    assert edition.municipality == "Anderstad"
    assert list(edition.quiet_periods.values_list("last_day", flat=True)) == [20]
    assert edition.targets.count() == 4


def test_a_target_is_changed_on_its_own_page(coordinator: Client, edition: Edition) -> None:
    page = coordinator.get(address("target", edition))
    assert page.context["form"]["valid_from"].value() == date(2022, 1, 10)
    sent = {"indicator": "recruits", "value": "75", "valid_from": "2022-01-10"}
    again = coordinator.post(address("target", edition), sent)
    assert again.context["form"].errors.keys() == {"reason"}
    sent["reason"] = "Een collega erbij"
    done = coordinator.post(address("target", edition), sent, follow=True)
    assert done.redirect_chain == [(address("change", edition), 302)]
    assert "the plan follows it" in done.content.decode()
    assert target_on(Edition.objects.get(), "recruits", LAST) == 75
    refused = coordinator.post(address("target", edition), sent)
    assert "There is a target from this day already." in refused.content.decode()
    assert "Een collega erbij" in refused.content.decode()
    outside = coordinator.post(address("target", edition), sent | {"valid_from": "2024-01-01"})
    assert outside.context["form"].errors["valid_from"] == ["Choose a day within the edition."]
    assert Edition.objects.get().targets.count() == 5


def sent_plan(client: Client, edition: Edition, **values: Any) -> dict[str, Any]:
    form = client.get(address("plan", edition)).context["form"]
    return {field.name: field.value() for field in form} | values


def test_the_plan_is_changed_month_by_month(coordinator: Client, edition: Edition) -> None:
    edition.planned.filter(indicator="labels", on=LAST).delete()
    sent = sent_plan(coordinator, edition, **{"recruits-2021-09-30": "31"})
    done = coordinator.post(address("plan", edition), sent)
    assert done.status_code == 302
    assert planned_on(Edition.objects.get(), "recruits", date(2021, 9, 30)) == 31
    wrong = coordinator.post(address("plan", edition), sent | {"labels-2021-09-30": "-1"})
    assert wrong.context["form"].errors.keys() == {"labels-2021-09-30"}
    stale = coordinator.post(address("plan", edition), sent | {"recruits-2021-09-30": "32"})
    assert "Somebody else changed the plan" in stale.content.decode()
    assert planned_on(Edition.objects.get(), "recruits", date(2021, 9, 30)) == 31


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (Role.COORDINATOR, [200, 200, 200]),
        (Role.CONSULTANT, [200, 404, 404]),
        (Role.PRIVACY_OFFICER, [404, 404, 404]),
        (Role.ALDERMAN, [404, 404, 404]),
        (None, [404, 404, 404]),
    ],
)
def test_who_may_open_what(edition: Edition, role: str | None, statuses: list[int]) -> None:
    client = signed_in(*[role] if role else [])
    # the admin sends others to its sign-in page, which nobody finds who is signed in
    found = [client.get(address(page, edition), follow=True).status_code for page in PAGES]
    assert found == statuses


@pytest.mark.parametrize("page", PAGES)
def test_strangers_sign_in_first(client: Client, edition: Edition, page: str) -> None:
    response = client.get(address(page, edition))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.PRIVACY_OFFICER, Role.ALDERMAN])
def test_only_the_coordinator_changes_anything(edition: Edition, role: str) -> None:
    client = signed_in(role)
    sent = {"indicator": "recruits", "value": "1", "valid_from": "2022-01-10", "reason": "R"}
    for page in ("target", "plan"):
        assert client.post(address(page, edition), sent, follow=True).status_code == 404
    values = fields(municipality="Anderstad") | inlines(edition)
    for page in (address("change", edition), reverse("admin:programmes_edition_add")):
        assert client.post(page, values, follow=True).status_code in (403, 404)
    edition.refresh_from_db()
    assert (edition.municipality, edition.targets.count()) == ("Demostad", 4)


def test_the_consultant_reads_targets_and_finds_no_way_to_change_them(edition: Edition) -> None:
    page = signed_in(Role.CONSULTANT).get(address("change", edition)).content.decode()
    assert "Home visits held" in page
    assert address("target", edition) not in page


def test_an_edition_that_is_not_there_is_not_found(coordinator: Client) -> None:
    for page in ("target", "plan"):
        missing = reverse(f"admin:programmes_edition_{page}", args=[99])
        assert coordinator.get(missing).status_code == 404


@pytest.mark.parametrize("editions", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    coordinator: Client, editions: int, django_assert_num_queries: Any
) -> None:
    for number in range(editions):
        year = 2021 + number
        make_edition(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    coordinator.get(reverse(CHANGELIST))
    with django_assert_num_queries(6):
        response = coordinator.get(reverse(CHANGELIST))
    assert len(response.context["cl"].result_list) == editions
