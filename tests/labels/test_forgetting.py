"""What is left of a plan and a label once their words were kept long enough."""

import pytest
from django.test import Client

from labels.certificates import certificate_html
from labels.enums import LabelState, PlanState
from labels.lifecycle import label_state
from labels.models import Label
from labels.services.forgetting import forget_label, forget_plan
from tests.factories.labels import Group

pytestmark = pytest.mark.django_db


def test_what_happened_stays_to_be_read_without_the_words() -> None:
    group = Group()
    group.write(1, commitment="Zzpromise")
    group.take_all(PlanState.AWARDED)
    label = Label.objects.get()
    for _twice in range(2):
        forget_plan(plan=group.plan, by=None)
        forget_label(label=label, by=None)
    label.refresh_from_db()
    group.plan.refresh_from_db()
    assert (group.plan.state, label_state(label)) == (PlanState.AWARDED, LabelState.VALID)
    assert label.certificates.get().reason == ""
    assert "Zzpromise" not in certificate_html(label, "nl")
    client = Client()
    client.force_login(group.coordinator)
    for page in (
        f"/admin/labels/label/{label.pk}/change/",
        f"/admin/labels/actionplan/{group.plan.pk}/assess/",
        f"/label/{label.code}/",
    ):
        response = client.get(page)
        assert (response.status_code, b"Zzpromise" in response.content) == (200, False), page
