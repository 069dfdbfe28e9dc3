"""HTML becomes a tagged PDF (PDF/UA-1), with nothing but our own style sheets, fonts and pictures.

The only module that imports WeasyPrint, and only once a PDF is wanted: it takes a second and
50 MB. A page that asks for anything else than a file under STATIC_URL or a `data:` address is a
mistake of ours (what people typed is escaped), so it fails instead of coming out incomplete.
"""

import gc
import threading
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.utils._os import safe_join
from PIL import ImageFile

if TYPE_CHECKING:
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

# a host that can never exist: relative addresses resolve to it and are answered by us
ORIGIN = "https://paper.invalid"
_of_thread = threading.local()


class MissingResource(Exception):
    """The page asks for something that is not a static file of ours."""


def render_pdf(html: str) -> bytes:
    """The PDF of a whole HTML document, which gives it its title and language.

    Raises MissingResource when the document asks for something that is not ours.
    """
    from weasyprint import HTML  # noqa: PLC0415 - lazily, see above
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - lazily, see above

    # its import tells Pillow to take half pictures for whole, which holds for uploads as well
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    document = HTML(string=html, base_url=f"{ORIGIN}/", url_fetcher=_own_fetcher())
    try:
        pages = document.render(pdf_variant="pdf/ua-1", font_config=_fonts())
        # a browser overlooks line ends in a title, WeasyPrint would show them in the window's bar
        pages.metadata.title = " ".join((pages.metadata.title or "").split())
        pdf: bytes = pages.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # a BaseException, which would end the process
        raise MissingResource(str(error)) from error
    return pdf


def own_file(url: str) -> Path:
    """The static file that an address of the document means. Raises MissingResource."""
    if url.startswith(ORIGIN + settings.STATIC_URL):
        name = unquote(urlsplit(url).path).removeprefix(settings.STATIC_URL)
        for root in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT):
            try:
                path = Path(safe_join(root, name))
            except SuspiciousFileOperation:
                break
            if path.is_file():
                return path
    raise MissingResource(url[:200])


def forget_fonts() -> None:
    """Remove the copies of our fonts that this thread keeps in the temporary folder."""
    _of_thread.__dict__.clear()
    gc.collect()  # what was laid out with them refers to itself


def _fonts() -> "FontConfiguration":
    """The fonts that every document of this thread shares.

    New ones for each document cost a third of its time, and Pango never gives their memory back:
    0.3 MB a certificate. Pango allows one thread at a time in a set of fonts.
    """
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - lazily, see above

    if not hasattr(_of_thread, "fonts"):
        _of_thread.fonts = FontConfiguration()
    fonts: FontConfiguration = _of_thread.fonts
    return fonts


@cache
def _own_fetcher() -> "URLFetcher":
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 - lazily, see above

    class OwnFetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> "URLFetcherResponse":
            if url[:5].lower() == "data:":
                return super().fetch(url, headers)
            path = own_file(url)
            kind = guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
