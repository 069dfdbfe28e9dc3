"""The two modes: for an accepted plan, or for what was done. People decide; nothing is counted."""

import pytest
from django.test import Client
from django.urls import reverse

from labels.certificates import certificate_html, poster_html
from labels.certificates.facts import facts_of
from labels.enums import PlanState
from labels.selectors.wording import label_mode
from labels.words import QUESTIONS
from programmes.enums import LabelMode
from programmes.models import Edition
from tests.factories.labels import Group
from tests.labels.awarding import award

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


@pytest.mark.parametrize(
    ("mode", "certificate", "poster"),
    [
        (LabelMode.COMMITMENT, "because this group commits to ten points", "We work on ten points"),
        (
            LabelMode.ACHIEVEMENT,
            "for what this group did on ten points",
            "For what we did on ten points",
        ),
    ],
)
def test_the_papers_say_what_the_label_was_given_for(mode, certificate, poster) -> None:
    group = Group(state=PlanState.IN_DISCUSSION)
    Edition.objects.update(label_mode=mode)
    group.take("award")
    group.take("confirm")
    label = group.movement.labels.get()
    # the mode of a city may change; what was awarded does not
    Edition.objects.update(label_mode=next(other for other in LabelMode if other != mode))
    assert certificate in certificate_html(label, "en")
    assert poster in poster_html(label, "en")


def test_papers_of_another_mode_are_other_papers_and_old_words_promise_a_plan() -> None:
    label = award()
    plan = facts_of(label, "nl")
    label.frozen["mode"] = LabelMode.ACHIEVEMENT
    did = facts_of(label, "nl")
    assert all(plan.digest(kind) != did.digest(kind) for kind in ("certificate", "poster"))
    del label.frozen["mode"]
    assert label_mode(label) == LabelMode.COMMITMENT
    assert facts_of(label, "nl").digest("certificate") == plan.digest("certificate")


@pytest.mark.parametrize("mode", LabelMode)
def test_who_begins_and_who_looks_reads_what_the_label_is_given_for(mode) -> None:
    group = Group()
    Edition.objects.update(label_mode=mode)
    group.plan.delete()
    start = page(group.leader, reverse("labels:plan", args=[group.movement.pk]))
    register = page(group.leader, reverse("labels:register"))
    achieved = mode == LabelMode.ACHIEVEMENT
    assert ("given for what you did" in start) == achieved
    assert ("for what it did on the ten points" in register) == achieved
