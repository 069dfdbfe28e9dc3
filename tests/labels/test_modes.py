"""The two modes: for an accepted plan, or for what was done. People decide; nothing is counted."""

import pytest
from django.test import Client
from django.urls import reverse

from labels.enums import PlanState
from labels.words import QUESTIONS
from programmes.enums import LabelMode
from programmes.models import Edition
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings):
    settings.LANGUAGE_CODE = "en"


def page(user, url: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return " ".join(client.get(url).content.decode().split())


@pytest.mark.parametrize(
    ("mode", "first", "second"),
    [
        (LabelMode.COMMITMENT, "What are you going to do?", "How far are you?"),
        (LabelMode.ACHIEVEMENT, "What did you do?", "What did you plan to do?"),
    ],
)
def test_a_point_asks_first_what_the_label_is_given_for(mode, first, second) -> None:
    group = Group()
    Edition.objects.update(label_mode=mode)
    shown = page(group.leader, reverse("labels:point", args=[group.movement.pk, 1]))
    assert 0 < shown.index(first) < shown.index(second)
    intro = page(group.leader, reverse("labels:plan", args=[group.movement.pk]))
    assert ("given for what you did" in intro) == (mode == LabelMode.ACHIEVEMENT)
    assert set(QUESTIONS) == set(LabelMode)


@pytest.mark.parametrize("mode", LabelMode)
def test_the_youth_service_reads_first_what_the_label_is_given_for(mode) -> None:
    group = Group()
    group.write(1, commitment="Affiches.", progress="Er hangen er zes.")
    group.take("submit")
    Edition.objects.update(label_mode=mode)
    url = reverse("admin:labels_actionplan_assess", args=[group.plan.pk])
    shown = page(group.consultant, url)
    done_first = shown.index("Er hangen er zes.") < shown.index("Affiches.")
    assert done_first == (mode == LabelMode.ACHIEVEMENT)


@pytest.mark.parametrize("mode", LabelMode)
def test_no_number_of_good_points_decides(mode) -> None:
    group = Group(state=PlanState.IN_DISCUSSION)
    Edition.objects.update(label_mode=mode)
    group.propose("award")
    group.take("confirm")
    assert group.movement.labels.get().frozen["mode"] == mode
    assert group.plan.state == PlanState.AWARDED
