"""The admin of this app."""

from labels.admin import labels

__all__ = ["labels"]
