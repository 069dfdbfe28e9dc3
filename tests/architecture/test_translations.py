"""Everything a person can read exists in Dutch and French, and nothing else does."""

import gettext
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["nl", "fr"]
ELSEWHERE = {".git", ".venv", "var", "tests", "benchmarks", "scripts", "docs", "static"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the sources in which the texts were collected afresh."""
    copy = tmp_path_factory.mktemp("sources") / "copy"
    unwanted = shutil.ignore_patterns("__pycache__", "*.mo", ".*")

    def ignore(folder: str, names: list[str]) -> set[str]:
        top = ELSEWHERE & set(names) if Path(folder) == ROOT else set()
        return unwanted(folder, names) | top

    shutil.copytree(ROOT, copy, ignore=ignore)
    (copy / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--no-location"]
    command += [f"--locale={language}" for language in LANGUAGES]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return copy


def po_file(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def texts(po: Path, *choose: str) -> list[str]:
    """The source texts of a file, those that msgattrib chooses."""
    command = ["msgattrib", "--no-obsolete", "--no-wrap", *choose, str(po)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # a text of several lines is several strings, the first of them empty; so is the header
    found = re.findall(r'^msgid ((?:".*"\n)+)', output, flags=re.M)
    return [joined for parts in found if (joined := "".join(re.findall(r'"(.*)"\n', parts)))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(collected: Path, language: str) -> None:
    po = po_file(collected, language)
    assert texts(po), "no texts were found at all"
    assert texts(po, "--untranslated") == []
    assert texts(po, "--only-fuzzy") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(collected: Path, language: str) -> None:
    left_over = set(texts(po_file(ROOT, language))) - set(texts(po_file(collected, language)))
    assert left_over == set(), "make messages removes them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_well_formed_and_keep_their_placeholders(
    language: str, tmp_path: Path
) -> None:
    mo = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", mo, po_file(ROOT, language)], check=True)
    with mo.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    pattern = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w*\}")
    for source, translation in catalogue.items():
        # msgfmt compares plurals itself; a singular may leave the number out
        if source and isinstance(source, str):
            assert set(pattern.findall(translation)) <= set(pattern.findall(source)), source
