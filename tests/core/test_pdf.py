"""PDFs are tagged, say what they are, and fetch nothing."""

import gc
import io
import logging
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from PIL import ImageFile
from pypdf import PdfReader

from core.pdf import ORIGIN, MissingResource, forget_fonts, own_file, render_pdf

SECRET_SVG = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
    "<image href='file:///etc/passwd' width='9' height='9'/></svg>"
)


def page(body: str) -> str:
    return f'<html lang="nl"><head><title>Attest 7</title></head><body>{body}</body></html>'


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"A PDF connects to {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)


def test_tagged_with_title_and_language(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        reader = PdfReader(io.BytesIO(render_pdf(page("<h1>Proficiat, Ömer</h1><p>Tien</p>"))))
    root: Any = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert "Proficiat, Ömer" in reader.pages[0].extract_text()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "nl"
    assert reader.metadata is not None
    assert reader.metadata.title == "Attest 7"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert caplog.records == []


def test_our_own_paper_embeds_our_own_fonts(caplog: pytest.LogCaptureFixture) -> None:
    html = render_to_string("pdf/base.html")
    with caplog.at_level(logging.WARNING):
        pdf = render_pdf(html.replace("</body>", "<p>Ring</p></body>"))
    fonts: Any = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert all("Atkinson" in fonts[name]["/BaseFont"] for name in fonts)
    assert [r for r in caplog.records if r.name.startswith("weasyprint")] == []


def test_half_pictures_stay_refused() -> None:
    render_pdf(page("<p>x</p>"))
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="" src="file:///etc/passwd">',
        '<img alt="" src="http://city.example/x.png">',
        '<img alt="" src="//city.example/x.png">',
        '<img alt="" src="/static/no-such.png">',
        '<img alt="" src="/static/../manage.py">',
        '<img alt="" src="/static/%2e%2e/manage.py">',
        '<img alt="" src="/static//etc/passwd">',
        '<img alt="" src="/media/x.png">',
        '<img alt="" src="https://paper.invalid.city.example/static/img/mark.svg">',
        '<link rel="stylesheet" href="ftp://city.example/x.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<style>@import "http://city.example/x.css";</style>',
        "<style>@font-face{font-family:X;src:url(file:///etc/passwd)} p{font-family:X}</style>",
        '<object data="file:///etc/passwd"></object>',
    ],
)
def test_nothing_else_is_fetched(body: str) -> None:
    with pytest.raises(MissingResource):
        render_pdf(page(f"<p>{body}</p>"))


def test_picture_in_a_picture_is_not_fetched(caplog: pytest.LogCaptureFixture) -> None:
    pdf = render_pdf(page(f'<img alt="x" src="{SECRET_SVG}">'))
    assert b"root:" not in pdf
    assert "Failed to render SVG" in caplog.text


def test_pictures_of_ours_and_in_the_page() -> None:
    inline = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    body = f'<img alt="a" src="{inline}"><img alt="b" src="/static/img/mark.svg?v=1">'
    assert render_pdf(page(body)).startswith(b"%PDF-1.7")


def test_hashed_files_of_production(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "mark.0123.svg").write_text("<svg/>")
    assert own_file(f"{ORIGIN}/static/mark.0123.svg") == tmp_path / "mark.0123.svg"


def test_weasyprint_is_loaded_only_for_a_pdf() -> None:
    code = (
        "import sys, django; django.setup(); import core.pdf, config.urls; "
        "sys.exit('weasyprint' in sys.modules)"
    )
    command = [sys.executable, "-W", "ignore", "-c", code]
    environment = {"MODE": "test", "DJANGO_SETTINGS_MODULE": "config.settings"}
    assert subprocess.run(command, env=environment, check=False).returncode == 0


def test_documents_of_a_thread_share_their_fonts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each set of fonts is a folder; those that are forgotten take it along."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    paper = render_to_string("pdf/base.html").replace("</body>", "<p>Ring</p></body>")
    forget_fonts()
    first, second = render_pdf(paper), render_pdf(paper)
    assert len(list(tmp_path.iterdir())) == 1
    other = threading.Thread(target=render_pdf, args=[paper])
    other.start()
    other.join()
    gc.collect()
    assert len(list(tmp_path.iterdir())) == 1, "a thread that ended left its fonts"
    forget_fonts()
    assert list(tmp_path.iterdir()) == []
    names = [font_names(pdf) for pdf in (first, second)]
    assert names[0] == names[1] != set()


def font_names(pdf: bytes) -> set[str]:
    """Without the six letters that say which part of a font it is."""
    fonts: Any = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {fonts[name]["/BaseFont"].partition("+")[2] for name in fonts}
