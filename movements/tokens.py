"""The secret in a link, as `core.tokens` makes it."""

from core.tokens import digest, new_token

__all__ = ["digest", "new_token"]
