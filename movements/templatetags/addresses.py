"""Addresses in templates."""

from django import template

from movements.masking import masked

register = template.Library()
register.filter("masked", masked)
