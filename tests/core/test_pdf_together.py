"""Several PDFs in one: nothing of what a screen reader goes by gets lost."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

from core.pdf import render_pdf
from core.pdf_together import put_together

PAGE = """<!DOCTYPE html><html lang="{language}"><head><title>{word}</title></head><body>
<h1>{word}</h1><p>See <a href="https://{word}.example/">{word}</a>
<img alt="A {word}" src="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI5IiBoZWlnaHQ9IjkiLz4="></p>
</body></html>"""  # noqa: E501


def elements(node: Any) -> Iterator[Any]:
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif hasattr(node, "get"):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def test_structure_languages_and_links_of_each_part_stay() -> None:
    parts = [
        render_pdf(PAGE.format(word=word, language=language))
        for word, language in [("one", "nl"), ("two", "fr"), ("three", "en")]
    ]
    reader = PdfReader(io.BytesIO(put_together(parts, title="All", language="nl")))
    root: Any = reader.trailer["/Root"]
    assert (len(reader.pages), root["/Lang"]) == (3, "nl")
    assert reader.metadata is not None
    assert reader.metadata.title == "All"
    assert root["/MarkInfo"]["/Marked"]
    found = list(elements(root["/StructTreeRoot"]))
    sections = [element for element in found if element["/S"] == "/Sect"]
    assert [element["/S"] for element in found].count("/Document") == 1
    assert [section["/Lang"] for section in sections] == ["nl", "fr", "en"]
    assert [e["/Alt"] for e in found if e["/S"] == "/Figure"] == ["A one", "A two", "A three"]
    numbers = list(root["/StructTreeRoot"]["/ParentTree"]["/Nums"])
    tree = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page, section in zip(reader.pages, sections, strict=True):
        inside = {id(element) for element in elements(section)}
        assert all(id(one.get_object()) in inside for one in tree[page["/StructParents"]])
        (link,) = page["/Annots"]
        assert id(tree[link.get_object()["/StructParent"]].get_object()) in inside
