"""Labels in the admin: the list, one label, and what a coordinator records."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from labels.enums import LabelState
from labels.models import Label, LabelEvent
from labels.services.awards import (
    award_label,
    end_by_merger,
    give_back_label,
    pause_label,
    resume_label,
    withdraw_label,
)
from tests.labels.awarding import award, decide, leader_of, make_movement, person

START = date(2022, 11, 14)
LIST = "/admin/labels/label/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")


@pytest.fixture
def label() -> Label:
    return award(day=START)


@pytest.fixture
def coordinator(client: Any) -> Any:
    client.force_login(person("Cora Coordinator", "coordinator"))
    client.cookies["django_language"] = "en"
    return client


def page(client: Any, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def event_url(label: Label, event: str) -> str:
    return f"{LIST}{label.pk}/event/{event}/"


# The list --------------------------------------------------------------------------------------


def make_states() -> dict[str, Label]:
    """One movement in each state, on 15 June 2024."""
    by = person("Cora Coordinator")
    names = ["valid", "ending", "paused", "withdrawn", "given back", "merged", "resumed"]
    days = {"ending": date(2021, 8, 1)}
    labels = {n: award(make_movement(f"Groep {n}"), days.get(n, START)) for n in names}
    labels["grace"] = award(make_movement("Groep grace"), date(2021, 4, 1))
    labels["expired"] = award(make_movement("Groep expired"), date(2021, 3, 1))
    decision = decide(make_movement("Groep upcoming"), date(2024, 6, 1))
    labels["upcoming"] = award_label(decision=decision, starts_on=date(2024, 9, 1), by=by)
    pause_label(label=labels["paused"], by=by, reason="…")
    pause_label(label=labels["resumed"], by=by, reason="…")
    resume_label(label=labels["resumed"], by=by, reason="…")
    withdraw_label(label=labels["withdrawn"], by=by, reason="…")
    give_back_label(label=labels["given back"], by=by, reason="…")
    end_by_merger(label=labels["merged"], by=by, reason="…")
    return labels


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("valid", {"valid", "ending", "resumed"}),
        ("ending", {"ending"}),
        ("upcoming", {"upcoming"}),
        ("not_valid", {"paused", "withdrawn", "given back", "merged", "grace", "expired"}),
        ("nonsense", None),
    ],
)
def test_the_list_filters_by_what_labels_are_today(
    coordinator: Any, asked: str, shown: set[str] | None
) -> None:
    labels = make_states()
    content = page(coordinator, f"{LIST}?today={asked}")
    found = {
        name
        for name in labels
        if f"<span>Groep {name}" in content or f">Groep {name}</a>" in content
    }
    assert found == (set(labels) if shown is None else shown)


def test_the_list_says_what_each_label_is_today(coordinator: Any) -> None:
    make_states()
    content = page(coordinator, LIST)
    for state in LabelState:
        assert str(state.label) in content


@pytest.mark.parametrize("search", ["2022-001", "Zonnebloem", "Demostad"])
def test_the_list_is_searched(coordinator: Any, label: Label, search: str) -> None:
    assert "Demo Scouts Zonnebloem" in page(coordinator, f"{LIST}?q={search}")
    assert "Demo Scouts Zonnebloem" not in page(coordinator, f"{LIST}?q=onbestaand")


def test_the_list_asks_as_much_of_three_labels_as_of_one(
    coordinator: Any, label: Label, django_assert_num_queries: Any
) -> None:
    page(coordinator, LIST)
    with django_assert_num_queries(8):
        page(coordinator, LIST)
    for name in ("B", "C"):
        pause_label(label=award(make_movement(name), START), by=person("By"), reason="…")
    with django_assert_num_queries(8):
        page(coordinator, LIST)


# One label -------------------------------------------------------------------------------------


def test_one_label_shows_dates_events_promises_and_links(coordinator: Any, label: Label) -> None:
    pause_label(label=label, by=person("Karel Consulent"), reason="De ploeg zoekt\nleiding")
    content = page(coordinator, f"{LIST}{label.pk}/change/")
    for text in (
        "14 November 2022",
        "13 November 2025",
        "14 May 2025",
        "13 February 2026",
        "De ploeg zoekt",
        "Karel Consulent",
        "Doen: 10",
        "Resume the label",
        f"/my/{label.movement_id}/label/{label.pk}/certificate.pdf?lang=fr",
        f"/label/{label.code}/",
    ):
        assert text in content
    assert "Pause the label" not in content


def test_the_renewal_window_is_shown(coordinator: Any, label: Label) -> None:
    assert "Renewal window" not in page(coordinator, f"{LIST}{label.pk}/change/")
    ending = award(make_movement("Elders"), date(2021, 8, 1))
    assert "Renewal window" in page(coordinator, f"{LIST}{ending.pk}/change/")


def test_a_point_without_a_promise_says_so(coordinator: Any) -> None:
    decision = decide(make_movement(), START)
    decision.plan.points.filter(number=4).update(commitment="")
    label = award_label(decision=decision, starts_on=START, by=None)
    assert "Nothing was written here." in page(coordinator, f"{LIST}{label.pk}/change/")


def test_a_consultant_reads_but_does_not_decide(client: Any, label: Label) -> None:
    client.force_login(person("Karel Consulent", "consultant"))
    assert "/event/" not in page(client, f"{LIST}{label.pk}/change/")
    for method in (client.get, client.post):
        assert method(event_url(label, "pause")).status_code == 404


@pytest.mark.parametrize("role", ["privacy_officer"])
def test_others_of_the_admin_find_nothing(client: Any, label: Label, role: str) -> None:
    client.force_login(person("Petra Privacy", role))
    for url in (f"{LIST}{label.pk}/change/", event_url(label, "pause")):
        assert client.get(url).status_code == 404
    assert client.get(LIST).status_code in (403, 404)


def test_leaders_do_not_get_in(client: Any, label: Label) -> None:
    client.force_login(leader_of(label.movement))
    for url in (LIST, f"{LIST}{label.pk}/change/", event_url(label, "pause")):
        assert client.get(url).status_code in (302, 404)


@pytest.mark.parametrize("url", ["0/change/", "abc/change/", "0/event/pause/"])
def test_a_label_that_is_not_there(coordinator: Any, url: str) -> None:
    assert coordinator.get(LIST + url).status_code == 404


def test_an_event_that_does_not_exist(coordinator: Any, label: Label) -> None:
    assert coordinator.get(event_url(label, "burn")).status_code == 404


def test_nothing_is_added_or_deleted_here(coordinator: Any, label: Label) -> None:
    assert coordinator.get(f"{LIST}add/").status_code in (403, 404)
    assert coordinator.post(f"{LIST}{label.pk}/delete/").status_code in (403, 404)
    assert Label.objects.count() == 1


# Events ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "kind"),
    [("pause", "paused"), ("withdraw", "withdrawn"), ("give-back", "given_back")],
)
def test_an_event_with_day_and_reason(
    coordinator: Any, label: Label, event: str, kind: str
) -> None:
    assert 'value="2024-06-15"' in page(coordinator, event_url(label, event))
    data = {"on": "2024-06-10", "reason": "Geen leiding meer"}
    response = coordinator.post(event_url(label, event), data)
    assert response["Location"] == reverse("admin:labels_label_change", args=[label.pk])
    recorded = LabelEvent.objects.get()
    assert (recorded.kind, recorded.on, recorded.reason) == (
        kind,
        date(2024, 6, 10),
        data["reason"],
    )
    assert recorded.by.full_name == "Cora Coordinator"


def test_a_pause_is_ended(coordinator: Any, label: Label) -> None:
    pause_label(label=label, by=person("By"), reason="…")
    coordinator.post(event_url(label, "resume"), {"on": "2024-06-15", "reason": "Weer leiding"})
    assert list(Label.objects.valid_on()) == [label]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"on": "2024-06-16", "reason": "Morgen"}, "Choose today or an earlier day."),
        ({"on": "gisteren", "reason": "Wat ik typte"}, "Enter a valid date."),
        ({"on": "2024-06-15", "reason": "   "}, "This field is required."),
        ({"on": "2022-11-13", "reason": "Te vroeg"}, "not before the decision"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(
    coordinator: Any, label: Label, data: dict[str, str], message: str
) -> None:
    response = coordinator.post(event_url(label, "pause"), data)
    content = response.content.decode()
    assert response.status_code == 200
    assert message in content
    assert data["reason"].strip() in content
    assert f'value="{data["on"]}"' in content
    assert not LabelEvent.objects.exists()


def test_an_event_that_the_state_does_not_allow(coordinator: Any, label: Label) -> None:
    data = {"on": "2024-06-15", "reason": "Weer leiding"}
    content = coordinator.post(event_url(label, "resume"), data).content.decode()
    assert "The label is “valid”; this cannot be done now." in content
    assert "Weer leiding" in content


def test_an_event_sent_twice_is_recorded_once_and_nothing_is_wrong(
    coordinator: Any, label: Label
) -> None:
    sent = {"on": "2024-06-15", "reason": "Verbouwing", "csrfmiddlewaretoken": "of this page"}
    for _twice in range(2):
        answer = coordinator.post(event_url(label, "pause"), sent)
        assert (answer.status_code, answer.url) == (302, f"{LIST}{label.pk}/change/")
    assert LabelEvent.objects.count() == 1
    again = coordinator.post(event_url(label, "pause"), sent | {"reason": "Nog eens"})
    assert again.status_code == 200
