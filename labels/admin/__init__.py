"""The admin of this app."""

from labels.admin import batches, labels, plans, templates

__all__ = ["batches", "labels", "plans", "templates"]
