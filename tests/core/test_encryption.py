"""What is written about families never reaches the database in the clear."""

from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.messages.constants import INFO
from django.contrib.messages.storage import default_storage
from django.core.exceptions import FieldError
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.encryption import blind_index, blind_indexes, decrypt, encrypt, fold
from core.jobs import Job
from core.keyed import Columns, places

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def stored(job: Job) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT file FROM core_job WHERE id = %s", [job.pk])
        return cursor.fetchone()[0]


def job_with(text: str | None) -> Job:
    return Job.objects.create(kind="x", owner="user:1", file_name="x", file=text)


@pytest.mark.parametrize("text", ["Yusuf", "أميرة 🏕", "a\nb", " "])
@pytest.mark.django_db
def test_column_holds_a_token(text: str) -> None:
    job = job_with(text)
    assert stored(job).startswith("gAAAA")
    assert text not in stored(job)
    assert Job.objects.get().file == text
    assert stored(job) != stored(job_with(text))


@pytest.mark.parametrize("text", ["", None])
@pytest.mark.django_db
def test_nothing_stays_nothing(text: str | None) -> None:
    assert stored(job_with(text)) == text
    assert Job.objects.get().file == text


@pytest.mark.django_db
def test_older_keys_read_and_the_first_one_writes(settings: Any) -> None:
    settings.FIELD_KEYS = [OLD]
    before = job_with("Yusuf")
    settings.FIELD_KEYS = [NEW, OLD]
    assert Job.objects.get().file == "Yusuf"
    after = job_with("Amina")
    settings.FIELD_KEYS = [NEW]
    assert Job.objects.get(pk=after.pk).file == "Amina"
    with pytest.raises(InvalidToken):
        Job.objects.get(pk=before.pk)
    settings.FIELD_KEYS = [OLD, NEW]
    Job.objects.get(pk=after.pk).save()  # written again: with the present first key
    settings.FIELD_KEYS = [OLD]
    assert Job.objects.get(pk=after.pk).file == "Amina"


@pytest.mark.parametrize("lookup", ["exact", "contains", "iexact", "gt", "in", "regex"])
@pytest.mark.django_db
def test_no_search_on_tokens(lookup: str) -> None:
    with pytest.raises(FieldError, match="blind index"):
        Job.objects.filter(**{f"file__{lookup}": "x"}).exists()
    with pytest.raises(FieldError, match="blind index"):
        Job.objects.exclude(file="x").exists()


@pytest.mark.django_db
def test_presence_may_be_asked() -> None:
    job_with("x")
    assert Job.objects.filter(file__isnull=False).count() == 1


@given(st.binary(max_size=500))
def test_what_is_encrypted_is_decrypted(data: bytes) -> None:
    assert decrypt(encrypt(data)) == data


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("El Idrissi", " el  IDRISSI "),
        ("Ömer", "omer"),
        ("Ömer", "O\u0308mer"),
        ("Weiß", "WEISS"),
        ("Renée", "renee"),
        ("İnci", "inci"),
    ],
)
def test_same_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert blind_index(one) == blind_index(other)


@pytest.mark.parametrize(("one", "other"), [("Omer", "Omar"), ("El Idrissi", "Elidrissi")])
def test_other_name(one: str, other: str) -> None:
    assert blind_index(one) != blind_index(other)


def test_index_is_keyed_and_fits_its_column(settings: Any) -> None:
    before = blind_index("Yusuf")
    assert len(before) == 32
    assert set(before) <= set("0123456789abcdef")
    settings.INDEX_KEYS = ["another"]
    assert blind_index("Yusuf") != before


def test_the_first_key_writes_the_index_and_all_of_them_search(settings: Any) -> None:
    settings.INDEX_KEYS = ["old"]
    old = blind_index("Yusuf")
    settings.INDEX_KEYS = ["new", "old"]
    assert blind_indexes(" YUSUF") == [blind_index("Yusuf"), old]
    assert blind_index("Yusuf") != old


@pytest.mark.parametrize("text", ["", "  ", "\u0301"])
def test_no_index_for_no_name(text: str) -> None:
    assert blind_index(text) == ""
    assert blind_indexes(text) == []


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


# Beside the field ------------------------------------------------------------------------------

ENCRYPTED = [place for place in places() if isinstance(place, Columns)]


@pytest.mark.parametrize("place", ENCRYPTED, ids=lambda place: place.name)
def test_a_record_is_never_called_by_what_is_encrypted_in_it(place: Columns) -> None:
    """Its name stands in titles, drop-downs, messages and logs."""
    record = place.model(pk=7, **dict.fromkeys(place.fields, "Amadeus"))
    for shown in (str(record), repr(record)):
        assert "Amadeus" not in shown


@pytest.mark.parametrize("place", ENCRYPTED, ids=lambda place: place.name)
def test_nothing_is_sorted_made_unique_or_found_by_a_token(place: Columns) -> None:
    meta = place.model._meta
    named = {name.lstrip("-") for name in meta.ordering}
    for constraint in meta.constraints:
        named.update(getattr(constraint, "fields", ()))
    for index in meta.indexes:
        named.update(index.fields)
    assert not named & set(place.fields)
    for name in place.fields:
        field = meta.get_field(name)
        assert not field.unique
        assert not field.db_index


@pytest.mark.django_db
def test_messages_wait_in_the_encrypted_session(client: Client, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.session = client.session
    storage = default_storage(request)
    storage.add(INFO, "Amadeus")
    response = HttpResponse()
    storage.update(response)
    request.session.save()
    assert not response.cookies
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        [(data,)] = cursor.fetchall()
    assert "Amadeus" in decrypt(data.encode()).decode()
