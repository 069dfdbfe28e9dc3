"""Production starts only when it is safe, and `check --deploy` has nothing to say about it."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config import checks

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, "manage.py"]
PRODUCTION = {
    "PUBLIC_URL": "https://label.example.org",
    "DATABASE_URL": "postgres://youthwork:x@database/youthwork",
    "BROKER_URL": "redis://broker:6379/0",
    "FROM_EMAIL": "Label <label@example.org>",
    "TOMBSTONES": "/srv/elsewhere/tombstones.log",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with nothing but this environment."""
    base = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [*MANAGE, *arguments], env=base | environment, cwd=ROOT, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def production() -> dict[str, str]:
    """The environment of a real installation, its keys made the way the documentation says."""
    printed = manage("make_keys", MODE="development")
    assert printed.returncode == 0, printed.stderr
    keys = dict(line.split("=", 1) for line in printed.stdout.splitlines())
    assert set(keys) == {"SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS"}
    return PRODUCTION | keys


def test_production_is_clean(production: dict[str, str]) -> None:
    result = manage("check", "--deploy", "--fail-level", "DEBUG", **production)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("System check identified no issues")
    assert "(0 silenced)" in result.stdout or "1 silenced" in result.stdout


@pytest.mark.parametrize("missing", ["SECRET_KEY", "FIELD_KEYS", "INDEX_KEYS"])
def test_production_does_not_start_without_a_key(production: dict[str, str], missing: str) -> None:
    result = manage("check", **{k: v for k, v in production.items() if k != missing})
    assert result.returncode != 0
    assert "Production needs SECRET_KEY" in result.stderr


@pytest.mark.parametrize(
    ("environment", "keys"),
    [
        ({"INDEX_KEY": "one,two"}, ["one,two"]),
        ({"INDEX_KEYS": "", "INDEX_KEY": "one"}, ["one"]),
        ({"INDEX_KEYS": "new, old", "INDEX_KEY": "one"}, ["new", "old"]),
    ],
)
def test_an_index_key_from_before_it_was_a_list_still_counts(
    production: dict[str, str], environment: dict[str, str], keys: list[str]
) -> None:
    others = {name: value for name, value in production.items() if name != "INDEX_KEYS"}
    read = "from django.conf import settings; print(settings.INDEX_KEYS)"
    result = manage("shell", "--verbosity", "0", "--command", read, **others, **environment)
    assert result.stdout.strip() == str(keys), result.stderr


def test_production_does_not_start_in_debug(production: dict[str, str]) -> None:
    result = manage("check", **production, DEBUG="1")
    assert result.returncode != 0
    assert "DEBUG off" in result.stderr


def test_nothing_set_means_production() -> None:
    assert "Production needs" in manage("check").stderr


SAFE = {
    "PRODUCTION": True,
    "SECURE": True,
    "FIELD_KEYS": ["ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE="],
    "INDEX_KEYS": ["x" * 32],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "CELERY_BROKER_URL": "redis://broker:6379/0",
    "MAIL_DOMAIN": "example.org",
    "STATE_DIR": Path("/srv/state"),
    "TOMBSTONES": Path("/srv/elsewhere/tombstones.log"),
}
CHECKS = [
    checks.check_mode,
    checks.check_keys,
    checks.check_services,
    checks.check_tombstones,
    checks.check_address,
]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"PRODUCTION": False}, ["config.E001"]),
        ({"FIELD_KEYS": [*SAFE["FIELD_KEYS"], "too-short"]}, ["config.E002"]),
        ({"INDEX_KEYS": ["x" * 32, "x" * 31]}, ["config.E003"]),
        ({"SECURE": False}, ["config.E004"]),
        (
            {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}},
            ["config.W001"],
        ),
        ({"CELERY_BROKER_URL": "filesystem://"}, ["config.W002"]),
        ({"MAIL_DOMAIN": "localhost"}, ["config.W003"]),
        ({"TOMBSTONES": Path("/srv/state/media/tombstones.log")}, ["config.W004"]),
    ],
)
def test_each_weakness_is_named(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], expected: list[str]
) -> None:
    for name, value in (SAFE | change).items():
        monkeypatch.setattr(settings, name, value)
    assert [message.id for check in CHECKS for message in check()] == expected


def test_lines_of_the_log_say_when_with_the_offset() -> None:
    plain = settings.LOGGING["formatters"]["plain"]
    formatter = logging.Formatter(plain["format"], plain["datefmt"])
    line = formatter.format(logging.makeLogRecord({"msg": "x", "name": "accounts"}))
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} ", line)


def test_the_image_can_collect_its_static_files(production: dict[str, str], tmp_path: Path) -> None:
    """Hashed names: a reference to a file that is not there fails the build of the image."""
    environment = production | {"STATE_DIR": str(tmp_path)}
    result = manage("collectstatic", "--no-input", **environment)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


def test_the_web_process_accepts_its_configuration(
    production: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "gunicorn", "--check-config"]
    command += ["--config", "config/gunicorn.py", "config.wsgi"]
    environment = production | {"STATE_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    result = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("address", "prefix"), [("https://label.example.org", "__Host-"), ("http://label.test", "")]
)
def test_cookies_belong_to_this_host_alone(
    address: str, prefix: str, production: dict[str, str]
) -> None:
    script = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    )
    result = manage("shell", "-v", "0", "-c", script, **production | {"PUBLIC_URL": address})
    assert result.stdout.split() == [f"{prefix}sessionid", f"{prefix}csrftoken"]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (("09-01", "11-01", "12-31"), []),
        (("10-15", "01-01", "02-28"), []),  # over New Year
        (("01-01", "12-31", "12-31"), []),
        (("02-29", "11-01", "12-31"), ["config.E007"]),
        (("09-01", "11-1", "31-12"), ["config.E007", "config.E007"]),
        (("09-01", "W01-1", ""), ["config.E007", "config.E007"]),
        (("09-01", "12-31", "11-01"), ["config.E008"]),
        (("09-01", "09-01", "12-31"), ["config.E008"]),
        (("09-01", "08-31", "12-31"), ["config.E008"]),
    ],
)
def test_days_of_the_working_year_are_real_and_in_order(
    days: tuple[str, str, str], found: list[str], settings: Any
) -> None:
    settings.WORKING_YEAR_STARTS, settings.LEADERS_CONFIRM_BY, settings.LEADERS_END_ON = days
    assert [message.id for message in checks.check_working_year()] == found
