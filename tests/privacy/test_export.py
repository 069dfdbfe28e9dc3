"""The zip of one person: all that is theirs, nothing of anybody else, and never on a disk."""

import io
import json
import tempfile
import tracemalloc
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation

from core import subjects
from core.errors import NotLogged, Refused
from core.logs import AccessLog, log_access
from core.subjects import Kind, Part
from labels.models import Example
from labels.services import plans
from movements.models import Mandate
from privacy import archive
from privacy.enums import RequestOutcome
from privacy.models import SubjectRequest
from privacy.services import export
from privacy.services.requests import close_request, name_subjects
from recruitment.services import add_child
from tests.factories import movements
from tests.factories.labels import Group, picture_file
from tests.factories.people import make_consultant
from tests.privacy.people import MARK, Person, account, asks, child, everybody, family, officer
from tests.support.statistics import learn

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    """What a page says, what it would load, and its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.links, self.loads, self.language = "", [], [], ""
        self.tags: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.language = found.get("lang", "") if tag == "html" else self.language
        if tag == "a":
            self.links.append(found["href"])
        elif {"src", "href", "srcset", "style"} & set(found) or tag == "script":
            self.loads.append(tag)


def request_of(*people: Person, **fields: Any) -> SubjectRequest:
    request = asks(people[0], officer(), "access", **fields)
    named = [(person.model, person.row.pk) for person in people[1:]]
    name_subjects(request=request, people=named, by=request.handled_by)
    return request


def zip_of(*people: Person, language: str = "nl") -> zipfile.ZipFile:
    request = request_of(*people)
    pieces = export.hand_out(request=request, language=language, by=request.handled_by)
    file = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert file.testzip() is None
    return file


def data_of(file: zipfile.ZipFile) -> Any:
    return json.loads(file.read("data.json"))


def page_of(file: zipfile.ZipFile) -> Page:
    return Page(file.read("index.html").decode())


def rows(file: zipfile.ZipFile, model: str) -> list[Any]:
    tables = data_of(file)["tables"]
    return [row["fields"] for t in tables if t["model"] == model for row in t["rows"]]


def everything(file: zipfile.ZipFile) -> str:
    return "\n".join(file.read(name).decode() for name in ("index.html", "data.json"))


# Whose it is -----------------------------------------------------------------------------------


def test_a_family_gets_its_file_without_the_name_of_a_colleague() -> None:
    person = family(make_consultant("Owner Of File"))
    file = zip_of(person)
    assert file.namelist() == ["index.html", "data.json"]
    [household] = rows(file, "recruitment.household")
    assert household["phone"] == f"{MARK} phone"
    assert household["owner"] == person.row.owner_id
    [visit] = rows(file, "homevisits.homevisit")
    assert visit["next_steps"] == f"{MARK} steps"
    assert f"{MARK} notes" in page_of(file).text
    assert "Owner Of File" not in everything(file)
    # a child is a person of its own: the officer ticks it too, or not
    assert f"{MARK} Child" not in everything(file)


def test_a_child_gets_no_brother_and_nothing_that_is_the_parents() -> None:
    staff = make_consultant()
    person = child(staff)
    add_child(household=person.row.household, first_name="Broer", birth_year=2012, by=staff)
    file = zip_of(person)
    [own] = rows(file, "recruitment.child")
    assert own["first_name"] == f"{MARK} Child"
    [shared] = rows(file, "recruitment.household")
    assert shared == {
        "family_name": f"{MARK} Family",
        "address": f"{MARK} address",
        "language": f"{MARK} language",
    }
    [visit] = rows(file, "homevisits.homevisit")
    assert "next_steps" not in visit
    for foreign in ("Broer", f"{MARK} notes", f"{MARK} phone", f"{MARK} guardian", f"{MARK} steps"):
        assert foreign not in everything(file)


def test_both_records_of_one_person_make_one_zip_with_each_row_once() -> None:
    place = movements.movement("Chiro Een")
    person = movements.user("Lotte Leader", "lotte@example.org")
    first = movements.mandate(place, name="Lotte", email="Lotte@example.org")
    Mandate.objects.filter(pk=first.pk).update(user=person)
    again = movements.mandate(movements.movement("Chiro Twee"), name="Lotte L", email=first.email)
    movements.mandate(place, name="Ander", email="ander@example.org")
    file = zip_of(Person("accounts.user", person), Person("movements.mandate", again))
    told = rows(file, "movements.mandate")
    assert sorted(row["name"] for row in told) == ["Lotte", "Lotte L"]
    words = {line.strip() for line in page_of(file).text.splitlines()}
    assert {"Chiro Een", "Chiro Twee"} <= words
    assert "ander@example.org" not in everything(file)


def test_the_mandate_of_somebody_without_address_is_alone() -> None:
    place = movements.movement()
    one, other = (movements.mandate(place, name=name, email=f"{name}@x.be") for name in "ab")
    Mandate.objects.filter(pk__in=[one.pk, other.pk]).update(email="")
    one.refresh_from_db()
    kind = subjects.kind_of("movements.mandate")
    assert list(kind.parts[0].rows(one)) == [one]


def test_what_the_register_holds_back_stays_here() -> None:
    person = account()
    file = zip_of(person)
    [user] = rows(file, "accounts.user")
    assert user["full_name"] == f"{MARK} Account"
    assert "password" not in user
    [session] = rows(file, "sessions.session")
    assert set(session) == {"expire_date"}
    [upload] = rows(file, "core.job")
    assert upload["file_name"] == f"{MARK}.csv"
    assert "file" not in upload
    [mail] = [mail for mail in rows(file, "core.outboxmessage") if mail["kind"] == "sign_in_code"]
    assert "payload" not in mail
    numbers = [t["rows"] for t in data_of(file)["tables"] if t["model"] == "sessions.session"]
    assert numbers[0][0]["number"] is None


def test_the_officer_asks_are_told_when_records_were_opened_and_not_by_whom() -> None:
    person = child(make_consultant())
    log_access(actor=officer(), verb="viewed", obj=person.row)
    looks = rows(zip_of(person), "core.accesslog")
    assert [sorted(look) for look in looks] == [["at", "verb"]] * len(looks)
    assert "viewed" in {look["verb"] for look in looks}


# How it reads ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_page_stands_alone_in_each_language(language: str) -> None:
    for person in everybody(make_consultant()):
        page = page_of(zip_of(person, language=language))
        assert page.language == language
        assert page.loads == []
        assert {"mailto:contact@apd-gba.be"} <= set(page.links)
        assert page.tags.count("h1") == page.tags.count("main") == 1


def test_the_words_of_the_law_are_there() -> None:
    file = zip_of(family(make_consultant()), language="en")
    data = data_of(file)
    assert data["language"] == "en"
    assert data["authority"]["email"] == "contact@apd-gba.be"
    [household] = [t for t in data["tables"] if t["model"] == "recruitment.household"]
    assert household["fields"]["phone"]["purpose"] == "to call the family"
    assert household["fields"]["phone"]["ground"] == "public task"
    assert all(all(promise.values()) for promise in household["fields"].values())
    text = page_of(file).text
    for words in ("to call the family", "Your rights", "Where to complain", "Who keeps it"):
        assert words in text


def test_what_somebody_wrote_cannot_become_part_of_the_page() -> None:
    evil = "<script>alert(1)</script><!-- rows -->\"'&\u202e"
    person = family(make_consultant())
    type(person.row).objects.filter(pk=person.row.pk).update(notes=evil, language=evil[:40])
    file = zip_of(person)
    [household] = rows(file, "recruitment.household")
    assert household["notes"] == evil
    page = page_of(file)
    assert page.text.count(evil) == 1
    assert page.loads == []


def test_yes_no_days_and_moments_are_words() -> None:
    text = page_of(zip_of(account(), language="en")).text
    assert "yes" in text
    assert "Nov." in text or "a.m." in text or "p.m." in text


# Files -----------------------------------------------------------------------------------------


@pytest.fixture
def with_pictures(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """No kind has files so far; here the pictures of a group are those of an account."""
    kind = subjects.kind_of("accounts.user")
    part = Part("labels.example", among=lambda person: Example.objects.all())
    monkeypatch.setattr(kind, "parts", [*kind.parts, part])
    return kind


@pytest.fixture
def picture() -> Example:
    group = Group()
    point = group.plan.points.get(number=1)
    plans.add_link(point=point, by=group.leader, caption="Site", url="https://groep.example/")
    return plans.add_picture(point=point, by=group.leader, caption="Lokaal", file=picture_file())


def test_files_of_the_person_are_in_it(with_pictures: Kind, picture: Example) -> None:
    file = zip_of(account())
    path = f"files/labels.example-{picture.pk}-file.jpg"
    assert file.namelist() == ["index.html", "data.json", path]
    with picture.file.open() as stored_there:
        assert file.read(path) == stored_there.read()
    assert [row["file"] for row in rows(file, "labels.example")] == [None, path]
    assert path in page_of(file).links


def test_a_file_that_is_gone_breaks_nothing(with_pictures: Kind, picture: Example) -> None:
    default_storage.delete(picture.file.name)
    file = zip_of(account())
    assert file.namelist() == ["index.html", "data.json"]
    assert [row["file"] for row in rows(file, "labels.example")] == [None, None]


# When it is handed out -------------------------------------------------------------------------


def test_it_is_logged_before_the_first_byte() -> None:
    person = family(make_consultant())
    request = request_of(person)
    export.hand_out(request=request, language="nl", by=request.handled_by)
    looks = AccessLog.objects.filter(verb="exported").order_by("pk")
    assert [(look.actor, look.object_type, look.object_id) for look in looks] == [
        (request.handled_by.key, "privacy.subjectrequest", str(request.pk)),
        (request.handled_by.key, person.model, str(person.row.pk)),
    ]


def test_what_cannot_be_logged_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_arguments: Any) -> None:
        raise NotLogged

    request = request_of(family(make_consultant()))
    monkeypatch.setattr(export, "log_access", broken)
    with pytest.raises(NotLogged):
        export.hand_out(request=request, language="nl", by=request.handled_by)


def test_only_to_a_person_whom_we_know_while_the_request_is_open() -> None:
    person = family(make_consultant())
    unknown = asks(person, officer(), "access", identity_checked=False)
    nobody = request_of(person)
    nobody.subjects.all().delete()
    closed = request_of(person)
    close_request(request=closed, outcome=RequestOutcome.DONE, by=closed.handled_by)
    for request in (unknown, nobody, closed):
        with pytest.raises(Refused):
            export.hand_out(request=request, language="nl", by=request.handled_by)
    assert not AccessLog.objects.filter(verb="exported").exists()


def test_the_language_of_who_waits_is_left_alone() -> None:
    request = request_of(family(make_consultant()))
    with translation.override("fr"):
        for _piece in export.hand_out(request=request, language="en", by=request.handled_by):
            assert translation.get_language() == "fr"


# Nothing stays ---------------------------------------------------------------------------------


def stored(*folders: Path) -> set[Path]:
    return {path for folder in folders for path in folder.rglob("*")}


def test_nothing_is_written_to_a_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = (tmp_path, Path(settings.STATE_DIR), Path(settings.MEDIA_ROOT))
    before = stored(*folders)
    assert zip_of(*everybody(make_consultant())).namelist()
    assert {path for path in stored(*folders) - before if "test.db" not in path.name} == set()


MANY = 4000


@pytest.mark.no_cover
def test_memory_does_not_grow_with_the_rows() -> None:
    person = account()
    AccessLog.objects.bulk_create(
        AccessLog(
            actor=person.row.key, verb="viewed", object_type="recruitment.child", object_id="1"
        )
        for _number in range(MANY)
    )
    learn()
    request = request_of(person)
    b"".join(export.hand_out(request=request, language="nl", by=request.handled_by))
    tracemalloc.start()
    size = 0
    for piece in export.hand_out(request=request, language="nl", by=request.handled_by):
        assert len(piece) < 200_000
        size += len(piece)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000
    assert size > 20_000


def test_a_zip_that_ends_early_is_none() -> None:
    request = request_of(account())
    pieces = list(export.hand_out(request=request, language="nl", by=request.handled_by))
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(pieces[:-1])))


def test_rows_come_in_tables_that_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "AT_ONCE", 2)
    person = account()
    for _number in range(3):
        log_access(actor=person.row, verb="viewed", obj=person.row)
    page = page_of(zip_of(person, language="en"))
    assert "(2)" in page.text
