"""A draft of the ten points: changing what helps with a point, and two people writing in it."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import Refused
from core.logs import ActivityLog
from core.translated import Translated
from labels.models import PlanTemplate, TemplateMaterial
from labels.services import templates
from labels.services.materials import add_material, change_material, remove_material
from tests.factories.labels import coordinator
from tests.labels.test_plans_templates import address as page_of
from tests.labels.test_plans_templates import form_data
from tests.labels.test_template_file import (
    LIST,
    PDF,
    draft,
    pdf,
    signed_in,
    text,
    with_materials,
)

pytestmark = pytest.mark.django_db
TITLE = Translated(nl="Een film", fr="", en="")


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def material(made: PlanTemplate, **fields: Any) -> TemplateMaterial:
    return TemplateMaterial.objects.filter(point__template=made, **fields).order_by("id")[0]


def shared() -> tuple[TemplateMaterial, TemplateMaterial]:
    """A file of a published version, and the same file in the draft after it."""
    by, first = coordinator(), with_materials()
    templates.publish_template(template=first, by=by)
    second = templates.new_version(template=first, by=by)
    return material(first, url=""), material(second, url="")


# The service --------------------------------------------------------------------------------------


def test_a_material_changes_in_the_draft_and_never_in_the_version_before(
    django_capture_on_commit_callbacks: Any,
) -> None:
    by = coordinator()
    old, new = shared()
    was, before = old.file.name, TemplateMaterial.objects.filter(pk=old.pk).values().get()
    point = new.point.template.points.get(number=5)
    with django_capture_on_commit_callbacks(execute=True):
        change_material(material=new, point=point, title=TITLE, by=by)
        new.refresh_from_db()
        assert (new.point.number, new.title, new.file.name) == (5, TITLE, was)
        change_material(material=new, point=point, title=TITLE, file=pdf(b"%PDF-1.7 b"), by=by)
        new.refresh_from_db()
        second = new.file.name
        assert second != was
        link = "https://example.org/x"
        change_material(material=new, point=point, title=TITLE, url=link, by=by)
    new.refresh_from_db()
    assert (new.url, new.file.name) == (link, "")
    assert TemplateMaterial.objects.filter(pk=old.pk).values().get() == before
    assert default_storage.exists(was)
    assert not default_storage.exists(second)
    logged = ActivityLog.objects.filter(verb="changed", object_type="labels.templatematerial")
    assert [row.fields for row in logged.order_by("id")] == [
        ["point", "title"],
        ["file"],
        ["file", "url"],
    ]


def test_a_change_of_nothing_is_none_and_a_wrong_one_leaves_nothing(monkeypatch: Any) -> None:
    by, made = coordinator(), with_materials()
    film, poster = material(made, file=""), material(made, url="")
    same: dict[str, Any] = {"material": film, "point": film.point, "title": film.title, "by": by}
    logged = ActivityLog.objects.count()
    change_material(**same, url=film.url)
    assert ActivityLog.objects.count() == logged
    for wrong in ({"title": Translated(nl="x" * 121)}, {"url": "javascript:alert(1)"}, {}):
        with pytest.raises(ValidationError):
            change_material(**{**same, **wrong})
    with pytest.raises(Refused):
        change_material(**{**same, "material": poster, "url": film.url})
    monkeypatch.setattr("labels.services.materials.FILES_LIMIT", len(PDF))
    change_material(**{**same, "material": poster, "file": pdf()})  # in the place of its own
    with pytest.raises(Refused, match="MB"):
        change_material(**same, file=pdf())
    full = made.points.get(number=2)
    for number in range(10):
        add_material(point=full, title=TITLE, url=f"https://example.org/{number}", by=by)
    with pytest.raises(Refused, match="10"):
        change_material(**{**same, "point": full, "url": film.url})
    remove_material(material=poster, by=by)
    with pytest.raises(Refused):
        change_material(**{**same, "material": poster})
    templates.publish_template(template=made, by=by)
    with pytest.raises(Refused):
        change_material(**same, url=film.url)


# The page of a material ---------------------------------------------------------------------------


def sent(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the page."""
    form = client.get(address).context["form"]
    title = form["title"].value()
    data = {f"title_{code}": title.get(code, "") for code in ("nl", "fr", "en")}
    data |= {name: form[name].value() or "" for name in ("point", "url", "seen")}
    return data | changes


def test_a_coordinator_changes_a_material(no_writes: Any) -> None:
    client, made = signed_in(), with_materials()
    film, poster = material(made, file=""), material(made, url="")
    url = f"{LIST}{made.pk}/materials/{poster.pk}/"
    with no_writes():
        assert url in text(client.get(f"{LIST}{made.pk}/materials/"))
        assert "The file as it is now" in text(client.get(url))
    both = {"url": "https://a.example/", "file": SimpleUploadedFile("a.pdf", PDF)}
    assert "one of them" in text(client.post(url, sent(client, url, **both)))
    answer = client.post(url, sent(client, url, point="4", title_nl="Een brief"), follow=True)
    assert "Saved." in text(answer)
    poster.refresh_from_db()
    assert (poster.point.number, poster.title["nl"], poster.title["fr"]) == (
        4,
        "Een brief",
        "Une affiche",
    )
    away = f"{LIST}{made.pk}/materials/{film.pk}/"
    assert "one of them" in text(client.post(away, sent(client, away, url="")))
    form = sent(client, url)
    templates.publish_template(template=made, by=coordinator())
    assert client.get(url).url == f"{LIST}{made.pk}/materials/"
    assert "A published template never changes." in text(client.post(url, form))
    assert client.get(f"{LIST}{made.pk + 1}/materials/{film.pk}/").status_code == 404


def test_who_saves_a_material_second_reads_what_the_first_one_wrote() -> None:
    first, second, made = signed_in(), signed_in(), with_materials()
    url = f"{LIST}{made.pk}/materials/{material(made, url='').pk}/"
    files = [SimpleUploadedFile("a.pdf", PDF + sign) for sign in (b"1", b"2")]
    mine = sent(second, url, title_fr="Mon affiche", file=files[1])
    first.post(url, sent(first, url, title_fr="Son affiche", file=files[0]))
    page = second.post(url, mine)
    assert "It now says: “Son affiche”." in text(page)
    assert "There is another file now." in text(page)
    assert 'value="Mon affiche"' in text(page)
    mine = {**mine, "seen": page.context["form"]["seen"].value()}
    del mine["file"]
    assert second.post(url, mine).status_code == 302
    assert material(made, url="").title["fr"] == "Mon affiche"


# Two people in one draft --------------------------------------------------------------------------


def with_seen(client: Client, made: PlanTemplate, **changes: str) -> dict[str, str]:
    """What the browser would send of the page of a draft, with what stands hidden in it."""
    page = client.get(page_of("change", made)).content.decode()
    hidden = re.findall(r'type="hidden" name="((?:points-\d-)?seen)" value="(\w+)"', page)
    assert len(hidden) == 11
    sent = {**form_data(client, made), **dict(hidden), **changes}
    return {name: str(value).replace("\n", "\r\n") for name, value in sent.items()}


def words(made: PlanTemplate, number: int) -> dict[str, str]:
    title: dict[str, str] = made.points.get(number=number).title
    return title


def test_two_who_write_in_different_points_both_keep_their_words() -> None:
    first, second, made = signed_in(), signed_in(), draft()
    late = with_seen(second, made, **{"points-1-title_nl": "Onthaal"})
    early = with_seen(first, made, **{"points-0-title_fr": "Connus", "name_fr": "Dix"})
    assert first.post(page_of("change", made), early).status_code == 302
    assert second.post(page_of("change", made), late).status_code == 302
    assert ActivityLog.objects.filter(object_type="labels.templatepoint").count() == 2
    assert words(made, 1)["fr"] == "Connus"
    assert words(made, 2)["nl"] == "Onthaal"
    made.refresh_from_db()
    assert made.name["fr"] == "Dix"


def test_two_who_write_in_the_same_point_see_both_texts() -> None:
    first, second, made = signed_in(), signed_in(), draft()
    late = with_seen(second, made, **{"points-0-title_nl": "Mijn punt", "name_nl": "Mijn naam"})
    early = with_seen(first, made, **{"points-0-title_nl": "Haar punt", "name_nl": "Haar naam"})
    assert first.post(page_of("change", made), early).status_code == 302
    page = second.post(page_of("change", made), late)
    shown = unescape(text(page))
    for now in ("Haar punt", "Haar naam"):
        assert f"Dutch: It now says: “{now}”. Save to put yours there." in shown
    assert 'value="Mijn punt"' in shown
    assert words(made, 1)["nl"] == "Haar punt"
    again = dict(re.findall(r'name="((?:points-\d-)?seen)" value="(\w+)"', page.content.decode()))
    assert second.post(page_of("change", made), {**late, **again}).status_code == 302
    assert words(made, 1)["nl"] == "Mijn punt"
