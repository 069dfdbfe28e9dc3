"""A template as one file, what helps with its points, and what the database refuses by itself."""

import base64
import json
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import translation
from PIL import Image

from core import triggers
from core.errors import Refused
from core.jobs import Job
from core.translated import Translated
from labels.models import PlanTemplate, TemplateMaterial
from labels.services import template_import, templates
from labels.services.materials import add_material, discard_draft, remove_material
from labels.template_file import FILES_LIMIT, read_template, write_template
from tests.factories.labels import consultant, coordinator, default_template

pytestmark = pytest.mark.django_db
LIST = "/admin/labels/plantemplate/"
PDF = b"%PDF-1.7 een affiche"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def pdf(data: bytes = PDF, name: str = "affiche.pdf") -> "ContentFile[bytes]":
    return ContentFile(data, name=name)


def png() -> bytes:
    target = BytesIO()
    Image.new("RGB", (20, 10), "#ffc53d").save(target, "PNG")
    return target.getvalue()


def draft() -> PlanTemplate:
    return templates.new_version(template=default_template(), by=coordinator())


def with_materials() -> PlanTemplate:
    """A draft with a link and a file at its first point."""
    made = draft()
    point, by = made.points.get(number=1), coordinator()
    name = Translated(nl="Affiche", fr="Une affiche", en="")
    add_material(point=point, title=name, url="https://example.org/film", by=by)
    add_material(point=point, title=name, file=pdf(), by=by)
    return made


def signed_in(user: Any = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user or coordinator())
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def content(**changes: Any) -> dict[str, Any]:
    """What a file of the shipped template holds, with changes."""
    return json.loads(write_template(default_template())) | changes


def errors(data: Any) -> list[str]:
    """Everything that is wrong with a file, in English."""
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(ValidationError) as found:
        read_template(data)
    return list(found.value.messages)


@pytest.fixture
def english() -> Any:
    with translation.override("en"):
        yield


# Examples that ship ------------------------------------------------------------------------------


def test_every_point_that_ships_has_examples_in_three_languages() -> None:
    migration = import_module("labels.migrations.0012_examples_of_the_shipped_points")
    template = default_template()
    if not template.points.get(number=1).examples.get("nl"):  # a flush took the migrated one away
        triggers_off(lambda: migration.add_examples(apps, None))
    for point in template.points.all():
        assert len({point.examples[code] for code in ("nl", "fr", "en")}) == 3
        for code in ("nl", "fr", "en"):
            lines = point.examples[code].splitlines()
            assert len(lines) == 3
            assert max(len(line.split()) for line in lines) <= 16, lines
    before = list(template.points.values_list("examples", flat=True))
    migration.add_examples(apps, None)  # what is filled in stays
    assert list(template.points.values_list("examples", flat=True)) == before


def triggers_off(do: Any) -> None:
    triggers.drop(connection)
    do()
    triggers.make(connection)


def test_examples_come_only_where_the_words_are_those_that_shipped() -> None:
    migration = import_module("labels.migrations.0012_examples_of_the_shipped_points")
    template = default_template()

    def change() -> None:
        template.points.update(examples={})
        template.points.filter(number=2).update(title={"nl": "Iets anders", "fr": "", "en": ""})

    triggers_off(change)
    if connection.vendor == "postgresql":
        with connection.schema_editor(atomic=False) as editor:
            migration.add_examples(apps, editor)
    else:  # whose triggers a run of migrations lifts
        triggers_off(lambda: migration.add_examples(apps, None))
    filled = template.points.exclude(examples={}).values_list("number", flat=True)
    assert sorted(filled) == [1, 3, 4, 5, 6, 7, 8, 9, 10]
    if connection.vendor == "postgresql":  # and the trigger is back
        with pytest.raises(DatabaseError), transaction.atomic():
            template.points.update(examples={})


# Materials ---------------------------------------------------------------------------------------


def test_a_new_version_has_the_materials_and_shares_the_files(
    django_capture_on_commit_callbacks: Any,
) -> None:
    by, first = coordinator(), with_materials()
    templates.publish_template(template=first, by=by)
    second = templates.new_version(template=first, by=by)
    rows = TemplateMaterial.objects.filter(point__template=second).order_by("id")
    assert [row.url for row in rows] == ["https://example.org/film", ""]
    shared = rows[1].file.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_material(material=rows[1], by=by)
    assert default_storage.exists(shared)
    third = pdf(b"%PDF-1.7 nieuw")
    own = add_material(point=rows[0].point, title=Translated(nl="X"), file=third, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        remove_material(material=own, by=by)
        remove_material(material=own, by=by)  # pressed twice
    assert not default_storage.exists(own.file.name)


def test_a_draft_is_thrown_away_with_the_files_that_nobody_else_has(
    django_capture_on_commit_callbacks: Any,
) -> None:
    by, made = coordinator(), with_materials()
    name = TemplateMaterial.objects.exclude(file="").get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        discard_draft(template=made, by=by)
    assert not default_storage.exists(name)
    assert list(PlanTemplate.objects.values_list("version", flat=True)) == [1]
    with pytest.raises(Refused):
        discard_draft(template=default_template(), by=by)


def test_what_cannot_be_a_material_leaves_nothing_behind(monkeypatch: Any) -> None:
    by, made = coordinator(), draft()
    point = made.points.get(number=1)
    title = Translated(nl="Affiche")
    for wrong in (
        {"title": Translated(nl="")},
        {"title": Translated(nl="x" * 121)},
        {"url": "javascript:alert(1)"},
        {"url": "https://a.example/", "file": pdf()},
        {},
    ):
        with pytest.raises(ValidationError):
            add_material(**{"point": point, "title": title, "by": by} | wrong)
    monkeypatch.setattr("labels.services.materials.FILES_LIMIT", len(PDF))
    add_material(point=point, title=title, file=pdf(), by=by)
    with pytest.raises(Refused, match="MB"):
        add_material(point=point, title=title, file=pdf(), by=by)
    for number in (*range(9), 8):  # the last one is there already
        add_material(point=point, title=title, url=f"https://example.org/{number}", by=by)
    with pytest.raises(Refused):
        add_material(point=point, title=title, url="https://example.org/", by=by)
    with pytest.raises(Refused):
        add_material(point=point, title=title, url="https://example.org/", by=consultant())
    published = default_template().points.get(number=1)
    with pytest.raises(Refused):
        add_material(point=published, title=title, url="https://example.org/", by=by)
    assert len(default_storage.listdir("materials")[1]) == 1


def test_words_that_no_file_could_hold_are_refused() -> None:
    by, made = coordinator(), draft()
    point = made.points.get(number=3)
    for words in ({"title": Translated(nl="x" * 121)}, {"examples": Translated(nl="a\x00")}):
        for field, value in words.items():
            setattr(point, field, value)
        with pytest.raises(ValidationError, match=r"^\['3\."):
            templates.write_points(template=made, points=[point], by=by)
        point.refresh_from_db()
    with pytest.raises(ValidationError):
        templates.rename_template(template=made, name=Translated(nl="x" * 121), by=by)


# What the database refuses -----------------------------------------------------------------------


def test_nothing_comes_into_a_published_version_nor_out_of_it() -> None:
    by, made = coordinator(), with_materials()
    templates.publish_template(template=made, by=by)
    other = templates.new_version(template=made, by=by)
    inside, outside = made.points.get(number=1), other.points.get(number=2)
    material = inside.materials.exclude(file="").get()
    moving = other.points.get(number=1).materials.first()
    texts = "'{\"nl\": \"X\"}', '{}', '{}', '{}'"
    columns = "template_id, number, title, description, guidance, examples"
    statements = [
        f"INSERT INTO labels_templatepoint ({columns}) VALUES ({made.pk}, 10, {texts})",
        f"UPDATE labels_templatepoint SET template_id = {made.pk} WHERE id = {outside.pk}",
        f"UPDATE labels_templatepoint SET number = 3 WHERE id = {inside.pk}",
        f"DELETE FROM labels_templatepoint WHERE id = {inside.pk}",
        "INSERT INTO labels_templatematerial (point_id, title, url, file) "
        f"VALUES ({inside.pk}, '{{\"nl\": \"X\"}}', 'https://x.example', '')",
        f"UPDATE labels_templatematerial SET point_id = {inside.pk} WHERE id = {moving.pk}",
        f"UPDATE labels_templatematerial SET point_id = {outside.pk} WHERE id = {material.pk}",
        f"DELETE FROM labels_templatematerial WHERE id = {material.pk}",
        f"UPDATE labels_plantemplate SET published_on = NULL WHERE id = {made.pk}",
        f"DELETE FROM labels_plantemplate WHERE id = {made.pk}",
    ]
    if connection.vendor == "sqlite":  # which deletes without asking the trigger on DELETE
        statements += [
            f"REPLACE INTO labels_templatepoint (id, {columns}) "
            f"VALUES ({inside.pk}, {other.pk}, 10, {texts})",
            "REPLACE INTO labels_templatematerial (id, point_id, title, url, file) VALUES "
            f"({material.pk}, {outside.pk}, '{{\"nl\": \"X\"}}', 'https://x.example', '')",
            "REPLACE INTO labels_plantemplate (id, version, name) "
            f'VALUES (999, {made.version}, \'{{"nl": "X"}}\')',
        ]
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert (made.points.count(), inside.materials.count()) == (10, 2)


# The file ----------------------------------------------------------------------------------------


def test_a_template_goes_to_another_city_and_back_as_the_same_file() -> None:
    by, made = coordinator(), with_materials()
    file = write_template(made)
    discard_draft(template=made, by=by)
    job = template_import.keep_file(data=file, file_name="punten.json", by=by)
    taken = template_import.import_kept(job=job, by=by)
    assert taken.published_on is None
    assert write_template(taken) == file
    job.refresh_from_db()
    assert (job.file, job.result) == (None, {"template": taken.pk})


def test_markup_is_text_and_a_picture_is_made_anew() -> None:
    by, given = coordinator(), content()
    given["points"][0]["title"]["nl"] = "<script>alert(1)</script>"
    picture = base64.b64encode(png() + b"<?php evil ?>").decode()
    title = {"nl": "<b>Foto</b>", "fr": "", "en": ""}
    given["points"][0]["materials"] = [{"title": title, "file": picture}]
    data = json.dumps(given).encode()
    job = template_import.keep_file(data=data, file_name="x.json", by=by)
    taken = template_import.import_kept(job=job, by=by)
    with TemplateMaterial.objects.get().file.open("rb") as stored:
        assert b"evil" not in stored.read()
    for url in (f"{LIST}{taken.pk}/change/", f"{LIST}{taken.pk}/materials/"):
        page = text(signed_in(by).get(url))
        assert "<script>alert" not in page
        assert "<b>Foto" not in page


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"format": "iets anders"}',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_any_other_file_is_told_apart(data: bytes) -> None:
    message = "This is not a template. Choose the file that the other city downloaded here."
    assert errors(data) == [message]


@pytest.mark.usefixtures("english")
def test_everything_that_is_wrong_is_said_with_its_place() -> None:
    assert errors(content(format_version=2)) == [
        "This file is of version 2; we can read version 1."
    ]
    assert "too large" in errors(b" " * (10 * 1024 * 1024 + 1))[0]
    given = content(name="De tien punten")
    points = given["points"]
    del points[0]["title"]["fr"]
    points[1]["title"]["nl"] = "  "
    points[2]["guidance"] = 3
    points[3]["description"]["en"] = "x" * 4001
    points[4]["examples"]["nl"] = "een\u0000twee"
    points[5]["title"]["nl"] = "\ud800"
    points[6]["materials"] = "geen"
    points[7]["materials"] = [{}] * 11
    title = {"nl": "Film", "fr": "", "en": ""}
    points[8]["materials"] = [
        {"title": title},
        {"title": title, "url": "javascript:alert(1)"},
        {"title": title, "url": "https://a.example/" + "x" * 200},
        {"title": title, "url": "https://a.example/", "file": "QQ=="},
        {"title": title, "file": "geen base64!"},
        {"title": title, "file": base64.b64encode(b"MZ evil").decode()},
        3,
    ]
    del points[9]
    found = errors(given)
    for line in (
        "Name, French: this text is missing.",
        "Points: there are 9, and it must be 10.",
        "Point 10: it is missing.",
        "Point 1, title, French: this text is missing.",
        "Point 2, title, Dutch: this text is empty.",
        "Point 3, what to write, Dutch: this text is missing.",
        "Point 4, description, English: more than 4000 characters.",
        "Point 5, for example, Dutch: there are signs in it that are no text.",
        "Point 6, title, Dutch: there are signs in it that are no text.",
        "Point 7, materials: this is not a list.",
        "Point 8: more than 10 materials.",
        "Point 9, material 1: there must be a link or a file.",
        "Point 9, material 2: this is not a link to a page.",
        "Point 9, material 3: more than 200 characters.",
        "Point 9, material 4: there must be a link or a file.",
        "Point 9, material 5: this file is damaged.",
    ):
        assert line in found
    assert len(found) == 21
    assert found[-1] == "And 5 more."


@pytest.mark.usefixtures("english")
def test_files_together_stay_within_what_one_upload_takes() -> None:
    given = content()
    half = base64.b64encode(b"%PDF-" + b"x" * (FILES_LIMIT // 2)).decode()
    title = {"nl": "Film", "fr": "", "en": ""}
    for number in (0, 1):
        given["points"][number]["materials"] = [{"title": title, "file": half}]
    assert errors(given) == ["Point 2, material 1: all files together are more than 7 MB."]
    given["points"][1]["materials"] = []
    largest = json.dumps(given).encode()
    assert len(largest) < 10 * 1024 * 1024
    assert read_template(largest).points[0].materials[0].file is not None
    assert errors(content(points={}))[0].startswith("Points: there are 0")


def test_a_half_written_template_never_stays(monkeypatch: Any) -> None:
    by = coordinator()
    data = write_template(with_materials())
    job = template_import.keep_file(data=data, file_name="x.json", by=by)
    kept = len(default_storage.listdir("materials")[1])
    with pytest.raises(Refused):  # there is a draft already
        template_import.import_kept(job=job, by=by)
    discard_draft(template=PlanTemplate.objects.get(version=2), by=by)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(template_import, "finish", broken)
    with pytest.raises(RuntimeError):
        template_import.import_kept(job=job, by=by)
    assert list(PlanTemplate.objects.values_list("version", flat=True)) == [1]
    assert len(default_storage.listdir("materials")[1]) == kept
    with pytest.raises(Refused):
        template_import.keep_file(data=data, file_name="x.json", by=consultant())


# In the admin ------------------------------------------------------------------------------------


def throw_away(client: Client, template: PlanTemplate) -> None:
    url = f"{LIST}{template.pk}/discard/"
    assert "This cannot be undone." in text(client.get(url))
    assert "The draft is gone." in text(client.post(url, follow=True))


def test_a_coordinator_takes_a_template_over(no_writes: Any) -> None:
    client, given = signed_in(), content()
    given["name"]["en"] = "Punten van elders"
    given["points"][0]["title"] |= {"en": "Iedereen kent ons", "fr": ""}
    given["points"][1]["description"]["nl"] = "Anders gezegd"
    title = {"nl": "Film", "fr": "", "en": ""}
    given["points"][2]["materials"] = [
        {"title": title, "url": "https://example.org/"},
        {"title": title, "file": base64.b64encode(PDF).decode()},
    ]
    assert "Take over a template" in text(client.get(LIST))
    with no_writes():
        assert client.get(f"{LIST}import/").status_code == 200
    wrong = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("a.json", b"{}")})
    assert "This is not a template." in text(wrong)
    large = SimpleUploadedFile("a.json", b" " * (10 * 1024 * 1024 + 1))
    assert "too large" in text(client.post(f"{LIST}import/", {"file": large}))
    file = SimpleUploadedFile("punten.json", json.dumps(given).encode())
    answer = client.post(f"{LIST}import/", {"file": file})
    job = Job.objects.get()
    assert answer.url == f"{LIST}import/{job.pk}/"
    with no_writes():
        page = text(client.get(answer.url))
    for words in (
        "Punten van elders",
        "Iedereen kent ons",
        "in the place of “Known in the neighbourhood”",
        "the same title, other words",
        "the same words as today",
        "Not everything is there in “fr”",
        "link: Film",
        "file: Film",
    ):
        assert words in page
    standing = draft()
    assert "There is a draft already." in text(client.get(answer.url))
    assert "There is a draft already." in text(client.post(answer.url, follow=True))
    throw_away(client, standing)
    made = client.post(answer.url)
    taken = PlanTemplate.objects.get(published_on=None)
    assert made.url == client.get(answer.url).url == f"{LIST}{taken.pk}/change/"
    exported = client.get(f"{LIST}{taken.pk}/export/")
    assert exported["Content-Disposition"] == 'attachment; filename="ten-points-2.json"'
    assert json.loads(exported.content) == given


def test_a_kept_file_is_for_who_sent_it_and_may_have_become_unreadable() -> None:
    by = coordinator()
    data = write_template(default_template())
    job = template_import.keep_file(data=data, file_name="x.json", by=by)
    url = f"{LIST}import/{job.pk}/"
    assert signed_in(coordinator("Anna Ander")).get(url).status_code == 404
    Job.objects.update(file=base64.b64encode(b"{}").decode())
    client = signed_in(by)
    assert client.get(url).url == f"{LIST}import/"
    assert "This is not a template." in text(client.post(url, follow=True))


def test_a_coordinator_writes_materials_in_a_draft(no_writes: Any) -> None:
    client, made = signed_in(), draft()
    url = f"{LIST}{made.pk}/materials/"
    with no_writes():
        assert "Nothing yet" in text(client.get(url))
    given = {"point": "2", "title_nl": "Een film", "title_fr": "", "title_en": ""}
    for wrong, message in (
        ({"title_nl": "", "title_fr": "Un film"}, "Fill in at least the Dutch text."),
        ({}, "Give a link or a file, one of them."),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"file": SimpleUploadedFile("a.pdf", b"MZ")}, "This is not a picture"),
        ({"url": "https://example.org/", "point": "11"}, "Select a valid choice."),
    ):
        page = text(client.post(url, given | wrong))
        assert message in page
    link, file = {"url": "https://example.org/film"}, SimpleUploadedFile("a.pdf", PDF)
    assert "Added." in text(client.post(url, given | link, follow=True))
    assert "Een film" in text(client.post(url, given | {"file": file}, follow=True))
    rows = list(made.points.get(number=2).materials.all())
    assert [bool(row.url) for row in rows] == [True, False]
    answer = client.post(f"{url}{rows[0].pk}/remove/", follow=True)
    assert "Removed." in text(answer)
    templates.publish_template(template=made, by=coordinator())
    assert "Add something" not in text(client.get(url))
    refused = client.post(f"{url}{rows[1].pk}/remove/", follow=True)
    assert "A published template never changes." in text(refused)
    assert "A published template never changes." in text(client.post(url, given | link))
    refused = client.post(f"{LIST}{made.pk}/discard/", follow=True)
    assert "A published template never changes." in text(refused)


def test_the_page_of_materials_costs_the_same(django_assert_num_queries: Any) -> None:
    made, by = draft(), coordinator()
    client, url = signed_in(by), f"{LIST}{made.pk}/materials/"
    client.get(url)
    for count in (1, 3):
        while TemplateMaterial.objects.count() < count:
            number = TemplateMaterial.objects.count() + 1
            point = made.points.get(number=number)
            add_material(point=point, title=Translated(nl="X"), url="https://x.example", by=by)
        with django_assert_num_queries(9):
            assert client.get(url).status_code == 200
