"""How long something may take, with where that is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from netlint.source import Span


class Limit(NamedTuple):
    """A limit of time. ``none``: there provably is none.

    ``nanoseconds`` is 0 unless known; ``span`` is where it is set, None for a documented default; ``label`` is what sets it:
    ``Client.Timeout``, ``context deadline``, ``Dialer.Timeout``, ``IdleConnTimeout``, ``http.DefaultTransport``. ``is_default``: it is the
    default of a flag or variable, which whoever starts the program may change.
    """

    state: Literal["known", "none", "unknown"]
    nanoseconds: int = 0
    span: Span | None = None
    label: str = ""
    is_default: bool = False


UNKNOWN: Final = Limit("unknown")
