"""Development only: the accounts with their codes, and the mail that was sent."""

import os
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.enums import ADMIN_USERS
from accounts.models import User
from accounts.selectors import has_factor
from accounts.services import ensure_user
from desk import devmail
from desk.demo.people import ACCOUNTS, app_code, give_apps
from tests.support import proof

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.desk.urls_development")]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Mail goes to files, as in development."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def send(subject: str, to: str, folder: Path, text: str = "Dag!\nhttp://localhost:8000/x/") -> None:
    """A mail as the outbox makes it; each a second later than the one before."""
    before = set(folder.iterdir())
    mail = EmailMultiAlternatives(subject, text, "label@demo.example", [to])
    mail.attach_alternative("<p>Dag!</p>", "text/html")
    mail.send()
    (file,) = set(folder.iterdir()) - before
    # the backend names files by the second and its own address in memory: two may share a name
    file = file.rename(folder / f"{len(before)}.log")
    os.utime(file, (1_700_000_000 + len(before),) * 2)


def test_accounts_stand_there_with_their_newest_code(folder: Path) -> None:
    send("ABC-D23 is je code", "karin@demo.example", folder)
    send("XYZ-987 is je code", "karin@demo.example", folder)
    send("QRS-456 is je code", "noor@demo.example", folder)
    send("Scouts: wie neemt over?", "karin@demo.example", folder)
    page = Client().get("/dev/").content.decode()
    assert all(account["email"] in page for account in ACCOUNTS)
    assert "XYZ-987" in page
    assert "QRS-456" in page
    assert "ABC-D23" not in page
    assert devmail.newest_code("an@demo.example") == ""


def test_accounts_that_need_one_stand_there_with_the_code_of_their_app(folder: Path) -> None:
    for account in ACCOUNTS:
        ensure_user(email=account["email"], full_name=account["name"])
    give_apps()
    give_apps()
    with time_machine.travel(1_800_000_000, tick=False):
        page = Client().get("/dev/").content.decode()
        for account in ACCOUNTS:
            user = User.objects.get(email=account["email"])
            assert has_factor(user) is (account["role"] in ADMIN_USERS)
            assert app_code(account["email"]) in page
            assert bool(app_code(account["email"])) is has_factor(user)
            assert not has_factor(user) or app_code(account["email"]) == proof.app_code(user)


def test_mails_are_listed_newest_first_and_read(folder: Path) -> None:
    send("De eerste", "an@demo.example", folder)
    send("Dé tweede", "an@demo.example", folder, "Ça va")
    first, second = devmail.newest()
    assert [first.subject, second.subject] == ["Dé tweede", "De eerste"]
    listed = Client().get("/dev/mail/").content.decode()
    assert listed.index("Dé tweede") < listed.index("De eerste")
    read = Client().get(f"/dev/mail/{first.name}/").content.decode()
    assert "Ça va" in read
    assert "an@demo.example" in read


def test_no_mail_when_it_goes_to_a_server(settings: Any) -> None:
    del settings.EMAIL_FILE_PATH
    assert devmail.newest() == []
    assert Client().get("/dev/mail/").status_code == 200


@pytest.mark.parametrize("name", ["nowhere", "..%2f..%2fetc%2fpasswd", "%00"])
def test_only_mails_of_the_folder_are_found(folder: Path, name: str) -> None:
    assert Client().get(f"/dev/mail/{name}/").status_code == 404


@pytest.mark.parametrize("path", ["/dev/", "/dev/mail/"])
def test_they_are_only_read(folder: Path, path: str) -> None:
    assert Client().post(path).status_code == 405
