"""Text in pictures: every script from our own fonts, in its own direction, and it fits."""

import pytest
from PIL import Image, ImageDraw

from core.lettering import BOLD, fit, runs


def seen(text: str, *, rtl: bool = False) -> list[str]:
    return [run.text for run in runs(text, BOLD, rtl=rtl)]


def test_a_text_is_cut_where_font_or_direction_change() -> None:
    found = list(runs("Scouts كشافة 🏕️👩‍👩‍👧 ሰላም", BOLD))
    faces = {run.text.strip(): run.face for run in found if run.text.strip()}
    assert faces == {
        "Scouts": "atkinson-800",
        "كشافة": "noto-sans-arabic-700",
        "🏕️👩‍👩‍👧": "noto-emoji",
        "ሰላም": "noto-sans-ethiopic-700",
    }
    assert [run.rtl for run in found if "كشافة" in run.text] == [True]


def test_runs_stand_as_they_are_read() -> None:
    arabic, city = "كشافة", "المدينة"
    assert "".join(seen(f"Scouts {arabic} 12 {city}")).split() == ["Scouts", city, "12", arabic]
    assert "".join(seen(f"{arabic} Scouts {city}", rtl=True)).split() == [city, "Scouts", arabic]
    assert "".join(seen("12 (A)!")) == "12 (A)!"
    assert seen("") == []


def test_what_no_font_has_is_still_a_run() -> None:
    assert seen("a\U000f1234") == ["a", "\U000f1234"]


@pytest.mark.parametrize("text", ["Scouts", "W" * 120, "a " * 60, "😀🏕️" * 40, "كشافة المدينة " * 8])
def test_it_fits_the_box(text: str) -> None:
    block = fit(text, width=620, height=240, sizes=(84, 26))
    assert block.height <= 240
    picture = Image.new("L", (900, 300), "white")
    block.draw(ImageDraw.Draw(picture), 450, 20, "black")
    left, top, right, bottom = Image.eval(picture, lambda pixel: 255 - pixel).getbbox() or ()
    assert right - left <= 630
    assert (top >= 18, bottom <= 20 + 245) == (True, True)


def test_a_short_text_is_large_and_an_endless_one_ends_in_dots() -> None:
    assert fit("Scouts", width=620, height=240, sizes=(84, 26)).size == 84
    endless = fit("woord " * 100, width=300, height=70, sizes=(40, 26))
    assert endless.lines[-1].endswith("…")
    assert endless.height <= 70
