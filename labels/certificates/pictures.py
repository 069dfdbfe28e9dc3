"""The picture for social media: the ring, the movement, the programme and until when."""

from io import BytesIO

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL import Image, ImageDraw

from core.lettering import PLAIN, Block, fit
from core.ring import FILLS, INK, OUTER
from core.ring_shapes import ring_outlines
from labels.certificates.facts import Facts
from labels.models import POINTS

SQUARE, WIDE = (1080, 1080), (1200, 630)
PAPER, MUTED = "#fdf8ee", "#5a5c70"
EDGE, MARGIN, SPACE = 18, 70, 18
FINER = 4  # the ring is drawn so many times larger and then made smaller, for smooth edges


def picture_png(facts: Facts, size: tuple[int, int]) -> bytes:
    """A PNG of a size in pixels, SQUARE or WIDE, with the ring of a valid label."""
    picture = Image.new("RGB", size, PAPER)
    page = ImageDraw.Draw(picture)
    page.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=INK, width=EDGE)
    if size == SQUARE:
        ring, middle, box = 460, (540, 300), (540, 560, 940, 450)
    else:
        ring, middle, box = 400, (275, 315), (815, 80, 620, 470)
    with override(facts.language):
        drawn = _ring(POINTS, ring)
        picture.paste(drawn, (middle[0] - ring // 2, middle[1] - ring // 2), drawn)
        _write(page, facts, box)
    target = BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def _write(page: ImageDraw.ImageDraw, facts: Facts, box: tuple[int, int, int, int]) -> None:
    """Name and words in a box: its middle, top, width and height; in the middle of the height."""
    middle, top, width, height = box
    blocks = _blocks(facts, width, height)
    room = sum(block.height for block, _colour in blocks) + SPACE * (len(blocks) - 1)
    y = top + max(0.0, (height - room) / 2)
    for block, colour in blocks:
        block.draw(page, middle, y, colour)
        y += block.height + SPACE


def _blocks(facts: Facts, width: int, height: int) -> list[tuple[Block, str]]:
    carries = _("carries the label")
    until = _("valid until %(day)s") % {"day": date_format(facts.ends_on, "j F Y")}
    rest = [
        (fit(carries, width=width, height=50, sizes=(40, 24), faces=PLAIN), INK),
        (fit(facts.programme, width=width, height=100, sizes=(50, 26)), INK),
        (
            fit(
                f"{facts.municipality} · {until}",
                width=width,
                height=64,
                sizes=(30, 20),
                faces=PLAIN,
            ),
            MUTED,
        ),
    ]
    left = height - sum(block.height for block, _colour in rest) - SPACE * len(rest)
    name = fit(facts.movement, width=width, height=left, sizes=(84, 26))
    return [(name, INK), *rest]


def _ring(total: int, size: int) -> Image.Image:
    """A full ring, its first segment from the top on, as core.ring draws it."""
    scale = size * FINER / (2 * OUTER + 4)
    picture = Image.new("RGBA", (size * FINER, size * FINER), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    centre = size * FINER / 2

    def place(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(centre + x * scale, centre + y * scale) for x, y in points]

    for outline, tick in ring_outlines(total):
        edge = place(outline)
        pen.polygon(edge, fill=FILLS["verified"])
        pen.line([*edge, *edge[:2]], fill=INK, width=round(2.4 * scale), joint="curve")
        pen.line(place(tick), fill=INK, width=round(4 * scale), joint="curve")
    _centre(pen, centre, scale, total)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _centre(pen: ImageDraw.ImageDraw, middle: float, scale: float, total: int) -> None:
    """How many points, large inside the ring."""
    words = _("of %(total)s") % {"total": total}
    top = fit(str(total), width=90 * scale, height=60 * scale, sizes=(round(44 * scale),) * 2)
    top.draw(pen, middle, middle - 30 * scale, INK)
    bottom = fit(
        words, width=90 * scale, height=20 * scale, sizes=(round(16 * scale),) * 2, faces=PLAIN
    )
    bottom.draw(pen, middle, middle + 16 * scale, INK)
