"""The shape of the code: sizes, which kind of file knows which, docstrings, nothing left lying."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "config", "desk", "kpis", "privacy", "homevisits", "testimonies", "handovers", "labels",
    "recruitment", "activities", "movements", "programmes", "accounts", "core",
]  # fmt: skip
MODULES = sorted(
    path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MOST_LINES, MOST_LINES_OF_CORE, MOST_STATEMENTS, MEDIAN_LINES = 500, 250, 30, 8
# the first part of a name that somebody reads in a path: a file, or a package of the same name
NEVER_IMPORTS = {
    "enums": {"models", "rules", "selectors", "services", "forms", "views", "admin", "tasks"},
    "models": {"rules", "selectors", "services", "forms", "views", "admin", "tasks", "emails"},
    "rules": {"services", "forms", "views", "admin", "tasks"},
    "selectors": {"services", "forms", "views", "admin", "tasks"},
    "emails": {"services", "forms", "views", "admin", "tasks"},
    "personal": {"services", "forms", "views", "admin", "tasks"},
    "services": {"forms", "views", "admin", "tasks"},
    "forms": {"views", "admin", "tasks"},
    "views": {"admin", "tasks"},
    "tasks": {"forms", "views", "admin"},
}
WRITES = {
    "save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "select_for_update",
}  # fmt: skip
# their `save` is that of a form or page, which calls a service; a session is no record
NO_RECORDS = re.compile(r"(^|_|\.)(form|formset|page|session|target|picture|file)$")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]


def role(path: Path) -> str:
    """Which kind of file it is inside its app."""
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


# Sizes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_long(path: Path) -> None:
    most = MOST_LINES_OF_CORE if path.is_relative_to(ROOT / "core") else MOST_LINES
    assert len(path.read_text().splitlines()) <= most


def statements(function: ast.AST) -> int:
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1


def lines_of_body(function: ast.FunctionDef) -> int:
    """Lines after the docstring; of a function that is nothing but one, none."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_is_long() -> None:
    long = [
        f"{name(path)}:{function.name}"
        for path in MODULES
        for function in functions(path)
        if statements(function) > MOST_STATEMENTS
    ]
    assert long == []


def test_most_functions_are_short() -> None:
    lengths = [lines_of_body(function) for path in MODULES for function in functions(path)]
    assert len(lengths) > 500
    assert median(lengths) <= MEDIAN_LINES


def test_views_are_short() -> None:
    """What a view decides is small; what it shows and writes stands elsewhere."""
    long = [
        f"{name(path)}:{function.name}"
        for path in MODULES
        if role(path) == "views"
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > 25
    ]
    assert long == []


# Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is(path: Path) -> None:
    empty = not path.read_text().strip()
    assert empty or ast.get_docstring(tree(path))


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in tree(path).body:
        if isinstance(node, FUNCTIONS) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize(
    "path", [p for p in MODULES if role(p) in {"services", "selectors", "rules"}], ids=name
)
def test_public_functions_of_services_and_selectors_have_docstrings(path: Path) -> None:
    bare = [function.name for function in public_functions(path) if not ast.get_docstring(function)]
    assert bare == []


@pytest.mark.parametrize("path", [p for p in MODULES if role(p) == "services"], ids=name)
def test_what_is_done_by_somebody_is_called_by_keyword(path: Path) -> None:
    """Two people, or a movement and a user, are exchanged sooner or later."""
    positional = [
        function.name
        for function in public_functions(path)
        if "by" in {arg.arg for arg in [*function.args.args, *function.args.kwonlyargs]}
        and function.args.args
    ]
    assert positional == []


TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT, capture_output=True, text=True,
)  # fmt: skip
TEXTS = [
    ROOT / file
    for file in TRACKED.stdout.split("\0")
    if file.endswith((".py", ".html", ".txt", ".md", ".css", ".toml", ".yml", ".in", "Makefile"))
    and not file.startswith(("requirements", "static/vendor", "tests/support/vendor"))
    and (ROOT / file).is_file()
    and ROOT / file != Path(__file__).resolve()
]
UNWANTED = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b"
    # paths of one machine, numbers that only a tracker explains
    r"|/work/|(?i:\bissue #?[0-9]+\b)"
)


@pytest.mark.skipif(not TEXTS, reason="not a git checkout")
def test_nothing_was_left_lying() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if UNWANTED.search(line)
    ]
    assert found == []


# Who knows whom --------------------------------------------------------------------------------


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of each import, also inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


@pytest.mark.parametrize("path", [p for p in MODULES if role(p) in NEVER_IMPORTS], ids=name)
def test_files_import_only_what_their_role_may_know(path: Path) -> None:
    forbidden = NEVER_IMPORTS[role(path)]
    # core has no roles: its files are mechanisms, named after what they do
    wrong = [
        f"{line}: {dotted}"
        for line, dotted in imported(path)
        if dotted.split(".")[0] in APPS
        and dotted.split(".")[0] != "core"
        and dotted.split(".")[1] in forbidden
    ]
    assert wrong == []


def test_an_import_inside_a_function_gives_its_reason() -> None:
    hidden = []
    for path in MODULES:
        lines = path.read_text().splitlines()
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    comment = lines[node.lineno - 1].partition("# noqa: PLC0415 - ")[2]
                    if len(comment.split()) < 2:
                        hidden.append(f"{name(path)}:{node.lineno}")
    assert hidden == []


@pytest.mark.parametrize("path", [p for p in MODULES if role(p) in {"views", "admin"}], ids=name)
def test_pages_never_write(path: Path) -> None:
    writes = [
        f"{node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and not NO_RECORDS.search(ast.unparse(node.func.value))
        and not isinstance(node.func.value, ast.Dict)
    ]
    assert [line for line in writes if "super()" not in line] == []


@pytest.mark.parametrize("path", [p for p in MODULES if role(p) == "services"], ids=name)
def test_services_know_no_request(path: Path) -> None:
    web = [
        dotted
        for _line, dotted in imported(path)
        if re.search(r"django\.(http|contrib\.messages|shortcuts)", dotted)
    ]
    assert web == []
    assert not [a.arg for f in functions(path) for a in f.args.args if a.arg == "request"]


# Templates -------------------------------------------------------------------------------------

TEMPLATES = ROOT / "templates"
# read by other packages under these names
ASKED_FOR_BY_OTHERS = re.compile(
    r"(?:[45]\d\d\.html|account/.*|admin/(?:base|base_site|index|change_form|change_list|"
    r"change_list_(?:object_tools|results)|change_form_object_tools|search_form|submit_line|color_theme_toggle)\.html|"
    r"admin/(?:edit_inline|widgets)/.*|bootstrap5/.*|admin/\w+/\w+/change_(?:form|list)\.html|"
    r"admin/\w+/\w+/change_form_object_tools\.html)"
)


def test_every_template_is_used() -> None:
    sources = [*MODULES, *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    text = "\n".join(path.read_text() for path in sources)
    unused = []
    for path in [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]:
        file = str(path.relative_to(TEMPLATES))
        # a mail is named by its kind, a family of pages by the part that differs
        kind = re.fullmatch(r"emails/(\w+)\.(?:html|txt)", file)
        spelled = file in text or (kind and f'"{kind[1]}"' in text) or built(file, text)
        if not spelled and not ASKED_FOR_BY_OTHERS.fullmatch(file):
            unused.append(file)
    assert unused == []


def built(file: str, text: str) -> bool:
    """Named by an f-string such as f"admin/labels/plan/{step}.html"."""
    patterns = re.findall(
        r'f"((?:admin|kpis|labels|desk|pdf|emails)/[^"\n]*\{\w+\}[^"\n]*\.(?:html|txt))"', text
    )
    return any(re.fullmatch(re.sub(r"\\\{\w+\\\}", r"\\w+", re.escape(p)), file) for p in patterns)
