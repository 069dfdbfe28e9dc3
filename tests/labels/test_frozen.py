"""What a label was awarded for is told in the words of that day, whatever is changed later."""

import pytest

from labels.models import Label
from labels.services import assessment
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
