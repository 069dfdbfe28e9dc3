"""Importing in the web admin: upload, look, choose, confirm."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.calendar import now
from core.errors import Refused
from core.jobs import Job, JobState
from core.tasks import clean_up_jobs
from movements.models import Federation, Movement
from movements.services import confirm_import, start_import
from movements.services.imports import (
    GONE,
    ImportOptions,
    choose_rows,
    discard_import,
    preview_import,
)
from movements.views.imports import FIRST_ROWS, PER_PAGE
from tests.factories import movements as make
from tests.factories.programmes import make_edition
from tests.movements.test_imports import FILE, A, B, as_csv

UPLOAD = "/admin/movements/movement/import/"
TWIN = ["A0001G", "De Specht", make.SCOUTS, "", ""]


@pytest.fixture(autouse=True)
def _federations(db: None) -> None:
    make.flemish_federations()


@pytest.fixture
def boss() -> User:
    return make.coordinator()


@pytest.fixture
def office(client: Client, boss: User) -> Client:
    client.force_login(boss)
    client.cookies["django_language"] = "en"
    return client


def upload(office: Client, data: bytes, name: str = "list.csv", **fields: str) -> Any:
    file = SimpleUploadedFile(name, data)
    return office.post(UPLOAD, {"file": file, **fields}, follow=True)


def path_of(job: Job) -> str:
    return f"{UPLOAD}{job.pk}/"


# The way through -------------------------------------------------------------------------------


def test_upload_look_and_confirm_the_real_list(office: Client, boss: User, no_writes: Any) -> None:
    page = upload(office, FILE.read_bytes(), "scouts.csv")
    job = Job.objects.get()
    assert page.redirect_chain == [(path_of(job), 302)]
    assert not Movement.objects.exists()
    assert (job.owner, job.options) == (boss.key, {"municipality": "", "federation": ""})
    with no_writes():
        text = office.get(path_of(job)).content.decode()
    for sentence in (
        "476 movements are new.",
        "65 movements have no place yet",
        "16 rows are refused.",
        "50 rows are left out.",
        "27 × district",
        "See all 476 rows",
        "Import 476 movements",
    ):
        assert sentence in text
    assert text.count('type="radio"') == 8 * 3
    page = office.post(path_of(job), {"action": "confirm"}, follow=True)
    assert "476 movements are new." in page.content.decode()
    assert Movement.objects.count() == 476
    job.refresh_from_db()
    assert (job.state, job.file, job.result["new"]) == (JobState.DONE, None, 476)
    # the address of the finished job keeps telling what it did
    assert "50 rows are left out." in office.get(path_of(job)).content.decode()
    upload(office, FILE.read_bytes())
    again = office.get(path_of(Job.objects.latest("id"))).content.decode()
    assert "476 movements stay as they are." in again
    assert "Everything in this list is known here already" in again


def test_bytes_of_the_list_are_not_readable_in_the_database(office: Client) -> None:
    upload(office, as_csv(A))
    with connection.cursor() as cursor:
        cursor.execute("SELECT file FROM core_job")
        stored = cursor.fetchone()[0]
    assert "Ekster" not in stored
    assert stored.startswith("gAAAA")
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert clean_up_jobs() == 1
    assert not Job.objects.exists()


def test_choosing_which_row_counts(office: Client) -> None:
    upload(office, as_csv(A, B, TWIN))
    job = Job.objects.get()
    kept = office.post(path_of(job), {"action": "choose", "row-2": "4"}, follow=True)
    text = kept.content.decode()
    assert "2 movements are new." in text
    assert "Row 4 counts instead." in text
    assert not Movement.objects.exists()
    # what was chosen is still chosen, and confirming without the radio would undo it
    assert 'value="4"' in text
    assert "checked" in text
    office.post(path_of(job), {"action": "confirm", "row-2": "4"})
    assert set(Movement.objects.values_list("name", flat=True)) == {"Woudlopers", "De Specht"}


def test_none_of_them_leaves_all_refused(office: Client) -> None:
    upload(office, as_csv(A, B, TWIN))
    office.post(path_of(Job.objects.get()), {"action": "confirm", "row-2": ""})
    assert [m.name for m in Movement.objects.all()] == ["Woudlopers"]


def test_choice_that_is_none_is_said_at_the_question(office: Client) -> None:
    upload(office, as_csv(A, B, TWIN))
    page = office.post(path_of(Job.objects.get()), {"action": "confirm", "row-2": "3"})
    assert page.status_code == 200
    assert "is-invalid" in page.content.decode() or "invalid-feedback" in page.content.decode()
    assert not Movement.objects.exists()


def test_putting_a_list_away(office: Client) -> None:
    upload(office, as_csv(A))
    page = office.post(path_of(Job.objects.get()), {"action": "discard"}, follow=True)
    assert "nothing was written" in page.content.decode()
    assert not Job.objects.exists()
    assert not Movement.objects.exists()


def test_pasted_cells_and_options(office: Client) -> None:
    pasted = "naam\tgemeente\r\nChiro Zon\tMechelen\r\nChiro Maan\tMaasmechelen\r\n"
    chiro = make.federation()
    fields = {"pasted": pasted, "municipality": "Mechelen", "federation": str(chiro.pk)}
    page = office.post(UPLOAD, fields, follow=True)
    text = page.content.decode()
    assert "1 movement is new." in text
    assert "1 row is outside Mechelen." in text
    job = Job.objects.get()
    office.post(path_of(job), {"action": "confirm"})
    assert Movement.objects.get().federation == chiro


def test_municipality_of_the_edition_is_proposed(office: Client) -> None:
    assert "Demostad" not in office.get(UPLOAD).content.decode()
    make_edition(municipality="Demostad")
    assert 'value="Demostad"' in office.get(UPLOAD).content.decode()


def test_all_rows_of_one_result_page_by_page(office: Client) -> None:
    upload(office, FILE.read_bytes())
    path = path_of(Job.objects.get())
    first = office.get(f"{path}?result=new").content.decode()
    assert first.count('<th scope="row"') == PER_PAGE
    assert "Page 1 of 5" in first
    assert "?result=new&amp;page=2" in first
    last = office.get(f"{path}?result=new&page=5").content.decode()
    assert last.count('<th scope="row"') == 76
    assert office.get(f"{path}?result=nonsense").content.decode().count("<details") >= 3


def test_hostile_names_are_text_on_the_page(office: Client) -> None:
    name = "<script>alert(1)</script> {{ 7|add:7 }} %(code)s"
    upload(office, as_csv(["A0001G", name, *A[2:]], ["12", name, *A[2:]]))
    text = office.get(path_of(Job.objects.get())).content.decode()
    assert "<script>alert" not in text
    assert "{{ 7|add:7 }} %(code)s" in text


# What goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a file or paste the cells"),
        ({"pasted": "naam\tkoepel\r\nx\ty"}, "municipality"),
        ({"pasted": "nummer,naam,koepel,gemeente\r\na,b\r\n"}, "Row 2, column koepel"),
        ({"pasted": "naam\r\nx", "federation": "999999"}, "Select a valid choice"),
        ({"pasted": "naam\r\nx", "municipality": "x" * 81}, "at most 80"),
    ],
)
def test_broken_list_is_said_at_the_form(office: Client, fields: dict[str, str], said: str) -> None:
    page = office.post(UPLOAD, fields)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert fields.get("pasted", "").split("\r\n")[0] in page.content.decode()
    assert not Job.objects.exists()


def test_file_and_pasted_cells_together_are_too_many(office: Client) -> None:
    page = upload(office, as_csv(A), pasted="naam\r\nx")
    assert "one of both" in page.content.decode()


def test_broken_file_is_said_at_the_file(office: Client) -> None:
    page = upload(office, as_csv(A) + b"A0009G,x\r\n")
    assert "Row 3, column federation" in page.content.decode()
    assert not Job.objects.exists()


def test_federation_that_went_away_between_upload_and_look(office: Client, boss: User) -> None:
    data = as_csv(["Zon", "Lier"], header=["naam", "gemeente"])
    job = start_import(
        data=data, filename="x.csv", options=ImportOptions(federation="KSA"), by=boss
    )
    Federation.objects.filter(name="KSA").update(name="KSA Nationaal")
    page = office.get(path_of(job), follow=True)
    assert page.redirect_chain == [(UPLOAD, 302)]
    assert "There is no federation “KSA”" in page.content.decode()


def test_list_is_imported_once(office: Client, boss: User) -> None:
    job = start_import(data=as_csv(A), filename="x.csv", options=ImportOptions(), by=boss)
    confirm_import(job=job, by=boss)
    for late in (
        lambda: confirm_import(job=job, by=boss),
        lambda: choose_rows(job=job, choices={}),
        lambda: discard_import(job=job),
        lambda: confirm_import(job=Job.objects.get(pk=job.pk), by=boss),
    ):
        with pytest.raises(Refused) as refused:
            late()
        assert refused.value.message == str(GONE)
    page = office.post(path_of(job), {"action": "confirm"})
    assert page.status_code == 200
    assert Movement.objects.count() == 1


def test_confirming_what_was_put_away_meanwhile_is_said(
    office: Client, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start_import(data=as_csv(A), filename="x.csv", options=ImportOptions(), by=boss)

    def done_elsewhere(**kwargs: Any) -> Any:
        verdicts = preview_import(**kwargs)
        confirm_import(job=Job.objects.get(pk=job.pk), by=boss)
        return verdicts

    monkeypatch.setattr("movements.views.imports.preview_import", done_elsewhere)
    page = office.post(path_of(job), {"action": "confirm"}, follow=True)
    assert "imported or put away already" in page.content.decode()


# Who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("maker", [make.consultant, make.alderman, make.user])
def test_only_a_coordinator_imports(client: Client, boss: User, maker: Any) -> None:
    job = start_import(data=as_csv(A), filename="x.csv", options=ImportOptions(), by=boss)
    client.force_login(maker())
    for path in (UPLOAD, path_of(job)):
        assert client.get(path).status_code == 404
        assert client.post(path, {"action": "confirm"}).status_code == 404
    assert not Movement.objects.exists()


def test_stranger_signs_in_first(client: Client) -> None:
    assert client.get(UPLOAD).headers["Location"].startswith("/sign-in/")


def test_list_of_a_colleague_is_not_there(office: Client) -> None:
    colleague = make.coordinator("Other")
    job = start_import(data=as_csv(A), filename="x.csv", options=ImportOptions(), by=colleague)
    assert office.get(path_of(job)).status_code == 404


def test_only_a_coordinator_sees_the_link(client: Client) -> None:
    for person, seen in ((make.coordinator(), True), (make.consultant(), False)):
        client.force_login(person)
        page = client.get("/admin/movements/movement/").content.decode()
        assert (UPLOAD in page) is seen


# How much it asks of the database --------------------------------------------------------------


def ask(office: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert office.get(path).status_code == 200
    return len(queries)


def rows(count: int) -> list[list[str]]:
    return [[f"A{n:04}G", f"Groep {n}", make.SCOUTS, "2800", "Mechelen"] for n in range(count)]


def test_preview_asks_as_much_for_one_row_as_for_three(office: Client, boss: User) -> None:
    make_edition()
    asked = []
    for count in (1, 3, 3 * FIRST_ROWS):
        data = as_csv(*rows(count), TWIN, TWIN)
        job = start_import(data=data, filename="x.csv", options=ImportOptions(), by=boss)
        asked.append(ask(office, path_of(job)))
        Movement.objects.all().delete()
    # session, user, two sources of roles, the job, federations, movements, names, the edition
    assert asked == [8, 8, 8]


@pytest.mark.no_cover
def test_ten_thousand_rows_are_previewed_and_written(office: Client, boss: User) -> None:
    job = start_import(
        data=as_csv(*rows(9_999), TWIN), filename="x.csv", options=ImportOptions(), by=boss
    )
    page = office.get(path_of(job))
    assert "9998 movements are new." in page.content.decode()
    assert len(page.content) < 60_000
    result = confirm_import(job=job, by=boss)
    assert (result["new"], result["refused"]) == (9_998, 2)
    assert Movement.objects.count() == 9_998


# Two at once -----------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_same_list_imported_by_two_at_once_is_written_once() -> None:
    make.flemish_federations()
    people = [make.coordinator("One"), make.coordinator("Two")]
    jobs = [
        start_import(data=FILE.read_bytes(), filename="x.csv", options=ImportOptions(), by=person)
        for person in people
    ]

    def confirm(number: int) -> int:
        close_old_connections()
        try:
            return confirm_import(job=jobs[number], by=people[number])["new"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, range(2))) == [0, 476]
    assert Movement.objects.count() == 476
