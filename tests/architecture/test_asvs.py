"""docs/asvs.md has every requirement that we promise to trace, each with evidence that exists."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text()


def numbers(text: str) -> list[str]:
    """The requirements of a list."""
    return text.split()


STATES = {"met", "partly", "not met", "not applicable"}
# level 1 of ASVS 5.0.0, whole: 70 requirements
LEVEL_1 = numbers("""
    1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1
    2.1.1 2.2.1 2.2.2 2.3.1
    3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
    4.1.1 4.4.1
    5.2.1 5.2.2 5.3.1 5.3.2
    6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
    7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2
    8.1.1 8.2.1 8.2.2 8.3.1
    9.1.1 9.1.2 9.1.3 9.2.1
    10.4.1 10.4.2 10.4.3 10.4.4 10.4.5
    11.3.1 11.3.2 11.4.1
    12.1.1 12.2.1 12.2.2
    13.4.1
    14.2.1 14.3.1
    15.1.1 15.2.1 15.3.1
""")
# level 2 of validation, files, authentication, sessions, authorisation, data, logging; headers;
# the client side of OpenID Connect
LEVEL_2 = numbers("""
    2.1.2 2.1.3 2.2.3 2.3.2 2.3.3 2.3.4 2.4.1
    3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6
    5.1.1 5.2.3 5.4.1 5.4.2 5.4.3
    6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4
    6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4
    7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2
    8.1.2 8.2.3 8.4.1
    9.2.2 9.2.3 9.2.4
    10.1.1 10.1.2 10.2.1 10.2.2 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5
    14.1.1 14.1.2 14.2.2 14.2.3 14.2.4 14.3.2 14.3.3
    16.1.1 16.2.1 16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2
    16.4.3 16.5.1 16.5.2 16.5.3
""")
# level 3 of locking, headers, uploads, revocation, logging
LEVEL_3 = numbers("""
    2.3.5 3.3.5 3.4.7 3.4.8 3.5.8 3.7.4 4.1.4 5.2.4 5.2.5 5.2.6 5.3.3 6.5.6 7.5.3 8.3.2
    10.2.3 14.2.8 15.4.1 15.4.2 15.4.3 15.4.4 16.5.4
""")
LEVELS = {
    **dict.fromkeys(LEVEL_1, "1"),
    **dict.fromkeys(LEVEL_2, "2"),
    **dict.fromkeys(LEVEL_3, "3"),
}


@dataclass(frozen=True)
class Line:
    """One requirement of the table."""

    number: str
    level: str
    what: str
    state: str
    evidence: str

    @property
    def tests(self) -> list[str]:
        return re.findall(r"`(tests/[\w/]+\.py::\w+)`", self.evidence)

    @property
    def words(self) -> str:
        return re.sub(r"`tests/[\w/]+\.py::\w+`|<br>", "", self.evidence).strip()


def read() -> list[Line]:
    found = []
    for text in re.findall(r"^\| (\d+\.\d+\.\d+ \|.*) \|$", TEXT, flags=re.M):
        found.append(Line(*(cell.strip() for cell in text.split("|"))))
    return found


LINES = read()


@cache
def functions(file: str) -> frozenset[str]:
    """Tests of a file that pytest would collect."""
    tree = ast.parse((ROOT / file).read_text())
    return frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef))


def test_each_requirement_stands_there_once_and_no_other() -> None:
    assert len(LEVEL_1) == 70
    counted = Counter(line.number for line in LINES)
    assert counted == Counter(LEVELS.keys())
    numbers = [tuple(map(int, line.number.split("."))) for line in LINES]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.number)
def test_each_line_has_its_evidence(line: Line) -> None:
    assert line.level == LEVELS[line.number]
    assert line.what
    assert line.state in STATES
    assert line.tests
    assert line.words or line.state == "met"
    missing = [
        name
        for name in line.tests
        if not (ROOT / name.split("::")[0]).is_file()
        or name.split("::")[1] not in functions(name.split("::")[0])
    ]
    assert missing == []
    assert [n for n in line.tests if not n.split("::")[1].startswith("test_")] == []


def test_what_is_not_met_is_said_again_at_the_end() -> None:
    summary = TEXT.split("## What is not met, in one place")[1]
    assert set(re.findall(r"\d+\.\d+\.\d+", summary)) == {
        line.number for line in LINES if line.state == "not met"
    }


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#h][^)]*)\)", TEXT))))
def test_its_links_lead_somewhere(target: str) -> None:
    assert (ROOT / "docs" / target).is_file()


# What several lines stand on -------------------------------------------------------------------

APPS = "config desk kpis privacy homevisits testimonies handovers labels recruitment activities"
SOURCES = f"{APPS} movements programmes accounts core".split()
NEVER_IMPORTED = {"subprocess", "pickle", "shelve", "marshal", "pty", "code", "yaml"}
NEVER_CALLED = {"eval", "exec", "__import__", "system", "popen"}


def named(call: ast.Call) -> str:
    """The last name of what is called."""
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def test_no_source_starts_a_process_or_runs_text() -> None:
    found = []
    for path in (path for app in SOURCES for path in (ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = {alias.name.split(".")[0] for alias in node.names} & NEVER_IMPORTED
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").split(".")[0]} & NEVER_IMPORTED
            else:
                names = {named(node)} & NEVER_CALLED if isinstance(node, ast.Call) else set()
            found += [f"{path.relative_to(ROOT)}:{node.lineno} {name}" for name in names]
    assert found == []
