"""Certificates for an award evening: asked for, made by several workers, found again, forgotten."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from zipfile import ZipFile

import pytest
from celery import current_app
from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError, transaction
from pypdf import PdfReader

from accounts.models import User
from core.errors import Refused
from labels import tasks
from labels.certificates import kept as kept_papers
from labels.enums import BatchState, ItemState
from labels.models import BatchItem, CertificateBatch, Label
from labels.selectors import certificates as selectors
from labels.selectors.certificates import batches_for
from labels.services import batches
from labels.services.awards import pause_label, withdraw_label
from labels.services.batches import AT_ONCE, ATTEMPTS, start_batch
from labels.services.certificates import reissue
from labels.views import issues
from movements.models import Movement
from tests.labels.awarding import award, leader_of, make_movement, person

BATCHES = "/admin/labels/certificatebatch/"
pytestmark = pytest.mark.django_db
Captured = Callable[..., Any]


@pytest.fixture(autouse=True)
def _here(time_machine: Any, settings: Any, tmp_path: Path) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z", tick=False)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The batches that workers were called for; nobody comes."""
    numbers: list[int] = []

    def send(name: str, args: list[int], **options: Any) -> None:
        assert name in current_app.tasks
        numbers.extend(args)

    monkeypatch.setattr(current_app, "send_task", send)
    return numbers


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Papers without WeasyPrint; a movement called "broken" has a paper that cannot be made."""

    def make(facts: Any) -> bytes:
        if facts.movement == "Broken":
            raise ValueError("paper")
        return f"{facts.movement} {facts.language}".encode()

    makers = {kind: (end, make) for kind, (end, _make) in kept_papers.MAKERS.items()}
    monkeypatch.setattr(kept_papers, "MAKERS", makers)
    return makers


def labels(*names: str) -> list[Label]:
    return [award(make_movement(name)) for name in names]


def ask(chosen: list[Label], **values: Any) -> CertificateBatch:
    defaults = {"language": "", "format": "zip", "with_posters": False}
    return start_batch(labels=chosen, by=person("Karel", "consultant"), **{**defaults, **values})


def names_in(batch: CertificateBatch) -> list[str]:
    with batch.file.open("rb") as file, ZipFile(file) as archive:
        return archive.namelist()


# Asked for and made ----------------------------------------------------------------------------


def test_a_batch_is_made_and_put_together_by_name(quick: Any) -> None:
    two, one = labels("Zonnebloem", "Albatros")
    two.movement.language = "fr"
    two.movement.save()
    batch = ask([two, one], with_posters=True)
    assert tasks.work_on_batch(batch.pk) == 2
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (BatchState.READY, 1)
    assert names_in(batch) == [
        "albatros-label-2022-002-nl.pdf",
        "albatros-poster-2022-002-nl.pdf",
        "zonnebloem-label-2022-001-fr.pdf",
        "zonnebloem-poster-2022-001-fr.pdf",
    ]
    assert Path(batch.file.path).stat().st_mode & 0o077 == 0


def test_as_one_pdf_in_one_language() -> None:
    one, paused = labels("Albatros", "Boomhut")
    pause_label(label=paused, by=person("Cora"), reason="Rust")
    batch = ask([one, paused], format="pdf", language="en", with_posters=True)
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    with batch.file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    # a group whose label is paused hangs no poster
    assert len(pages) == 3
    assert [round(float(page.mediabox[2])) for page in pages] == [595, 842, 595]
    assert "Albatros" in pages[0].extract_text()


def test_workers_are_called_when_it_is_there_and_one_for_every_twenty(
    called: list[int], django_capture_on_commit_callbacks: Captured
) -> None:
    one = award()
    with django_capture_on_commit_callbacks(execute=True):
        batch = ask([one])
    assert called == [batch.pk]


def test_a_broker_that_is_away_breaks_nothing(
    quick: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def away(*args: Any, **options: Any) -> Any:
        raise ConnectionError("broker")

    monkeypatch.setattr(current_app, "connection_for_write", away)
    batches.call_workers(1, 2)
    assert "no broker to call a worker: ConnectionError" in caplog.text


def test_one_call_makes_twenty_and_calls_the_next(quick: Any, called: list[int]) -> None:
    batch = ask(labels(*(f"M{number:02d}" for number in range(AT_ONCE + 1))))
    called.clear()
    assert tasks.work_on_batch(batch.pk) == AT_ONCE
    assert called == [batch.pk]
    assert tasks.work_on_batch(batch.pk) == 1
    batch.refresh_from_db()
    assert (batch.state, len(names_in(batch))) == (BatchState.READY, AT_ONCE + 1)
    assert tasks.work_on_batch(batch.pk) == 0
    batch.refresh_from_db()
    assert batch.attempts == 1


def test_nothing_or_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST", 1)
    for chosen in ([], labels("A", "B")):
        with pytest.raises(Refused):
            ask(chosen)
    assert not CertificateBatch.objects.exists()


# What goes wrong -------------------------------------------------------------------------------


def test_one_that_fails_stops_none_of_the_others(quick: Any, client: Any) -> None:
    batch = ask(labels("Albatros", "Broken", "Zonnebloem"))
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, len(names_in(batch))) == (BatchState.READY, 2)
    client.force_login(person("Karel", "consultant"))
    client.cookies["django_language"] = "en"
    page = client.get(f"{BATCHES}{batch.pk}/change/").content.decode()
    assert "These could not be made" in page
    assert ("Broken" in page, "Albatros" in page) == (True, False)


def test_when_all_fail_there_is_no_file(quick: Any, client: Any) -> None:
    batch = ask(labels("Broken"))
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == (BatchState.FAILED, False)
    client.force_login(person("Karel", "consultant"))
    client.cookies["django_language"] = "en"
    page = client.get(f"{BATCHES}{batch.pk}/change/")
    assert "could not be made. Try again" in page.content.decode()
    assert "Refresh" not in page.headers


def test_what_a_crashed_worker_had_is_taken_again_and_given_up_in_the_end(
    quick: Any, called: list[int], time_machine: Any
) -> None:
    batch = ask(labels("Albatros", "Boomhut"))
    for minute in range(ATTEMPTS):
        time_machine.move_to(f"2024-06-15T12:{4 * minute:02d}:00Z", tick=False)
        assert batches._claim(batch.pk) is not None  # and the worker is gone
    called.clear()
    assert tasks.pick_up_batches() == 0  # somebody is at it, as far as anybody knows
    time_machine.move_to("2024-06-15T12:30:00Z", tick=False)
    assert (tasks.pick_up_batches(), called) == (1, [batch.pk])
    assert tasks.work_on_batch(batch.pk) == 1
    states = dict(batch.items.values_list("label__movement__name", "state"))
    assert states == {"Albatros": ItemState.FAILED, "Boomhut": ItemState.DONE}
    batch.refresh_from_db()
    assert batch.state == BatchState.READY


def test_a_crash_while_the_file_is_written_is_made_good(
    quick: Any, called: list[int], time_machine: Any
) -> None:
    batch = ask(labels("Albatros"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_put_together", lambda batch: None)
        tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.RUNNING
    called.clear()
    assert (tasks.pick_up_batches(), called) == (0, [])
    assert tasks.work_on_batch(batch.pk) == 0  # it is still another one's
    time_machine.move_to("2024-06-15T12:05:00Z", tick=False)
    assert tasks.pick_up_batches() == 1
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (BatchState.READY, 2)
    assert tasks.pick_up_batches() == 0


def test_a_database_that_goes_away_says_nothing_about_a_label(
    quick: Any, called: list[int], monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    batch = ask(labels("Albatros"))
    for place in ("_papers", "_write"):
        with monkeypatch.context() as broken:
            broken.setattr(batches, place, Mock(side_effect=OperationalError("gone")))
            with pytest.raises(OperationalError):
                tasks.work_on_batch(batch.pk)
        time_machine.shift(batches.STALE_AFTER + timedelta(seconds=1))
    assert tasks.pick_up_batches() == 1
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, len(names_in(batch))) == (BatchState.READY, 1)


def test_a_certificate_that_is_issued_anew_meanwhile_is_the_one_in_the_file(
    quick: Any, called: list[int]
) -> None:
    old, other = labels("Albatros", "Boomhut")
    batch = ask([old, other])
    item = batches._claim(batch.pk)
    assert item is not None
    batches._make(item)
    Movement.objects.filter(pk=old.movement_id).update(name="Aalscholver")
    reissue(label=old, by=person("Cora"), reason="Naam")
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert sorted(names_in(batch)) == [
        "aalscholver-label-2022-001-2-nl.pdf",
        "boomhut-label-2022-002-nl.pdf",
    ]
    with batch.file.open("rb") as file, ZipFile(file) as archive:
        assert archive.read("aalscholver-label-2022-001-2-nl.pdf") == b"Aalscholver nl"


def test_a_late_worker_takes_nothing_over(quick: Any, tmp_path: Path) -> None:
    batch = ask(labels("Albatros"))
    item = batches._claim(batch.pk)
    assert item is not None
    BatchItem.objects.update(attempts=2)
    batches._make(item)
    assert batch.items.get().state == ItemState.CLAIMED
    CertificateBatch.objects.update(attempts=2, state=BatchState.RUNNING)
    batch.items.update(state=ItemState.DONE)
    batches._put_together(batch)  # attempts of this one: 0
    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == (BatchState.RUNNING, False)
    assert list((tmp_path / "batches").glob("*")) == []
    CertificateBatch.objects.update(attempts=3)
    batch.items.update(state=ItemState.FAILED)
    batches._put_together(batch)  # without any file; attempts of this one: 2
    batch.refresh_from_db()
    assert batch.state == BatchState.RUNNING


def test_a_file_that_cannot_be_written_ends_it(
    quick: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    batch = ask(labels("Albatros"))
    monkeypatch.setattr(batches, "_write", lambda *args: 1 / 0)
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "could not be put together: ZeroDivisionError" in caplog.text


def test_a_batch_that_is_gone_is_nothing(quick: Any) -> None:
    assert tasks.work_on_batch(999) == 0


def test_after_a_week_it_is_forgotten_with_its_file(quick: Any, time_machine: Any) -> None:
    batch, unmade = ask(labels("Albatros")), ask(labels("Boomhut"))
    tasks.work_on_batch(batch.pk)
    batch.refresh_from_db()
    path = Path(batch.file.path)
    time_machine.move_to("2024-06-22T11:00:00Z")
    assert tasks.forget_papers() == 0
    time_machine.move_to("2024-06-22T13:00:00Z")
    assert tasks.forget_papers() == 2
    assert (path.exists(), CertificateBatch.objects.exists()) == (False, False)
    assert unmade.labels.model is Label


@pytest.mark.parametrize(
    "values", [{"state": "somewhere"}, {"state": "claimed"}], ids=["unknown", "claimed by nobody"]
)
def test_the_database_knows_the_states(values: dict[str, Any]) -> None:
    batch = ask(labels("Albatros"))
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchItem.objects.filter(batch=batch).update(**values)


# In the admin ----------------------------------------------------------------------------------


@pytest.fixture
def consultant(client: Any) -> User:
    user = person("Karel", "consultant")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def test_from_the_list_to_the_file(
    quick: Any, called: list[int], client: Any, consultant: User
) -> None:
    one, two, three = labels("Albatros", "Boomhut", "Zonnebloem")
    withdraw_label(label=three, by=person("Cora"), reason="Gestopt")
    action = {"action": "make_certificates", "_selected_action": [one.pk, three.pk]}
    led = client.post("/admin/labels/label/", action)
    assert led.headers["Location"].startswith(f"{BATCHES}add/?labels=")
    page = client.get(led.headers["Location"]).content.decode()
    assert [f'value="{label.pk}"' in page for label in (one, two, three)] == [True, True, False]
    assert page.count("checked") == 2  # Albatros, and "one PDF"
    told = page.partition("These labels are over")[2]
    assert [name in told for name in ("Zonnebloem</span>", "Albatros</span>")] == [True, False]
    values = {"labels": [one.pk], "language": "fr", "format": "zip", "with_posters": "on"}
    sent = client.post(f"{BATCHES}add/", values)
    batch = CertificateBatch.objects.get()
    assert (batch.asked_by, batch.language, batch.with_posters) == (consultant, "fr", True)
    assert sent.headers["Location"] == f"{BATCHES}{batch.pk}/change/"
    waiting = client.get(sent.headers["Location"])
    assert waiting.headers["Refresh"] == "5"
    assert "0 of 1 certificates are made" in waiting.content.decode()
    assert client.get(f"{BATCHES}{batch.pk}/file/").status_code == 404
    tasks.work_on_batch(batch.pk)
    ready = client.get(sent.headers["Location"])
    assert "Refresh" not in ready.headers
    assert "kept until 22 June 2024" in ready.content.decode()
    file = client.get(f"{BATCHES}{batch.pk}/file/")
    assert file.headers["Content-Type"] == "application/zip"
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert f"{batch.pk}/change/" in client.get(BATCHES).content.decode()
    assert f"{batch.pk}/change/" in client.get(f"{BATCHES}add/").content.decode()


def test_a_period_chooses_what_was_decided_in_it(client: Any, consultant: User) -> None:
    early = award(make_movement("Albatros"), date(2022, 11, 14))
    late = award(make_movement("Boomhut"), date(2024, 2, 1))
    page = client.get(f"{BATCHES}add/?decided_from=2024-01-01").content.decode()
    assert [f'value="{label.pk}"' in page for label in (early, late)] == [False, True]
    assert page.count("checked") == 2
    page = client.get(f"{BATCHES}add/?decided_until=2023-01-01").content.decode()
    assert [f'value="{label.pk}"' in page for label in (early, late)] == [True, False]
    page = client.get(f"{BATCHES}add/?decided_from=2024-05-01").content.decode()
    assert "No label was decided on in this period" in page
    page = client.get(f"{BATCHES}add/?decided_from=yesterday").content.decode()
    assert page.count("checked") == 1


def test_a_page_offers_the_latest_labels_and_those_that_were_ticked(
    client: Any, consultant: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = award(make_movement("A"), date(2022, 1, 1)), award(make_movement("B"))
    third = award(make_movement("C"), date(2024, 2, 1))
    monkeypatch.setattr(selectors, "OFFERED", 1)
    monkeypatch.setattr(issues, "OFFERED", 1)

    def offered(asked: str) -> list[bool]:
        page = client.get(f"{BATCHES}add/{asked}").content.decode()
        assert "Only the 1 labels decided on last stand here" in page
        return [f'value="{label.pk}"' in page for label in (first, second, third)]

    assert offered("") == [False, False, True]
    assert offered(f"?labels={first.pk}") == [True, False, True]
    assert offered("?decided_until=2023-01-01") == [False, True, False]
    page = client.post(f"{BATCHES}add/", {"labels": [second.pk], "format": "x"}).content.decode()
    assert f'value="{second.pk}"' in page.partition("checked")[0]
    client.post(f"{BATCHES}add/", {"labels": [second.pk], "format": "pdf"})
    assert [item.label for item in BatchItem.objects.all()] == [second]


def test_what_is_wrong_is_said(
    client: Any, consultant: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused, other = labels("Albatros", "Boomhut")
    pause_label(label=paused, by=person("Cora"), reason="Rust")
    assert "its ring is empty" in client.get(f"{BATCHES}add/").content.decode()
    page = client.post(f"{BATCHES}add/", {"format": "zip"}).content.decode()
    assert "Choose at least one label." in page
    assert client.get(f"{BATCHES}add/?labels={'9' * 60}-²").status_code == 200
    page = client.post(f"{BATCHES}add/", {"format": "zip", "labels": "9" * 60}).content.decode()
    assert "Select a valid choice" in page
    monkeypatch.setattr(batches, "MOST", 1)
    values = {"labels": [paused.pk, other.pk], "format": "pdf"}
    assert "Choose at most 1 labels." in client.post(f"{BATCHES}add/", values).content.decode()


def test_only_who_sees_all_its_labels_sees_a_batch(quick: Any, client: Any) -> None:
    batch = ask(labels("Albatros"))
    tasks.work_on_batch(batch.pk)
    stranger = leader_of(make_movement("Elders"))
    assert list(batches_for(person("Karel", "consultant"))) == [batch]
    assert list(batches_for(stranger)) == []
    for who in (stranger, person("Alma", "alderman"), person("Piet", "privacy_officer")):
        client.force_login(who)
        for url in ("", "add/", f"{batch.pk}/change/", f"{batch.pk}/file/", "x/change/"):
            assert client.get(BATCHES + url).status_code == 404


def test_a_file_that_is_gone_is_not_found(quick: Any, client: Any, consultant: User) -> None:
    batch = ask(labels("Albatros"))
    batch.file.save("x.zip", ContentFile(b"PK"))
    CertificateBatch.objects.update(state=BatchState.READY)
    Path(batch.file.path).unlink()
    assert client.get(f"{BATCHES}{batch.pk}/file/").status_code == 404
    assert client.get(f"{BATCHES}x/change/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(
    count: int, quick: Any, client: Any, consultant: User, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        ask(labels(f"M{number}"))
    client.get(BATCHES)
    with django_assert_num_queries(6):
        client.get(BATCHES)
