"""Requirement files, image and compose file agree with the code they run."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
READ = re.compile(r"""(?:env\.\w+\(\s*|environ(?:\.get\(|\[))["']([A-Z_]+)["']""")
PINNED = re.compile(
    r"^[a-z0-9][a-z0-9.-]*==[\w.+!-]+( ; [^\\]+)? \\\n"
    r"((    --hash=sha256:[0-9a-f]{64})( \\)?\n)+$"
)


def text(name: str) -> str:
    return (ROOT / name).read_text()


def variables_read() -> set[str]:
    """Names of the environment variables that settings and gunicorn read."""
    return set(READ.findall(text("config/settings.py") + text("config/gunicorn.py")))


def procfile() -> dict[str, list[str]]:
    lines = [line.partition(":") for line in text("Procfile").splitlines()]
    return {name: shlex.split(command) for name, _, command in lines}


# Requirements ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt"]
)
def test_every_requirement_is_pinned_by_hash_and_has_no_address(name: str) -> None:
    content = text(name)
    assert "://" not in content
    assert "@" not in content
    blocks = re.split(r"^(?=\S)", content, flags=re.M)[1:]
    assert blocks
    loose = [block for block in blocks if not PINNED.match(block)]
    assert loose == []


def test_development_adds_to_production_and_changes_nothing() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text(name), flags=re.M))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0].items() <= pins[1].items()


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_everything_asked_for_is_pinned(name: str) -> None:
    asked = re.findall(r"^([A-Za-z][\w-]*)", text(f"{name}.in"), flags=re.M)
    pinned = set(re.findall(r"^([a-z0-9.-]+)==", text(f"{name}.txt"), flags=re.M))
    assert asked
    assert {wanted.lower().replace("_", "-") for wanted in asked} <= pinned


# Image and compose file ------------------------------------------------------------------------


def test_image_has_the_system_packages_of_make_run() -> None:
    script = text("scripts/system-packages").split('"${1:-run}" = test')[0]
    needed = set(re.findall(r"^    need (\S+)", script, flags=re.M))
    install = re.search(r"--no-install-recommends \\\n(.*?)&&", text("Dockerfile"), flags=re.S)
    assert install
    # the image brings Python itself
    assert set(re.findall(r"[\w.-]+\d*", install[1])) == needed - {"python3", "python3-venv"}


def test_image_installs_by_hash_and_runs_unprivileged() -> None:
    dockerfile = text("Dockerfile")
    assert "pip install --require-hashes -r requirements.txt" in dockerfile
    assert dockerfile.index("useradd") < dockerfile.index("USER youthwork")
    assert dockerfile.rindex("USER youthwork") > dockerfile.rindex("RUN ")
    command = re.search(r"^CMD (\[.*\])$", dockerfile, flags=re.M)
    assert command
    assert yaml.safe_load(command[1]) == procfile()["web"]


def test_compose_has_every_part() -> None:
    assert set(SERVICES) == {*OURS, "database", "broker", "mail"}
    assert {SERVICES[name]["image"] for name in OURS} == {"youthwork"}
    assert all(":" in SERVICES[name]["image"] for name in ("database", "broker", "mail"))
    assert all("healthcheck" in SERVICES[name] for name in SERVICES if name != "migrate")


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_compose_runs_what_make_run_and_the_tests_run(name: str) -> None:
    spelled = re.sub(r"\$\{(\w+):-[^}]*\}", r"$\1", SERVICES[name]["command"])
    assert shlex.split(spelled) == procfile()[name]


def test_compose_waits_for_what_each_service_needs() -> None:
    for name in ("web", "worker", "beat"):
        assert set(SERVICES[name]["depends_on"]) == {"migrate", "database", "broker"}
    for service in SERVICES.values():
        for needed, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[needed]


def test_compose_sets_only_variables_that_are_read() -> None:
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= variables_read()
        assert SERVICES[name]["env_file"] == ".env"


def test_compose_keeps_uploads_where_the_image_puts_them() -> None:
    state = re.search(r"STATE_DIR=(\S+)", text("Dockerfile"))
    assert state
    for name in OURS:
        assert f"media:{state[1]}/media" in SERVICES[name]["volumes"]


def test_compose_keeps_the_numbers_of_the_erased_beside_what_is_restored() -> None:
    """The image makes the folder, so that the volume belongs to who writes there."""
    for name in OURS:
        folder = str(Path(SERVICES[name]["environment"]["TOMBSTONES"]).parent)
        assert f"tombstones:{folder}" in SERVICES[name]["volumes"]
        assert f"mkdir -p {folder}" in text("Dockerfile")
    assert COMPOSE["volumes"].keys() == {"database", "media", "tombstones"}


def test_database_of_compose_is_the_one_the_application_asks_for() -> None:
    asked = SERVICES["web"]["environment"]["DATABASE_URL"]
    given = SERVICES["database"]["environment"]
    assert asked == (
        f"postgres://{given['POSTGRES_USER']}:{given['POSTGRES_PASSWORD']}"
        f"@database:5432/{given['POSTGRES_DB']}"
    )


def test_example_environment_names_every_variable() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", text(".env.example"), flags=re.M))
    asked_by_compose = set(re.findall(r"\$\{([A-Z_]+)", text("docker-compose.yml")))
    # MODE and DEBUG are for desks; their defaults are those of production
    assert named == (variables_read() | asked_by_compose) - {"MODE", "DEBUG"}
    assert set(re.findall(r"\$([A-Z_]+)", text("Procfile"))) <= named


def test_nothing_secret_or_local_goes_into_the_image() -> None:
    ignored = text(".dockerignore").splitlines()
    assert {".*", "var", "tests"} <= set(ignored)
