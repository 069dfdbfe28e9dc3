"""The admin of this app."""

from labels.admin import labels, plans, templates

__all__ = ["labels", "plans", "templates"]
