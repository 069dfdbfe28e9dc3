"""Poster, pictures, and papers that are kept: who gets them, and when they are made anew."""

import io
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from labels.certificates import Paper, certificate_html, make_paper, poster_pdf
from labels.certificates import kept as kept_papers
from labels.models import Label
from labels.services.awards import pause_label, resume_label, withdraw_label
from tests.labels.awarding import award, leader_of, make_movement, person
from tests.labels.test_certificate import HOSTILE, assert_nothing_overlaps, elements, undrawn

pytestmark = pytest.mark.django_db
A3 = (842, 1191)


@pytest.fixture(autouse=True)
def _here(time_machine: Any, settings: Any, tmp_path: Path) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made anew; the bytes tell what from."""
    calls: list[str] = []

    def maker(kind: str) -> Any:
        def make(facts: Any) -> bytes:
            calls.append(kind)
            return f"{kind} {facts.language} {facts.ring}".encode()

        return make

    makers = {kind: (end, maker(kind)) for kind, (end, _make) in kept_papers.MAKERS.items()}
    monkeypatch.setattr(kept_papers, "MAKERS", makers)
    return calls


def url_of(label: Label, name: str = "certificate", *more: Any) -> str:
    return reverse(f"labels:{name}", args=[label.movement_id, label.pk, *more])


# Kept ------------------------------------------------------------------------------------------


def test_the_same_paper_is_made_once(made: list[str], client: Any) -> None:
    label = award()
    client.force_login(leader_of(label.movement))
    first = client.get(url_of(label))
    again = client.get(url_of(label))
    assert (made, first.content, first.headers["ETag"]) == (
        ["certificate"],
        again.content,
        again.headers["ETag"],
    )
    asked = client.get(url_of(label), headers={"If-None-Match": first.headers["ETag"]})
    assert (asked.status_code, asked.content) == (304, b"")
    assert asked.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
    client.get(url_of(label) + "?lang=fr")
    assert made == ["certificate", "certificate"]


def test_a_copy_in_a_browser_opens_for_nobody_else(made: list[str], client: Any) -> None:
    label = award()
    leader = leader_of(label.movement)
    client.force_login(leader)
    etag = client.get(url_of(label)).headers["ETag"]
    leader.mandates.update(ends_on=date(2024, 6, 14))
    assert client.get(url_of(label), headers={"If-None-Match": etag}).status_code == 404


def test_whatever_changes_how_it_looks_makes_another(made: list[str], settings: Any) -> None:
    label, by = award(), person("Cora")

    def digest(**changes: Any) -> str:
        fresh = Label.objects.with_facts().get(pk=label.pk)
        return make_paper("certificate", fresh, changes.get("language", "nl")).digest

    valid = digest()
    pause_label(label=label, by=by, reason="Rust")
    paused = digest()
    resume_label(label=label, by=by, reason="Weer")
    assert (paused != valid, digest()) == (True, valid)
    assert digest(language="en") != valid
    settings.PUBLIC_URL = "https://elders.example"
    assert digest() != valid
    fresh = Label.objects.with_facts().get(pk=label.pk)
    assert make_paper("poster", fresh, "nl").digest != make_paper("wide", fresh, "nl").digest


def test_a_release_makes_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    label = award()
    before = make_paper("certificate", label, "nl").digest
    monkeypatch.setattr("labels.certificates.facts._release", lambda: "next")
    assert make_paper("certificate", label, "nl").digest != before


def test_without_room_it_is_made_each_time(
    made: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "papers").write_text("a file where a folder should be")
    paper = make_paper("certificate", award(), "nl")
    assert paper.read() == paper.read() == b"certificate nl full"
    assert made == ["certificate"] * 2
    assert "a paper could not be kept" in caplog.text


def test_old_papers_go_by_night(made: list[str], tmp_path: Path) -> None:
    label = award()
    papers = [make_paper("certificate", label, language) for language in ("nl", "fr")]
    for paper in papers:
        paper.read()
    old, young = sorted((tmp_path / "papers").glob("*/*"))
    month_ago = time.time() - 31 * 24 * 3600
    os.utime(old, (month_ago, month_ago))
    assert kept_papers.forget_old_papers() == 1
    assert (old.exists(), young.exists()) == (False, True)
    assert young.stat().st_mode & 0o077 == 0


# Poster ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["Scouts", HOSTILE, "W" * 120, "😀🏕️" * 30, "كشافة المدينة للجميع " * 5],
    ids=["short", "hostile", "wide", "emoji", "arabic"],
)
def test_a_poster_is_one_tagged_page(name: str) -> None:
    label = award(make_movement(name[:120].strip()))
    reader = PdfReader(io.BytesIO(poster_pdf(label, "en")))
    root: Any = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert tuple(round(float(side)) for side in reader.pages[0].mediabox[2:]) == A3
    assert undrawn(reader) == []
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    found = list(elements(root["/StructTreeRoot"]))
    assert [element["/S"] for element in found].count("/H1") == 1
    assert [e["/Alt"] for e in found if e["/S"] == "/Figure"] == [
        "Ten of ten points",
        "QR code: check whether this label is valid",
    ]
    assert_nothing_overlaps(reader, least=4, height=A3[1])


def test_an_upcoming_label_has_a_poster_and_a_certificate_that_says_when() -> None:
    label = award(day=date(2024, 9, 1))
    assert 'alt="This label is valid from 1 September 2024"' in certificate_html(label, "en")
    text = PdfReader(io.BytesIO(poster_pdf(label, "en"))).pages[0].extract_text()
    assert "1 September 2024" in text


# Pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "size"), [("square", (1080, 1080)), ("wide", (1200, 630))], ids=["square", "wide"]
)
def test_a_picture_has_its_size_and_a_full_ring(shape: str, size: tuple[int, int]) -> None:
    label = award(make_movement(HOSTILE[:120]))
    picture = Image.open(io.BytesIO(make_paper(shape, label, "fr").read()))
    assert (picture.format, picture.size) == ("PNG", size)
    suns = sum(pixel == (255, 197, 61) for pixel in picture.get_flattened_data())
    assert suns > 15_000


# Who gets them ---------------------------------------------------------------------------------


def papers(label: Label) -> Iterator[str]:
    yield url_of(label, "poster")
    yield url_of(label, "picture", "square")
    yield url_of(label, "picture", "wide")


def test_leaders_and_team_get_them_while_the_group_carries_the_label(
    made: list[str], client: Any
) -> None:
    label = award()
    client.force_login(leader_of(label.movement))
    kinds = [client.get(url).headers["Content-Type"] for url in papers(label)]
    assert kinds == ["application/pdf", "image/png", "image/png"]
    names = [client.get(url + "?lang=en").headers["Content-Disposition"] for url in papers(label)]
    assert names[:2] == [
        'inline; filename="poster-2022-001-en.pdf"',
        'inline; filename="square-2022-001-en.png"',
    ]
    assert client.get(url_of(label, "picture", "round")).status_code == 404
    withdraw_label(label=label, by=person("Cora"), reason="Gestopt")
    assert {client.get(url).status_code for url in papers(label)} == {404}
    client.force_login(leader_of(make_movement("Elders"), "Ander"))
    assert {client.get(url).status_code for url in papers(award(make_movement("X")))} == {404}


def test_the_page_of_the_group_leads_to_them(made: list[str], client: Any) -> None:
    label = award()
    client.force_login(leader_of(label.movement))
    page = client.get(f"/my/{label.movement_id}/").content.decode()
    assert all(f'href="{url}' in page for url in [url_of(label), *papers(label)])
    pause_label(label=label, by=person("Cora"), reason="Rust")
    page = client.get(f"/my/{label.movement_id}/").content.decode()
    assert [f'href="{url}' in page for url in [url_of(label), *papers(label)]] == [
        True,
        False,
        False,
        False,
    ]


def test_a_paper_knows_its_name() -> None:
    paper = make_paper("certificate", award(), "nl")
    assert isinstance(paper, Paper)
    assert paper.file_name == "label-2022-001-nl.pdf"
