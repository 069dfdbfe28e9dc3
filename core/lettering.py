"""Text in pictures: any script from our own fonts, in its own direction, as large as fits.

Pillow draws a run of one font and one direction. Here a text is cut into such runs: each character
goes to the first font that has it, and runs stand in the order of the Unicode bidirectional rules
for one level of embedding, which is what a name needs.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont
from PIL import ImageDraw, ImageFont

BOLD = (
    "atkinson-800",
    "noto-sans-700",
    "noto-sans-arabic-700",
    "noto-sans-ethiopic-700",
    "noto-emoji",
    "noto-more-400",
)
PLAIN = (
    "atkinson-400",
    "noto-sans-400",
    "noto-sans-arabic-400",
    "noto-sans-ethiopic-400",
    "noto-emoji",
    "noto-more-400",
)
JOINER = "\u200d"
LINE = 1.16  # from one line to the next, in sizes of the letters
STEPS = 24  # sizes that are tried between the largest and the smallest


@dataclass(frozen=True)
class Run:
    """Letters of one font and one direction; a number in Arabic runs the other way inside it."""

    text: str
    face: str
    rtl: bool
    flow: bool


@dataclass(frozen=True)
class Block:
    """A text that was fitted into a box: its lines, and the size of its letters in pixels."""

    lines: tuple[str, ...]
    size: int
    faces: tuple[str, ...]
    rtl: bool

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last one, in pixels."""
        return self.size * LINE * len(self.lines)

    def draw(self, page: ImageDraw.ImageDraw, x: float, y: float, colour: str) -> None:
        """Each line with its middle at `x`, the top of the first one at `y`."""
        for number, line in enumerate(self.lines):
            left = x - _width(line, self.faces, self.size) / 2
            for run in runs(line, self.faces, rtl=self.rtl):
                font = _font(run.face, self.size)
                base = y + self.size * (LINE * number + 0.92)
                page.text((left, base), run.text, colour, font, "ls", direction=_way(run))
                left += _run_width(run, self.size)


def fit(
    text: str, *, width: float, height: float, sizes: tuple[int, int], faces: tuple[str, ...] = BOLD
) -> Block:
    """A text as large as it goes between two sizes; what does not fit even then ends in dots."""
    largest, smallest = sizes
    text = " ".join(text.split())
    rtl = _is_rtl(text)
    for step in range(STEPS + 1):
        size = round(largest - (largest - smallest) * step / STEPS)
        block = Block(tuple(_wrap(text, faces, size, width)), size, faces, rtl)
        if block.height <= height:
            return block
    room = max(1, int(height / (smallest * LINE)))
    lines = block.lines[:room]
    return Block((*lines[:-1], lines[-1][:-2] + "…"), smallest, faces, rtl)


def runs(line: str, faces: tuple[str, ...], *, rtl: bool = False) -> Iterator[Run]:
    """The runs of a line from left to right; `rtl` is the direction of the whole text."""
    clusters = list(_clusters(line))
    flows = _flows(clusters, rtl=rtl)
    keyed = [
        ((_face_of(cluster, faces), flow and not _is_number(cluster), flow), cluster)
        for cluster, flow in zip(clusters, flows, strict=True)
    ]
    parts = [
        Run("".join(cluster for _key, cluster in part), *key)
        for key, part in groupby(keyed, key=lambda one: one[0])
    ]
    stretches = [list(part) for _flow, part in groupby(parts, key=lambda run: run.flow)]
    for stretch in reversed(stretches) if rtl else stretches:
        yield from reversed(stretch) if stretch[0].flow else stretch


def _clusters(text: str) -> Iterator[str]:
    """Letters with all that belongs to them: accents, shades, and what a joiner joins."""
    cluster = ""
    for letter in text:
        if cluster and not (_belongs(letter) or cluster[-1] == JOINER):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _belongs(letter: str) -> bool:
    return (
        unicodedata.category(letter).startswith("M")
        or letter == JOINER
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
    )


def _flows(clusters: list[str], *, rtl: bool) -> list[bool]:
    """Whether each cluster stands in a stretch from right to left.

    A number goes with the letters before it, a sign with both its neighbours or else the text.
    """
    strong: list[bool | None] = []
    last = rtl
    for cluster in clusters:
        way = last if _is_number(cluster) else _strong(cluster)
        last = last if way is None else way
        strong.append(way)
    found = []
    for at, own in enumerate(strong):
        before = next((way for way in reversed(strong[:at]) if way is not None), rtl)
        after = next((way for way in strong[at:] if way is not None), rtl)
        found.append((before if before == after else rtl) if own is None else own)
    return found


def _strong(cluster: str) -> bool | None:
    kind = unicodedata.bidirectional(cluster[0])
    if kind in {"R", "AL"}:
        return True
    return False if kind == "L" else None


def _is_number(cluster: str) -> bool:
    return unicodedata.bidirectional(cluster[0]) in {"EN", "AN"}


def _is_rtl(line: str) -> bool:
    """The direction of the first letter that has one."""
    return next((way for way in map(_strong, line) if way is not None), False)


def _face_of(cluster: str, faces: tuple[str, ...]) -> str:
    seen = [letter for letter in cluster if not _is_invisible(letter)]
    full = (face for face in faces if all(ord(letter) in _letters(face) for letter in seen))
    return next(full, faces[-1])


def _is_invisible(letter: str) -> bool:
    return (
        letter == JOINER or unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"
    )


def _wrap(text: str, faces: tuple[str, ...], size: int, width: float) -> Iterator[str]:
    """Lines no wider than `width`, broken between words, and inside a word only where it must."""

    def fits(line: str) -> bool:
        return _width(line, faces, size) <= width

    line = ""
    for word in text.split(" "):
        if fits(f"{line} {word}".strip()):
            line = f"{line} {word}".strip()
            continue
        if line:
            yield line
        *whole, line = _break(word, fits)
        yield from whole
    yield line


def _break(word: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """A word in pieces that fit; a single letter always does."""
    piece = ""
    for cluster in _clusters(word):
        if piece and not fits(piece + cluster):
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _width(line: str, faces: tuple[str, ...], size: int) -> float:
    return sum(_run_width(run, size) for run in runs(line, faces))


def _run_width(run: Run, size: int) -> float:
    return _font(run.face, size).getlength(run.text, direction=_way(run))


def _way(run: Run) -> str:
    return "rtl" if run.rtl else "ltr"


@cache
def _letters(face: str) -> frozenset[int]:
    with TTFont(_path(face), lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_path(face), size, layout_engine=ImageFont.Layout.RAQM)


def _path(face: str) -> Path:
    return Path(settings.BASE_DIR) / "static" / "fonts" / f"{face}.ttf"
