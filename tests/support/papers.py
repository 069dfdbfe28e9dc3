"""The same text gives the same paper: whoever asks for it again gets the one that was made."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module

from django.conf import settings

from core import pdf


@contextmanager
def each_paper_once() -> Iterator[None]:
    """Lay each document out once, for walks in which many people ask for the same one.

    A document says nothing about who asks: it is the same when its HTML is.
    """
    original, kept = pdf.render_pdf, cache(pdf.render_pdf)
    import_module(settings.ROOT_URLCONF)  # every view, so that none of them takes ours for good
    modules = [getattr(module, "__dict__", {}) for module in sys.modules.values()]
    holders = [names for names in modules if names.get("render_pdf") is original]
    for names in holders:
        names["render_pdf"] = kept
    yield
    for names in holders:
        names["render_pdf"] = original
