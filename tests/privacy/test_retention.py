"""Forgetting what was kept long enough: never without approval, never on the first run."""

import logging
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from accounts.enums import Role
from accounts.services import end_role
from core.calendar import pretend, today
from core.errors import Refused
from core.logs import ActivityLog
from core.restriction import Restriction
from core.retention import category_of
from privacy.enums import ItemOutcome, RunState
from privacy.models import RetentionPolicy, RetentionRun
from privacy.services import retention
from recruitment.enums import Stage
from recruitment.models import Household
from recruitment.services import record_stage
from tests.factories.people import make_guidance, make_user
from tests.privacy.due import KEY, carry_out, officer, old_family, waiting_run

pytestmark = pytest.mark.django_db
LATER = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def names() -> list[str]:
    return [household.family_name for household in Household.objects.order_by("pk")]


# Listing ---------------------------------------------------------------------------------------


def test_the_first_list_is_only_shown_and_the_next_day_one_waits() -> None:
    family = old_family()
    shown = retention.list_due(key=KEY, by=None)
    assert (shown.state, shown.count, shown.first) == (RunState.SHOWN, 1, None)
    assert [item.object_id for item in shown.items.all()] == [family.pk]
    with pytest.raises(Refused, match="The next one can be made tomorrow"):
        retention.list_due(key=KEY, by=None)
    with pretend(today() + LATER):
        waits = retention.list_due(key=KEY, by=None)
    assert (waits.state, waits.first) == (RunState.WAITING, shown)


def test_a_first_list_can_never_be_approved() -> None:
    old_family()
    shown = retention.list_due(key=KEY, by=None)
    with pytest.raises(Refused, match="does not wait"):
        retention.approve(run=shown, by=officer())
    retention.carry_out_approved()
    assert names() == ["El Idrissi"]


def test_while_a_list_is_open_no_other_is_made() -> None:
    old_family()
    run = waiting_run()
    with pytest.raises(Refused, match="waiting or being carried out"):
        retention.list_due(key=KEY, by=officer())
    retention.approve(run=run, by=officer())
    with pytest.raises(Refused, match="waiting or being carried out"):
        retention.list_due(key=KEY, by=officer())


def test_nothing_due_makes_no_list() -> None:
    with pytest.raises(Refused, match="Nothing is due"):
        retention.list_due(key=KEY, by=officer())
    assert retention.list_everything_due() == 0
    assert not RetentionRun.objects.exists()


def test_by_night_each_category_is_listed_at_most_once_a_month() -> None:
    old_family()
    assert retention.list_everything_due() == 1
    assert retention.list_everything_due() == 0
    with pretend(today() + LATER):
        assert retention.list_everything_due() == 1
        run = RetentionRun.objects.get(state=RunState.WAITING)
        retention.approve(run=run, by=officer())
        carry_out(run)
    old_family()
    for days, made in ((2, 0), (20, 0), (40, 1)):
        with pretend(today() + timedelta(days=days)):
            assert retention.list_everything_due() == made
    assert RetentionRun.objects.latest("pk").state == RunState.WAITING


def test_a_list_that_somebody_else_makes_at_this_moment_is_theirs(monkeypatch: Any) -> None:
    def taken(**arguments: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(retention, "list_due", taken)
    assert retention.list_everything_due() == 0


# Periods ---------------------------------------------------------------------------------------


def decide(months: int, **values: Any) -> RetentionPolicy:
    by = officer()
    return retention.set_policy(
        **{"key": KEY, "months": months, "reason": "The council says so.", "by": by, **values}
    )


def test_another_period_is_a_new_row_and_begins_with_a_list_that_is_only_shown() -> None:
    old_family()
    run = waiting_run()
    policy = decide(3)
    run.refresh_from_db()
    assert run.state == RunState.REPLACED
    assert RetentionPolicy.objects.filter(category=KEY).count() == 2
    shown = retention.list_due(key=KEY, by=None)
    assert (shown.state, shown.policy) == (RunState.SHOWN, policy)
    with pytest.raises(Refused):
        retention.approve(run=run, by=officer())


def test_a_change_stops_a_run_that_was_approved() -> None:
    old_family()
    run = waiting_run()
    retention.approve(run=run, by=officer())
    decide(24)
    assert carry_out(run).state == RunState.REPLACED
    assert retention.carry_out_next(run) is False
    assert names() == ["El Idrissi"]


def test_a_longer_period_leaves_nothing_due() -> None:
    old_family()
    decide(24)
    with pytest.raises(Refused, match="Nothing is due"):
        retention.list_due(key=KEY, by=None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": " "}, "Say why"),
        ({"months": 6}, "Nothing changes"),
        ({"key": "core.accesslog", "months": 12}, "shortest period is 13 months"),
    ],
)
def test_what_is_no_decision_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        decide(**{"months": 5, **values})


@pytest.mark.parametrize("months", [601, 700])
def test_an_impossible_period_is_an_error_of_its_field(months: int) -> None:
    with pytest.raises(ValidationError):
        decide(months)


def test_another_legal_reference_is_a_decision_too() -> None:
    policy = decide(6, legal_reference=" Council, 3 May ")
    assert (policy.months, policy.legal_reference) == (6, "Council, 3 May")
    assert ActivityLog.objects.filter(verb="changed", object_id=policy.pk).exists()


# Approving -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CONSULTANT, None])
def test_only_the_privacy_officer_approves(role: Role | None) -> None:
    old_family()
    run = waiting_run()
    somebody = make_user(*([role] if role else []))
    with pytest.raises(Refused, match="Only the privacy officer"):
        retention.approve(run=run, by=somebody)
    run.refresh_from_db()
    assert (run.state, run.approved_by) == (RunState.WAITING, None)


def test_who_was_privacy_officer_a_minute_ago_does_not_approve() -> None:
    old_family()
    run, by = waiting_run(), officer()
    end_role(grant=by.grants.get(), by=None)
    with pytest.raises(Refused, match="Only the privacy officer"):
        retention.approve(run=run, by=type(by).objects.get(pk=by.pk))


def test_a_list_is_approved_once() -> None:
    old_family()
    run, by = waiting_run(), officer()
    retention.approve(run=run, by=by)
    with pytest.raises(Refused, match="does not wait"):
        retention.approve(run=run, by=by)


# Carrying out ----------------------------------------------------------------------------------


def test_what_was_approved_is_forgotten_and_the_numbers_are_kept() -> None:
    kept, gone = old_family(family_name="Kaya"), old_family(family_name="Zzgone")
    with pretend(today()):
        path = make_guidance(kept.owner, household=kept)
    run, by = waiting_run(), officer()
    assert run.count == 1
    retention.approve(run=run, by=by)
    assert carry_out(run).state == RunState.DONE
    assert names() == ["Kaya", Household.objects.get(pk=gone.pk).family_name]
    assert "Zzgone" not in names()
    assert [item.outcome for item in run.items.all()] == [ItemOutcome.FORGOTTEN]
    assert path.child.first_name == "Amina"
    done = ActivityLog.objects.filter(object_type="privacy.retentionrun", object_id=run.pk)
    assert list(done.order_by("pk").values_list("verb", flat=True)) == [
        "listed",
        "approved",
        "carried out",
    ]
    assert done.latest("pk").actor == by.key


def test_without_approval_nothing_ever_goes() -> None:
    old_family()
    run = waiting_run(days_ago=100)
    assert retention.carry_out_approved() == 0
    assert carry_out(run).state == RunState.WAITING
    assert names() == ["El Idrissi"]


def test_what_fell_due_after_the_list_was_made_stays() -> None:
    old_family(family_name="Kaya")
    run = waiting_run()
    old_family(family_name="Later")
    retention.approve(run=run, by=officer())
    carry_out(run)
    assert "Later" in names()
    assert "Kaya" not in names()


def test_what_is_no_longer_due_stays() -> None:
    family = old_family(family_name="Kaya")
    run = waiting_run()
    retention.approve(run=run, by=officer())
    guidance = make_guidance(family.owner, household=family)
    record_stage(guidance=guidance, stage=Stage.INTAKE, by=family.owner)
    assert carry_out(run).state == RunState.DONE
    assert [item.outcome for item in run.items.all()] == [ItemOutcome.KEPT]
    assert names() == ["Kaya"]


def test_what_is_set_aside_stays_and_comes_back_on_a_list_when_that_is_lifted() -> None:
    family = old_family(family_name="Kaya")
    run = waiting_run()
    retention.approve(run=run, by=officer())
    aside = Restriction.objects.create(model="recruitment.household", object_id=family.pk)
    carry_out(run)
    assert names() == ["Kaya"]
    assert retention.list_everything_due() == 0
    aside.lifted_at = aside.since
    aside.save()
    with pretend(today() + timedelta(days=40)):
        assert retention.list_due(key=KEY, by=None).count == 1


def test_what_must_be_done_first_or_fails_holds_up_no_other(
    monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    families = [old_family(family_name=name) for name in ("Zzone", "Zztwo", "Zzthree")]
    run = waiting_run()
    retention.approve(run=run, by=officer())
    erase = retention.erase

    def stubborn(*, person: Any, **rest: Any) -> Any:
        if person.pk == families[0].pk:
            raise Refused("first this")
        if person.pk == families[1].pk:
            raise ValueError("Zztwo cannot be emptied")
        return erase(person=person, **rest)

    monkeypatch.setattr(retention, "erase", stubborn)
    with caplog.at_level(logging.ERROR):
        assert carry_out(run).state == RunState.DONE
    assert [item.outcome for item in run.items.all()] == ["kept", "failed", "forgotten"]
    assert "Zzthree" not in names()
    assert names()[:2] == ["Zzone", "Zztwo"]
    assert "ValueError" in caplog.text
    assert "Zztwo" not in caplog.text


def test_killed_half_way_it_goes_on_where_it_stopped(monkeypatch: Any) -> None:
    for number in range(4):
        old_family(family_name=f"Zz{number}")
    run = waiting_run()
    retention.approve(run=run, by=officer())
    erase, done = retention.erase, []

    def killed(**arguments: Any) -> Any:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(arguments["person"].pk)
        return erase(**arguments)

    monkeypatch.setattr(retention, "erase", killed)
    with pytest.raises(KeyboardInterrupt):
        retention.carry_out_approved()
    assert [item.outcome for item in run.items.all()] == ["forgotten", "forgotten", "", ""]
    monkeypatch.setattr(retention, "erase", erase)
    assert carry_out(run).state == RunState.DONE
    assert [item.outcome for item in run.items.all()] == ["forgotten"] * 4
    assert not [name for name in names() if name.startswith("Zz")]
    moment = run.done_at
    assert carry_out(run).done_at == moment


def test_a_second_run_finds_nothing_that_the_first_forgot() -> None:
    old_family()
    run = waiting_run()
    retention.approve(run=run, by=officer())
    carry_out(run)
    with pretend(today() + timedelta(days=60)), pytest.raises(Refused, match="Nothing is due"):
        retention.list_due(key=KEY, by=None)


def test_rows_of_a_log_go_up_to_a_day_without_a_list_of_numbers() -> None:
    with time_machine.travel("2020-03-10T12:00:00Z", tick=False):
        old = ActivityLog.objects.create(
            actor="system", verb="old", object_type="x.y", object_id="1"
        )
    young = ActivityLog.objects.create(
        actor="system", verb="young", object_type="x.y", object_id="1"
    )
    run = waiting_run("core.activitylog")
    assert (run.count, run.items.count()) == (1, 0)
    assert run.up_to is not None
    assert date(2020, 3, 10) <= run.up_to < today()
    retention.approve(run=run, by=officer())
    assert carry_out(run).state == RunState.DONE
    left = set(ActivityLog.objects.values_list("pk", flat=True))
    assert old.pk not in left
    assert young.pk in left


def test_a_category_of_the_list_is_known_to_the_pages() -> None:
    assert category_of(KEY).is_about_persons
    assert not category_of("labels.example").is_about_persons
    assert not category_of("core.accesslog").is_about_persons
