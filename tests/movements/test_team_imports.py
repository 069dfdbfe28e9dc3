"""Lists of teams: what becomes of each row, and the way through the web admin."""

import io
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import Workbook

from core.errors import Refused
from core.jobs import Job, JobState
from core.logs import ActivityLog
from core.models import Restriction
from core.outbox import OutboxMessage
from core.table_files import TableError
from core.tabular import read_table
from movements.enums import Function, TeamReason, TeamResult
from movements.models import FormerName, Mandate, Movement
from movements.selectors.team_imports import team_context
from movements.services import change_mandate, end_mandate
from movements.services.imports import GONE
from movements.services.team_imports import (
    confirm_team_import,
    discard_team_import,
    preview_team_import,
    start_team_import,
    waiting_for_invitation,
)
from movements.team_imports import TeamVerdict, judge
from movements.team_preview import TeamPreview, explain_row
from movements.team_rows import read_team_rows
from movements.team_words import read_address, read_day, read_function, read_phone, same_phone
from tests.factories import movements as make

FILE = Path(__file__).parent.parent / "data" / "teams.csv"
UPLOAD = "/admin/movements/mandate/import/"
TODAY = date(2026, 11, 22)
START = date(2026, 9, 1)
JAN = "Chiro Sint-Jan;Jan Peeters;jan@example.org;groepsleiding"
R, W, MAIN = TeamResult, TeamReason, Function.MAIN_LEADER


@pytest.fixture(autouse=True)
def _day() -> Any:
    with time_machine.travel(f"{TODAY}T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def chiro(db: None) -> Movement:
    return make.movement("Chiro Sint-Jan")


@pytest.fixture
def scouts(db: None) -> Movement:
    return make.movement("De Ekster", federation=make.federation(make.SCOUTS), code="A1234G")


def table(*rows: str, header: str = "groep;naam;email;functie;van;tot;gsm;geboren") -> bytes:
    width = header.count(";")
    return "\n".join([header, *(row + ";" * (width - row.count(";")) for row in rows)]).encode()


def kept(data: bytes, movement: Movement | None = None, by: Any = None) -> Job:
    by = by or make.consultant()
    return start_team_import(data=data, filename="l.csv", starts_on=START, movement=movement, by=by)


def judged(*rows: str, movement: Movement | None = None, **how: Any) -> list[TeamVerdict]:
    found = read_team_rows(read_table(table(*rows, **how), "l.csv"), has_movement=bool(movement))
    return judge(found, team_context(starts_on=START, movement=movement))


def results(verdicts: list[TeamVerdict]) -> list[tuple[str, str]]:
    return [(v.result.value, v.reason.value if v.reason else "") for v in verdicts]


def load(*rows: str, **how: Any) -> dict[str, int]:
    return confirm_team_import(job=kept(table(*rows, **how)), by=make.consultant())


# How people write ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/09/2026", START),
        ("1-9-2026", START),
        ("1.9.26", START),
        ("46266", START),
        ("2026-09-01 00:00:00", START),
        ("1 september 2026", START),
        ("1er sept. 2026", START),
        ("le 1 septembre 2026", START),
        ("31/02/2026", None),
        ("9/13/2026", None),
        ("1 flurb 2026", None),
        ("2026", None),
        ("99999", None),
        ("morgen", None),
    ],
)
def test_days_stand_before_months(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_two_figures_of_a_year_of_birth_are_in_the_past() -> None:
    assert read_day("12/3/99", past=TODAY) == date(1999, 3, 12)
    assert read_day("12/3/10", past=TODAY) == date(2010, 3, 12)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("Groepsleiding", Function.MAIN_LEADER),
        ("bondsleid(st)er / leiding", Function.LEADER),
        ("eenheidsleiding en VB", Function.MAIN_LEADER),
        ("V.B.", Function.ADULT_SUPERVISOR),
        ("Leiding (VB)", Function.ADULT_SUPERVISOR),
        ("welpenleidster", Function.LEADER),
        ("Leiders", Function.LEADER),
        ("responsable d’unité", Function.MAIN_LEADER),
        ("opperhoofd", Function.MAIN_LEADER),
        ("penningmeester", None),
    ],
)
def test_functions_by_the_words_of_the_federation(text: str, function: Function | None) -> None:
    assert read_function(text, ["Opperhoofd"]) is function


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Jan <Jan@x.be>", "jan@x.be"),
        (" mailto:jan@x.be; ", "jan@x.be"),
        ("", ""),
        ("<>", None),
        ("a@x.be; b@x.be", None),
        ("=cmd|' /C calc'!A0", None),
        (f"{'a' * 60}@{'b.' * 100}be", None),
    ],
)
def test_one_address(text: str, address: str | None) -> None:
    assert read_address(text) == address


def test_phone_numbers() -> None:
    assert read_phone("477123456") == "0477123456"
    assert read_phone("+32 (0)477 12.34/56") == "+32 (0)477 12.34/56"
    assert [read_phone(text) for text in ("", "=1+1", "bel mama", "0" * 31)] == ["", *[None] * 3]
    assert same_phone("+32 (0)477 12.34/56", "0477123456")
    assert same_phone("0032477123456", "0477 12 34 56")
    assert not same_phone("0477123456", "0477123457")


# What becomes of a row -------------------------------------------------------------------------


def test_untidy_file_of_a_city(chiro: Movement, scouts: Movement) -> None:
    job = kept(FILE.read_bytes())
    verdicts, _absent = preview_team_import(job=job)
    assert Counter(results(verdicts)) == Counter(
        {
            ("new", ""): 5,
            ("repeated", ""): 1,
            ("refused", "bad_name"): 1,
            ("refused", "bad_address"): 1,
            ("refused", "shared_address"): 2,
            ("refused", "unknown_movement"): 1,
            ("refused", "bad_function"): 1,
            ("refused", "bad_day"): 1,
            ("refused", "end_before_start"): 1,
            ("refused", "no_address"): 1,
            ("refused", "no_movement"): 1,
            ("refused", "no_name"): 1,
            ("refused", "bad_phone"): 1,
        }
    )
    confirm_team_import(job=job, by=make.consultant())
    columns = ("name", "email", "phone", "function", "starts_on", "ends_on", "turns_18_on")
    assert set(chiro.mandates.values_list(*columns)) == {
        ("Jan Peeters", "jan.peeters@example.org", "0477/12.34.56", MAIN, START, None, None),
        ("An Van den Berg", "an@example.org", "0477223344", "leader", START, None, None),
        ("Zoë Özdemir", "zoe@example.org", "", "leader", START, None, date(2028, 3, 12)),
    }
    assert set(scouts.mandates.values_list("name", "function", "ends_on", "user")) == {
        ("Els Maes", "main_leader", date(2027, 8, 31), None),
        ("Piet Claes", "adult_supervisor", None, None),
    }
    assert ActivityLog.objects.filter(verb="imported").count() == 5
    assert not OutboxMessage.objects.exists()


def test_same_file_twice_changes_nothing(chiro: Movement, scouts: Movement, no_writes: Any) -> None:
    confirm_team_import(job=kept(FILE.read_bytes()), by=make.consultant())
    before = list(Mandate.objects.order_by("pk").values())
    again = kept(FILE.read_bytes())
    with no_writes():
        verdicts, absent = preview_team_import(job=again)
    assert Counter(v.result for v in verdicts)[R.UNCHANGED] == 5
    assert not absent
    confirm_team_import(job=again, by=make.consultant())
    assert list(Mandate.objects.order_by("pk").values()) == before


def test_xlsx_with_real_dates_and_a_formula(chiro: Movement) -> None:
    book, data = Workbook(), io.BytesIO()
    assert book.active
    book.active.append(["Group", "Name", "E-mail", "From", "Phone"])
    book.active.append(["Chiro Sint-Jan", "Jan Peeters", "jan@example.org", START, 477123456])
    book.active.append(["Chiro Sint-Jan", '="Ma"&"lo"', "malo@example.org", START, None])
    book.save(data)
    verdicts, _absent = preview_team_import(job=kept(data.getvalue()))
    # nobody stored a result with the formula, so there is none
    assert results(verdicts) == [("new", ""), ("refused", "no_name")]
    assert verdicts[0].person
    assert (verdicts[0].person.starts_on, verdicts[0].person.phone) == (START, "0477123456")


def test_movements_by_code_name_former_name_and_place(chiro: Movement, scouts: Movement) -> None:
    FormerName.objects.create(movement=scouts, name="De Spreeuw", until=date(2020, 1, 1))
    Movement.objects.filter(pk=chiro.pk).update(vcode="V1234567")
    twin = make.movement("Chiro Sint-Jan", municipality="Lier")
    stopped = make.movement("Weg", stopped_on=date(2025, 1, 1))
    ksa = make.movement("Sint-Jan", federation=make.federation("KSA"))
    same = make.movement("Sint Jan", federation=make.federation("KLJ"))
    header = "groep;nummer groep;koepel;gemeente;naam;email;functie;tot"
    verdicts = judged(
        ";a1234g;;;An A;a@example.org",
        "V1234567;;;;An A;b@example.org",
        "de spreeuw!;;;;An A;c@example.org",
        "chiro sint jan;;;Lier;An A;d@example.org",
        "chiro sint jan;;;;An A;e@example.org",
        "weg;;;;An A;f@example.org",
        "weg;;;;An A;g@example.org;;1/1/2020",
        "sint-jan;;ksa;;An A;h@example.org",
        "sint-jan;;klj;;An A;i@example.org",
        header=header,
    )
    found = [v.person.movement if v.person else v.reason for v in verdicts]
    assert found == [scouts, chiro, scouts, twin, W.SEVERAL_MOVEMENTS, stopped, stopped, ksa, same]
    # the start that new people get is after this end
    assert [v.reason for v in verdicts[5:7]] == [W.STOPPED_MOVEMENT, W.END_BEFORE_START]


def test_list_of_one_movement_names_none(chiro: Movement) -> None:
    rows = ["Jan;Peeters;jan@example.org"]
    with pytest.raises(TableError):
        judged(*rows, header="voornaam;achternaam;mail")
    (verdict,) = judged(*rows, header="voornaam;achternaam;mail", movement=chiro)
    assert verdict.person
    assert (verdict.person.movement, verdict.person.name) == (chiro, "Jan Peeters")
    with pytest.raises(TableError):
        judged("x@example.org", header="mail", movement=chiro)


def test_known_people_change_where_the_list_says_so(chiro: Movement) -> None:
    jan = make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=START)
    phone = ";;;0477 12 34 56"
    assert results(judged(JAN)) == [("unchanged", "")]
    assert results(judged("chiro sint-jan;PEETERS, Jan;JAN@example.org;")) == [("unchanged", "")]
    assert judged(JAN + phone)[0].changes == {"phone": ("", "0477 12 34 56")}
    (named,) = judged("Chiro Sint-Jan;Johannes Peeters;jan@example.org;hoofdleiding")
    assert named.changes == {"name": ("Jan Peeters", "Johannes Peeters")}
    (ends,) = judged(JAN + ";;31/08/2027")
    assert (ends.result, ends.changes) == (R.ENDS, {"ends_on": (None, date(2027, 8, 31))})
    (earlier,) = judged(JAN + ";1/7/2026")
    assert (earlier.result, earlier.changes) == (
        R.CHANGED,
        {"starts_on": (START, date(2026, 7, 1))},
    )
    assert results(judged(JAN + ";;1/1/2025")) == [("refused", "end_before_start")]
    assert results(judged("Chiro Sint-Jan;Piet Klaas;jan@example.org")) == [
        ("refused", "other_name")
    ]
    # another function is another mandate: history is not rewritten
    assert results(judged("Chiro Sint-Jan;Jan Peeters;jan@example.org;VB")) == [("new", "")]
    Mandate.objects.update(confirmed_on=START)
    load(JAN + ";1/7/2026;31/08/2027;0477 12 34 56")
    jan.refresh_from_db()
    assert jan.confirmed_on == TODAY  # an end that is to come says that it goes on until then
    assert (jan.starts_on, jan.ends_on) == (date(2026, 7, 1), date(2027, 8, 31))
    assert jan.phone == "0477 12 34 56"
    assert ActivityLog.objects.filter(verb="changed by import", object_id=jan.pk).count() == 1


def test_of_somebody_under_18_no_phone_number_is_kept(chiro: Movement) -> None:
    jan = make.mandate(
        chiro, name="Jan Peeters", email="jan@example.org", starts_on=START, phone="0477123456"
    )
    load(JAN + ";;;0477123456;12/3/2010")
    jan.refresh_from_db()
    assert (jan.phone, jan.turns_18_on) == ("", date(2028, 3, 12))
    assert results(judged(JAN + ";;;0477123456")) == [("unchanged", "")]
    # of an adult the date of birth is not kept
    load("Chiro Sint-Jan;An Maes;an@example.org;;;;0477000000;12/3/1990")
    an = Mandate.objects.get(email="an@example.org")
    assert (an.turns_18_on, an.phone) == (None, "0477000000")


def test_what_is_over_is_not_opened_again(chiro: Movement) -> None:
    old = make.mandate(
        chiro, name="Jan Peeters", email="jan@example.org", starts_on=date(2024, 9, 1)
    )
    change_mandate(mandate=old, by=None, ends_on=date(2025, 8, 31))
    assert results(judged(JAN + ";1/9/2024")) == [("refused", "over")]
    assert results(judged(JAN + ";1/9/2024;31/8/2025")) == [("unchanged", "")]
    assert results(judged(JAN + ";1/9/2024;30/6/2025")) == [("ends", "")]
    assert results(judged(JAN)) == [("new", "")]
    running = make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=START)
    end_mandate(mandate=running, by=None)
    assert results(judged(JAN)) == [("refused", "over")]
    # of what was ended only the person is corrected
    (verdict,) = judged(JAN.replace("Jan", "Johan") + ";2/9/2026;22/11/2026", header=HEADER)
    assert verdict.changes == {}
    named = judged("Chiro Sint-Jan;Johan Peeters;jan@example.org;groepsleiding;2/9/2026;1/10/2026")
    assert named[0].changes == {"name": ("Jan Peeters", "Johan Peeters")}


HEADER = "x;y;email;functie;van;tot;gsm;geboren;groep;naam"


def test_two_periods_of_one_person_are_two_mandates(chiro: Movement, no_writes: Any) -> None:
    rows = (JAN + ";1/9/2024;31/8/2025", JAN + ";1/9/2026")
    make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=date(2024, 9, 1))
    assert results(judged(*rows)) == [("ends", ""), ("new", "")]
    load(*rows)
    assert results(judged(*rows)) == [("unchanged", ""), ("unchanged", "")]
    assert results(judged(*reversed(rows))) == [("unchanged", ""), ("unchanged", "")]
    assert results(judged(rows[1], JAN + ";1/10/2026")) == [
        ("unchanged", ""),
        ("refused", "overlap"),
    ]
    # the row before it is about the mandate that began on this day
    assert results(judged(JAN, JAN + ";1/9/2024;1/1/2025", rows[0])) == [
        ("unchanged", ""),
        ("ends", ""),
        ("refused", "overlap"),
    ]


def test_two_rows_never_make_one_start_twice(chiro: Movement) -> None:
    make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=date(2026, 3, 1))
    make.mandate(
        chiro,
        name="Jan Peeters",
        email="jan@example.org",
        starts_on=date(2025, 9, 1),
        ends_on=date(2026, 6, 1),
    )
    # the first row is about the newest; the second would move the other one to its start
    found = judged(JAN, JAN + ";1/3/2026;1/6/2026")
    assert results(found) == [("unchanged", ""), ("refused", "overlap")]
    with translation.override("en"):
        assert "or a record here, for the same time" in explain_row(found[1])
    assert results(judged(JAN, JAN + ";1/3/2026;1/8/2026"))[1] == ("refused", "over")
    assert results(judged(JAN, JAN + ";1/1/2024;1/2/2024")) == [("unchanged", ""), ("new", "")]
    Mandate.objects.filter(starts_on=date(2025, 9, 1)).delete()
    assert results(judged(JAN, JAN + ";1/3/2026;1/8/2026"))[1] == ("refused", "overlap")


def test_function_without_a_cell_is_the_known_one_or_leader(chiro: Movement) -> None:
    make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=START)
    rows = ("Chiro Sint-Jan;Jan Peeters;jan@example.org", "Chiro Sint-Jan;An M;an@example.org")
    found = [v.person.function for v in judged(*rows) if v.person]
    assert found == [Function.MAIN_LEADER, Function.LEADER]


def test_who_is_not_in_the_list_is_only_named(chiro: Movement, scouts: Movement) -> None:
    make.mandate(chiro, name="Oud Geleid", email="oud@example.org")
    make.mandate(chiro, name="An Maes", email="an@example.org")
    make.ended(make.mandate(chiro, name="Weg", email="weg@example.org"))
    make.mandate(scouts, name="Elders", email="elders@example.org")
    rows = (JAN, "Chiro Sint-Jan;An Maes;an@example.org;penningmeester")
    verdicts, absent = preview_team_import(job=kept(table(*rows)))
    assert [each.name for each in absent] == ["Oud Geleid"]
    totals = load(*rows)
    assert (totals["missing"], totals["new"], totals["refused"]) == (1, 1, 1)
    assert Mandate.objects.active().filter(name="Oud Geleid").exists()
    assert len(verdicts) == 2


def test_people_set_aside_are_neither_told_nor_doubled(chiro: Movement) -> None:
    jan = make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=START)
    Restriction.objects.create(model="movements.mandate", object_id=jan.pk)
    (verdict,) = judged(JAN + ";;1/1/2027")
    assert (verdict.result, verdict.changes) == (R.UNCHANGED, {})
    assert judged("Chiro Sint-Jan;Jan Peeters;other@example.org")[0].lookalike == ""
    _verdicts, absent = preview_team_import(
        job=kept(table("Chiro Sint-Jan;An Maes;an@example.org"))
    )
    assert absent == []


def test_preview_says_in_words_what_each_row_does(chiro: Movement) -> None:
    make.mandate(chiro, name="Jan Peeters", email="jan@example.org", starts_on=START)
    make.mandate(chiro, name="Weg Gegaan", email="weg@example.org", starts_on=START)
    rows = (
        JAN + ";;31/8/2027",
        "Chiro Sint-Jan;Jan Peeters;jan.p@example.org;;1/10/2026;1/7/2027;0477111111;1/1/2010",
        "Chiro Sint-Jan;An Maes;an@example.org;leiding",
        "Chiro Sint-Jan;An Maes;an@example.org;leiding",
        "Chiro Sint-Jan;An Maes;an@example.org;leiding;1/10/2026",
        "Nergens;An Maes;an2@example.org;leiding",
    )
    with translation.override("en"):
        preview = TeamPreview(*preview_team_import(job=kept(table(*rows))))
        text = {group.result: [line.text for line in group.lines()] for group in preview.groups}
        sentences = [group.sentence for group in preview.groups]
    assert text == {
        "ends": ["until: “–” becomes “31 August 2027”."],
        "new": [
            "From 1 October 2026. Until 1 July 2027. This name is in this team already, with "
            "j•••@example.org: perhaps the same person. Under 18: the phone number is not kept.",
            "",
        ],
        "refused": [
            "Row 4 already covers this period.",
            "There is no movement “Nergens” here.",
        ],
        "repeated": ["Row 4 says the same."],
        "missing": ["Here since 1 September 2026."],
    }
    assert preview.writes == 3
    assert sentences[0] == "2 functions are new."
    assert preview.group("nothing") is None


# The way through -------------------------------------------------------------------------------


@pytest.fixture
def office(client: Client, db: None) -> Client:
    client.force_login(make.consultant())
    client.cookies["django_language"] = "en"
    return client


def test_upload_look_confirm_and_invite(
    office: Client, chiro: Movement, scouts: Movement, no_writes: Any
) -> None:
    assert UPLOAD in office.get("/admin/movements/mandate/").content.decode()
    assert "first day of the working year" in office.get(UPLOAD).content.decode()
    file = SimpleUploadedFile("teams.csv", FILE.read_bytes())
    page = office.post(UPLOAD, {"file": file, "starts_on": "2026-09-01"}, follow=True)
    job = Job.objects.get()
    address = f"{UPLOAD}{job.pk}/"
    assert page.redirect_chain == [(address, 302)]
    with no_writes():
        text = office.get(address).content.decode()
        rows = office.get(f"{address}?result=refused").content.decode()
    assert "5 functions are new." in text
    assert "Import 5 functions" in text
    assert "“penningmeester”" in rows
    text = office.post(address, {"action": "confirm"}, follow=True).content.decode()
    assert "5 people of this list have no invitation yet." in text
    assert not OutboxMessage.objects.exists()
    job.refresh_from_db()
    assert (job.state, job.file) == (JobState.DONE, None)
    # whoever cannot be invited keeps nobody else waiting
    closed = make.user(email="els@example.org")
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    text = office.post(address, {"action": "invite"}, follow=True).content.decode()
    assert "4 invitations are on their way." in text
    assert OutboxMessage.objects.filter(kind="invitation").count() == 4
    assert [each.name for each in waiting_for_invitation(job)] == ["Els Maes"]
    assert "was imported or put away already" in (
        office.post(address, {"action": "confirm"}, follow=True).content.decode()
    )


def test_put_away_and_broken_lists(office: Client, chiro: Movement) -> None:
    page = office.post(UPLOAD, {"pasted": "a;b\n1;2", "starts_on": "2026-09-01"})
    assert "Row 1, column e-mail: this column is missing" in page.content.decode()
    fields = {"pasted": table(JAN).decode(), "starts_on": "2026-09-01", "movement": chiro.pk}
    office.post(UPLOAD, fields)
    job = Job.objects.get()
    office.post(f"{UPLOAD}{job.pk}/", {"action": "nothing"})
    assert Job.objects.exists()
    office.post(f"{UPLOAD}{job.pk}/", {"action": "discard"})
    assert not Job.objects.exists()
    with pytest.raises(Refused, match=str(GONE)):
        discard_team_import(job=job)
    with pytest.raises(Refused, match=str(GONE)):
        confirm_team_import(job=job, by=make.consultant())
    assert waiting_for_invitation(job) == []
    # a file that can be read no more, for whatever reason, leads back
    office.post(UPLOAD, fields)
    Job.objects.update(file="")
    page = office.get(f"{UPLOAD}{Job.objects.get().pk}/", follow=True)
    assert page.redirect_chain == [(UPLOAD, 302)]


def test_list_of_somebody_else_is_not_there(office: Client, chiro: Movement) -> None:
    assert office.get(f"{UPLOAD}{kept(table(JAN)).pk}/").status_code == 404


@pytest.mark.postgres  # SQLite takes fewer values at a time
def test_many_rows_are_written_in_few_statements(chiro: Movement) -> None:
    rows = [
        f"Chiro Sint-Jan;An {'abcdefghij'[n % 10] * (n // 10 + 1)};p{n}@example.org"
        for n in range(400)
    ]
    job, by = kept(table(*rows)), make.consultant()
    with CaptureQueriesContext(connection) as queries:
        confirm_team_import(job=job, by=by)
    assert len([q for q in queries if q["sql"].startswith("INSERT")]) == 2
    assert len(queries) < 20
    assert chiro.mandates.count() == 400
