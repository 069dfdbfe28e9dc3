"""Doing what a button asks, and saying on the next page what became of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from core.errors import Refused


def tell(request: HttpRequest, said: str, service: Callable[..., Any], **arguments: Any) -> bool:
    """Call a service for who asks; say `said`, or why it was refused. Whether it was done."""
    try:
        service(by=request.user, **arguments)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, said)
    return True
