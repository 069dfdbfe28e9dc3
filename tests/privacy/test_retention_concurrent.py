"""Two workers, or two officers, at the same moment, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from accounts.models import User
from core.calendar import pretend, today
from core.errors import Refused
from core.tombstones import Tombstone
from privacy.enums import RunState
from privacy.models import RetentionRun
from privacy.services import retention
from recruitment.enums import Stage
from recruitment.models import Household
from recruitment.services import record_stage
from tests.factories.people import make_consultant, make_guidance
from tests.privacy.due import KEY, officer, old_family, waiting_run

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _postgresql_only(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite knows no row locks: one writer at a time, by IMMEDIATE transactions")


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """The results of calls made at the same moment, each on a connection of its own."""

    def apart(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except (Refused, IntegrityError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(apart, calls))


def test_three_workers_share_a_list_and_forget_each_record_once() -> None:
    families = [old_family(family_name=f"Zz{number}") for number in range(9)]
    run = waiting_run()
    retention.approve(run=run, by=officer())
    looked_at = together([retention.carry_out_approved] * 3)
    assert sum(looked_at) == len(families)
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert {item.outcome for item in run.items.all()} == {"forgotten"}
    assert Tombstone.objects.filter(model="recruitment.household").count() == len(families)


def test_of_two_approvals_one_counts() -> None:
    old_family()
    run, officers = waiting_run(), [officer(), officer()]

    def approve(by: User) -> Callable[[], Any]:
        return lambda: retention.approve(run=run, by=User.objects.get(pk=by.pk))

    results = together([approve(by) for by in officers])
    assert [type(result) for result in results].count(Refused) == 1
    run.refresh_from_db()
    assert run.approved_by in officers


def test_two_schedulers_make_one_list() -> None:
    old_family()
    waiting_run()
    RetentionRun.objects.filter(state=RunState.WAITING).update(state=RunState.REPLACED)
    results = together([lambda: retention.list_due(key=KEY, by=None)] * 3)
    assert [type(result) for result in results].count(RetentionRun) == 1
    assert RetentionRun.objects.filter(state=RunState.WAITING).count() == 1


def apart(call: Callable[[], Any]) -> Any:
    """On a connection of its own."""
    try:
        return call()
    finally:
        connections.close_all()


def test_what_somebody_extends_at_this_moment_stays() -> None:
    """The list is approved; a colleague is just writing that the family came to an intake."""
    with pretend(today() - timedelta(days=366)):
        by = make_consultant()
        path = make_guidance(by)
    run = waiting_run()
    retention.approve(run=run, by=officer())
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            record_stage(guidance=path, stage=Stage.INTAKE, by=by)
            worker = pool.submit(apart, retention.carry_out_approved)
            with pytest.raises(TimeoutError):  # it waits
                worker.result(1)
        worker.result(10)
    assert [item.outcome for item in run.items.all()] == ["kept"]
    assert not Household.objects.get().is_erased
