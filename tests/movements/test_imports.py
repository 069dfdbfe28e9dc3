"""Rows of a list: what becomes of each, against an oracle written apart from the product."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core.calendar import today
from core.errors import Refused
from core.logs import ActivityLog
from core.table_files import TableError
from movements.enums import Reason, RowResult
from movements.imports import Context, ImportRow, Verdict, classify, counts, fold_name
from movements.models import Federation, Movement
from movements.services import change_movement, import_movements
from movements.services.imports import ImportOptions, read_list
from movements.services.life import rename_movement
from tests.factories import movements as make

FILE = Path(__file__).parent.parent / "data" / "scout-groups-flanders.csv"
HEADER = ["code", "name", "federation", "postcode", "municipality"]
A = ["A0001G", "De Ekster", make.SCOUTS, "2800", "Mechelen"]
B = ["A0002S", "Woudlopers", make.SCOUTS, "2500", "Lier"]


def as_csv(*rows: list[str], header: list[str] = HEADER, delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode()


def run(data: bytes, *, name: str = "list.csv", federation: str = "", **how: Any) -> list[Verdict]:
    rows = read_list(data, name, ImportOptions(federation=federation))
    return import_movements(rows=rows, by=None, **how)


def results(verdicts: list[Verdict]) -> list[tuple[str, str | None]]:
    return [(v.result.value, v.reason.value if v.reason else None) for v in verdicts]


@pytest.fixture(autouse=True)
def _federations(db: None) -> None:
    make.flemish_federations()


# The real list ---------------------------------------------------------------------------------


def oracle(place: str = "") -> Counter[str]:
    """The expected figures, counted from the raw file with nothing of the product."""
    rows = list(csv.DictReader(io.StringIO(FILE.read_text(encoding="utf-8"))))
    often = Counter(row["code"] for row in rows)
    found: Counter[str] = Counter()
    for row in rows:
        code = row["code"]
        if not re.fullmatch(r"[A-Z]\d\d\d\d[A-Z]", code):
            found["malformed"] += 1
        elif code.endswith("D"):
            found["district"] += 1
        elif code.endswith("P"):
            found["gouw"] += 1
        elif "WERKING GESTOPT" in row["name"]:
            found["stopped"] += 1
        elif often[code] > 1:
            found["refused"] += 1
        elif place and row["municipality"] != place:
            found["outside"] += 1
        else:
            found["new"] += 1
            found["flagged"] += row["municipality"] == ""
    return found


def measured(verdicts: list[Verdict]) -> Counter[str]:
    reasons = Counter(v.reason for v in verdicts)
    totals = counts(verdicts)
    return Counter(
        malformed=reasons[Reason.MALFORMED_CODE],
        district=reasons[Reason.DISTRICT],
        gouw=reasons[Reason.REGION],
        stopped=reasons[Reason.STOPPED],
        refused=totals["refused"],
        outside=totals["outside"],
        new=totals["new"],
        flagged=totals["flagged"],
    )


def test_real_list_gives_what_the_oracle_counts() -> None:
    verdicts = run(FILE.read_bytes())
    expected = oracle()
    assert +measured(verdicts) == +expected
    assert expected == Counter(
        new=476, flagged=65, district=27, gouw=14, malformed=7, stopped=2, refused=16
    )
    totals = counts(verdicts)
    assert len(verdicts) == 542 == sum(totals[result] for result in RowResult.values)
    assert Movement.objects.count() == 476
    assert ActivityLog.objects.filter(verb="imported").count() == 476


def test_second_import_writes_nothing(no_writes: Any) -> None:
    run(FILE.read_bytes())
    with no_writes():
        verdicts = run(FILE.read_bytes())
    totals = counts(verdicts)
    assert (totals["new"], totals["changed"], totals["unchanged"]) == (0, 0, 476)
    assert totals["flagged"] == 65


def test_municipality_is_the_whole_name() -> None:
    verdicts = run(FILE.read_bytes(), municipality="Mechelen")
    assert +measured(verdicts) == +oracle("Mechelen")
    assert set(Movement.objects.values_list("municipality", flat=True)) == {"Mechelen"}
    assert Movement.objects.count() == 6
    nowhere = next(v for v in verdicts if v.reason is Reason.NO_MUNICIPALITY)
    assert nowhere.result is RowResult.OUTSIDE


@pytest.mark.postgres  # SQLite takes fewer values at a time
def test_real_list_is_written_in_few_statements() -> None:
    rows = read_list(FILE.read_bytes(), "list.csv", ImportOptions())
    with CaptureQueriesContext(connection) as queries:
        import_movements(rows=rows, by=None)
    # savepoint, lock, federations, movements; a batch of movements; a batch of log rows; release
    writes = [q for q in queries.captured_queries if q["sql"].startswith("INSERT")]
    assert len(writes) == 2
    assert len(queries) == 8


def test_dry_run_writes_nothing(no_writes: Any) -> None:
    with no_writes():
        verdicts = run(FILE.read_bytes(), dry_run=True)
    assert counts(verdicts)["new"] == 476
    assert not Movement.objects.exists()


# One reason after another ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["A0001G", "x", "Onbekend", "", ""], ("refused", "unknown_federation")),
        (["A0001G", "x", "", "", ""], ("refused", "unknown_federation")),
        (["A001G", "x", make.SCOUTS, "", ""], ("left_out", "malformed_code")),
        (["A0001X", "x", make.SCOUTS, "", ""], ("left_out", "malformed_code")),
        (["xA0001G", "x", make.SCOUTS, "", ""], ("left_out", "malformed_code")),
        (["", "", make.SCOUTS, "", ""], ("left_out", "malformed_code")),
        (["001D", "WERKING GESTOPT", make.SCOUTS, "", ""], ("left_out", "malformed_code")),
        (["A0000D", "WERKING GESTOPT", make.SCOUTS, "", ""], ("left_out", "district")),
        (["A0000P", "WERKING GESTOPT", make.SCOUTS, "", ""], ("left_out", "region")),
        (["A0001G", "x - werking gestopt", make.SCOUTS, "", ""], ("left_out", "stopped")),
        (["A0001G", "", make.SCOUTS, "", ""], ("refused", "no_name")),
        (["A0001G", "x" * 121, make.SCOUTS, "", ""], ("refused", "too_long")),
        (["A0001G", "x", make.SCOUTS, "2" * 11, ""], ("refused", "too_long")),
        (["A0001G", "x", make.SCOUTS, "", ""], ("new", None)),
        ([" a0001g ", "x", "scouts en gidsen vlaanderen", "", ""], ("new", None)),
        (["", "x", make.CHIRO, "", ""], ("new", None)),
        (["n" * 21, "x", make.CHIRO, "", ""], ("refused", "too_long")),
        (["", "", make.CHIRO, "", "Lier"], ("refused", "no_name")),
        (["LEG 0608", "WERKING GESTOPT", make.CHIRO, "", ""], ("left_out", "stopped")),
    ],
)
def test_first_reason_wins(row: list[str], expected: tuple[str, str | None]) -> None:
    assert results(run(as_csv(row))) == [expected]


def test_duplicated_number_is_refused_whole_until_somebody_chooses() -> None:
    twin = ["A0001G", "De Specht", make.SCOUTS, "", ""]
    data = as_csv(A, B, twin, twin)
    verdicts = run(data)
    assert [v.result.value for v in verdicts] == ["refused", "new", "refused", "refused"]
    assert verdicts[0].twins == (2, 4, 5)
    verdicts = run(data, choices={2: 4})
    assert [v.result.value for v in verdicts] == ["refused", "unchanged", "new", "refused"]
    assert [v.chosen for v in verdicts] == [4, None, None, 4]
    assert Movement.objects.get(code="A0001G").name == "De Specht"


def test_choice_of_a_row_that_is_no_twin_counts_for_nothing() -> None:
    verdicts = run(as_csv(A, A, B), choices={2: 4, 4: 2})
    assert [v.result.value for v in verdicts] == ["refused", "refused", "new"]
    assert verdicts[0].chosen is None


def test_left_out_row_makes_a_number_occur_twice_all_the_same() -> None:
    stopped = ["A0001G", "WERKING GESTOPT", make.SCOUTS, "", ""]
    assert results(run(as_csv(stopped, A))) == [("left_out", "stopped"), ("refused", "duplicate")]


def test_same_number_in_two_federations_is_no_duplicate() -> None:
    chiro = ["A0001G", "Chiro", make.CHIRO, "", ""]
    assert [v.result.value for v in run(as_csv(A, chiro))] == ["new", "new"]


def test_without_numbers_name_and_place_tell_who_it_is() -> None:
    header = ["naam", "gemeente"]
    data = as_csv(["Chiro Sint-Jan", "Lier"], ["chiro sint-jan", "Mol"], header=header)
    assert [v.result.value for v in run(data, federation="Chirojeugd Vlaanderen")] == ["new"] * 2
    again = as_csv(["CHIRO SINT-JAN", "lier"], header=header)
    verdicts = run(again, federation="chirojeugd vlaanderen")
    assert verdicts[0].changes == {
        "name": ("Chiro Sint-Jan", "CHIRO SINT-JAN"),
        "municipality": ("Lier", "lier"),
    }
    twice = as_csv(["Chiro", "Mol"], ["CHIRO", "Mol"], header=header)
    assert [v.result.value for v in run(twice, federation=make.CHIRO)] == ["refused", "refused"]


# What an import may change ---------------------------------------------------------------------


def test_change_touches_name_and_place_only() -> None:
    run(as_csv(A))
    movement = Movement.objects.get()
    change_movement(movement=movement, by=None, mailbox="ekster@example.org", language="fr")
    (verdict,) = run(as_csv(["A0001G", "De Ekster 2", make.SCOUTS, "2812", "Muizen"]))
    assert verdict.result is RowResult.CHANGED
    assert verdict.changes == {
        "name": ("De Ekster", "De Ekster 2"),
        "postcode": ("2800", "2812"),
        "municipality": ("Mechelen", "Muizen"),
    }
    movement.refresh_from_db()
    assert (movement.name, movement.postcode, movement.municipality) == (
        "De Ekster 2",
        "2812",
        "Muizen",
    )
    assert (movement.mailbox, movement.language) == ("ekster@example.org", "fr")
    assert ActivityLog.objects.filter(verb="changed by import").count() == 1


def test_empty_cell_never_empties_what_staff_filled_in() -> None:
    without = ["A0001G", "De Ekster", make.SCOUTS, "", ""]
    (verdict,) = run(as_csv(without))
    assert verdict.flagged
    change_movement(movement=Movement.objects.get(), by=None, municipality="Mechelen")
    (verdict,) = run(as_csv(without))
    assert (verdict.result, verdict.flagged) == (RowResult.UNCHANGED, False)
    assert Movement.objects.get().municipality == "Mechelen"


def test_many_changes_are_written_in_batches() -> None:
    rows = [[f"A{n:04}G", f"Groep {n}", make.SCOUTS, "2800", "Mechelen"] for n in range(600)]
    run(as_csv(*rows))
    later = [[code, f"{name} bis", *rest] for code, name, *rest in rows]
    assert counts(run(as_csv(*later)))["changed"] == 600
    assert Movement.objects.filter(name__endswith=" bis").count() == 600


# What spreadsheets produce ---------------------------------------------------------------------

DUTCH = ["nummer", "naam", "koepel", "postcode", "gemeente"]
FRENCH = ["Numéro", "Nom", "Fédération", "Code postal", "Commune"]
ACCENTS = ["A0003G", "'t Kruierke – Zoë & Noël", make.SCOUTS, "2490", "Balen"]


def workbook(*rows: list[Any], header: list[str]) -> bytes:
    book = Workbook()
    for row in [header, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("header", [HEADER, DUTCH, FRENCH, [h.upper() for h in DUTCH]])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_text_file_says_the_same(
    header: list[str], delimiter: str, encoding: str
) -> None:
    data = as_csv(A, ACCENTS, header=header, delimiter=delimiter).decode().encode(encoding)
    assert [v.result.value for v in run(data)] == ["new", "new"]
    assert Movement.objects.get(code="A0003G").name == ACCENTS[1]


@pytest.mark.parametrize("header", [HEADER, DUTCH, FRENCH])
def test_workbook_says_the_same(header: list[str]) -> None:
    rows = [[*A[:3], 2800, "Mechelen"], ACCENTS]
    assert [v.result.value for v in run(workbook(*rows, header=header), name="x.xlsx")] == [
        "new",
        "new",
    ]
    assert Movement.objects.get(code="A0001G").postcode == "2800"


@given(
    order=st.permutations(range(5)),
    delimiter=st.sampled_from(";,\t"),
    extra=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_order_of_columns_and_strange_columns_do_not_matter(
    order: list[int], delimiter: str, extra: bool
) -> None:
    tail = ["latitude"] if extra else []
    header = [DUTCH[n] for n in order] + tail
    rows = [[row[n] for n in order] + ["51.1"] * extra for row in (A, ACCENTS)]
    read = read_list(as_csv(*rows, header=header, delimiter=delimiter), "x.csv", ImportOptions())
    assert [row.code for row in read] == ["A0001G", "A0003G"]
    assert read[1].name == ACCENTS[1]


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (as_csv(A, B)[:-20], ["3"]),
        (as_csv(A, header=["code", "name", "federation", "postcode", "x"]), ["1", "gemeente: "]),
        (as_csv(A, header=["code", "x", "federation", "postcode", "gemeente"]), ["1", "naam: "]),
        (as_csv(A, header=["code", "name", "x", "postcode", "gemeente"]), ["1", "koepel: "]),
        (as_csv(A, header=["x", "name", "koepel", "postcode", "gemeente"]), ["1", "nummer: "]),
        (as_csv(A, header=["code", "naam", "name", "koepel", "gemeente"]), ["1", "name"]),
        (as_csv(A) + b"A0009G,\x81\x8d,x,y,z\r\n", ["3", "name"]),
        (as_csv(A) + b"A0009G,x\r\n", ["3", "federation"]),
        (b"", []),
        (b"\x00\x01\x02", []),
        (b"PK\x03\x04 broken", []),
    ],
)
def test_broken_file_names_the_place_and_writes_nothing(data: bytes, parts: list[str]) -> None:
    with pytest.raises(TableError) as broken:
        run(data)
    assert all(part in broken.value.message for part in parts)
    assert not Movement.objects.exists()


def test_unknown_default_federation_is_said_with_the_known_ones() -> None:
    with pytest.raises(Refused, match=r"Onbestaand.*Chirojeugd"):
        run(as_csv(A), federation="Onbestaand")


def test_default_federation_serves_rows_that_name_none() -> None:
    rows = [["", "Chiro Zon", "", "", "Lier"], ["", "KSA Ster", "KSA", "", "Lier"]]
    assert [v.result.value for v in run(as_csv(*rows), federation=make.CHIRO)] == ["new", "new"]
    names = Movement.objects.values_list("name", "federation__name")
    assert dict(names) == {"Chiro Zon": make.CHIRO, "KSA Ster": "KSA"}


# Hostile content -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://evil.example","x")',
        "+32 470 00 00 00",
        "@SUM(A1:A9)",
        "-2+3",
        'De "Rode" Specht',
        "<script>alert(1)</script>",
        "Robert'); DROP TABLE movements_movement;--",
        "🏕️ De Tent",
        "كشافة مالين",
        "100 % {{ name }} %(name)s",
    ],
)
def test_hostile_name_stays_the_text_it_is(name: str) -> None:
    assert [v.result.value for v in run(as_csv(["A0001G", name, *A[2:]]))] == ["new"]
    assert Movement.objects.get().name == name


def test_formula_in_a_workbook_is_not_evaluated() -> None:
    row = ["A0001G", "=1+1", make.SCOUTS, "2800", "Mechelen"]
    # nobody calculated it, so the cell has no value: a row without a name, and no "2"
    assert results(run(workbook(row, header=HEADER), name="x.xlsx")) == [("refused", "no_name")]


def test_line_breaks_inside_a_name_become_blanks() -> None:
    run(as_csv(["A0001G", "De\nEkster\t 2", *A[2:]]))
    assert Movement.objects.get().name == "De Ekster 2"


# Pure classification ---------------------------------------------------------------------------

codes = st.sampled_from(["A0001G", "A0002G", "A0003S", "A0001D", "A0001P", "12", ""])
names = st.sampled_from(["De Ekster", "WERKING GESTOPT", "", "De Specht"])
places = st.sampled_from(["", "Mechelen", "Maasmechelen"])
federations = st.sampled_from([make.SCOUTS, make.CHIRO, "?"])
row_lists = st.lists(st.tuples(names, federations, codes, places), max_size=12)


@given(rows=row_lists, municipality=st.sampled_from(["", "Mechelen"]))
@settings(max_examples=150, deadline=None)
def test_every_row_has_one_result_and_importing_twice_changes_nothing(
    rows: list[tuple[str, str, str, str]], municipality: str
) -> None:
    scouts = Federation(pk=1, name=make.SCOUTS, code_pattern="[A-Z][0-9]{4}[DGMPS]")
    scouts.district_pattern, scouts.region_pattern = ".*D", ".*P"
    known = {fold_name(f.name): f for f in (scouts, Federation(pk=2, name=make.CHIRO))}
    numbered = [
        ImportRow(number, name, federation, code, "", place)
        for number, (name, federation, code, place) in enumerate(rows, start=2)
    ]
    first = classify(numbered, Context(known, {}, municipality))
    assert [v.row for v in first] == numbered
    assert sum(counts(first)[result] for result in RowResult.values) == len(rows)
    written = {}
    for verdict in first:
        if verdict.result is RowResult.NEW:
            assert verdict.federation is not None
            row = verdict.row
            movement = Movement(
                federation_id=verdict.federation.pk,
                code=row.code,
                name=row.name,
                municipality=row.municipality,
            )
            key = row.code or f"{row.name.casefold()}|{row.municipality.casefold()}"
            assert (verdict.federation.pk, key) not in written
            written[verdict.federation.pk, key] = movement
    second = classify(numbered, Context(known, written, municipality))
    for before, after in zip(first, second, strict=True):
        new = before.result is RowResult.NEW
        assert after.result is (RowResult.UNCHANGED if new else before.result)
        assert after.flagged == before.flagged
        assert not municipality or not new or before.row.municipality == municipality


# Other names -----------------------------------------------------------------------------------


def test_a_list_that_has_the_former_name_changes_no_name() -> None:
    run(as_csv(A))
    movement = Movement.objects.get()
    rename_movement(movement=movement, name="De Specht", on=today(), by=None)
    [verdict] = run(as_csv([*A[:1], "de  ekster", *A[2:3], "2801", *A[4:]]))
    assert (verdict.result, set(verdict.changes)) == (RowResult.CHANGED, {"postcode"})
    assert Movement.objects.get().name == "De Specht"
    run(as_csv([*A[:1], "De Mus", *A[2:]]))
    assert Movement.objects.get().name == "De Mus"


def test_a_movement_without_number_is_known_by_its_former_name() -> None:
    row = ["", "De Zonnebloem", make.CHIRO, "2800", "Mechelen"]
    other = ["", "De Roos", make.CHIRO, "2800", "Mechelen"]
    run(as_csv(row, other))
    for name, new in (("De Zonnebloem", "De Lelie"), ("De Roos", "De Zonnebloem")):
        movement = Movement.objects.get(name=name)
        rename_movement(movement=movement, name=new, on=today(), by=None)
    assert results(run(as_csv(row, other))) == [("unchanged", None)] * 2
    assert set(Movement.objects.values_list("name", flat=True)) == {"De Lelie", "De Zonnebloem"}
