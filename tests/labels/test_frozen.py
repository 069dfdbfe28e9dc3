"""What a label was awarded for is told in the words of that day, whatever is changed later."""

from datetime import timedelta

import pytest

from core.calendar import today
from core.translated import Translated
from labels.enums import PlanState
from labels.letter import letter_html
from labels.models import Label
from labels.selectors.publication import reasons_of
from labels.services import assessment
from labels.services.conditions import move_condition
from labels.services.templates import new_version, publish_template
from movements.services import rename_movement
from programmes.enums import LabelMode
from programmes.models import Edition
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db


def test_the_award_freezes_commitments_grades_reasons_and_conditions() -> None:
    group = Group()
    group.write(1, commitment="Affiches in vier talen.", progress="Er hangen er zes.")
    for step in ("submit", "discuss"):
        group.take(step)
    assessment.grade_point(
        point=group.plan.points.get(number=1), by=group.consultant, grade="to_do", reason="Bijna."
    )
    decision = group.propose("award_with_conditions")
    label = assessment.confirm(decision=decision, by=group.coordinator)
    assert label is not None
    frozen = Label.objects.get(pk=label.pk).frozen
    agreed = decision.due_conditions.get()
    assert frozen["conditions"] == [{"text": agreed.text, "due_on": agreed.due_on.isoformat()}]
    assert (frozen["mode"], frozen["outcome"]) == ("commitment", "award_with_conditions")
    assert frozen["reasons"] == "Jullie plan klopt."
    first, second = frozen["points"][:2]
    assert (first["grade"], first["reason"]) == ("to_do", "Bijna.")
    assert (first["commitment"], first["progress"]) == (
        "Affiches in vier talen.",
        "Er hangen er zes.",
    )
    assert (second["grade"], second["reason"]) == ("", "")


def test_nothing_that_is_changed_later_changes_what_it_was_awarded_for() -> None:
    group = Group(state=PlanState.AWARDED_WITH_CONDITIONS)
    label, by = group.movement.labels.get(), group.coordinator
    told = {language: letter_html(group.decision, language) for language in ("nl", "fr", "en")}
    facts = Label.objects.filter(pk=label.pk).values(
        "frozen", "number", "decided_on", "starts_on", "ends_on", "renewal_months", "grace_months"
    )
    before, printed = facts.get(), label.certificates.get().frozen
    rename_movement(movement=group.movement, name="Scouts Anders", on=today(), by=by)
    draft = new_version(template=group.plan.template, by=by)
    draft.points.update(title=Translated(nl="Anders"))
    publish_template(template=draft, by=by)
    Edition.objects.update(
        municipality="Andersstad",
        name=Translated(nl="Iets anders"),
        signatory=Translated(nl="iemand anders"),
        label_mode=LabelMode.ACHIEVEMENT,
        label_months=12,
        renewal_months=1,
        grace_months=0,
    )
    agreed = group.decision.due_conditions.get()
    later = agreed.due_on + timedelta(days=30)
    move_condition(condition=agreed, by=by, due_on=later, note="Na het kamp.")
    assert facts.get() == before
    assert label.certificates.get().frozen == printed
    assert {lang: letter_html(group.decision, lang) for lang in told} == told
    assert [reason.text for reason in reasons_of(facts.model.objects.get(pk=label.pk))] == [
        "Jullie plan klopt."
    ]
