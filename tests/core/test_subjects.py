"""The list of the kinds of people, and how a part leads to its rows."""

import pytest

from accounts.models import User
from core import subjects
from core.logs import ActivityLog, log_activity
from core.subjects import Kind, Part
from movements.models import Mandate
from tests.factories import movements
from tests.factories.people import make_user


@pytest.fixture
def no_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_kinds", {})


def kind(model: str = "accounts.user", *parts: Part) -> Kind:
    return Kind(model, "somebody", lambda words: User.objects.none(), str, list(parts))


def test_a_kind_is_registered_once(no_kinds: None) -> None:
    known = subjects.register(kind())
    assert subjects.kinds() == [known]
    assert subjects.kind_of("accounts.user") is known
    assert known.table is User
    with pytest.raises(ValueError, match="is registered twice"):
        subjects.register(kind())


def test_only_a_kind_that_is_there_can_be_extended(no_kinds: None) -> None:
    known = subjects.register(kind("accounts.user", Part("accounts.user")))
    roles = Part("accounts.rolegrant", "user")
    subjects.extend("accounts.user", roles, on_erasure=lambda person: [])
    assert known.parts[1:] == [roles]
    assert len(known.on_erasure) == 1
    with pytest.raises(KeyError):
        subjects.extend("recruitment.child", roles)


def test_a_part_names_its_fields_or_has_all_that_are_registered() -> None:
    everything = {entry.field for entry in Part("accounts.rolegrant", "user").entries()}
    assert everything == {"user", "role", "starts_on", "ends_on", "ended_at"}
    [owner] = Part("recruitment.household", "owner", fields=("owner", "version")).entries()
    assert owner.field == "owner"


@pytest.mark.django_db
def test_rows_are_reached_by_relation_by_key_or_in_a_way_of_their_own() -> None:
    one, other = make_user(), make_user()
    log_activity(actor=one, verb="changed", obj=other)
    log_activity(actor=other, verb="changed", obj=one)
    by_key = Part("core.activitylog", "actor", by_key=True)
    assert list(by_key.rows(one)) == [ActivityLog.objects.get(actor=one.key)]
    mandate = movements.mandate(movements.movement())
    among = Part("movements.mandate", among=lambda person: Mandate.objects.all())
    assert list(among.rows(one)) == [mandate]
    assert list(Part("accounts.user").rows(other)) == [other]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "found"), [("els", True), ("ELS peet", True), ("els jan", False), ("  ", False)]
)
def test_every_word_stands_in_one_of_the_columns(words: str, found: bool) -> None:
    els = make_user(name="Els Peeters")
    make_user(name="Jan Claes")
    users = subjects.with_words(User.objects.all(), words, "full_name", "email")
    assert list(users) == ([els] if found else [])
