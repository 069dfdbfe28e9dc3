"""`make sbom` lists everything that is pinned or vendored, and the same each time."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^([a-z0-9.-]+)==(\S+).*\n((?: +--hash=sha256:[0-9a-f]{64}.*\n)+)", re.M)


def make(target: Path) -> str:
    command = [sys.executable, "scripts/sbom.py", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target.read_text()


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make(tmp_path_factory.mktemp("sbom") / "new" / "sbom.json")


@pytest.fixture(scope="module")
def bill(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_it_is_what_the_standard_asks_for(text: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_it_is_the_same_each_time(text: str, tmp_path: Path) -> None:
    assert make(tmp_path / "sbom.json") == text
    assert str(ROOT) not in text


def test_it_is_about_this_product(bill: dict[str, Any]) -> None:
    product = bill["metadata"]["component"]
    assert (product["name"], product["type"]) == ("youth-work-for-all", "application")


def test_each_pinned_package_is_in_it_with_its_hashes(bill: dict[str, Any]) -> None:
    listed = {}
    for component in bill["components"]:
        places = component.get("externalReferences", [])
        hashes = {h["content"] for place in places for h in place.get("hashes", [])}
        listed[component["name"]] = (component.get("version"), hashes)
    pinned = {
        name: (version, set(re.findall(r"sha256:([0-9a-f]{64})", hashes)))
        for name, version, hashes in BLOCK.findall((ROOT / "requirements.txt").read_text())
    }
    assert len(pinned) > 50
    assert {name: listed.get(name) for name in pinned} == pinned


def test_each_vendored_file_is_in_it(bill: dict[str, Any]) -> None:
    manifest = json.loads((ROOT / "static" / "vendor" / "manifest.json").read_text())
    wanted = {
        (f"static/{file['path']}", file["sha256"])
        for package in manifest["packages"]
        for file in package["files"]
    }
    files = [
        file
        for component in bill["components"]
        if component["bom-ref"].startswith("vendored-")
        for file in component["components"]
    ]
    assert {(file["name"], file["hashes"][0]["content"]) for file in files} == wanted
