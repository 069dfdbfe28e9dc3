"""Mandates in templates."""

from django import template

from movements.selectors import mandate_state

register = template.Library()
register.simple_tag(mandate_state)
