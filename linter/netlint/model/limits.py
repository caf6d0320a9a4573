"""How long something may take, with where that is set: of a call, a server, a front door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.durations import Nanoseconds

if TYPE_CHECKING:
    from netlint.model.templates import Input
    from netlint.source import Span


class Limit(NamedTuple):
    """A limit of time. ``none``: there provably is none.

    ``nanoseconds`` is 0 unless known. ``span`` is where it is set; None for a documented default, whose source is ``source``. ``label`` is
    what sets it: ``Client.Timeout``, ``context deadline``, ``IdleConnTimeout``, ``proxy-read-timeout``.

    ``is_changeable``: it is the default of a flag or variable, which whoever starts the program may change. ``input`` is that flag or
    variable, when the limit is what it gives and nothing else; its default, if known, is a duration as ``time.ParseDuration`` reads it, or
    a number of units of ``input_unit`` nanoseconds where that is not 0.
    """

    state: Literal["known", "none", "unknown"]
    nanoseconds: int = 0
    span: Span | None = None
    label: str = ""
    source: str = ""
    is_changeable: bool = False
    input: Input | None = None
    input_unit: int = 0

    @property
    def duration(self) -> Nanoseconds | None:
        """The time; None where there is no limit, and where nothing is known."""
        return Nanoseconds(self.nanoseconds) if self.state == "known" else None

    @property
    def is_known(self) -> bool:
        """Whether it is known how long, or that there is no limit."""
        return self.state != "unknown"

    @property
    def is_default(self) -> bool:
        """Whether nothing sets it, so that what the software does by itself holds."""
        return self.is_known and self.span is None


UNKNOWN: Final = Limit("unknown")
NONE: Final = Limit("none")


def set_limit(duration: Nanoseconds | None, label: str, span: Span | None = None, source: str = "") -> Limit:
    """The limit that is set to ``duration``; None is no limit."""
    return Limit("none" if duration is None else "known", duration or 0, span, label, source)


def unknown_limit(label: str, span: Span | None) -> Limit:
    """A limit that is set to what is not known."""
    return Limit("unknown", 0, span, label)
