"""Small drawings that a template can not write itself under the strict content policy."""

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def share(value: float, total: float) -> int:
    """`value` as a whole percentage of `total`, held between 0 and 100."""
    if total <= 0:
        return 0
    return max(0, min(100, round(100 * value / total)))


@register.filter
def number(value: int) -> str:
    """A whole number with the separators of the active language."""
    return number_format(value, use_l10n=True, force_grouping=True)


@register.simple_tag
def meter(
    value: float, total: float, plan: float | None = None, label: str = "", thin: bool = False
) -> SafeString:
    """A bar of `value` out of `total` with the plan as a mark across it.

    Without a label it is decoration: the number must then stand in words beside it.
    """
    height, top, bar = (14, 1, 12) if thin else (28, 6, 16)
    return format_html(
        '<svg class="meter{}" height="{}" {}><rect class="meter-track" y="{}" width="100%" '
        'height="{}" rx="{}" fill="#fff"/><svg class="meter-fill-box" y="{}" width="100%" '
        'height="{}"><rect class="meter-fill" width="{}%" height="100%"/></svg>'
        '<rect class="meter-edge" y="{}" width="100%" height="{}" rx="{}" fill="none" '
        'stroke="#1d2340" stroke-width="2"/>{}</svg>',
        " meter-thin" if thin else "",
        height,
        format_html('role="img" aria-label="{}"', label) if label else _HIDDEN,
        top,
        bar,
        bar // 2,
        top,
        bar,
        share(value, total),
        top,
        bar,
        bar // 2,
        "" if plan is None else _plan_mark(share(plan, total), height),
    )


_HIDDEN = SafeString('aria-hidden="true"')


def _plan_mark(percent: int, height: int) -> SafeString:
    return format_html(
        '<svg x="{}%" overflow="visible"><rect class="meter-plan" x="-1.5" width="3" height="{}" '
        'fill="#d6402b"/></svg>',
        percent,
        height,
    )
