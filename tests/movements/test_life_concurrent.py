"""Two people who record what happens to a movement at the same moment."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from core.errors import Refused
from movements.models import Movement, Pause, Succession
from movements.services.life import pause_movement
from movements.services.mergers import merge_movements
from tests.factories import movements as make
from tests.labels.test_awards_concurrent import at_once

ON = date(2025, 3, 1)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql_only(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")


def test_pauses_of_one_period_are_one() -> None:
    movement = make.movement()
    call: Callable[[], Any] = lambda: pause_movement(  # noqa: E731
        movement=movement, starts_on=ON, ends_on=ON, by=None
    )
    done = at_once([call] * 4)
    assert Pause.objects.count() == 1
    assert sum(isinstance(each, Refused) for each in done) == 3


def test_of_mergers_that_contradict_each_other_one_counts() -> None:
    by, one, two = make.consultant(), make.movement(), make.movement()

    def merge(source: Movement, target: Movement) -> Callable[[], Any]:
        return lambda: merge_movements(source=source, target=target, on=ON, by=by)

    done = at_once([merge(one, two), merge(two, one), merge(one, make.movement())])
    assert sum(isinstance(each, Succession) for each in done) in (1, 2)  # two, when both can be
    gone = [row.source_id for row in Succession.objects.all()]
    assert len(gone) == len(set(gone)) == sum(isinstance(each, Succession) for each in done)
    assert {one.pk, two.pk} != set(gone) or Succession.objects.get(source=one).target != two
