"""Reading tables as offices make them, and saying where a broken one is broken."""

import contextlib
import csv
import io
import time
import tracemalloc
import unicodedata
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import table_files, tabular
from core.table_files import TableError
from core.tabular import Row, Table, map_header, read_table

PLACES = [["nummer", "naam", "gemeente"], ["A1", "De Valk", "Liège"], ["A2", "Çelik", "Gent"]]
EXPECTED = [
    Row(2, {"nummer": "A1", "naam": "De Valk", "gemeente": "Liège"}),
    Row(3, {"nummer": "A2", "naam": "Çelik", "gemeente": "Gent"}),
]


def csv_of(delimiter: str = ";", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in PLACES)


def xlsx_of(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sheet_only(sheet_xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    source, target = io.BytesIO(xlsx_of([["x"]])), io.BytesIO()
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            sheet = part.filename.endswith("sheet1.xml")
            new.writestr(part.filename, sheet_xml if sheet else old.read(part))
    return target.getvalue()


def sheet_data(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return sheet_only(f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>')


def refused(data: bytes, name: str = "groepen.csv") -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(data, name)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_every_usual_shape(delimiter: str, end: str, encoding: str) -> None:
    table = read_table(csv_of(delimiter, end).encode(encoding), "groepen.csv")
    assert table == Table(["nummer", "naam", "gemeente"], EXPECTED)


def test_xlsx() -> None:
    table = read_table(xlsx_of(PLACES), "groepen.xlsx")
    assert table == Table(["nummer", "naam", "gemeente"], EXPECTED)


def test_kind_follows_from_the_content() -> None:
    assert read_table(xlsx_of(PLACES), "groepen.csv").rows == EXPECTED


def test_values_of_a_spreadsheet_become_text() -> None:
    day, moment = date(2022, 5, 1), datetime(2022, 5, 1, 14, 30)
    header = ["postcode", "share", "day", "moment", "yes", "zero", "nothing"]
    data = xlsx_of([header, [9000.0, 0.5, day, moment, True, 0, None]])
    assert list(read_table(data, "x.xlsx").rows[0].cells.values()) == [
        "9000",
        "0.5",
        "2022-05-01",
        "2022-05-01T14:30:00",
        "True",
        "0",
        "",
    ]


def test_formula_is_never_evaluated_nor_shown() -> None:
    assert read_table(xlsx_of([["a", "b"], ["x", "=1+1"]]), "x.xlsx").rows[0].cells["b"] == ""
    stored = sheet_data(
        '<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>7</v></c></row>'
    )
    assert read_table(stored, "x.xlsx").rows == [Row(2, {"a": "7"})]


def test_whole_numbers_are_written_whole() -> None:
    head = '<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
    table = read_table(sheet_data(f'{head}<row r="2"><c r="A2"><v>9000.0</v></c></row>'), "x.xlsx")
    assert table.rows == [Row(2, {"a": "9000"})]


def test_row_of_zeros_is_not_blank() -> None:
    assert read_table(xlsx_of([["a"], [0]]), "x.xlsx").rows == [Row(2, {"a": "0"})]


def test_numbers_are_those_of_the_spreadsheet() -> None:
    text = 'naam;plaats\n\n"twee\nregels";Gent\n ; \nVos;Aalst\n'
    assert [row.number for row in read_table(text.encode(), "x.csv").rows] == [3, 5]
    rows = [["naam"], [], ["Vos"], [None], ["Das"]]
    assert [row.number for row in read_table(xlsx_of(rows), "x.xlsx").rows] == [3, 5]


@pytest.mark.parametrize("above", [["Labels 2018"], ["Labels 2018", "", ""]], ids=len)
def test_a_title_above_the_table_is_no_header(above: list[str]) -> None:
    """As in a sheet; a csv has the cells beside it too, or not. Places are those of the sheet."""
    moved = [Row(row.number + 2, row.cells) for row in EXPECTED]
    blank = [] if len(above) == 1 else ["", "", ""]
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([above, blank, *PLACES])
    for data in (xlsx_of([above, [], *PLACES]), written.getvalue().encode()):
        table = read_table(data, "x")
        assert (table.header, table.rows, table.header_row) == (PLACES[0], moved, 3)
    with pytest.raises(TableError) as caught:
        map_header(table, {"label": ["label"]}, ["label"])
    assert (caught.value.row, caught.value.column) == (3, "label")


def test_a_list_of_one_column_has_a_header() -> None:
    assert read_table(b"naam\nDe Valk\n", "x.csv").rows == [Row(2, {"naam": "De Valk"})]


def test_hint_of_excel_is_no_row() -> None:
    assert read_table(b"sep=|\r\na|b\r\n1|2\r\n", "x.csv").rows == [Row(2, {"a": "1", "b": "2"})]


def test_delimiter_inside_quotes_does_not_count() -> None:
    table = read_table(b'"a;b;c",d\n1,2\n', "x.csv")
    assert table.rows == [Row(2, {"a;b;c": "1", "d": "2"})]


def test_cells_are_stripped_and_composed() -> None:
    table = read_table("naam\n\u00a0 Lie\u0300ge \n".encode(), "x.csv")
    assert table.rows[0].cells["naam"] == "Liège"


def test_blank_cells_at_the_end_do_no_harm() -> None:
    table = read_table(b"a;b;;\n1;2;;;;\n3;\n", "x.csv")
    assert table == Table(["a", "b"], [Row(2, {"a": "1", "b": "2"}), Row(3, {"a": "3", "b": ""})])
    assert read_table(xlsx_of([["a", "b"], ["1"]]), "x.xlsx").rows[0].cells == {"a": "1", "b": ""}


def test_column_without_header_or_text_is_left_out() -> None:
    assert read_table(b"a;;b\n1;;2\n", "x.csv") == Table(["a", "b"], [Row(2, {"a": "1", "b": "2"})])


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("a;b\n1;2\n1\n", 3, "b"),
        ("a;b\n1;2;3\n", 2, "C"),
        ("a;;b\n1;2;3\n", 2, "B"),
        ("a;a\n1;2\n", 1, "a"),
        ('a;b\n1;2\n1;"2\n', 3, None),
        ('a;b\n"x"y;2\n', 2, None),
        ("\n1;2\n", None, None),
        ("", None, None),
        ("a\nx\x00y\n", 2, "a"),
        ("a;b\nx;" + "y" * 5001 + "\n", 2, "b"),
    ],
)
def test_place_of_a_mistake(text: str, row: int | None, column: str | None) -> None:
    error = refused(text.encode())
    assert (error.row, error.column) == (row, column)
    if row:
        assert str(row) in error.message
        assert column is None or column in error.message
        assert error.detail in error.message


@pytest.mark.parametrize(
    "data",
    [
        "naam;plaats\nVos;Liège\nDas;".encode() + b"Li\xe8ge\n",  # two encodings in one file
        b"\xef\xbb\xbfnaam;plaats\nx;y\nDas;Li\xe8ge\n",  # says UTF-8, is not
        b"naam;plaats\nx;y\nDas;Li\x8dge\n",  # a byte that Windows-1252 has not
        "naam;plaats\nx;y\nDas;é".encode()[:-1],  # cut off in the middle of a letter
        "naam;plaats\nx;y\nDas;é".encode("utf-16")[:-1],
        b"\xff\xfe" + "naam;plaats\nx;y\nDas;\x07".encode("utf-16-le"),
    ],
    ids=["mixed", "mark", "undefined", "cut", "odd", "bell"],
)
def test_undecodable(data: bytes) -> None:
    if data.endswith(b"\xc3"):  # without any letter of UTF-8 it is a good Windows-1252 file
        assert read_table(data, "x.csv").rows[-1].cells["plaats"] == "Ã"
        return
    error = refused(data)
    assert (error.row, error.column) == (3, "plaats")


def test_undecodable_header_is_named_by_its_letter() -> None:
    assert refused(b"a;\x8d\n1;2\n").column == "B"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or protected workbook",
        b"PK\x03\x04 and then nothing",
        xlsx_of(PLACES)[:-400],
    ],
    ids=["pdf", "xls", "zip", "cut"],
)
def test_other_files(data: bytes) -> None:
    assert "../lijst.xlsx" in refused(data, "../lijst.xlsx").message


def test_zip_of_something_else() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refused(target.getvalue(), "").row is None


def test_file_of_too_many_bytes() -> None:
    assert "10" in refused(b"a;b\n" + b"x" * tabular.MAX_BYTES).message


@pytest.mark.parametrize("read", [str.encode, lambda text: xlsx_of([["x"]] * 5)])
def test_too_many_rows(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MAX_ROWS", 3)
    assert "3" in refused(read("x\n" * 5)).message
    assert len(read_table(b"a\nb\nc\nd\n", "x.csv").rows) == 3


def test_too_many_columns() -> None:
    wide = [f"k{n}" for n in range(101)]
    assert "100" in refused(";".join(wide).encode()).message
    assert "100" in refused(xlsx_of([wide])).message


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = sheet_only(" " * (table_files.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 200_000
    tracemalloc.start()
    assert refused(bomb).row is None
    assert tracemalloc.get_traced_memory()[1] < 2 * 1024 * 1024
    tracemalloc.stop()


def test_size_that_the_archive_lies_about() -> None:
    size = table_files.MAX_UNPACKED_BYTES + 1
    bomb = sheet_only(" " * size).replace(size.to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert refused(bomb).row is None


def test_entities_do_not_grow() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
        f'<worksheet xmlns="{space}"><sheetData><row r="1"><c r="A1" t="str"><v>&e11;</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert refused(sheet_only(sheet)).row is None


def test_cell_far_away_costs_little() -> None:
    head = '<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
    started = time.monotonic()
    far = sheet_data(f'{head}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert "100000" in refused(far).message
    near = sheet_data(f'{head}<row r="9000"><c r="XFD9000"/></row>')
    assert read_table(near, "x.xlsx").rows == []
    assert time.monotonic() - started < 20


SYNONYMS = {"code": ("nummer", "groepsnummer"), "name": ("naam",), "size": ()}


def test_map_header() -> None:
    table = read_table("Groepsnummer;NÁAM;kleur\nA1;Vos;rood\n".encode(), "x.csv")
    mapped = map_header(table, SYNONYMS, {"code", "name"})
    assert mapped == Table(["code", "name"], [Row(2, {"code": "A1", "name": "Vos"})])


def test_map_header_knows_its_own_names() -> None:
    table = read_table(b"code,name,size\nA1,Vos,9\n", "x.csv")
    assert map_header(table, SYNONYMS, {"code", "name", "size"}).header == table.header


@pytest.mark.parametrize(
    ("header", "column", "wanted"),
    [
        ("naam;maat;size", "size", ""),
        ("naam;size", "nummer", "nummer, groepsnummer."),
        ("naam;nummer", "size", "size."),
        ("nummer;naam;code;size", "code", ""),
    ],
)
def test_map_header_refuses(header: str, column: str, wanted: str) -> None:
    table = read_table(header.encode(), "x.csv")
    synonyms = {**SYNONYMS, "size": ("maat",) if "maat" in header else ()}
    with pytest.raises(TableError) as caught:
        map_header(table, synonyms, list(SYNONYMS))
    assert (caught.value.row, caught.value.column) == (1, column)
    assert caught.value.message.endswith(wanted)


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).map(
    lambda text: unicodedata.normalize("NFC", text)
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(CELL, min_size=width, max_size=width, unique=True),
        st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=4),
    )
)


@given(TABLES, st.sampled_from(table_files.DELIMITERS))
def test_what_is_written_is_read(table: tuple[list[str], list[list[str]]], delimiter: str) -> None:
    header, rows = table
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    read = read_table(text.getvalue().encode("utf-8-sig"), "x.csv")
    assert read.header == header
    assert [list(row.cells.values()) for row in read.rows] == rows


@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_message(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xff\xfe"):
        with contextlib.suppress(TableError):
            assert read_table(start + data, "x").header
