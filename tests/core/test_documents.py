"""Documents are told by their content, never opened on our site, and hide nothing that runs."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from core import documents
from core.documents import CONTENT_TYPES, clean_document, document_response
from core.uploads import FILE_POLICY

PDF = b"%PDF-1.7\n%%EOF\n"


def packed(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


WORD = packed({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<w/>"})
SLIDES = packed({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<p/>"})
TEXT = packed({"mimetype": CONTENT_TYPES["odt"].encode(), "content.xml": b"<o/>"})


def upload(data: bytes, name: str = "brief.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def refusal(data: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        clean_document(upload(data))
    return str(caught.value.code)


@pytest.mark.parametrize(
    ("data", "ending"), [(PDF, "pdf"), (WORD, "docx"), (SLIDES, "pptx"), (TEXT, "odt")]
)
def test_the_kind_follows_from_the_content(data: bytes, ending: str) -> None:
    clean = clean_document(upload(data, "../../etc/\u202egpj.exe"))
    assert clean.read() == data
    stem, _dot, found = str(clean.name).partition(".")
    assert found == ending
    assert len(stem) == 32
    assert int(stem, 16)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"MZ\x90\x00",
        packed({"evil.exe": b"MZ"}),
        packed({"mimetype": b"application/java-archive"}),
        packed({"mimetype": b"x" * 5000, "readme": b""}),
        WORD[:60],
        b"PK\x03\x04" + b"\x00" * 40,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    assert refusal(data) == "invalid_document"


def test_macros_are_refused() -> None:
    assert refusal(packed({"word/document.xml": b"", "word/vbaProject.BIN": b""})) == "macros"


def test_a_packed_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({"word/document.xml": b"\x00" * (documents.MAX_UNPACKED_BYTES + 1)})
    assert len(bomb) < 200_000

    def go_off(*args: object, **kwargs: object) -> None:
        raise AssertionError("something was unpacked")

    monkeypatch.setattr(zipfile.ZipFile, "open", go_off)
    assert refusal(bomb) == "too_large"


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_ENTRIES", 1)
    assert refusal(WORD) == "too_large"


def test_an_encrypted_entry_is_no_reason_to_fail() -> None:
    data = bytearray(TEXT)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    assert refusal(bytes(data)) == "invalid_document"


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", len(PDF) - 1)
    assert refusal(PDF) == "too_large"


def test_a_file_that_was_cut_off_counts_with_the_size_that_was_sent() -> None:
    file = upload(PDF)
    file.size = documents.MAX_BYTES + 1
    with pytest.raises(ValidationError):
        clean_document(file)


def test_a_file_without_a_size_is_taken() -> None:
    assert clean_document(io.BytesIO(PDF)).read() == PDF


def stored(tmp_path: Path, name: str) -> Any:
    """What a file field gives."""
    storage = FileSystemStorage(tmp_path)
    storage.save(name, ContentFile(PDF))
    return type(
        "Field", (), {"name": f"examples/{name}", "open": lambda s, m: storage.open(name)}
    )()


# closing the response announces the end of a request, which looks at the open connections
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Brief aan ouders", "brief-aan-ouders.pdf"),
        ("../\u202e..\\x\r\nSet-Cookie: a=b", "x-set-cookie-ab.pdf"),
        ("رسالة", "document.pdf"),
        ("a" * 300, "a" * 60 + ".pdf"),
    ],
)
def test_it_is_a_download_under_a_harmless_name(tmp_path: Path, title: str, name: str) -> None:
    response = document_response(stored(tmp_path, "x.pdf"), title)
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == FILE_POLICY
    assert b"".join(response) == PDF
    response.close()


@pytest.mark.django_db
def test_a_stored_file_of_no_known_kind_is_just_bytes(tmp_path: Path) -> None:
    response = document_response(stored(tmp_path, "x.html"), "Iets")
    assert response.headers["Content-Type"] == "application/octet-stream"
    response.close()
