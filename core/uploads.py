"""What people upload: how much of it is taken in, and pictures, of which only the pixels are kept.

Documents are in core/documents.py, tables in core/tabular.py.
"""

import secrets
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MAX_BYTES = 10 * 1024 * 1024
# whatever a file holds, a browser that opens it runs, fetches and embeds nothing
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
MAX_PIXELS = 40_000_000
MAX_SIDE = 2000
JPEG_QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPES = {"jpg": "image/jpeg", "png": "image/png"}


class BoundedUploads(FileUploadHandler):
    """Keeps at most a little more than the limit of each file, in memory and nowhere else.

    What comes after is read and dropped, so that the page can answer with a clear message; the
    file then still says how large it was. Nothing unencrypted ever lies in a temporary folder.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take one piece, as long as the file is not too large."""
        if self.kept.tell() <= MAX_BYTES:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, with the size that was sent."""
        self.kept.seek(0)
        return InMemoryUploadedFile(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def clean_picture(file: "File[bytes] | IO[bytes]") -> "ContentFile[bytes]":
    """A new JPEG (PNG when it is see-through) of the pixels of an uploaded JPEG, PNG or WebP.

    Upright, at most 2000 pixels wide and high, without metadata, named at random. Raises
    ValidationError when it is too large (10 MB, 40 million pixels) or none of the three formats.
    """
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large(_("more than %(size)s MB") % {"size": MAX_BYTES // 1024**2})
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            _check_pixels(picture)  # the header says so; nothing is decoded yet
            fresh = _fresh(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large_pixels() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        message = _("This is not a picture that we can read. Choose a JPEG, PNG or WebP file.")
        raise ValidationError(message, code="invalid_image") from error
    return _encode(fresh)


def picture_response(file: Any) -> FileResponse:
    """A stored picture as an answer that a browser can only show, whatever its bytes would say.

    Who may see it is for the view to decide, before it calls this. Raises FileNotFoundError.
    """
    ending = str(file.name).rpartition(".")[2]
    response = FileResponse(file.open("rb"), content_type=CONTENT_TYPES.get(ending))
    name = f"picture.{ending}" if ending in CONTENT_TYPES else "file.bin"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if ending not in CONTENT_TYPES:
        response.headers["Content-Type"] = "application/octet-stream"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _check_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large_pixels()


def _fresh(picture: Image.Image) -> Image.Image:
    """Only the pixels: a plain copy would carry comments, profiles and places along."""
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.has_transparency_data
    pixels = upright.convert("RGBA" if see_through else "RGB")
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    return fresh


def _encode(picture: Image.Image) -> "ContentFile[bytes]":
    target = BytesIO()
    if picture.mode == "RGBA":
        ending = "png"
        picture.save(target, "PNG", optimize=True)
    else:
        ending = "jpg"
        picture.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return ContentFile(target.getvalue(), name=f"{secrets.token_hex(16)}.{ending}")


def too_large(what: str) -> ValidationError:
    """The error for a file that is larger than we take, in whichever way."""
    message = _("This file is too large: %(what)s.")
    return ValidationError(message, code="too_large", params={"what": what})


def _too_large_pixels() -> ValidationError:
    return too_large(_("more than %(count)s million pixels") % {"count": MAX_PIXELS // 10**6})
