"""Erasing: what is shown before is what happens, and nothing that says who it was is left."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils.formats import date_format

from accounts.enums import Role
from accounts.models import User
from accounts.services import grant_role, update_user
from core import subjects
from core.calendar import today
from core.erasing import Deleted, Kept, empty_value
from core.errors import Refused
from core.jobs import Job
from core.logs import ActivityLog
from core.outbox import OutboxMessage
from core.tombstones import Tombstone
from homevisits.models import HomeVisit
from homevisits.services import change_visit
from kpis.selectors import figures
from labels.models import Example
from movements.models import CoachAssignment
from movements.services import change_mandate
from privacy.models import RequestSubject
from privacy.services.effects import Touched
from privacy.services.erasure import _files_of, erase, plan_erasure, replay
from programmes.models import Edition, Partner, Secondment
from recruitment.models import Child, Guidance, NameToken
from recruitment.services import (
    add_child,
    change_child,
    change_household,
    hand_over_household,
    open_guidance,
    record_stage,
)
from testimonies.enums import Channel, Giver
from testimonies.models import StorytellerToken
from testimonies.services import change_storyteller, revise
from tests.factories import movements, people
from tests.factories.labels import Group
from tests.factories.programmes import make_edition
from tests.kpis import oracle
from tests.privacy import people as some
from tests.privacy.dump import differences, dump, raw
from tests.privacy.people import MARK, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return some.officer()


@pytest.fixture
def staff() -> User:
    return people.make_consultant()


MAKERS: dict[str, Callable[[User], Person]] = {
    "accounts.user": lambda staff: some.account(),
    "movements.mandate": lambda staff: some.leader(),
    "recruitment.household": some.family,
    "recruitment.child": some.child,
    "testimonies.storyteller": some.storyteller,
}
kinds = pytest.mark.parametrize("model", MAKERS)


def test_each_kind_is_tested() -> None:
    assert set(MAKERS) == {kind.model for kind in subjects.kinds()}


@kinds
def test_what_is_shown_is_what_happens(model: str, officer: User, staff: User) -> None:
    person = MAKERS[model](staff)
    some.asks(person, officer)
    kind = subjects.kind_of(model)
    before = dump()
    lines = plan_erasure(kind=kind, person=person.row)
    assert differences(before, dump()) == ({}, {}, {})
    erase(kind=kind, person=person.row, by=officer)
    changed, gone, came = differences(before, dump())
    told = {line.model: set(line.fields) for line in lines if line.what == "emptied"}
    rows = {line.model: line.rows for line in lines if line.what == "emptied"}
    happened = {m: set().union(*by_row.values()) - {"version"} for m, by_row in changed.items()}
    assert {m: {f.removesuffix("_id") for f in fields} for m, fields in happened.items()} == told
    assert {m: len(by_row) for m, by_row in changed.items()} == rows
    deleted = {line.model: line.rows for line in lines if line.what == "deleted"}
    assert {m: len(numbers) for m, numbers in gone.items()} == deleted
    assert set(came) == {"core.activitylog", "core.tombstone"}


# Nothing is left -------------------------------------------------------------------------------


def assert_gone() -> None:
    """No marker in any column, as it stands there and decrypted, and in no file."""
    text = raw().casefold()
    assert MARK.casefold() not in text
    readable = str(dump()).casefold()
    assert MARK.casefold() not in readable
    names = [str(path) for path in Path(settings.MEDIA_ROOT).rglob("*")]
    assert not [name for name in names if MARK.casefold() in name.casefold()]


# the same person may have a second record, which is erased by itself
SECOND: dict[str, Callable[[Any], tuple[str, Any]]] = {
    "movements.mandate": lambda mandate: ("accounts.user", mandate.user),
    "recruitment.child": lambda child: ("recruitment.household", child.household),
}


@kinds
def test_no_mark_is_left_anywhere(model: str, officer: User, staff: User, caplog: Any) -> None:
    person = MAKERS[model](staff)
    some.asks(person, officer)
    assert MARK.casefold() in str(dump()).casefold()
    second = SECOND[model](person.row) if model in SECOND else None
    erase(kind=subjects.kind_of(model), person=person.row, by=officer)
    assert MARK.casefold() not in str(dump()[model]).casefold()
    if second:
        erase(kind=subjects.kind_of(second[0]), person=second[1], by=officer)
    assert_gone()
    assert MARK.casefold() not in caplog.text.casefold()


def test_tokens_of_names_are_gone(officer: User, staff: User) -> None:
    for person in (some.family(staff), some.storyteller(staff)):
        erase(kind=subjects.kind_of(person.model), person=person.row, by=officer)
    assert not NameToken.objects.exists()
    assert not StorytellerToken.objects.exists()


def test_what_waits_for_nobody_is_not_sent(officer: User) -> None:
    person = some.account()
    erase(kind=subjects.kind_of(person.model), person=person.row, by=officer)
    mail = OutboxMessage.objects.get(recipient=person.row.key)
    assert (mail.state, mail.payload) == ("not_due", "")
    assert not Session.objects.exists()
    assert not Job.objects.exists()
    person.row.refresh_from_db()
    assert not person.row.is_active
    assert person.row.email == f"erased-{person.row.pk}@erased.invalid"


def test_the_log_names_fields_only(officer: User, staff: User) -> None:
    person = some.child(staff)
    erase(kind=subjects.kind_of(person.model), person=person.row, by=officer)
    rows = ActivityLog.objects.filter(verb="erased", object_type="recruitment.child")
    assert [row.fields for row in rows.order_by("pk")] == [["birth_year", "first_name"], []]
    assert {row.actor for row in rows} == {officer.key}


# What is published stays -----------------------------------------------------------------------


def published(edition: Edition) -> dict[str, Any]:
    days = [edition.starts_on + timedelta(days=30 * n) for n in range(13)]
    return {
        str(day): [
            (f.indicator, f.value, *(b.value for b in f.beside)) for f in figures(edition, day)
        ]
        for day in days
    }


def test_no_published_figure_changes(officer: User, time_machine: Any) -> None:
    time_machine.move_to("2022-06-01T10:00:00Z")
    edition = make_edition(starts_on=date(2022, 1, 1), ends_on=date(2023, 12, 31))
    owner = people.make_consultant()
    everybody = some.everybody(owner)
    time_machine.move_to("2023-03-01T10:00:00Z")
    before, counted = published(edition), oracle.dump()
    now_before = [f.value for f in figures(edition, today())]
    assert sum(now_before) > 0
    for person in everybody:
        erase(kind=subjects.kind_of(person.model), person=person.row, by=officer)
    assert published(edition) == before
    assert [f.value for f in figures(edition, today())] == now_before
    period = (edition.starts_on, edition.ends_on, today())
    after = oracle.dump()
    for name, count in oracle.FIGURES.items():
        assert count(after, *period) == count(counted, *period), name


# First, twice, together ------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["accounts.user", "movements.mandate"])
def test_who_has_something_to_hand_over_hands_it_over_first(model: str, officer: User) -> None:
    place = movements.movement()
    user = movements.user("Lea")
    mandate = movements.mandate(place, account=user)
    person = user if model == "accounts.user" else mandate
    before = dump()
    with pytest.raises(Refused):
        erase(kind=subjects.kind_of(model), person=person, by=officer)
    assert before == dump()
    lines = plan_erasure(kind=subjects.kind_of(model), person=person)
    assert lines[0].what == "required"


def _with_role(user: User) -> None:
    grant_role(user=user, role=Role.COORDINATOR, by=None)


def _coaching(user: User) -> None:
    CoachAssignment.objects.create(movement=movements.movement(), user=user)


def _with_a_family(user: User) -> None:
    people.make_household(user)


def _seconded(user: User) -> None:
    partner = Partner.objects.create(name="Partner")
    Secondment.objects.create(user=user, partner=partner)


@pytest.mark.parametrize("busy", [_with_role, _coaching, _with_a_family, _seconded])
def test_an_account_in_use_is_not_erased(busy: Any, officer: User) -> None:
    user = movements.user("Karim")
    busy(user)
    with pytest.raises(Refused):
        erase(kind=subjects.kind_of("accounts.user"), person=user, by=officer)
    user.refresh_from_db()
    assert user.is_active
    assert not Tombstone.objects.exists()


@kinds
def test_a_second_time_finds_nothing(model: str, officer: User, staff: User) -> None:
    person, kind = MAKERS[model](staff), subjects.kind_of(model)
    erase(kind=kind, person=person.row, by=officer)
    person.row.refresh_from_db()
    assert person.row.is_erased
    again = plan_erasure(kind=kind, person=person.row)
    assert not [line for line in again if line.what in ("emptied", "deleted", "required")]
    erase(kind=kind, person=person.row, by=officer)
    assert Tombstone.objects.filter(model=model, object_id=person.row.pk).count() == 1


def test_all_mandates_of_one_address_are_one_person(officer: User) -> None:
    place = movements.movement()
    one = movements.ended(movements.mandate(place, email="lea@example.org", name="Lea"))
    two = movements.ended(movements.mandate(email="LEA@example.org", name="Lea"))
    other = movements.ended(movements.mandate(place, email="tom@example.org", name="Tom"))
    erase(kind=subjects.kind_of("movements.mandate"), person=one, by=officer)
    two.refresh_from_db()
    other.refresh_from_db()
    assert two.is_erased
    assert other.name == "Tom"
    # of the same movement, function and day, both without an address
    erase(kind=subjects.kind_of("movements.mandate"), person=other, by=officer)


def test_a_family_goes_with_its_children(officer: User, staff: User) -> None:
    guidance = some.child_of(staff)
    household = guidance.child.household
    erase(kind=subjects.kind_of("recruitment.household"), person=household, by=officer)
    guidance.child.refresh_from_db()
    assert guidance.child.is_erased
    assert set(Tombstone.objects.values_list("model", flat=True)) == {
        "recruitment.household",
        "recruitment.child",
    }


def test_nothing_is_said_of_a_record_that_goes_too(officer: User, staff: User) -> None:
    family = some.family(staff)
    lines = plan_erasure(kind=subjects.kind_of(family.model), person=family.row)
    assert "advice" not in {line.what for line in lines}
    assert "recruitment.household" not in {line.model for line in lines if line.what == "kept"}
    one = family.row.children.get()
    alone = plan_erasure(kind=subjects.kind_of("recruitment.child"), person=one)
    assert "advice" in {line.what for line in alone}
    assert "recruitment.household" in {line.model for line in alone if line.what == "kept"}


def test_notes_stay_for_a_brother_and_are_read(officer: User, staff: User) -> None:
    guidance = some.child_of(staff)
    household = guidance.child.household
    brother = add_child(household=household, first_name="Broer", birth_year=2012, by=staff)
    kind = subjects.kind_of("recruitment.child")
    words = [li.why for li in plan_erasure(kind=kind, person=guidance.child) if li.what == "advice"]
    assert [date_format(today(), "j F Y") in line for line in words] == [
        False,
        True,
    ]  # family, visits
    erase(kind=kind, person=guidance.child, by=officer)
    visit = HomeVisit.objects.get()
    assert visit.next_steps
    erase(kind=kind, person=brother, by=officer)
    visit.refresh_from_db()
    assert visit.next_steps == ""


def test_no_note_to_read_is_no_advice(officer: User, staff: User) -> None:
    child = people.make_guidance(staff).child
    add_child(household=child.household, first_name="Broer", birth_year=2012, by=staff)
    people.make_visit(staff, child.household)
    lines = plan_erasure(kind=subjects.kind_of("recruitment.child"), person=child)
    assert "advice" not in {line.what for line in lines}


def test_copies_elsewhere_are_named(officer: User, staff: User) -> None:
    story = people.make_story(staff)
    people.make_consent(story, Giver.STORYTELLER, channel=Channel.PRESS)
    lines = plan_erasure(kind=subjects.kind_of("testimonies.storyteller"), person=story.storyteller)
    assert len([line for line in lines if line.what == "advice"]) == 1


def test_the_note_of_a_request_about_two_people_goes_with_the_last(
    officer: User, staff: User
) -> None:
    one, two = some.child(staff), some.storyteller(staff)
    request = some.asks(one, officer)
    RequestSubject.objects.create(request=request, model=two.model, object_id=two.row.pk)
    erase(kind=subjects.kind_of(one.model), person=one.row, by=officer)
    request.refresh_from_db()
    assert request.note
    erase(kind=subjects.kind_of(two.model), person=two.row, by=officer)
    request.refresh_from_db()
    assert not request.note


# Files -----------------------------------------------------------------------------------------


class TestFiles:
    """No kind has files of its own yet; of a table that has, they go once it is sure."""

    @pytest.fixture
    def example(self) -> Example:
        point = Group().plan.points.first()
        example = Example(point=point, kind="picture", caption="Wij")
        example.file.save("x.jpg", ContentFile(b"pixels"))
        return example

    def erase_example(
        self, monkeypatch: pytest.MonkeyPatch, example: Example, officer: User
    ) -> None:
        person = some.account()
        rows = Example.objects.filter(pk=example.pk)
        kind = subjects.kind_of("accounts.user")
        monkeypatch.setattr(
            kind, "on_erasure", [*kind.on_erasure, lambda _p: [Deleted(rows), Kept(rows, "x")]]
        )
        lines = erase(kind=kind, person=person.row, by=officer)
        # what goes does not stay, whoever says so
        assert [line.what for line in lines if line.model == "labels.example"] == ["deleted"]

    def test_they_go_on_commit(
        self, example: Example, officer: User, monkeypatch: Any,
        django_capture_on_commit_callbacks: Any,
    ) -> None:  # fmt: skip
        storage, name = example.file.storage, example.file.name
        with django_capture_on_commit_callbacks() as callbacks:
            self.erase_example(monkeypatch, example, officer)
        assert storage.exists(name)
        for callback in callbacks:
            callback()
        assert not storage.exists(name)

    def test_an_emptied_column_takes_its_file_along(self, example: Example) -> None:
        touched = Touched(example, {"file": ""})
        assert touched.changed == {"file": ""}
        assert list(_files_of(example, touched.changed)) == [
            (example.file.storage, example.file.name)
        ]


# Again after a restored backup -----------------------------------------------------------------


def test_replay_erases_what_came_back(officer: User, staff: User) -> None:
    person = some.family(staff)
    number = person.row.pk
    replay("recruitment.household", number)
    assert MARK.casefold() not in str(dump()["recruitment.household"]).casefold()
    replay("recruitment.household", number + 1000)


def test_replay_does_not_ask_for_anything_first(officer: User) -> None:
    mandate = movements.mandate(name="Lea")
    replay("movements.mandate", mandate.pk)
    mandate.refresh_from_db()
    assert mandate.is_erased


# Half an erasure is none -----------------------------------------------------------------------


def test_a_column_that_nobody_empties_stops_everything(
    officer: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = some.child(staff)
    kind = subjects.kind_of(person.model)
    monkeypatch.setattr(kind, "on_erasure", [])
    with pytest.raises(ValueError, match="nobody takes away"):
        plan_erasure(kind=kind, person=person.row)


def test_a_failure_half_way_leaves_everything(
    officer: User, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = some.child(staff)
    before = dump()
    monkeypatch.setattr("core.tombstones.bury", lambda *_a: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        erase(kind=subjects.kind_of(person.model), person=person.row, by=officer)
    assert before == dump()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (models.CharField(null=True), None),
        (models.JSONField(), {}),
        (models.TextField(), ""),
        (models.FileField(), ""),
    ],
)
def test_what_an_empty_column_holds(field: Any, value: Any) -> None:
    assert empty_value(field) == value


def test_some_columns_cannot_be_empty() -> None:
    with pytest.raises(ValueError, match="cannot be emptied"):
        empty_value(models.DateField())


def test_only_an_erased_child_has_no_birth_year(staff: User) -> None:
    child = people.make_guidance(staff).child
    with pytest.raises(IntegrityError), transaction.atomic():
        Child.objects.filter(pk=child.pk).update(birth_year=None)


# Who comes too late ----------------------------------------------------------------------------


@pytest.fixture
def erased_path(officer: User, staff: User) -> Guidance:
    guidance = people.make_guidance(staff)
    kind = subjects.kind_of("recruitment.household")
    erase(kind=kind, person=guidance.child.household, by=officer)
    return guidance


def _stage(path: Guidance, by: User) -> None:
    record_stage(guidance=path, stage="trial", by=by)


LATE: dict[str, Callable[[Guidance, User], Any]] = {
    "family": lambda p, by: change_household(
        household=p.child.household, by=by, version=0, notes="x"
    ),
    "owner": lambda p, by: hand_over_household(household=p.child.household, owner=by, by=by),
    "child": lambda p, by: change_child(child=p.child, first_name="A", birth_year=2012, by=by),
    "new child": lambda p, by: add_child(
        household=p.child.household, first_name="A", birth_year=2012, by=by
    ),
    "path": lambda p, by: open_guidance(child=p.child, by=by),
    "step": _stage,
    "visit": lambda p, by: people.make_visit(by, p.child.household),
}


@pytest.mark.parametrize("late", LATE)
def test_nothing_is_written_to_an_erased_family(
    late: str, erased_path: Guidance, staff: User
) -> None:
    before = dump()
    with pytest.raises(Refused), transaction.atomic():
        LATE[late](erased_path, staff)
    assert before == dump()


def test_nor_to_an_erased_visit_mandate_account_or_story(officer: User, staff: User) -> None:
    visit = people.make_visit(staff, next_steps="x")
    mandate = movements.ended(movements.mandate(name="Lea"))
    user = movements.user("Tom")
    story = people.make_story(staff)
    for model, row in {
        "recruitment.household": visit.household,
        "movements.mandate": mandate,
        "accounts.user": user,
        "testimonies.storyteller": story.storyteller,
    }.items():
        erase(kind=subjects.kind_of(model), person=row, by=officer)
    calls: list[Callable[[], Any]] = [
        lambda: change_visit(visit=visit, by=staff, version=0, visitors=[staff], next_steps="y"),
        lambda: change_mandate(mandate=mandate, by=staff, name="Lea"),
        lambda: grant_role(user=user, role=Role.ALDERMAN, by=staff),
        lambda: update_user(user=user, full_name="T", language="nl", is_active=True, by=staff),
        lambda: revise(testimony=story, title="t", text="t", version=story.version, by=staff),
        lambda: people.make_consent(story, Giver.STORYTELLER),
        lambda: change_storyteller(
            storyteller=story.storyteller, name="F", contact="", alias="N", birth_year=None,
            by=staff,
        ),
    ]  # fmt: skip
    before = dump()
    for call in calls:
        with pytest.raises(Refused), transaction.atomic():
            call()
    assert before == dump()
