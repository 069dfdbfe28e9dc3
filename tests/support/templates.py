"""A template that names a variable nobody gave it fails, instead of printing nothing."""

import sys
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.template.base import FilterExpression, Node

DEFAULTS = {"default", "default_if_none"}


class UnknownVariable(AssertionError):
    """A template of ours uses a variable that its view does not give."""


class StrictVariable(str):
    """Django's `string_if_invalid`, an empty string that looks who asks for it.

    Django asks "is it true?" or "does it contain %s?" just before it would print it. Templates of
    Django, allauth and crispy count on missing variables, so only ours are held to it; a variable
    with `|default` says itself what happens when it is missing.
    """

    def __new__(cls) -> "StrictVariable":
        return super().__new__(cls, "")

    def __bool__(self) -> bool:
        self.judge(sys._getframe(1))
        return False

    def __contains__(self, text: object) -> bool:
        if text == "%s":
            self.judge(sys._getframe(1))
        return False

    def judge(self, frame: FrameType) -> None:
        asking = frame.f_locals.get("self")
        if isinstance(asking, FilterExpression):
            if any(function.__name__ in DEFAULTS for function, _ in asking.filters):
                return
            name = str(asking.var)
        elif "key" in frame.f_locals or "key" in getattr(frame.f_back, "f_locals", {}):
            name = str(frame.f_locals.get("key") or frame.f_back.f_locals["key"])
        else:
            return
        template = origin_of(frame)
        if template and is_ours(template):
            raise UnknownVariable(f"{{{{ {name} }}}} is unknown in {template}")


def origin_of(frame: FrameType | None) -> str:
    """The file of the template whose node is being rendered."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
        frame = frame.f_back
    return ""


def is_ours(template: str) -> bool:
    path = Path(template)
    return path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts
