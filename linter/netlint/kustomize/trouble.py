"""What goes wrong in a build, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netlint.source import Span


class Trouble(NamedTuple):
    """Something that a kustomization asks for and that was not done: where it is written, and why not.

    ``is_gap``: objects are missing from what was built, so that absence proves nothing in it. ``is_absence``: something names an object
    that is not there, which proves nothing where there is a gap. ``fails``: kustomize fails there as well.
    """

    span: Span
    message: str
    is_gap: bool = False
    fails: bool = False
    is_absence: bool = False


class NotAppliedError(Exception):
    """A change that cannot be made; the message says why, as a clause that follows what asks for it."""


class AbsentError(NotAppliedError):
    """A change that takes something from an object that is not there."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind
