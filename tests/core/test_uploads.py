"""Pictures lose everything but their pixels; what is no picture is refused."""

import contextlib
import io
import struct
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from core import uploads
from core.uploads import FILE_POLICY, BoundedUploads, clean_picture, picture_response

RED, BLUE = (200, 10, 10), (10, 10, 200)


def uploaded(data: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def two_halves(size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture


def opened(file: ContentFile) -> Image.Image:
    picture = Image.open(io.BytesIO(file.read()))
    picture.load()
    return picture


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))


def refusal(data: bytes, name: str = "foto.jpg") -> str:
    with pytest.raises(ValidationError) as caught:
        clean_picture(uploaded(data, name))
    return str(caught.value.code)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size; its data would be unpacked only when decoded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_become_jpeg(kind: str) -> None:
    file = clean_picture(uploaded(encoded(two_halves(), kind)))
    picture = opened(file)
    assert (picture.format, picture.size) == ("JPEG", (40, 20))
    assert near(picture.getpixel((5, 10)), RED)
    assert near(picture.getpixel((35, 10)), BLUE)


def test_see_through_picture_stays_so() -> None:
    file = clean_picture(uploaded(encoded(Image.new("RGBA", (9, 9), (1, 2, 3, 0)), "PNG")))
    assert file.name is not None
    assert file.name.endswith(".png")
    assert opened(file).getpixel((0, 0)) == (1, 2, 3, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK", "RGBA"])
def test_every_kind_of_pixels(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    file = clean_picture(uploaded(encoded(Image.new(mode, (9, 9)), kind)))
    assert opened(file).size == (9, 9)


def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Camp of Yusuf"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, 0.0), 3: "E", 4: (3.0, 43.0, 0.0)})
    data = encoded(two_halves(), exif=exif, comment=b"made by Yusuf", icc_profile=b"profile")
    before = Image.open(io.BytesIO(data))
    assert before.getexif().get_ifd(0x8825)
    assert before.info["comment"] == b"made by Yusuf"

    file = clean_picture(uploaded(data))
    after = opened(file)
    assert dict(after.getexif()) == {}
    assert set(after.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
    } | {"progression"}
    file.seek(0)
    assert b"Yusuf" not in file.read()


def test_texts_in_a_png_go() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Yusuf")
    texts.add_itxt("Place", "Yusuf", zip=True)
    picture = Image.new("RGBA", (9, 9))
    file = clean_picture(uploaded(encoded(picture, "PNG", pnginfo=texts)))
    assert opened(file).info == {}


def test_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it a quarter turn clockwise
    picture = opened(clean_picture(uploaded(encoded(two_halves(), exif=exif))))
    assert picture.size == (20, 40)
    assert near(picture.getpixel((10, 5)), RED)
    assert near(picture.getpixel((10, 35)), BLUE)


def test_large_picture_is_scaled_down() -> None:
    picture = opened(clean_picture(uploaded(encoded(two_halves((4100, 2050))))))
    assert picture.size == (2000, 1000)
    assert near(picture.getpixel((100, 500)), RED)


def test_large_picture_is_turned_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = opened(clean_picture(uploaded(encoded(two_halves((4100, 2050)), exif=exif))))
    assert picture.size == (1000, 2000)
    assert near(picture.getpixel((500, 100)), RED)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script></html>",
        encoded(two_halves(), "GIF"),
        encoded(two_halves(), "BMP"),
        encoded(two_halves(), "TIFF"),
        encoded(two_halves((400, 400)), "PNG")[:300],
        encoded(two_halves((400, 400)))[:700],
        png_header(40, 40),
        png_header(0, 40),
    ],
    ids=["empty", "text", "svg", "html", "gif", "bmp", "tiff", "cut png", "cut jpeg", "torn", "0"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refusal(data, "foto.jpg") == "invalid_image"


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 10_000), (6_400, 6_400)])
def test_too_many_pixels_are_refused_by_the_header(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(self: Image.Image, *_arguments: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decode)
    assert refusal(png_header(*size)) == "too_large"


def test_too_many_bytes() -> None:
    assert refusal(encoded(two_halves()) + b"\0" * uploads.MAX_BYTES) == "too_large"


def test_page_after_the_picture_goes() -> None:
    data = encoded(two_halves()) + b"<script>alert(1)</script>"
    file = clean_picture(uploaded(data))
    assert b"script" not in file.read()


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "foto\u202egpj.html", "x.php", "a" * 300 + ".jpg", "CON.jpg"]
)
def test_name_is_ours(name: str) -> None:
    file = uploaded(encoded(two_halves()))
    file._name = name  # past what Django already takes away
    names = {str(clean_picture(file).name) for _ in range(2)}
    assert len(names) == 2
    for ours in names:
        stem, _, ending = ours.partition(".")
        assert (len(stem), ending) == (32, "jpg")
        assert set(stem) <= set("0123456789abcdef")


# closing the response announces the end of a request, which looks at the open connections
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("a.jpg", "image/jpeg", 'inline; filename="picture.jpg"'),
        ("a.png", "image/png", 'inline; filename="picture.png"'),
        ("a.html", "application/octet-stream", 'attachment; filename="file.bin"'),
    ],
)
def test_answer_can_only_be_a_picture(
    name: str, kind: str, disposition: str, tmp_path: Any
) -> None:
    storage = FileSystemStorage(tmp_path)
    storage.save(name, ContentFile(b"<script>"))
    field = type("Field", (), {"name": f"pictures/{name}", "open": lambda s, m: storage.open(name)})
    response = picture_response(field())
    with contextlib.closing(response):
        content = response.getvalue()
    assert response.headers["Content-Type"] == kind
    assert response.headers["Content-Disposition"] == disposition
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == FILE_POLICY
    assert content == b"<script>"


def test_no_more_of_a_file_is_kept_than_is_taken() -> None:
    piece = b"x" * 65536
    handler = BoundedUploads()
    handler.new_file("file", "foto.jpg", "image/jpeg", None)
    for number in range(4000):  # 250 MB
        handler.receive_data_chunk(piece, number * len(piece))
    file = handler.file_complete(4000 * len(piece))
    assert file.size == 4000 * len(piece)
    assert len(file.read()) <= uploads.MAX_BYTES + len(piece)
    file.seek(0)
    with pytest.raises(ValidationError) as caught:
        clean_picture(file)
    assert caught.value.code == "too_large"


def test_a_file_never_lies_on_a_disk(rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Django would put into a temporary folder, from 2.5 MB on, holds names of families."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    data = encoded(two_halves()) + b"\0" * 3_000_000
    request = rf.post("/", {"file": uploaded(data)})
    file = request.FILES["file"]
    assert (file.name, file.size) == ("foto.jpg", len(data))
    assert clean_picture(file).size
