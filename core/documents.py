"""Documents that people upload: told by their content, handed out as downloads and nothing else.

A document cannot be made anew like a picture, so what may hide in one is refused (macros, packed
bombs, anything that is none of the accepted kinds), and no browser ever opens one on our site.
"""

import secrets
import zipfile
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.http import FileResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.uploads import FILE_POLICY, MAX_BYTES, too_large

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
# the entry that makes a packed file what it is
_OFFICE = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
_OPEN_DOCUMENT = {CONTENT_TYPES[ending].encode(): ending for ending in ("odt", "odp")}


def clean_document(file: "File[bytes] | IO[bytes]") -> "ContentFile[bytes]":
    """The bytes of an uploaded PDF, Word, PowerPoint or OpenDocument file, named at random.

    Which of them it is follows from its content. Raises ValidationError when it is too large
    (10 MB; unpacked 100 MB), holds macros, or is none of these.
    """
    size = getattr(file, "size", None) or 0
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if max(size, len(data)) > MAX_BYTES:
        raise too_large(_("more than %(size)s MB") % {"size": MAX_BYTES // 1024**2})
    ending = "pdf" if data.startswith(b"%PDF-") else _packed(data)
    return ContentFile(data, name=f"{secrets.token_hex(16)}.{ending}")


def document_response(file: Any, title: str) -> FileResponse:
    """A stored document as a download named after a title of ours.

    Who may have it is for the view to decide, before it calls this. Raises FileNotFoundError.
    """
    ending = str(file.name).rpartition(".")[2]
    name = f"{slugify(title)[:60] or 'document'}.{ending}"
    # closed by the server once it is sent
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    response.headers["Content-Type"] = CONTENT_TYPES.get(ending, "application/octet-stream")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _packed(data: bytes) -> str:
    """The kind of an office file. Nothing is unpacked but the line that names its kind."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_size(archive)
            names = {entry.filename for entry in archive.infolist()}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ValidationError(
                    _("This document holds macros. Save it without them, or as a PDF."),
                    code="macros",
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT[archive.read("mimetype").strip()]
            return next(ending for entry, ending in _OFFICE.items() if entry in names)
    except (KeyError, StopIteration, OSError, zipfile.BadZipFile, RuntimeError) as error:
        message = _("This is not a document that we take. Choose a PDF, Word or OpenDocument file.")
        raise ValidationError(message, code="invalid_document") from error


def _check_size(archive: zipfile.ZipFile) -> None:
    """By what the archive says of itself: nothing here ever unpacks more than one short line."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
        raise too_large(_("it unpacks to too much"))
