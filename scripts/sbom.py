"""What the product is made of, as CycloneDX 1.6 JSON: `python scripts/sbom.py FILE` (- for here).

Python packages come from requirements.txt with their versions and hashes, by cyclonedx-bom; files
of others that we serve come from static/vendor/manifest.json. The same sources give the same bytes.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ["-m", "cyclonedx_py", "requirements", "--output-reproducible", "--sv", "1.6"]


def python_packages() -> dict[str, Any]:
    """The list of cyclonedx-bom, with the product itself as what it is about."""
    command = [sys.executable, *COMMAND, "--pyproject", "pyproject.toml", "requirements.txt"]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def vendored(package: dict[str, Any]) -> dict[str, Any]:
    """One package of the manifest, with each of its files."""
    source, version = package["source"].removeprefix("npm "), package["version"]
    files = [
        {
            "type": "file",
            "name": f"static/{file['path']}",
            "hashes": [{"alg": "SHA-256", "content": file["sha256"]}],
        }
        for file in package["files"]
    ]
    component = {
        "type": "library",
        "bom-ref": f"vendored-{package['name']}",
        "name": package["name"],
        "version": version,
        "description": f"{package['source']}. {package['changes']}",
        "licenses": [{"license": {"id": package["licence"]}}],
        "components": files,
    }
    if "," not in source:  # one package, and not a family of fonts
        component["purl"] = f"pkg:npm/{quote(source)}@{version}"
    return component


def bill_of_materials() -> str:
    """The whole list as text."""
    bill = python_packages()
    manifest = json.loads((ROOT / "static" / "vendor" / "manifest.json").read_text())
    bill["components"] += [vendored(package) for package in manifest["packages"]]
    return json.dumps(bill, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else "-"
    if target == "-":
        sys.stdout.write(bill_of_materials())
    else:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_text(bill_of_materials())
