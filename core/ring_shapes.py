"""The ring of core.ring as points, for pictures made of pixels."""

import math

from core.ring import GAP, INNER, OUTER

Points = list[tuple[float, float]]
ARC_STEPS = 40  # straight pieces that an arc of a segment is drawn with


def ring_outlines(total: int) -> list[tuple[Points, Points]]:
    """Each of `total` segments, clockwise from the top: its outline and the tick in it.

    In units of the view box of core.ring, seen from the middle of the ring; y grows downwards.
    """
    step = 2 * math.pi / total
    return [(_outline(step * index, step * (index + 1)), _tick(step * (index + 0.5)))
            for index in range(total)]  # fmt: skip


def _outline(start: float, end: float) -> Points:
    """Its sides stay parallel to the rays at half a gap, as those of the drawn ring."""
    offset = OUTER * math.sin(GAP / 2)
    outer, inner = math.asin(offset / OUTER), math.asin(offset / INNER)
    return [*_arc(OUTER, start + outer, end - outer), *_arc(INNER, end - inner, start + inner)]


def _arc(radius: float, start: float, end: float) -> Points:
    angles = (start + (end - start) * step / ARC_STEPS for step in range(ARC_STEPS + 1))
    return [(radius * math.sin(angle), -radius * math.cos(angle)) for angle in angles]


def _tick(angle: float) -> Points:
    middle = (INNER + OUTER) / 2
    x, y = middle * math.sin(angle) - 6.9, -middle * math.cos(angle) + 1.4
    return [(x, y), (x + 4.6, y + 4.8), (x + 13.8, y - 5.6)]
