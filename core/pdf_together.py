"""Several tagged PDFs become one that is tagged as well: its structure is that of its parts.

pypdf copies pages and leaves structure behind; a screen reader would find a pile of loose letters.
So the elements of each part are taken over, and the numbers by which its pages and links find them
are counted on.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, cast

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

KEY, PARENT, KIND = NameObject("/K"), NameObject("/P"), NameObject("/S")
NUMBERS, LANGUAGE = NameObject("/Nums"), NameObject("/Lang")
PAGE_NUMBER, NOTE_NUMBER = NameObject("/StructParents"), NameObject("/StructParent")


def put_together(parts: Iterable[bytes], *, title: str, language: str) -> bytes:
    """One PDF of the pages of all parts, in their order, under a title in a language.

    Each part keeps the language of its own words. The parts are PDFs that core.pdf made.
    """
    writer = PdfWriter()
    tree = _Tree(writer)
    for part in parts:
        tree.take_over(PdfReader(BytesIO(part)))
    tree.close()
    _describe(writer, tree.root.indirect_reference, title, language)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


class _Tree:
    """The structure of the whole: one document, with the documents of the parts as its sections."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer
        self.numbers, self.following = ArrayObject(), 0
        self.root = self._new("/StructTreeRoot")
        self.document = self._new("/StructElem")
        self.document.update({KIND: NameObject("/Document"), PARENT: self._at(self.root)})
        self.document[KEY] = ArrayObject()
        self.root[KEY] = ArrayObject([self._at(self.document)])

    def take_over(self, reader: PdfReader) -> None:
        """Pages and structure of one part."""
        first, part = len(self.writer.pages), cast(Any, reader.trailer["/Root"])
        self.writer.append(reader, import_outline=False)
        for element in part["/StructTreeRoot"][KEY]:
            section = element.clone(self.writer).get_object()
            section.update({KIND: NameObject("/Sect"), PARENT: self._at(self.document)})
            section.setdefault(LANGUAGE, TextStringObject(part[LANGUAGE]))
            self.document[KEY].append(self._at(section))
        for old, new in zip(reader.pages, self.writer.pages[first:], strict=True):
            self._count_on(old, new)
        pairs = list(part["/StructTreeRoot"]["/ParentTree"][NUMBERS])
        for number, found in zip(pairs[::2], pairs[1::2], strict=True):
            taken = [NumberObject(number + self.following), found.clone(self.writer)]
            self.numbers.extend(taken)
        self.following += max(int(number) for number in pairs[::2]) + 1

    def close(self) -> None:
        """Every part is there."""
        self.root[NameObject("/ParentTree")] = DictionaryObject({NUMBERS: self.numbers})
        self.root[NameObject("/ParentTreeNextKey")] = NumberObject(self.following)

    def _count_on(self, old: Any, new: Any) -> None:
        """The numbers of a page and its links, counted on from those of the parts before."""
        new[PAGE_NUMBER] = NumberObject(old[PAGE_NUMBER] + self.following)
        notes = zip(old.get("/Annots", ()), new.get("/Annots", ()), strict=True)
        for before, after in notes:
            number = before.get_object()[NOTE_NUMBER] + self.following
            after.get_object()[NOTE_NUMBER] = NumberObject(number)

    def _new(self, kind: str) -> Any:
        made = DictionaryObject({NameObject("/Type"): NameObject(kind)})
        self.writer._add_object(made)  # pypdf has no other way to add one
        return made

    def _at(self, thing: Any) -> Any:
        return thing.indirect_reference


def _describe(writer: PdfWriter, root: Any, title: str, language: str) -> None:
    writer.add_metadata({"/Title": title})
    writer.root_object.update(
        {
            NameObject("/StructTreeRoot"): root,
            NameObject("/MarkInfo"): DictionaryObject({NameObject("/Marked"): BooleanObject(True)}),
            LANGUAGE: TextStringObject(language),
            NameObject("/ViewerPreferences"): DictionaryObject(
                {NameObject("/DisplayDocTitle"): BooleanObject(True)}
            ),
        }
    )
