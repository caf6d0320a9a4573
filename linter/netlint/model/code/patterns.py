"""Which handler answers a path: the patterns that handlers are registered for, against what a client or a front door asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netlint.model.code.handlers import Handler

_METHOD: Final = re.compile(r"[A-Z]+ +")
_REST: Final = re.compile(r"\{[^{}]*(?:\.\.\.|:\.\*)\}|\*\w*")
"""What takes all that is left of a path: ``{rest...}`` (net/http), ``*rest`` (gin, chi, echo), ``{rest:.*}`` (gorilla)."""
_ONE: Final = re.compile(r"\{[^{}]+\}|:\w+|.*\*.*")
"""What takes one segment, whatever it is: ``{id}``, ``:id``."""


def answering(handlers: Sequence[Handler], path: str) -> tuple[Handler, ...]:
    """The handlers that may answer a path, in which ``HOLE`` stands for what is not known; one that says nothing of paths answers all.

    Of several that may, those of the longest fixed beginning answer (net/http, ``ServeMux``), when nothing of the path is unknown.
    """
    found = [handler for handler in handlers if may_answer(handler, path)]
    if HOLE in path or not found:
        return tuple(found)
    longest = max(len(_fixed(handler.pattern)) for handler in found)
    return tuple(handler for handler in found if len(_fixed(handler.pattern)) == longest)


def may_answer(handler: Handler, path: str) -> bool:
    """Whether the handler's pattern may match the path."""
    pattern = _path_of(handler.pattern)
    if not pattern or pattern == "/":
        return True
    asked, own = path.split("/"), pattern.split("/")
    for index, segment in enumerate(own):
        is_last = index == len(own) - 1
        if is_last and (segment == "" or _REST.fullmatch(segment)):
            # `/static/` matches all below it.
            return len(asked) > index or HOLE in asked[-1]
        if index >= len(asked):
            return HOLE in asked[-1]
        if HOLE in asked[index]:
            if index == len(asked) - 1:
                return _may_be(asked[index], segment)
            if not _may_be(asked[index], segment):
                return False
        elif asked[index] != segment and not _ONE.fullmatch(segment):
            return False
    return len(asked) == len(own)


def is_below(handler: Handler, prefix: str) -> bool:
    """Whether a route that sends all paths below ``prefix`` may lead to the handler."""
    pattern = _path_of(handler.pattern)
    return not pattern or _fixed(pattern).startswith(prefix.rstrip("/")) or may_answer(handler, prefix)


def _path_of(pattern: str) -> str:
    """The path in a pattern of ``ServeMux``, which may have a method and a host in front of it."""
    path = _METHOD.sub("", pattern, count=1) if _METHOD.match(pattern) else pattern
    return path if path.startswith("/") else path[path.index("/") :] if "/" in path else ""


def _fixed(pattern: str) -> str:
    return re.split(r"[{:*]", _path_of(pattern), maxsplit=1)[0]


def _may_be(text: str, segment: str) -> bool:
    """Whether a segment with unknown parts may be the one that a pattern has."""
    if _ONE.fullmatch(segment):
        return True
    known = [re.escape(part) for part in text.split(HOLE)]
    return re.fullmatch(".*".join(known), segment) is not None
