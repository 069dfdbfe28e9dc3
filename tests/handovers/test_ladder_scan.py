"""Among a million mandates the ladder finds who is due by indexes, never by reading all of them."""

from datetime import date

import pytest
from django.db.models import QuerySet

from benchmarks.reminders import make_mandates
from core.calendar import pretend
from handovers.selectors import ladder
from movements.models import Mandate

pytestmark = [pytest.mark.proof, pytest.mark.postgres, pytest.mark.django_db]


def plan_of(rows: QuerySet) -> str:
    return rows.explain()


def test_each_source_of_the_due_scan_uses_an_index() -> None:
    with pretend(date(2027, 3, 20)):
        make_mandates()
        assert Mandate.objects.count() >= 1_000_000
        asked = ladder.mandates_asked(date(2027, 3, 15), date(2027, 3, 20))
        asked = asked.order_by().values_list("movement_id", flat=True).distinct()
        plans = {"mandate_ends_on": plan_of(asked)}
        leaderless = ladder.movements_without_main_leader().order_by()
        plans["mandate_main_of"] = plan_of(leaderless)
    with pretend(date(2027, 10, 15)):
        waiting = ladder.mandates_unconfirmed(date(2027, 10, 15)).order_by()
        plans["mandate_confirmed_on"] = plan_of(waiting.values_list("movement_id", flat=True))
    for index, plan in plans.items():
        assert index in plan, plan
        assert "Seq Scan on movements_mandate" not in plan, plan
