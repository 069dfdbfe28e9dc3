"""The certificate: one good page, whatever a movement is called."""

import io
import logging
import re
import socket
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject, NameObject

from core.pdf import MissingResource, render_pdf
from labels.certificates import certificate_html, certificate_pdf, verify_url
from labels.models import Label
from labels.services.awards import pause_label
from tests.labels.awarding import award, leader_of, make_movement, person

pytestmark = pytest.mark.django_db
HOSTILE = (
    "Scouts <b>&</b> كشافة المدينة للجميع 🏕️👩‍👩‍👧 "
    "<img src=http://evil.example/x.png> &amp; “Zonnebloemenkinderen” Æ"
).ljust(120, "W")
A4 = (595, 842)


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to("2024-06-15T12:00:00Z")


@pytest.fixture
def label() -> Label:
    return award()


def read(label: Label, language: str = "nl") -> PdfReader:
    return PdfReader(io.BytesIO(certificate_pdf(label, language)))


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", "".join(page.extract_text() for page in reader.pages))


# Content ---------------------------------------------------------------------------------------


def test_one_page_with_everything_on_it(label: Label, settings: Any) -> None:
    settings.PUBLIC_URL = "https://label.demostad.example"
    reader = read(label, "en")
    assert len(reader.pages) == 1
    assert tuple(round(float(side)) for side in reader.pages[0].mediabox[2:]) == A4
    text = words(reader)
    for expected in (
        "Youth work for all",
        "Demostad awards this label to Demo Scouts Zonnebloem",
        "No. 2022-001",
        "Decided on 14 November 2022",
        "Valid from 14 November 2022",
        "Valid until 13 November 2025",
        "alderman for Youth",
    ):
        assert expected in text
    assert f"label.demostad.example/label/{label.code}" in text.replace(" ", "")
    places = [text.index(point["title"]["en"]) for point in label.frozen["points"]]
    assert len(places) == 10
    assert all(first < second for first, second in pairwise(places))


@pytest.mark.parametrize(("language", "month"), [("nl", "november"), ("fr", "novembre")])
def test_it_speaks_the_language_asked_for(label: Label, language: str, month: str) -> None:
    reader = read(label, language)
    text = words(reader)
    assert reader.trailer["/Root"]["/Lang"] == language
    assert f"14 {month} 2022" in text
    assert label.frozen["points"][0]["title"][language] in text
    assert label.frozen["signatory"][language] in text


def test_it_keeps_the_words_of_the_award(label: Label) -> None:
    label.movement.name = "Andere naam"
    label.movement.save()
    text = words(read(Label.objects.get(pk=label.pk)))
    assert "Demo Scouts Zonnebloem" in text
    assert "Andere naam" not in text


def test_the_code_leads_to_the_page_that_checks_it(label: Label, settings: Any) -> None:
    settings.PUBLIC_URL = "https://label.demostad.example"
    page = read(label).pages[0]
    links = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
    assert links == {verify_url(label)} == {f"https://label.demostad.example/label/{label.code}/"}


def test_the_ring_is_empty_when_the_label_is_not_valid(label: Label) -> None:
    full = certificate_html(label, "en")
    pause_label(label=label, by=person("By"), reason="Rust")
    reader, html = read(label, "en"), certificate_html(label, "en")
    assert 'alt="Ten of ten points"' in full
    assert 'alt="This label is not valid"' in html
    assert "not valid" in words(reader)
    assert "Rust" not in html


# Accessibility ---------------------------------------------------------------------------------


def elements(node: Any) -> Iterator[Any]:
    """Every structure element below one, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif hasattr(node, "get"):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def test_it_is_tagged_titled_and_says_what_pictures_show(label: Label) -> None:
    reader = read(label, "en")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not False
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Label 2022-001, Demo Scouts Zonnebloem"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    found = list(elements(root["/StructTreeRoot"]))
    kinds = [element["/S"] for element in found]
    assert kinds.count("/H1") == kinds.count("/H2") == 1
    assert kinds.count("/LI") == 10
    figures = [element.get("/Alt") for element in found if element["/S"] == "/Figure"]
    assert figures == ["Ten of ten points", "QR code: check whether this label is valid"]


# Fonts -----------------------------------------------------------------------------------------


def shown(stream: Any, resources: Any, reader: PdfReader) -> Iterator[tuple[Any, int]]:
    """Each glyph that is drawn: its font and its number, pictures included."""
    fonts, font = resources.get("/Font", {}), None
    for operands, operator in ContentStream(stream, reader).operations:
        if operator == b"Tf":
            font = fonts[operands[0]].get_object()
        elif operator in (b"Tj", b"TJ"):
            parts = operands[0] if operator == b"TJ" else operands
            for text in (part for part in parts if not isinstance(part, (int, float))):
                yield from ((font, glyph) for glyph in numbers(text))
    for form in resources.get("/XObject", {}).values():
        form = form.get_object()
        if form["/Subtype"] == "/Form":
            yield from shown(form, form.get("/Resources", {}), reader)


def numbers(text: Any) -> list[int]:
    data = text.original_bytes
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


@cache
def embedded(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data))


def undrawn(reader: PdfReader) -> list[tuple[str, int]]:
    """Glyphs that are no glyph of an embedded font: number 0, or past its end."""
    page, missing = reader.pages[0], []
    for font, glyph in shown(page["/Contents"], page["/Resources"], reader):
        descendant = font["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        program = descriptor.get("/FontFile2") or descriptor["/FontFile3"]  # KeyError: not embedded
        count = embedded(program.get_object().get_data())["maxp"].numGlyphs
        if glyph == 0 or glyph >= count:
            missing.append((font["/BaseFont"], glyph))
    return missing


def test_every_glyph_is_drawn_from_an_embedded_font(
    label: Label, caplog: pytest.LogCaptureFixture
) -> None:
    reader = read(label)
    glyphs = list(shown(reader.pages[0]["/Contents"], reader.pages[0]["/Resources"], reader))
    assert len(glyphs) > 300
    assert undrawn(reader) == []
    names = {font["/BaseFont"].split("+")[1].split("-")[0] for font, _glyph in glyphs}
    assert names == {"Atkinson"}
    assert "notdef" not in caplog.text


def test_a_missing_glyph_would_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        reader = read(award(make_movement("Scouts \U000f1234")))
    assert undrawn(reader)
    assert "notdef" in caplog.text


# Hostile names ---------------------------------------------------------------------------------


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whatever wants to reach another machine fails, and is written down."""
    asked: list[Any] = []

    def refuse(*args: Any, **options: Any) -> Any:
        asked.append(args)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    return asked


@pytest.mark.parametrize(
    "name",
    [HOSTILE, "W" * 120, "😀🏕️" * 40, "كشافة المدينة للجميع " * 5, "a " * 60, "<b>&</b>"],
    ids=["hostile", "wide", "emoji", "arabic", "short words", "markup"],
)
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_any_name_gives_one_good_page(
    name: str, language: str, no_network: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    label = award(make_movement(name[:120].strip()))
    reader = read(label, language)
    assert len(reader.pages) == 1
    assert undrawn(reader) == []
    assert no_network == []
    assert "notdef" not in caplog.text
    assert reader.metadata.title == f"Label 2022-001, {name[:120].strip()}"
    assert "2022-001" in words(reader)
    assert_nothing_overlaps(reader)


def assert_nothing_overlaps(reader: PdfReader, least: int = 20, height: int = 842) -> None:
    """All that is written before the number stands above it, and all inside the frame."""
    page, written = reader.pages[0], list[tuple[str, float]]()

    def visit(text: str, matrix: Any, text_matrix: Any, *rest: Any) -> None:
        if text.strip():
            written.append((text, text_matrix[5] * matrix[3] + matrix[5]))

    # the text in pictures has coordinates of its own
    page["/Resources"][NameObject("/XObject")] = DictionaryObject()
    page.extract_text(visitor_text=visit)
    at = next(n for n, (text, _y) in enumerate(written) if "2022-001" in text)
    above, below = [y for _text, y in written[:at]], [y for _text, y in written[at:]]
    assert len(above) > least
    assert min(above) > max(below) + 14
    assert min(below) > 40
    assert max(above) < height - 40


def test_markup_in_a_name_is_text(no_network: list[Any]) -> None:
    name = "<b>&</b> <img src=http://evil.example/x.png> &amp;"
    label = award(make_movement(name))
    html = certificate_html(label, "nl")
    assert "<b>" not in html
    assert html.count("<img") == 2
    assert name.replace(" ", "") in words(read(label)).replace(" ", "")
    assert no_network == []


def test_even_a_picture_that_got_in_is_never_fetched(label: Label, no_network: list[Any]) -> None:
    html = certificate_html(label, "nl").replace(
        "</main>", '<img src="http://evil.example/x.png" alt="x"></main>'
    )
    with pytest.raises(MissingResource):
        render_pdf(html)
    assert no_network == []


def test_long_points_and_a_long_programme_still_fit(label: Label) -> None:
    for point in label.frozen["points"]:
        point["title"]["nl"] = "Zeventien woorden voor een punt dat echt heel erg lang werd " * 2
    label.frozen["programme"]["nl"] = "Jeugdwerk voor werkelijk alleman in onze stad " * 2
    label.frozen["movement"] = "W" * 120
    reader = read(label)
    assert len(reader.pages) == 1
    assert_nothing_overlaps(reader)


# Who gets it -----------------------------------------------------------------------------------


def url_of(label: Label, **changes: int) -> str:
    numbers = {"movement_id": label.movement_id, "label_id": label.pk} | changes
    return reverse("labels:certificate", kwargs=numbers)


def test_the_leader_gets_the_own_certificate(label: Label, client: Any) -> None:
    client.force_login(leader_of(label.movement))
    response = client.get(url_of(label))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="label-2022-001-nl.pdf"'
    assert response["Cache-Control"] == "private, no-cache"
    assert response.content.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("asked", "given"), [("", "nl"), ("?lang=fr", "fr"), ("?lang=xx", "nl"), ("?lang=en", "en")]
)
def test_the_language_is_asked_for_or_the_movements(
    label: Label, client: Any, asked: str, given: str
) -> None:
    client.force_login(person("Karel Consulent", "consultant"))
    response = client.get(url_of(label) + asked)
    assert f"-{given}.pdf" in response["Content-Disposition"]


@pytest.mark.parametrize("role", ["alderman", "privacy_officer", ""])
def test_others_find_nothing(label: Label, client: Any, role: str) -> None:
    client.force_login(person("Alma Ander", role))
    assert client.get(url_of(label)).status_code == 404


def test_leaders_of_others_and_of_the_past_find_nothing(label: Label, client: Any) -> None:
    other = make_movement("Elders")
    client.force_login(leader_of(other))
    assert client.get(url_of(label)).status_code == 404
    assert client.get(url_of(label, movement_id=other.pk)).status_code == 404
    client.force_login(leader_of(label.movement, "Oude Leider", ends_on=date(2024, 6, 14)))
    assert client.get(url_of(label)).status_code == 404


def test_strangers_sign_in_first(label: Label, client: Any) -> None:
    response = client.get(url_of(label))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


def test_only_reading(label: Label, client: Any) -> None:
    client.force_login(leader_of(label.movement))
    assert client.post(url_of(label)).status_code == 405
    assert client.head(url_of(label)).status_code == 200
