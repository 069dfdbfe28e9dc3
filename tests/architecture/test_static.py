"""What we serve as files: vendored with proof, no third party, nothing that the policy refuses."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from fontTools.ttLib import TTFont

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
MANIFEST = json.loads((STATIC / "vendor" / "manifest.json").read_text())
# Mail clients know no stylesheets, paper is not served to a browser, a page in a zip stands alone.
OWN_STYLE = ("emails", "pdf", "export")


def served(*suffixes):
    return [path for path in sorted(STATIC.rglob("*")) if path.suffix in suffixes]


def pages():
    paths = sorted(TEMPLATES.rglob("*.html")) + sorted(ROOT.glob("*/templates/**/*.html"))
    return [path for path in paths if not set(OWN_STYLE) & set(path.relative_to(ROOT).parts)]


def name(path):
    return str(path.relative_to(ROOT))


def test_every_vendored_file_is_the_one_in_the_manifest():
    listed = {
        file["path"]: file["sha256"]
        for package in MANIFEST["packages"]
        for file in package["files"]
    }
    found = {
        str(path.relative_to(STATIC)): sha256(path.read_bytes()).hexdigest()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == listed


@pytest.mark.parametrize("package", MANIFEST["packages"], ids=lambda package: package["name"])
def test_every_vendored_package_says_version_licence_source_and_changes(package):
    assert {"name", "version", "licence", "source", "changes", "files"} <= set(package)
    assert all(package.values())


def test_fonts_for_paper_stay_under_four_megabytes_and_the_page_font_under_fifty_kilobytes():
    fonts = [*(STATIC / "fonts").glob("*.woff2"), *(STATIC / "fonts").glob("*.ttf")]
    assert sum(path.stat().st_size for path in fonts) <= 4 * 1024 * 1024
    assert (STATIC / "fonts" / "atkinson-latin.woff2").stat().st_size <= 50 * 1024


def test_no_file_carries_a_source_map_comment():
    found = [name(p) for p in served(".css", ".js") if "sourceMappingURL" in p.read_text()]
    assert found == []


@pytest.mark.parametrize("path", served(".css", ".js", ".svg"), ids=name)
def test_no_served_file_fetches_from_elsewhere(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    text = re.sub(r"http://www\.w3\.org/\d+/\w+", "", text)
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", text) == []


@pytest.mark.parametrize("path", pages(), ids=name)
def test_no_page_asks_anything_of_a_third_party(path):
    tags = re.findall(r"<(?:link|script|img|iframe|source|form|use)\b[^>]*>", path.read_text())
    assert [tag for tag in tags if re.search(r"[\"'](?:https?:)?//", tag)] == []


@pytest.mark.parametrize("path", pages(), ids=name)
def test_no_page_has_inline_style_or_script(path):
    text = path.read_text()
    assert re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []
    scripts = re.findall(r"<script\b([^>]*)>", text)
    allowed = ("src=", 'type="application/json"')
    assert [tag for tag in scripts if not any(word in tag for word in allowed)] == []


def test_our_stylesheets_use_logical_properties():
    physical = (
        r"^\s*(?:(?:margin|padding|border)-(?:left|right)|left|right)\b"
        r"|^\s*(?:float|text-align): (?:left|right)"
    )
    for sheet in ("app.css", "admin.css"):
        text = (STATIC / "css" / sheet).read_text()
        assert re.findall(physical, text, flags=re.MULTILINE) == [], sheet


def test_collectstatic_with_hashed_names_succeeds(settings, tmp_path):
    backend = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert {"css/app.css", "css/pdf.css", "favicon.svg"} <= set(manifest)
    hashed = (tmp_path / manifest["css/app.css"]).read_text()
    assert "atkinson-latin." + manifest["fonts/atkinson-latin.woff2"].split(".")[1] in hashed


def test_the_fonts_for_paper_know_the_letters_of_the_families():
    letters = "Ğönül Łukasz Nguyễn Thị Ánh Ștefan مرحبا پښتو کوردی ትግርኛ Україна Ελλάδα "
    letters += "שלום გამარჯობა Բարեւ ⚜🏕👨👩👧🇧🇪 ½→✓★♫●▲◆€₺’“”–…"
    sheet = (STATIC / "css" / "pdf.css").read_text()
    known: set[int] = set()
    for name_of_font in re.findall(r"fonts/([\w-]+\.(?:woff2|ttf))", sheet):
        with TTFont(STATIC / "fonts" / name_of_font) as font:
            known.update(font.getBestCmap())
    assert [letter for letter in letters if ord(letter) not in known] == []
