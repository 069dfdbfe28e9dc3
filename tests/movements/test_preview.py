"""An import in words, and the command that says them."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from core.logs import ActivityLog
from movements.models import Movement
from movements.preview import MOST_QUESTIONS, Preview, explain, sentences
from tests.factories import movements as make
from tests.movements.test_imports import FILE, A, B, as_csv, run


@pytest.fixture(autouse=True)
def _federations(db: None) -> None:
    make.flemish_federations()
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (["A0001G", "x", "Onbekend", "", ""], "There is no federation “Onbekend” here."),
        (["A0001G", "x", "", "", ""], "It names no federation."),
        (["12", "x", make.SCOUTS, "", ""], "Scouts & Gidsen Vlaanderen has no numbers like “12”."),
        (["", "x", make.SCOUTS, "", ""], "It has no number."),
        (["A0000D", "x", make.SCOUTS, "", ""], "“A0000D” is a district, not a local group."),
        (["A0000P", "x", make.SCOUTS, "", ""], "“A0000P” is a gouw, not a local group."),
        (["A0001G", "WERKING GESTOPT", make.SCOUTS, "", ""], "Its name says that it stopped."),
        (["A0001G", "", make.SCOUTS, "", ""], "It has no name."),
        (["A0001G", "x" * 121, make.SCOUTS, "", ""], "Too many characters; at most: name 120."),
        (["A0001G", "x", make.SCOUTS, "", "Lier"], "It is in Lier."),
        (["A0001G", "x", make.SCOUTS, "", ""], "It names no municipality."),
        (["A0001G", "100 %(s)s", make.SCOUTS, "", "Mechelen"], ""),
    ],
)
def test_each_reason_in_words(row: list[str], text: str) -> None:
    (verdict,) = run(as_csv(row), municipality="Mechelen")
    assert explain(verdict) == text


def test_duplicates_and_changes_in_words() -> None:
    verdicts = run(as_csv(A, A))
    assert [explain(v) for v in verdicts] == ["Rows 2, 3 have the same number."] * 2
    verdicts = run(as_csv(A, A), choices={2: 3})
    assert [explain(v) for v in verdicts] == ["Row 3 counts instead.", ""]
    (verdict,) = run(as_csv(["A0001G", "De Specht", *A[2:]]))
    assert explain(verdict) == "name: “De Ekster” becomes “De Specht”"
    (verdict,) = run(as_csv(["A0009G", "Nergens", make.SCOUTS, "", ""]))
    assert explain(verdict) == "It has no place yet."
    twins = as_csv(["Zon", "Lier"], ["Zon", "Lier"], header=["naam", "gemeente"])
    assert explain(run(twins, federation="KSA")[0]) == "Rows 2, 3 have the same name and place."


def test_preview_of_the_real_list_in_words() -> None:
    preview = Preview(run(FILE.read_bytes(), dry_run=True))
    assert [group.sentence for group in preview.groups] == [
        "476 movements are new.",
        "16 rows are refused.",
        "50 rows are left out.",
    ]
    assert preview.flagged_sentence == "65 movements have no place yet: fill it in later."
    left_out = preview.group("left_out")
    assert left_out is not None
    assert left_out.reasons == [
        ("district", 27),
        ("gouw", 14),
        ("malformed number", 7),
        ("stopped", 2),
    ]
    assert [group.folded for group in preview.groups] == [False, True, True]
    assert preview.group("outside") is None
    assert preview.writes == 476
    assert [len(twins.rows) for twins in preview.twins] == [2] * 8
    assert [line.row.number for line in left_out.lines(0, 2)] == [22, 62]


def test_questions_are_about_the_own_municipality_only() -> None:
    here = ["A0001G", "Tweeling", make.SCOUTS, "", "Mechelen"]
    preview = Preview(run(as_csv(B, B, A, here), municipality="Mechelen"), "Mechelen")
    assert [twins.label for twins in preview.questions] == ["A0001G"]
    assert preview.twins[0].describe(preview.twins[0].rows[0]) == "De Ekster, 2800 Mechelen (row 4)"
    nowhere = preview.twins[0].describe(run(as_csv(["1", "x", "?", "", ""]))[0].row)
    assert nowhere == "x, no place (row 2)"


def test_a_page_asks_a_hundred_questions_at_most() -> None:
    rows = [[f"A{n:04}G", "x", make.SCOUTS, "", ""] for n in range(MOST_QUESTIONS + 1)]
    preview = Preview(run(as_csv(*rows, *rows)))
    assert (len(preview.questions), len(preview.twins)) == (MOST_QUESTIONS, MOST_QUESTIONS + 1)


def test_counts_in_words_leave_out_what_is_not_there() -> None:
    none = dict.fromkeys(["new", "changed", "unchanged", "left_out", "refused", "outside"], 0)
    assert sentences({**none, "flagged": 0}) == []
    some = {**none, "new": 1, "outside": 2, "changed": 1, "unchanged": 3, "flagged": 1}
    assert sentences(some, "Lier") == [
        "1 movement is new.",
        "1 movement changes.",
        "3 movements stay as they are.",
        "2 rows are outside Lier.",
        "1 movement has no place yet: fill it in later.",
    ]


# The command -----------------------------------------------------------------------------------


def test_command_imports_and_tells(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_movements", str(FILE))
    told = capsys.readouterr().out
    assert "476 movements are new." in told
    assert "  27 × district" in told
    assert "Rows 7, 13 have the same number." in told
    assert "65 movements have no place yet" in told
    assert Movement.objects.count() == 476
    assert set(ActivityLog.objects.values_list("actor", flat=True)) == {"system"}


def test_command_takes_a_municipality_and_a_dry_run(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_movements", str(FILE), municipality="Mechelen", dry_run=True)
    told = capsys.readouterr().out
    assert "6 movements are new." in told
    assert "470 rows are outside Mechelen." in told
    assert "Nothing was written" in told
    assert not Movement.objects.exists()


def test_command_takes_a_default_federation(tmp_path: Path) -> None:
    file = tmp_path / "chiro.csv"
    file.write_bytes(as_csv(["Chiro Zon", "Lier"], header=["naam", "gemeente"]))
    call_command("import_movements", str(file), "--federation", "chirojeugd vlaanderen")
    assert Movement.objects.get().federation.name == make.CHIRO


def test_command_says_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(as_csv(A) + b"A0009G,x\r\n")
    with pytest.raises(CommandError, match="Row 3, column federation"):
        call_command("import_movements", str(file))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_movements", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="There is no federation “X”"):
        call_command("import_movements", str(FILE), federation="X")
    assert not Movement.objects.exists()
