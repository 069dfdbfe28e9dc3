"""What the tables refuse, whatever the code does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.calendar import now
from privacy.enums import RunState
from privacy.models import RetentionItem, RetentionPolicy, RetentionRun
from privacy.services import retention
from tests.privacy.due import officer, old_family, waiting_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> RetentionRun:
    old_family()
    return waiting_run()


def refused(sql: str, *values: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def setting(run: RetentionRun, **values: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        RetentionRun.objects.filter(pk=run.pk).update(**values)


def test_nothing_is_done_or_carried_out_without_somebody_who_approved(run: RetentionRun) -> None:
    setting(run, state=RunState.APPROVED)
    setting(run, state=RunState.DONE, done_at=now())
    setting(run, state=RunState.APPROVED, approved_at=now())
    setting(run, state=RunState.APPROVED, approved_by=officer())
    setting(run, approved_by=officer(), approved_at=now())


def test_an_approval_comes_after_the_list_and_before_the_end(run: RetentionRun) -> None:
    by, before = officer(), run.listed_at - timedelta(seconds=1)
    setting(run, state=RunState.APPROVED, approved_by=by, approved_at=before)
    approved = retention.approve(run=run, by=by)
    assert approved.approved_at is not None
    setting(run, state=RunState.DONE, done_at=approved.approved_at - timedelta(seconds=1))
    setting(run, state=RunState.DONE)
    setting(run, done_at=now())


def test_a_first_list_is_never_anything_but_shown(run: RetentionRun) -> None:
    first = run.first
    assert first is not None
    for state in (RunState.WAITING, RunState.APPROVED, RunState.DONE, RunState.REPLACED):
        setting(first, state=state, approved_by=officer(), approved_at=now())
    setting(first, first=run)
    setting(run, state=RunState.SHOWN)
    setting(run, first=None)
    setting(run, state="anything")


def test_one_first_list_per_policy_and_one_open_list_per_category(run: RetentionRun) -> None:
    values = {"policy": run.policy, "category": run.category, "count": 1}
    with pytest.raises(DatabaseError), transaction.atomic():
        RetentionRun.objects.create(state=RunState.SHOWN, **values)
    with pytest.raises(DatabaseError), transaction.atomic():
        RetentionRun.objects.create(state=RunState.WAITING, first=run.first, **values)


def test_nothing_gets_on_a_list_once_it_is_approved(run: RetentionRun) -> None:
    RetentionItem.objects.create(run=run, object_id=777)
    retention.approve(run=run, by=officer())
    refused(
        "INSERT INTO privacy_retentionitem (run_id, object_id, outcome) VALUES (%s, %s, '')",
        run.pk,
        888,
    )
    assert run.items.count() == 2


def test_a_record_on_a_list_does_not_become_another(run: RetentionRun) -> None:
    item = run.items.get()
    refused("UPDATE privacy_retentionitem SET object_id = 999 WHERE id = %s", item.pk)
    refused("UPDATE privacy_retentionitem SET run_id = %s", run.first_id)
    refused("UPDATE privacy_retentionitem SET outcome = 'anything'")


@pytest.mark.parametrize("table", ["retentionpolicy", "retentionrun", "retentionitem"])
def test_decisions_lists_and_what_stood_on_them_stay(run: RetentionRun, table: str) -> None:
    refused(f"DELETE FROM privacy_{table}")


def test_a_decision_is_never_changed(run: RetentionRun) -> None:
    refused("UPDATE privacy_retentionpolicy SET months = 1")


def test_they_name_nobody(run: RetentionRun) -> None:
    assert str(run.policy) == "recruitment.no_intake 6"
    assert str(run).endswith(f" {run.pk}")
    assert str(run.items.get()) == f"{run.pk} {run.items.get().object_id}"


@pytest.mark.parametrize(
    "values",
    [{"months": 0}, {"months": 601}, {"months": 3, "reason": ""}],
)
def test_what_is_no_policy(values: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        RetentionPolicy.objects.create(
            **{"category": "x.y", "reason": "Because.", "decided_by": officer(), **values}
        )
