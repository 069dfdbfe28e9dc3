"""Who asks for a page."""

from typing import Any

from django.http import HttpRequest


def actor(request: HttpRequest) -> Any:
    """Who asks: behind the gates always a user."""
    return request.user
