"""Keys change while people work; nothing is unreadable, lost or silently left behind."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models, transaction
from django.test import Client

from core import rotation
from core.encryption import EncryptedTextField, decrypt, encrypt
from core.jobs import Job
from core.keyed import Columns, Expendable, TokensInJSON, key_of_token
from core.logs import ActivityLog
from core.rotation import look, places, rotate
from core.sessions import SessionStore
from recruitment import receivers
from recruitment.models import Child, Household, NameToken
from recruitment.services import add_child, change_household
from tests.factories.families import family_name, make_families, wrong_names
from tests.factories.people import make_consultant, make_household
from tests.support.processes import wait_until

OLD, NEW, THIRD = (Fernet.generate_key().decode() for _key in range(3))
OLD_INDEX, NEW_INDEX = "old" * 11, "new" * 11
ROWS = 450  # more than two batches

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _old_keys(settings: Any) -> None:
    settings.FIELD_KEYS, settings.INDEX_KEYS = [OLD], [OLD_INDEX]


@pytest.fixture
def new_keys(settings: Any) -> Any:
    """Call it to put the new keys in front."""

    def change() -> None:
        settings.FIELD_KEYS, settings.INDEX_KEYS = [NEW, OLD], [NEW_INDEX, OLD_INDEX]

    return change


@pytest.fixture
def drop(settings: Any) -> Any:
    """Call it to throw the old keys away."""

    def change() -> None:
        settings.FIELD_KEYS, settings.INDEX_KEYS = [NEW], [NEW_INDEX]

    return change


def silent(_tally: Any) -> None:
    """Nobody listens."""


def place(name: str) -> Any:
    return next(p for p in places() if p.name == name)


def keys(name: str) -> Counter[int]:
    return look(place(name), silent).keys


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("rotate_keys", *arguments)
    return capsys.readouterr().out


# Everything, killed half-way -------------------------------------------------------------------


class Killed(BaseException):
    """What SIGKILL is to a process."""


def test_a_run_that_is_killed_half_way_goes_on_where_it_ended(new_keys: Any, drop: Any) -> None:
    """The small pass of the proof in test_rotation_proof.py."""
    make_families(ROWS, by=make_consultant())
    versions = list(Household.objects.order_by("pk").values_list("pk", "version"))
    new_keys()

    def kill(tally: Any) -> None:
        if tally.seen > ROWS / 2:
            raise Killed

    for name in ("recruitment.household", "recruitment.nametoken"):
        with pytest.raises(Killed):
            rotate(place(name), kill)
        found = keys(name)
        assert found.total() == ROWS
        assert found[1] == 400
        assert list(wrong_names(list(Household.objects.all()))) == []
        assert Household.objects.named(family_name(1)).count() == 1
        assert Household.objects.named(family_name(ROWS - 1)).count() == 1
    call_command("rotate_keys")
    renewed = Job.objects.get(kind="rotate_keys").result
    assert (renewed["recruitment.household"], renewed["recruitment.child"]) == (50, ROWS)
    assert renewed["recruitment.nametoken"] == 50
    drop()
    call_command("rotate_keys", "--check")
    assert list(wrong_names(list(Household.objects.all()))) == []
    assert Household.objects.named("kind7 ouder7 familie7").count() == 1
    assert list(Household.objects.order_by("pk").values_list("pk", "version")) == versions
    assert ActivityLog.objects.filter(verb="rotated keys").count() == 1
    assert ActivityLog.objects.count() == 1


def test_dropping_a_key_too_early_is_caught(
    new_keys: Any, drop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    make_families(7, by=make_consultant())
    new_keys()
    drop()
    with pytest.raises(InvalidToken):
        list(Household.objects.all())
    for arguments in ((), ("--check",)):
        with pytest.raises(CommandError) as refused:
            said(capsys, *arguments)
        message = str(refused.value)
        assert "recruitment.household: 7 rows that no key of FIELD_KEYS reads" in message
        assert "and 2 more" in message
    new_keys()
    said(capsys)
    drop()
    assert "Everything stands under the first key" in said(capsys, "--check")


def test_the_check_counts_the_rows_of_each_key_and_changes_nothing(
    new_keys: Any, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    by = make_consultant()
    assert "Everything stands" in said(capsys, "--check")
    make_families(2, by=by)
    new_keys()
    make_families(3, by=by)
    settings.FIELD_KEYS = [THIRD, *settings.FIELD_KEYS]
    before = stored(Household, "family_name")
    with pytest.raises(CommandError) as refused:
        call_command("rotate_keys", "--check")
    assert str(refused.value).splitlines() == [
        "Key 2 of FIELD_KEYS is still needed: 6 rows.",
        "Key 3 of FIELD_KEYS is still needed: 4 rows.",
        "Key 2 of INDEX_KEYS is still needed: 2 rows.",
        "`rotate_keys` brings them under the first key.",
    ]
    out = capsys.readouterr().out
    assert "recruitment.household (FIELD_KEYS): key 2: 3, key 3: 2" in out
    assert "recruitment.nametoken (INDEX_KEYS): key 1: 3, key 2: 2" in out
    assert stored(Household, "family_name") == before
    assert not ActivityLog.objects.exists()
    assert not Job.objects.exists()
    assert "recruitment.household: 5 rows, 5 written again" in said(capsys)
    assert "recruitment.household: 5 rows, 0 written again" in said(capsys)


def stored(model: Any, column: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


# What is walked --------------------------------------------------------------------------------


def test_each_encrypted_column_is_walked() -> None:
    walked = {
        (found.name, column)
        for found in places()
        if isinstance(found, Columns)
        for column in found.fields
    }
    encrypted = {
        (model._meta.label_lower, column.name)
        for model in apps.get_models()
        for column in model._meta.fields
        if isinstance(column, EncryptedTextField)
    }
    assert walked == encrypted
    assert ("core.outboxmessage", "payload") in walked
    assert ("core.job", "file") in walked


def test_nothing_stays_nothing_and_a_row_counts_once_by_its_oldest_key(new_keys: Any) -> None:
    empty = Job.objects.create(kind="x", owner="user:1", file_name="x", file=None)
    household = make_household(make_consultant(), phone="0470")
    new_keys()
    change_household(household=household, by=household.owner, version=0, notes="Nieuw")
    Household.objects.filter(pk=household.pk).update(phone=as_old("0470"))
    assert keys("recruitment.household") == {2: 1}
    assert keys("core.job") == {1: 1}
    assert rotate(place("recruitment.household"), silent).renewed == 1
    assert keys("recruitment.household") == {1: 1}
    household.refresh_from_db()
    assert (household.phone, household.address, household.version) == ("0470", "", 1)
    assert stored(Household, "address") == [""]
    empty.refresh_from_db()
    assert empty.file is None


def as_old(text: str) -> Any:
    old = Fernet(OLD).encrypt(text.encode()).decode()
    return models.Value(old, output_field=models.TextField())


def test_tokens_inside_json_take_part(new_keys: Any, drop: Any) -> None:
    secret, codes = token("secret"), [token("one"), token("two")]
    rows = [
        Job.objects.create(kind="x", owner="user:1", file_name="x", options=options)
        for options in ({"secret": secret, "mask": 3}, {"codes": codes}, {"secret": ""}, {})
    ]
    found = TokensInJSON("core.job", "options", "secret", "codes")
    new_keys()
    assert look(found, silent).keys == {2: 2, 1: 2}
    assert rotate(found, silent).renewed == 2
    drop()
    assert look(found, silent).keys == {1: 4}
    first, second, *others = [Job.objects.get(pk=row.pk).options for row in rows]
    assert (plain(first["secret"]), first["mask"]) == ("secret", 3)
    assert [plain(code) for code in second["codes"]] == ["one", "two"]
    assert others == [{"secret": ""}, {}]


def test_what_is_worth_nothing_without_its_key_is_deleted(new_keys: Any) -> None:
    good, lost = (Job.objects.create(kind="x", owner="user:1", file_name=name) for name in "ab")
    found = Expendable("core.job", "file_name")
    Job.objects.filter(pk=good.pk).update(file_name=token("a"))
    new_keys()
    assert look(found, silent).keys == {2: 1, 0: 1}
    assert rotate(found, silent).renewed == 2
    assert key_of_token(Job.objects.get().file_name) == 1
    assert not Job.objects.filter(pk=lost.pk).exists()


def test_who_is_signed_in_stays_so_and_keeps_the_second_factor(
    new_keys: Any, drop: Any, client: Client
) -> None:
    user = make_consultant()
    client.force_login(user)
    secret = TOTP.activate(user, generate_totp_secret()).instance
    codes = RecoveryCodes.activate(user)
    before = [(row.pk, *secrets_of(row)) for row in Authenticator.objects.order_by("pk")]
    assert {secret.pk, codes.instance.pk} <= {pk for pk, *_rest in before}
    unused = codes.get_unused_codes()
    new_keys()
    call_command("rotate_keys")
    drop()
    call_command("rotate_keys", "--check")
    after = [(row.pk, *secrets_of(row)) for row in Authenticator.objects.order_by("pk")]
    assert after == before
    assert (
        RecoveryCodes(Authenticator.objects.get(pk=codes.instance.pk)).get_unused_codes() == unused
    )
    assert SessionStore(client.session.session_key)["_auth_user_id"] == str(user.pk)


def secrets_of(row: Authenticator) -> list[str]:
    return [plain(row.data[name]) for name in ("secret", "seed") if name in row.data]


def token(text: str) -> str:
    return encrypt(text.encode()).decode()


def plain(text: str) -> str:
    return decrypt(text.encode()).decode()


# Names -----------------------------------------------------------------------------------------


def test_fingerprints_that_are_missing_or_too_many_are_mended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    household = make_household(make_consultant(), "El Idrissi", guardian_name="Samira")
    child = add_child(household=household, first_name="Amina", birth_year=2014, by=household.owner)
    NameToken.objects.filter(child=child).delete()
    NameToken.objects.create(household=household, token="0" * 32)
    with pytest.raises(CommandError, match="No key of INDEX_KEYS made what is stored: 1 rows"):
        call_command("rotate_keys", "--check")
    capsys.readouterr()
    said(capsys)
    assert "Everything stands" in said(capsys, "--check")
    assert Household.objects.named("amina samira idrissi").get() == household
    assert NameToken.objects.count() == 4


def test_a_household_without_names_has_nothing_to_renew(new_keys: Any) -> None:
    household = make_household(make_consultant())
    Household.objects.filter(pk=household.pk).update(family_name="")
    household.name_tokens.all().delete()
    new_keys()
    assert keys("recruitment.nametoken") == {1: 1}


def test_a_child_that_comes_between_two_reads_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its fingerprints are seen, it is not: nothing may be deleted on that account."""
    household = make_household(make_consultant())
    child = add_child(household=household, first_name="Amina", birth_year=2014, by=household.owner)
    answers = [Child.objects.none(), Child.objects.all()]
    manager = SimpleNamespace(filter=lambda **_filters: answers.pop(0))
    monkeypatch.setattr(receivers, "Child", SimpleNamespace(objects=manager))
    tally = rotate(place("recruitment.nametoken"), silent)
    assert (tally.keys, tally.renewed, answers) == ({0: 1}, 0, [])
    assert NameToken.objects.filter(child=child).count() == 1


# Beside others ---------------------------------------------------------------------------------


@contextlib.contextmanager
def somebody_at(work: Callable[[], object]) -> Iterator[None]:
    """Somebody else did `work` and has not committed yet; that happens when the block is left."""
    working, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                work()
                working.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(hold)
        try:
            assert working.wait(20)
            yield
        finally:
            go_on.set()
            other.result(20)


def in_a_thread(work: Callable[[], Any]) -> Any:
    try:
        return work()
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_save_under_way_is_waited_for_and_never_overwritten(new_keys: Any) -> None:
    by = make_consultant()
    make_families(20, by=by)
    held = Household.objects.order_by("pk")[10]
    new_keys()
    households = place("recruitment.household")
    with ThreadPoolExecutor(1) as pool:
        with somebody_at(lambda: change_household(household=held, by=by, version=0, notes="Nieuw")):
            rotated = pool.submit(in_a_thread, lambda: rotate(households, silent))
            wait_until(lambda: keys("recruitment.household")[1] == 19)
            assert not rotated.done()
        tally = rotated.result(20)
    assert (tally.renewed, tally.busy) == (19, [])  # the save itself wrote under the new key
    held.refresh_from_db()
    assert (held.notes, held.version) == ("Nieuw", 1)
    assert keys("recruitment.household") == {1: 20}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_that_stays_in_use_is_named_and_the_rest_is_done(
    new_keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "TRIES", 2)
    make_families(5, by=make_consultant())
    new_keys()
    held = Household.objects.order_by("pk")[2]
    with (
        somebody_at(lambda: Household.objects.select_for_update().get(pk=held.pk)),
        pytest.raises(CommandError, match=rf"household {held.pk}\). Run the command again"),
    ):
        call_command("rotate_keys")
    assert keys("recruitment.household") == {1: 4, 2: 1}
    assert keys("recruitment.nametoken") == {1: 4, 2: 1}
    call_command("rotate_keys")
    assert keys("recruitment.household") == {1: 5}


def test_another_fault_of_the_database_is_not_swallowed(
    new_keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_families(3, by=make_consultant())
    new_keys()

    def fail(*_arguments: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(Columns, "renew", fail)
    with pytest.raises(OperationalError):
        rotate(place("recruitment.household"), silent)


def test_a_long_run_says_how_far_it_is(
    new_keys: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("core.management.commands.rotate_keys.STEP", 200)
    make_families(ROWS, by=make_consultant())
    new_keys()
    out = said(capsys)
    assert "… recruitment.household: 200 rows looked at" in out
    assert "… recruitment.household: 400 rows looked at" in out
    assert "… recruitment.household: 450 rows looked at" not in out
