"""The one drawing of the dashboard: reached against plan, as lines without any text.

Words stand beside it in the page, where they keep their size on a phone. Colours and lines are
presentation attributes, which the strict content policy allows, and classes that a stylesheet may
override.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, MARGIN = 560, 250, 8
GRID_LINES = 4
Value = tuple[float, int]
INK, CORAL, LINE = "#1d2340", "#d6402b", "#e9dfca"


def trend_svg(
    planned: Sequence[Value], reached: Sequence[Value], highest: int, label: str
) -> SafeString:
    """Two lines from 0 on: `planned` dashed over the whole width, `reached` as far as it is known.

    Each value comes with its moment, from 0 (the start) to 1 (the end); `highest` is the top.
    """
    return format_html(
        '<svg class="trend" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        label,
        format_html_join("", _GRID, ((MARGIN, y, WIDTH - MARGIN, y) for y in _heights())),
        _line("trend-plan", _points(planned, highest), CORAL, 3, ' stroke-dasharray="7 6"'),
        _line("trend-value", _points(reached, highest), INK, 5),
        _dot(_points(reached, highest)[-1]),
    )


_GRID = f'<path class="trend-grid" d="M{{}} {{}}L{{}} {{}}" stroke="{LINE}" stroke-width="1.5"/>'


def _heights() -> list[float]:
    step = (HEIGHT - 2 * MARGIN) / (GRID_LINES - 1)
    return [round(MARGIN + step * number, 1) for number in range(GRID_LINES)]


def _points(values: Sequence[Value], highest: int) -> list[tuple[float, float]]:
    """Where the values come, the start at 0 included."""
    width, height = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    return [
        (round(MARGIN + width * moment, 1), round(HEIGHT - MARGIN - height * value / highest, 1))
        for moment, value in [(0.0, 0), *values]
    ]


def _line(
    name: str, points: Sequence[tuple[float, float]], colour: str, width: int, more: str = ""
) -> SafeString:
    return format_html(
        '<polyline class="{}" points="{}" fill="none" stroke="{}" stroke-width="{}" '
        'stroke-linecap="round" stroke-linejoin="round"{}/>',
        name,
        " ".join(f"{x},{y}" for x, y in points),
        colour,
        width,
        SafeString(more),  # nosec B703
    )


def _dot(point: tuple[float, float]) -> SafeString:
    dot = '<circle class="trend-dot" cx="{}" cy="{}" r="7" fill="{}"/>'
    return format_html(dot, *point, INK)
