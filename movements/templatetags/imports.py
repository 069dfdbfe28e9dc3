"""Previews of a list in templates."""

from django import template

from movements.preview import Group, Line

register = template.Library()


@register.simple_tag
def lines_of(group: Group, most: int) -> list[Line]:
    """The first rows of a group."""
    return group.lines(0, most)
