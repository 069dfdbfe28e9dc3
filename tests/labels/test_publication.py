"""Which reasons everybody may read: the movement says it, and takes it back any time."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.errors import Refused, Stale
from core.logs import ActivityLog
from labels.enums import Grade, PlanState
from labels.models import Label, PublicChoice, PublishedReason
from labels.selectors.publication import choice_made, choice_seen, public_numbers, reasons_of
from labels.services import assessment
from labels.services.publication import publish_reasons, take_reason_back
from movements.models import Mandate
from tests.factories.labels import Group
from tests.labels.awarding import leader_of, person

pytestmark = pytest.mark.django_db


def awarded(name: str = "Demo Scouts Zonnebloem") -> tuple[Group, Label]:
    """A group whose main leader signs in, with a reason on the points 1 and 6."""
    group = Group(name, state=PlanState.IN_DISCUSSION)
    Mandate.objects.filter(user=group.leader).update(function="main_leader")
    for number in (1, 6):
        point = group.plan.points.get(number=number)
        reason = f"Reden {number}."
        assessment.grade_point(
            point=point, by=group.consultant, grade=Grade.WELL_UNDERWAY, reason=reason
        )
    group.take("award")
    group.take("confirm")
    return group, group.movement.labels.get()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_exactly_what_was_ticked_is_public_and_nothing_is_fine() -> None:
    group, label = awarded()
    assert [(r.number, r.text) for r in reasons_of(label)] == [
        (0, "Jullie plan klopt."),
        (1, "Reden 1."),
        (6, "Reden 6."),
    ]
    publish_reasons(label=label, by=group.leader, numbers=[0, 6])
    publish_reasons(label=label, by=group.leader, numbers={6, 1}, seen="- 0 6")
    assert list(label.published.values_list("number", "text")) == [(1, "Reden 1."), (6, "Reden 6.")]
    assert {row.approved_by for row in label.published.all()} == {group.leader}
    publish_reasons(label=label, by=group.leader, numbers=[])
    assert not PublishedReason.objects.exists()
    verbs = ActivityLog.objects.filter(object_type="labels.publishedreason")
    assert sorted(verbs.values_list("verb", flat=True)) == ["published"] * 3 + ["took back"] * 3


def test_who_decides_and_on_what() -> None:
    group, label = awarded()
    helper = leader_of(group.movement, "Sam Leider")
    for by in (
        helper,
        group.consultant,
        person("Ann Schepen", "alderman"),
        awarded("Chiro")[0].leader,
    ):
        with pytest.raises(Refused):
            publish_reasons(label=label, by=by, numbers=[0])
    for numbers in ([2], [11], [0, 3]):
        with pytest.raises(Refused):
            publish_reasons(label=label, by=group.leader, numbers=numbers)
    publish_reasons(label=label, by=group.leader, numbers=[0])
    with pytest.raises(Stale):
        publish_reasons(label=label, by=group.leader, numbers=[1], seen="")
    with pytest.raises(Refused):
        take_reason_back(label=label, number=0, by=group.leader)
    for _twice in range(2):
        take_reason_back(label=label, number=0, by=group.consultant)
    assert public_numbers(label) == []


def test_nothing_is_a_choice_that_is_kept_and_can_be_changed() -> None:
    group, label = awarded()
    assert (choice_made(label), choice_seen(label)) == (None, "")
    for _twice in range(2):  # a button that was pressed twice
        assert publish_reasons(label=label, by=group.leader, numbers=[], seen="") == []
    assert (choice_made(label).chosen_by, choice_seen(label)) == (group.leader, "-")
    assert ActivityLog.objects.filter(verb="chose").count() == 1
    # who had the page open since before that choice hears of it
    with pytest.raises(Stale):
        publish_reasons(label=label, by=group.leader, numbers=[0], seen="")
    publish_reasons(label=label, by=group.leader, numbers=[0], seen="-")
    assert choice_seen(label) == "- 0"
    take_reason_back(label=label, number=0, by=group.consultant)
    assert choice_seen(label) == "-"  # the group has chosen all the same


def test_the_page_asks_until_there_is_a_choice() -> None:
    group, label = awarded()
    client = client_of(group.leader)
    url = reverse("labels:reasons", args=[group.movement.pk, label.pk])
    mine = reverse("desk:movement", args=[group.movement.pk])
    assert url in client.get(mine).content.decode()
    with translation.override("en"):
        page = client.post(url, {"seen": ""}, headers={"Accept-Language": "en"}, follow=True)
    shown = page.content.decode()
    assert "nothing of it is public" in shown
    assert "Only your group and the youth service read why" in shown
    assert f'href="{url}"' not in client.get(mine).content.decode()
    client.post(url, {"numbers": ["6"], "seen": "-"})
    assert public_numbers(label) == [6]


def test_who_published_before_choices_were_kept_has_chosen() -> None:
    group, label = awarded()
    publish_reasons(label=label, by=group.leader, numbers=[1, 6])
    PublicChoice.objects.all().delete()
    migration = import_module("labels.migrations.0013_what_everybody_may_read")
    migration.chosen(apps, None)
    choice = choice_made(label)
    last = label.published.order_by("approved_at").last()
    assert (choice.chosen_by, choice.chosen_at) == (group.leader, last.approved_at)


def test_labels_of_before_and_those_that_were_taken_over() -> None:
    group, label = awarded()
    old = {**label.frozen}
    for word in ("mode", "outcome", "reasons", "guidance", "conditions"):
        del old[word]
    old["points"] = [
        {word: point[word] for word in ("number", "title", "commitment")} for point in old["points"]
    ]
    label.frozen = old
    assert [reason.number for reason in reasons_of(label)] == [0, 1, 6]
    taken_over = Label(movement=group.movement, taken_over_by=group.coordinator, frozen=old)
    assert reasons_of(taken_over) == []


def test_the_page_ticks_saves_and_says_when_somebody_else_was_first() -> None:
    group, label = awarded()
    client = client_of(group.leader)
    url = reverse("labels:reasons", args=[group.movement.pk, label.pk])
    assert "Reden 6." in client.get(url).content.decode()
    assert client.post(url, {"numbers": ["0", "6"], "seen": ""}).status_code == 302
    assert public_numbers(label) == [0, 6]
    late = client.post(url, {"numbers": ["1"], "seen": ""})
    assert late.status_code == 200
    assert public_numbers(label) == [0, 6]
    form = late.context["form"]
    assert (form["numbers"].value(), form["seen"].value()) == (["1"], "- 0 6")
    assert client.post(url, {"numbers": ["1"], "seen": "- 0 6"}).status_code == 302
    assert public_numbers(label) == [1]
    for forged in ("2", "99", "x"):
        assert client.post(url, {"numbers": [forged], "seen": "- 1 ²"}).status_code == 200
    assert public_numbers(label) == [1]


def test_who_does_not_decide_reads() -> None:
    group, label = awarded()
    publish_reasons(label=label, by=group.leader, numbers=[1])
    helper = leader_of(group.movement, "Sam Leider")
    url = reverse("labels:reasons", args=[group.movement.pk, label.pk])
    answer = client_of(helper).get(url)
    assert (answer.context["may_choose"], answer.context["public"]) == (False, {1})
    assert client_of(helper).post(url, {"numbers": ["0"], "seen": "- 1"}).status_code == 200
    assert public_numbers(label) == [1]
    other, _label = awarded("Chiro De Vlieger")
    assert client_of(other.leader).get(url).status_code == 404


def test_the_youth_service_takes_one_away_on_the_page_of_the_plan() -> None:
    group, label = awarded()
    publish_reasons(label=label, by=group.leader, numbers=[0, 1])
    row = label.published.get(number=1)
    client = client_of(group.consultant)
    url = reverse("admin:labels_actionplan_assess", args=[group.plan.pk])
    with translation.override("en"):
        assert f'value="hide-{row.pk}"' in client.get(url).content.decode()
    client.post(url, {"do": f"hide-{row.pk}"})
    client.post(url, {"do": "hide-x"})
    assert public_numbers(label) == [0]
