"""Where children go when their movement goes into another one."""

from datetime import date
from functools import partial

import pytest
import time_machine
from django.db import connection
from django.utils.translation import override

from core.calendar import today
from core.errors import Refused
from core.logs import ActivityLog
from movements.models import Movement
from movements.selectors.life import foretold
from movements.services.life import pause_movement
from movements.services.mergers import merge_movements
from recruitment.enums import Stage
from recruitment.forms import ChildForm, StepForm
from recruitment.models import Guidance, GuidanceStep
from recruitment.services import open_guidance, record_stage
from tests.factories.people import make_consultant, make_group, make_guidance, make_household
from tests.labels.test_awards_concurrent import at_once

pytestmark = pytest.mark.django_db
ON = date(2022, 5, 2)


@pytest.fixture
def an():
    return make_consultant("An")


def path(an, movement: Movement, *stages: Stage) -> Guidance:
    guidance = make_guidance(an, movement=movement, on=date(2022, 4, 1))
    for stage in stages:
        record_stage(
            guidance=guidance, stage=stage, by=an, on=date(2022, 4, 2), confirmation="movement"
        )
    return guidance


@time_machine.travel("2022-05-10T12:00:00Z")
def test_children_go_along_and_count_as_before(an):
    source, target = make_group(), make_group()
    member, trial = path(an, source, Stage.MEMBER), path(an, source, Stage.TRIAL)
    stopped, other = path(an, source, Stage.STOPPED), path(an, make_group())
    before = list(GuidanceStep.objects.values())
    with override("en"):
        assert foretold(source, target, ON)[1:] == ["2 children go along."]
    merge_movements(source=source, target=target, on=ON, by=an)
    where = dict(Guidance.objects.values_list("pk", "movement"))
    assert (where[member.pk], where[trial.pk]) == (target.pk, target.pk)
    assert (where[stopped.pk], where[other.pk]) == (source.pk, other.movement_id)
    assert list(GuidanceStep.objects.values()) == before
    rows = ActivityLog.objects.filter(object_type="recruitment.guidance", verb="changed")
    assert {row.object_id for row in rows} == {str(member.pk), str(trial.pk)}


@time_machine.travel("2022-05-10T12:00:00Z")
def test_children_go_where_the_target_went_since(an):
    source, target, heir = make_group(), make_group(), make_group()
    child = path(an, source, Stage.MEMBER)
    merge_movements(source=target, target=heir, on=date(2022, 5, 5), by=an)
    merge_movements(source=source, target=target, on=ON, by=an)
    child.refresh_from_db()
    assert child.movement == heir


@time_machine.travel("2022-05-10T12:00:00Z")
def test_nobody_is_recorded_for_a_movement_that_went_into_another(an):
    source, target = make_group(), make_group()
    known, new = path(an, make_group(), Stage.TRIAL), make_guidance(an).child
    merge_movements(source=source, target=target, on=ON, by=an)
    member = {"stage": Stage.MEMBER, "by": an, "confirmation": "movement"}
    with pytest.raises(Refused, match=str(target)):
        record_stage(guidance=known, movement=source, **member)
    with pytest.raises(Refused, match=str(target)):
        open_guidance(child=new, movement=source, by=an)
    record_stage(guidance=known, movement=target, **member)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_child_recorded_at_the_moment_of_a_merger_goes_along_or_is_refused():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")
    an, source, target = make_consultant("An"), make_group(), make_group()
    paths = [make_guidance(an) for _number in range(4)]
    calls = [
        partial(record_stage, guidance=each, movement=source, stage=Stage.TRIAL, by=an)
        for each in paths
    ]
    merger = partial(merge_movements, source=source, target=target, on=today(), by=an)
    done = at_once([*calls[:2], merger, *calls[2:]])
    refused = sum(isinstance(each, Refused) for each in done)
    assert not [each for each in done if isinstance(each, Exception) and type(each) is not Refused]
    assert not Guidance.objects.filter(movement=source).exists()
    assert Guidance.objects.filter(movement=target).count() == 4 - refused


@time_machine.travel("2022-05-10T12:00:00Z")
def test_a_movement_that_pauses_is_no_choice_but_for_who_is_there(an):
    pauses, runs = make_group(), make_group()
    guidance = path(an, pauses)
    pause_movement(movement=pauses, starts_on=ON, by=None)
    form = StepForm(user=an, guidance=guidance)
    assert set(form.part("movement").queryset) == {pauses, runs}
    new = ChildForm(user=an, household=make_household(an))
    assert set(new.part("movement").queryset) == {runs}
