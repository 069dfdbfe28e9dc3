"""`{% ring states %}` and `{% ring_img states %}`: the ring of core.ring in templates."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.ring import ring_data_uri, ring_label, ring_svg

register = template.Library()


@register.simple_tag
def ring(states: Sequence[str], **options: Any) -> SafeString:
    """`{% ring states size=20 label="" centre_top="6/10" centre_bottom=word mark="dot" %}`"""
    return ring_svg(states, **options)


@register.simple_tag
def ring_img(states: Sequence[str], alt: str | None = None, **options: Any) -> SafeString:
    """The ring as a picture with a text alternative, for PDF."""
    return format_html(
        '<img class="ring-img" alt="{}" src="{}">',
        ring_label(states) if alt is None else alt,
        ring_data_uri(states, **options),
    )
