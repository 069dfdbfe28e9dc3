"""The ring of ten points: the plan, the seal, the badge and the mark of the programme.

Drawn once, here. The geometry is fixed: view box 200, segments clockwise from the top, inner
radius 62, outer 94, a gap of 0.075 rad at the outer edge whose sides stay parallel. State is
carried by shape as well as by colour (nothing, hatching, solid, a tick), so the ring also works
in one colour. Colours are presentation attributes that a stylesheet may override through the
classes; nothing is inline style, so the strict content policy holds.
"""

import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

STATES = ("empty", "started", "done", "verified")
INNER, OUTER, GAP = 62.0, 94.0, 0.075
SMALL = 48  # pixels; up to this size a tick and text can not be read

INK, SUN, WHITE = "#1d2340", "#ffc53d", "#ffffff"
FILLS = {"empty": WHITE, "started": WHITE, "done": INK, "verified": SUN}
FACE = "Atkinson, 'Atkinson Hyperlegible Next', 'Noto Sans', sans-serif"

_numbers = count(1)  # a page may show many rings, and each hatching needs an id of its own


@dataclass(frozen=True)
class Pen:
    """How thick the lines are, in units of the view box."""

    outline: float
    hatch_step: float
    hatch_line: float
    dot: float


FINE = Pen(outline=2.4, hatch_step=6, hatch_line=2.6, dot=6)
COARSE = Pen(outline=4, hatch_step=16, hatch_line=7, dot=9)  # at 20 px a unit is a tenth of a pixel


def ring_label(states: Sequence[str]) -> str:
    """The ring in words, for those who do not see it: "7 of 10 done, 5 verified"."""
    verified = sum(state == "verified" for state in states)
    done = verified + sum(state == "done" for state in states)
    first = ngettext("%(done)d of %(total)d done", "%(done)d of %(total)d done", done)
    second = ngettext("%(verified)d verified", "%(verified)d verified", verified)
    return first % {"done": done, "total": len(states)} + ", " + second % {"verified": verified}


def ring_svg(
    states: Sequence[str],
    *,
    size: float | None = None,
    label: str | None = None,
    centre_top: str = "",
    centre_bottom: str = "",
    mark: str = "tick",
) -> SafeString:
    """The ring as an SVG element with a text alternative.

    `size` is in CSS pixels, without it the stylesheet decides; up to 48 px the mark becomes a dot
    and the text is left out. `label=""` makes the ring decorative (hidden from screen readers).
    Raises ValueError for an unknown state.
    """
    return _svg(
        states,
        size=size,
        label=ring_label(states) if label is None else label,
        centre=(centre_top, centre_bottom),
        mark=mark,
        pattern=f"ring-hatch-{next(_numbers)}",
    )


def ring_data_uri(
    states: Sequence[str],
    *,
    size: float = 200,
    centre_top: str = "",
    centre_bottom: str = "",
    mark: str = "tick",
) -> SafeString:
    """The ring as a data URI for `<img alt src>`, which is what a tagged PDF accepts."""
    svg = _svg(
        states,
        size=size,
        label="",
        centre=(centre_top, centre_bottom),
        mark=mark,
        pattern="hatch",
    )
    encoded = b64encode(svg.encode()).decode("ascii")
    return mark_safe(f"data:image/svg+xml;base64,{encoded}")  # nosec B308 B703


def _svg(
    states: Sequence[str],
    *,
    size: float | None,
    label: str,
    centre: tuple[str, str],
    mark: str,
    pattern: str,
) -> SafeString:
    unknown = set(states) - set(STATES)
    if unknown or not states:
        raise ValueError(f"A ring is made of {STATES}, not of {sorted(unknown) or 'nothing'}.")
    small = size is not None and size <= SMALL
    pen = COARSE if small else FINE
    return format_html(
        '<svg class="ring" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"{}{}>{}{}{}{}'
        "</svg>",
        format_html(' width="{0}" height="{0}"', _number(size)) if size else "",
        format_html(' role="img" aria-label="{}"', label)
        if label
        else mark_safe(' aria-hidden="true"'),  # nosec B308 B703
        format_html("<title>{}</title>", label) if label else "",
        _hatch(pattern, pen) if "started" in states else "",
        _segments(states, pattern, "dot" if small and mark == "tick" else mark, pen),
        "" if small else _text(*centre),
    )


def _segments(states: Sequence[str], pattern: str, mark: str, pen: Pen) -> SafeString:
    total = len(states)
    return format_html_join(
        "",
        "{}",
        (
            (_segment(index, total, state, pattern, mark, pen),)
            for index, state in enumerate(states)
        ),
    )


def _segment(index: int, total: int, state: str, pattern: str, mark: str, pen: Pen) -> SafeString:
    path = _path(2 * math.pi * index / total, 2 * math.pi * (index + 1) / total)
    shapes = [
        format_html(
            '<path class="ring-segment ring-{}" d="{}" fill="{}" stroke="{}" stroke-width="{}" '
            'stroke-linejoin="round"/>',
            state,
            path,
            FILLS[state],
            INK,
            pen.outline,
        )
    ]
    if state == "started":
        shapes.append(format_html('<path d="{}" fill="url(#{})"/>', path, pattern))
    if state == "verified" and mark != "none":
        shapes.append(_mark(2 * math.pi * (index + 0.5) / total, mark, pen))
    return mark_safe("".join(shapes))  # nosec B308 B703


@lru_cache(maxsize=64)
def _path(start: float, end: float) -> str:
    """One segment between two angles, its sides parallel to the rays at half a gap."""
    offset = OUTER * math.sin(GAP / 2)
    outer, inner = math.asin(offset / OUTER), math.asin(offset / INNER)
    return (
        f"M{_point(OUTER, start + outer)}A{OUTER:g} {OUTER:g} 0 0 1 {_point(OUTER, end - outer)}"
        f"L{_point(INNER, end - inner)}A{INNER:g} {INNER:g} 0 0 0 {_point(INNER, start + inner)}Z"
    )


def _mark(angle: float, mark: str, pen: Pen) -> SafeString:
    x, y = _coordinates((INNER + OUTER) / 2, angle)
    if mark == "dot":
        return format_html(
            '<circle class="ring-dot" cx="{}" cy="{}" r="{}" fill="{}"/>',
            _number(x),
            _number(y),
            pen.dot,
            INK,
        )
    return format_html(
        '<path class="ring-tick" d="M{} {}l4.6 4.8 9.2 -10.4" fill="none" stroke="{}" '
        'stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>',
        _number(x - 6.9),
        _number(y + 1.4),
        INK,
    )


def _hatch(pattern: str, pen: Pen) -> SafeString:
    return format_html(
        '<defs><pattern id="{0}" width="{1}" height="{1}" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="ring-hatch" d="M{2} 0V{1}" stroke="{3}" '
        'stroke-width="{4}"/></pattern></defs>',
        pattern,
        _number(pen.hatch_step),
        _number(pen.hatch_line / 2),
        INK,
        pen.hatch_line,
    )


def _text(top: str, bottom: str) -> SafeString:
    """A large word above a small one, both sized to stay inside the inner circle."""
    lines = []
    if top:
        size = min(44.0, 178.0 / len(top)) if bottom or len(top) > 2 else 60.0
        lines.append((112 if bottom else 100 + 0.35 * size, size, 800, top))
    if bottom:
        lines.append((132, min(16.0, 190.0 / len(bottom)), 400, bottom))
    return format_html_join(
        "",
        '<text class="ring-text" x="100" y="{}" text-anchor="middle" font-family="{}" '
        'font-size="{}" font-weight="{}" fill="{}">{}</text>',
        ((_number(y), FACE, _number(size), weight, INK, line) for y, size, weight, line in lines),
    )


def _coordinates(radius: float, angle: float) -> tuple[float, float]:
    return 100 + radius * math.sin(angle), 100 - radius * math.cos(angle)


def _point(radius: float, angle: float) -> str:
    x, y = _coordinates(radius, angle)
    return f"{_number(x)} {_number(y)}"


def _number(value: float | None) -> str:
    """At most two decimals and never a comma, whatever the active language writes."""
    return f"{value or 0:.2f}".rstrip("0").rstrip(".")
