"""The letter about a decision: what it says, to whom, and that no word of it changes later."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.calendar import today
from core.translated import Translated
from labels.enums import Grade, PlanState
from labels.letter import letter_html, letter_pdf
from labels.models import Decision, PlanTemplate
from labels.services import assessment
from labels.services.templates import new_version, publish_template
from movements.services import rename_movement
from programmes.enums import LabelMode
from programmes.models import Edition
from tests.factories.labels import Group, consultant
from tests.labels.awarding import leader_of, make_movement, person

pytestmark = pytest.mark.django_db

HOSTILE = '<img src="https://evil.example/x.png"> مرحبا 👋🏽 ' + "W" * 70


def decided(outcome: str, reason: str = "Denk aan de slaapzakken.") -> Decision:
    group = Group(state=PlanState.IN_DISCUSSION)
    assessment.grade_point(
        point=group.plan.points.get(number=6),
        by=group.consultant,
        grade=Grade.TO_DO,
        reason=reason,
    )
    group.propose(outcome)
    group.take("confirm")
    return group.decision


def words(decision: Decision, language: str = "en") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", letter_html(decision, language)).split())


def test_an_award_with_conditions_says_why_until_when_and_what_was_agreed() -> None:
    decision = decided("award_with_conditions")
    said = words(decision)
    agreed = decision.due_conditions.get()
    assert "You get the label, with conditions" in said
    assert "for its plan on ten points" in said
    assert f"Label {decision.label.number}" in said
    assert "In mei kijken we samen." in said
    assert f"{agreed.due_on.day} {agreed.due_on:%B %Y}" in said
    assert "6. Uniform and camp gear Still to do Denk aan de slaapzakken." in said
    assert "alderman for Youth" in said


def test_not_yet_says_what_the_group_can_do_and_how_a_second_look_goes() -> None:
    said = words(decided("decline"))
    assert "No label yet" in said
    assert "What you can do now Praat met de ouders." in said
    assert "takes that second look" in said
    assert "certificate" not in said


def test_in_the_other_mode_it_is_for_what_was_done() -> None:
    Group("Een andere")
    Edition.objects.update(label_mode=LabelMode.ACHIEVEMENT)
    assert "for what it did on ten points" in words(decided("award"))
    Edition.objects.update(label_mode=LabelMode.COMMITMENT)
    assert "for what it did on ten points" in words(Decision.objects.latest("id"))


def test_a_decision_of_before_its_words_were_kept_has_a_letter_too() -> None:
    decision = decided("award")
    Decision.objects.filter(pk=decision.pk).update(frozen=None)
    assert "Denk aan de slaapzakken." in words(Decision.objects.get(pk=decision.pk))


def test_a_later_template_name_policy_or_grade_changes_no_word_of_it() -> None:
    decision = decided("decline")
    before = {language: letter_html(decision, language) for language in ("nl", "fr", "en")}
    plan, by = decision.plan, person("Cora Coordinator")
    rename_movement(movement=plan.movement, name="Scouts Anders", on=today(), by=by)
    draft = new_version(template=plan.template, by=by)
    draft.points.filter(number=6).update(title=Translated(nl="Anders"))
    publish_template(template=draft, by=by)
    Edition.objects.update(
        municipality="Andersstad", signatory=Translated(nl="iemand anders"), label_months=12
    )
    other = consultant("Katja Collega")
    assessment.take_second_look(plan=plan, by=other)
    point = plan.points.get(number=6)
    assessment.grade_point(point=point, by=other, grade=Grade.WELL_UNDERWAY, reason="Nu wel.")
    again = Decision.objects.get(pk=decision.pk)
    assert {lang: letter_html(again, lang) for lang in before} == before
    assert PlanTemplate.objects.count() == 2


def test_hostile_texts_fetch_nothing_and_break_nothing() -> None:
    decision = decided("award", reason=HOSTILE * 8)
    assert letter_pdf(decision, "fr").startswith(b"%PDF")
    with translation.override("en"):
        assert '<img src="https' not in letter_html(decision, "en")


def test_leaders_and_the_youth_service_get_it_and_nobody_else() -> None:
    decision = decided("decline")
    movement = decision.plan.movement
    leader = movement.mandates.get().user
    url = reverse("labels:letter", args=[movement.pk, decision.pk])
    client = Client()
    client.force_login(leader)
    answer = client.get(url + "?lang=fr")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"].endswith(f'decision-{decision.pk}-fr.pdf"')
    assert client.get(url + "?lang=xx")["Content-Disposition"].endswith('-nl.pdf"')
    elsewhere = make_movement("Chiro Elders")
    wrong = reverse("labels:letter", args=[elsewhere.pk, decision.pk])
    assert client.get(wrong).status_code == 404
    client.force_login(leader_of(elsewhere, "Els Elders"))
    assert client.get(url).status_code == 404


def test_a_proposal_has_no_letter() -> None:
    group = Group(state=PlanState.PROPOSED)
    client = Client()
    client.force_login(group.leader)
    url = reverse("labels:letter", args=[group.movement.pk, group.decision.pk])
    assert client.get(url).status_code == 404
