"""The logs for those who watch over them: filters, names beside keys, a file."""

import ast
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.models import User
from core import export
from core.calendar import today
from core.export import csv_lines, harmless
from core.logs import AccessLog, log_access, log_activity
from labels.enums import LabelEventKind, PlanAction
from privacy import log_words, logbook
from privacy.log_words import VERBS, field_labels, kind_label, state_label, verb_label
from tests.accounts.people import someone
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db

ACCESS, ACTIVITY = "/admin/core/accesslog/", "/admin/core/activitylog/"
EXPORT = ACCESS + "export/"


@pytest.fixture
def officer(client: Client) -> User:
    found = someone(Role.PRIVACY_OFFICER, email="officer@example.test")
    client.force_login(found)
    return found


@pytest.fixture
def an() -> User:
    return make_user(Role.CONSULTANT, name="An Peeters")


@contextmanager
def at_any_moment() -> Iterator[None]:
    """Rows keep the moment that they are given."""
    field: Any = AccessLog._meta.get_field("at")
    field.auto_now_add = False
    try:
        yield
    finally:
        field.auto_now_add = True


def look(by: Any, number: int = 1, verb: str = "viewed", days_ago: float = 0) -> AccessLog:
    with at_any_moment():
        return AccessLog.objects.create(
            actor=by.key if by else "system",
            verb=verb,
            object_type="recruitment.household",
            object_id=str(number),
            at=timezone.now() - timedelta(days=days_ago),
        )


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def shown(client: Client, url: str = ACCESS, **query: Any) -> list[int]:
    """Numbers of the records in the rows of the page, from above."""
    entries = client.get(url, query).context["entries"]
    return [int(entry.row.object_id) for entry, _url in entries]


# The pages -------------------------------------------------------------------------------------


def test_names_stand_beside_keys(client: Client, officer: User, an: User) -> None:
    look(an)
    page = text(client.get(ACCESS))
    assert "An Peeters" in page
    assert an.key in page


def test_who_has_no_account_any_more_is_a_key(client: Client, officer: User) -> None:
    AccessLog.objects.create(actor="user:987", verb="viewed", object_type="x.y", object_id="1")
    look(None)
    with translation.override("en"):
        page = text(client.get(ACCESS, headers={"Accept-Language": "en"}))
    assert "user:987" in page
    assert "the system" in page


def test_changes_show_fields_and_state_in_words(client: Client, officer: User, an: User) -> None:
    log_activity(actor=an, verb="changed", obj=an, fields=["full_name", "gone"], state="open")
    page = text(client.get(ACTIVITY, headers={"Accept-Language": "en"}))
    assert "gone, name" in page.replace("\n", " ") or "name, gone" in page
    assert "open" in page


def test_a_record_leads_to_its_page_only_for_whom_it_has_one(client: Client, an: User) -> None:
    log_activity(actor=an, verb="changed", obj=an)
    log_access(actor=an, verb="listed", obj=User)
    AccessLog.objects.create(actor=an.key, verb="viewed", object_type="accounts.gone", object_id=1)
    page_of_an = f"/admin/accounts/user/{an.pk}/change/"
    for role, leads in ((Role.COORDINATOR, True), (Role.PRIVACY_OFFICER, False)):
        client.force_login(someone(role, email=f"{role}@example.test"))
        assert (f'href="{page_of_an}"' in text(client.get(ACTIVITY))) is leads
        assert "accounts/gone/1" not in text(client.get(ACCESS))


def test_a_record_without_a_page_leads_nowhere(
    client: Client, officer: User, an: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(User, "has_perm", lambda self, perm, obj=None: True)
    AccessLog.objects.create(actor=an.key, verb="viewed", object_type="core.job", object_id="1")
    entries = client.get(ACCESS).context["entries"]
    assert [url for _entry, url in entries] == [""]


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.ALDERMAN, Role.LEADER])
@pytest.mark.parametrize("url", [ACCESS, ACTIVITY, EXPORT, ACTIVITY + "export/"])
def test_nobody_else_finds_them(client: Client, role: Role, url: str) -> None:
    client.force_login(someone(*([role] if role != Role.LEADER else []), email="x@example.test"))
    assert client.get(url).status_code == 404


def test_nothing_is_sent_here(client: Client, officer: User) -> None:
    row = look(officer)
    assert client.post(ACCESS, {"verb": "x"}).status_code == 405
    assert client.post(EXPORT).status_code == 405
    assert client.post(f"{ACCESS}{row.pk}/change/", {"verb": "x"}).status_code in {403, 404}
    assert client.get(f"{ACCESS}{row.pk}/change/").status_code == 200
    assert client.get(f"{ACCESS}add/").status_code == 404


# Filters ---------------------------------------------------------------------------------------


def test_each_filter(client: Client, officer: User, an: User) -> None:
    look(an, 1)
    look(officer, 2)
    look(an, 3, verb="searched")
    AccessLog.objects.create(actor=an.key, verb="viewed", object_type="accounts.user", object_id=4)
    look(an, 5, days_ago=10)
    day = today().isoformat()
    week_ago = (today() - timedelta(days=7)).isoformat()
    assert shown(client) == [4, 3, 2, 1, 5]
    assert shown(client, who=an.key) == [4, 3, 1, 5]
    assert shown(client, who="user:987") == []
    assert shown(client, who="system") == []
    assert shown(client, verb="searched") == [3]
    assert shown(client, kind="accounts.user") == [4]
    assert shown(client, number="2") == [2]
    assert shown(client, number="*") == []
    assert shown(client, first=day, last=day) == [4, 3, 2, 1]
    assert shown(client, last=week_ago) == [5]
    assert shown(client, first=week_ago, who=an.key, verb="viewed") == [4, 1]


@pytest.mark.parametrize(
    "query",
    [
        {"first": "soon"},
        {"first": "2026-02-02", "last": "2026-02-01"},
        {"who": "An"},
        {"verb": "sang"},
        {"kind": "x.y"},
        {"number": "1 OR 1=1"},
    ],
)
def test_what_cannot_be_asked_shows_nothing(
    client: Client, officer: User, query: dict[str, str]
) -> None:
    look(officer)
    response = client.get(ACCESS, query)
    assert response.context["entries"] == []
    assert response.context["form"].errors
    assert client.get(EXPORT, query).status_code == 302


def test_days_are_those_of_brussels(client: Client, officer: User) -> None:
    midnight = logbook._midnight(today())
    with at_any_moment():
        for number, moment in enumerate((midnight - timedelta(microseconds=1), midnight), start=1):
            AccessLog.objects.create(
                actor="system", verb="viewed", object_type="x.y", object_id=str(number), at=moment
            )
    assert shown(client, first=today().isoformat()) == [2]
    assert shown(client, last=(today() - timedelta(days=1)).isoformat()) == [1]


# Page by page ----------------------------------------------------------------------------------


def test_fifty_and_then_the_older_ones(client: Client, officer: User, an: User) -> None:
    moment = timezone.now()
    with at_any_moment():
        AccessLog.objects.bulk_create(
            AccessLog(
                actor=an.key,
                verb="viewed",
                object_type="x.y",
                object_id=str(number),
                at=moment - timedelta(seconds=number // 30),  # many at the same moment
            )
            for number in range(120)
        )
    found: list[int] = []
    url = f"{ACCESS}?who={an.key}"
    for left in (50, 50, 20):
        response = client.get(url)
        page = [int(entry.row.object_id) for entry, _url in response.context["entries"]]
        assert len(page) == left
        found += page
        url = f"{ACCESS}?who={an.key}&before={response.context['older']}"
    assert len(found) == len(set(found)) == 120
    assert response.context["older"] is None
    assert response.context["is_older"]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "999999", "²"])
def test_a_page_after_nothing_is_the_first(client: Client, officer: User, before: str) -> None:
    look(officer)
    assert shown(client, before=before) == [1]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("url", [ACCESS, ACTIVITY])
def test_queries(
    client: Client, officer: User, rows: int, url: str, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        person = someone(email=f"p{number}@example.test")
        look(person, number)
        log_activity(actor=person, verb="changed", obj=person)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    said = [query["sql"] for query in queries]
    about_the_log = [sql for sql in said if f'FROM "core_{url.split("/")[3]}"' in sql]
    assert len(about_the_log) == 1
    assert "COUNT" not in about_the_log[0].upper()
    assert len(said) == QUERIES


QUERIES = 8


# The file --------------------------------------------------------------------------------------


def rows_of(response: Any) -> list[list[str]]:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    body = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body), delimiter=";"))


def this_year() -> dict[str, str]:
    return {"first": (today() - timedelta(days=365)).isoformat(), "last": today().isoformat()}


def test_a_file_with_the_rows_of_the_filter_oldest_first(
    client: Client, officer: User, an: User
) -> None:
    look(an, 1, days_ago=2)
    look(officer, 2, days_ago=1)
    look(an, 3)
    response = client.get(EXPORT, {**this_year(), "who": an.key})
    assert f"accesslog-{today()}.csv" in response["Content-Disposition"]
    header, *rows = rows_of(response)
    assert len(header) == 6
    assert [row[1:] for row in rows] == [
        [an.key, "An Peeters", "viewed", "recruitment.household", "1"],
        [an.key, "An Peeters", "viewed", "recruitment.household", "3"],
    ]


def test_a_file_of_changes_has_fields_and_state(client: Client, officer: User, an: User) -> None:
    log_activity(actor=an, verb="changed", obj=an, fields=["email", "full_name"], state="open")
    header, *rows = rows_of(client.get(ACTIVITY + "export/", {**this_year(), "verb": "changed"}))
    assert len(header) == 8
    assert rows[-1][3:] == ["changed", "accounts.user", str(an.pk), "email, full_name", "open"]


def test_taking_a_file_is_logged_before_it_leaves(client: Client, officer: User) -> None:
    response = client.get(EXPORT, this_year())
    row = AccessLog.objects.latest("pk")
    assert (row.actor, row.verb, row.object_type, row.object_id) == (
        officer.key,
        "exported",
        "core.accesslog",
        "*",
    )
    assert len(rows_of(response)) == 2


def test_no_file_when_that_cannot_be_logged(client: Client, officer: User) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_accesslog RENAME TO core_elsewhere")
        assert client.get(ACTIVITY + "export/", this_year()).status_code == 503
        transaction.set_rollback(True)


def test_the_second_factor_is_asked_again(client: Client, officer: User) -> None:
    with_old_proof(client)
    response = client.get(EXPORT, this_year())
    assert response.status_code == 302
    assert "next=" in response["Location"]
    assert not AccessLog.objects.filter(verb="exported").exists()


def with_old_proof(client: Client) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 24 * 3600
    session.save()


@pytest.mark.parametrize(
    "days", [{}, {"first": "2026-01-01"}, {"first": "2024-01-01", "last": "2025-01-01"}]
)
def test_a_file_needs_a_period(client: Client, officer: User, days: dict[str, str]) -> None:
    response = client.get(EXPORT, {**days, "verb": "viewed"})
    assert response["Location"].startswith(f"{ACCESS}?")
    assert "verb=viewed" in response["Location"]
    assert len(list(get_messages(response.wsgi_request))) == 1


def test_a_file_has_its_limit(
    client: Client, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logbook, "MOST_EXPORTED", 2)
    look(officer, 1)
    look(officer, 2)
    assert len(rows_of(client.get(EXPORT, this_year()))) == 4
    # with the look that the first file left behind
    assert client.get(EXPORT, this_year()).status_code == 302


def test_files_come_in_pieces(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "CHUNK", 2)
    for number in range(5):
        look(officer, number)
    found = list(logbook.table_of(AccessLog, AccessLog.objects.all()))
    assert [row[5] for row in found[1:]] == ["0", "1", "2", "3", "4"]


def test_the_coordinator_reads_but_takes_nothing_away(client: Client) -> None:
    client.force_login(someone(Role.COORDINATOR, email="c@example.test"))
    assert "export/" not in text(client.get(ACCESS, this_year()))
    assert client.get(EXPORT, this_year()).status_code == 404


@pytest.mark.parametrize("start", export.FORMULA)
def test_no_cell_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    line = list(csv_lines([[f"{start}cmd|' /C calc'!A0", "=x", 7, "plain"]]))[1]
    cells = next(csv.reader(io.StringIO(line, newline=""), delimiter=";"))
    assert [cell[0] for cell in cells] == ["'", "'", "7", "p"]


# Words -----------------------------------------------------------------------------------------


def test_words_that_nobody_knows_stay_as_they_are() -> None:
    with translation.override("en"):
        assert verb_label("viewed") == "looked at"
        assert verb_label("sang") == "sang"
        assert kind_label("recruitment.household") == "household"
        assert kind_label("x.y") == "x.y"
        assert kind_label("x") == "x"
        assert field_labels("accounts.user", ["full_name", "gone"]) == "name, gone"
        assert field_labels("x.y", ["name"]) == "name"
        assert state_label("labels.actionplan", "not_yet") == "not yet"
        assert state_label("labels.actionplan", "5") == "5"
        assert state_label("x.y", "open") == "open"


def test_choices_are_sorted_by_what_they_say() -> None:
    with translation.override("en"):
        for choices in (log_words.verb_choices(), log_words.kind_choices()):
            labels = [label for _value, label in choices]
            assert labels == sorted(labels)
    assert len(log_words.verb_choices()) == len(VERBS)


LOGGING = {"log_access", "log_activity", "log_many"}


def verbs_in_the_code() -> set[str]:
    """Every verb that is written as a word in a call of the logs."""
    found = set()
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if path.relative_to(settings.BASE_DIR).parts[0] in {"tests", ".venv", "benchmarks"}:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            name = getattr(call, "func", None)
            if getattr(name, "id", getattr(name, "attr", "")) in LOGGING:
                words = [key.value for key in call.keywords if key.arg == "verb"]  # type: ignore[attr-defined]
                nodes = [node for word in words for node in ast.walk(word)]
                found |= {n.value for n in nodes if isinstance(n, ast.Constant)}
    return {word for word in found if isinstance(word, str)}


def test_every_verb_has_a_word() -> None:
    found = verbs_in_the_code()
    assert {"viewed", "searched", "added"} <= found
    assert found | set(PlanAction) | set(LabelEventKind) <= set(VERBS)
