"""What every page of the web admin does in the same way."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.translation import override

from accounts.enums import Role
from core import admin as core_admin
from core.admin import QuietAdmin, ServiceAdmin
from core.encryption import decrypt, encrypt
from core.jobs import Job
from core.logs import AccessLog, ActivityLog
from core.outbox import OutboxMessage
from tests.accounts.people import someone

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_admin")]

JOBS, MAILS = "/open/core/job/", "/open/core/outboxmessage/"


@pytest.fixture
def desk(client: Client, settings: Any) -> Client:
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "Locale" not in m]
    client.force_login(someone(Role.COORDINATOR))
    return client


def posted(desk: Client, kind: str) -> Any:
    upload = SimpleUploadedFile("x.csv", b"content")
    return desk.post(JOBS + "add/", {"kind": kind, "owner": "user:1", "upload": upload})


def test_service_writes_and_django_logs_nothing(desk: Client) -> None:
    assert posted(desk, "good").status_code == 302
    assert Job.objects.get().kind == "good"
    assert admin.models.LogEntry.objects.count() == 0


def test_refusal_undoes_everything_and_reads_the_upload_again(desk: Client) -> None:
    response = posted(desk, "bad")
    assert response.status_code == 200
    text = response.content.decode()
    assert "It is not good." in text
    assert 'value="bad"' in text
    assert 'value="user:1"' in text
    assert not ActivityLog.objects.exists()
    assert not Job.objects.exists()


def test_opening_and_searching_are_logged(desk: Client) -> None:
    mail = OutboxMessage.objects.create(
        kind="x", object_id=1, recipient="user:1", language="nl", due_at=timezone.now()
    )
    desk.get(MAILS)
    desk.get(MAILS + "?q=secret")
    desk.get(MAILS + f"{mail.pk}/change/")
    desk.get(MAILS + "77/change/")
    rows = AccessLog.objects.order_by("id").values_list("verb", "object_type", "object_id")
    name = "core.outboxmessage"
    assert list(rows) == [
        ("listed", name, "*"),
        ("searched", name, "*"),
        ("viewed", name, str(mail.pk)),
    ]
    assert "secret" not in str(list(AccessLog.objects.values()))


def test_picker_on_another_page_is_logged_too(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = someone(Role.COORDINATOR)
    page = core_admin.LoggedAdmin(OutboxMessage, AdminSite())
    for name in ("autocomplete", "changelist"):
        request.resolver_match = type("Match", (), {"url_name": name})()  # type: ignore[assignment]
        page.get_search_results(request, OutboxMessage.objects.all(), "secret")
    assert list(AccessLog.objects.values_list("verb", flat=True)) == ["searched"]


def test_page_fails_when_its_access_cannot_be_logged(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**arguments: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(core_admin, "log_access", full)
    desk.raise_request_exception = False
    for path in (MAILS, MAILS + "1/change/"):
        OutboxMessage.objects.get_or_create(
            id=1, defaults={"object_id": 1, "due_at": timezone.now()}
        )
        assert desk.get(path).status_code == 500


def test_each_page_names_its_own_service(rf: RequestFactory) -> None:
    page: Any = ServiceAdmin(Job, AdminSite())
    request = rf.post("/")
    with pytest.raises(NotImplementedError):
        page.save_model(request, Job(), None, False)

    class Rows:
        def __init__(self, changed: bool) -> None:
            self.changed = changed

        def has_changed(self) -> bool:
            return self.changed

    page.save_related(request, None, [Rows(False)], True)
    with pytest.raises(NotImplementedError):
        page.save_related(request, None, [Rows(False), Rows(True)], True)


def test_nothing_typed_reaches_the_log_of_django(rf: RequestFactory) -> None:
    page: Any = QuietAdmin(Job, AdminSite())
    assert page.construct_change_message(rf.get("/"), None, None) is None
    assert page.log_addition(rf.get("/"), Job(), "x") is None
    assert page.log_change(rf.get("/"), Job(), "x") is None
    assert not admin.models.LogEntry.objects.exists()


def test_rows_are_those_of_the_person(rf: RequestFactory) -> None:
    page: Any = QuietAdmin(Job, AdminSite())
    request = rf.get("/")
    request.user = "somebody"  # type: ignore[assignment]

    class OwnRows(type(Job.objects.all())):  # type: ignore[misc]
        def for_user(self, user: Any) -> Any:
            return self.filter(owner=user)

    for owner in ("somebody", "else"):
        Job.objects.create(kind="x", owner=owner, file_name="x")
    assert page.get_queryset(request).count() == 2
    page.model = type("Model", (), {"_default_manager": OwnRows.as_manager()})
    page.model._default_manager.model = Job
    assert [job.owner for job in page.get_queryset(request)] == ["somebody"]


def test_keys_for_production(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    lines = []
    for _time in range(2):
        call_command("make_keys")
        lines.append(dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines()))
    assert set(lines[0]) == {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS"}
    assert all(lines[0][name] != lines[1][name] for name in lines[0])
    assert len(lines[0]["SECRET_KEY"]) >= 50
    settings.FIELD_KEYS = [lines[0]["FIELD_KEYS"]]
    assert decrypt(encrypt(b"x")) == b"x"


@pytest.mark.urls("config.urls")
@pytest.mark.parametrize("asked", ["recipient=user:1", "object_id=7", "created_at__year=2026"])
def test_the_list_of_mails_does_not_tell_to_whom(client: Client, asked: str) -> None:
    client.force_login(someone(Role.CONSULTANT))
    address = "/admin/core/outboxmessage/"
    assert client.get(f"{address}?state__exact=sent&kind__exact=x").status_code == 200
    assert client.get(f"{address}?{asked}").status_code == 400


@pytest.mark.urls("config.urls")
def test_mails_are_listed_and_filtered_by_the_name_of_their_kind(client: Client) -> None:
    for number, kind in enumerate(["plan_decided", "sign_in_code", "of_old"]):
        OutboxMessage.objects.create(
            kind=kind, object_id=number, recipient="user:1", language="nl", due_at=timezone.now()
        )
    client.force_login(someone(Role.COORDINATOR))
    address = "/admin/core/outboxmessage/"
    with override("en"):
        client.cookies["django_language"] = "en"
        page = client.get(address).content.decode()
        assert ">Decision on a plan</td>" in page
        assert ">Of_old</td>" in page
        page = client.get(f"{address}?kind=sign_in_code").content.decode()
    assert ">Code to sign in</td>" in page
    assert ">Decision on a plan</td>" not in page
    assert "<title>" in page


@pytest.mark.urls("config.urls")
def test_a_form_with_errors_says_so_in_our_words(client: Client) -> None:
    client.force_login(someone(Role.COORDINATOR))
    client.cookies["django_language"] = "en"
    page = client.post("/admin/programmes/partner/add/", {"name": ""}).content.decode()
    title = " ".join(page.partition("<title>")[2].partition("</title>")[0].split())
    assert title.startswith("Error: Add ")
    assert "Not everything is right. Below you read what." in page
    assert 'value="Save and continue editing"' in page
