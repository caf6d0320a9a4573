"""Facts of a file as bytes and back: for the way from one process to another, and for keeping them.

Reading is done by pickle's machine with everything taken out that could call anything: bytes which somebody else wrote can make wrong
facts, and nothing else. A packed file knows no path, for the same content may stand at several.
"""

from __future__ import annotations

from io import BytesIO
from pickle import Pickler, Unpickler, UnpicklingError
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from netlint.golang import facts as fact_types
from netlint.golang import syntax as syntax_types
from netlint.golang.facts import GoFacts
from netlint.golang.lowering import PLACES
from netlint.golang.waivers import Waiver
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

_PROTOCOL: Final = 5


class UnpackError(ValueError):
    """The bytes are no facts."""


def pack(facts: GoFacts) -> bytes:
    """Facts of one file without its path."""
    stream = BytesIO()
    unread = tuple(span._replace(path="") for span in facts.unread)
    pickler = Pickler(stream, _PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(facts._replace(path="", unread=unread, is_test=False))
    return stream.getvalue()


def unpack(data: bytes, path: str) -> GoFacts:
    """The facts of the file at ``path``, which has the content that was packed. Raises UnpackError."""
    try:
        facts = _Unpacker(BytesIO(data)).load()
    except Exception as error:
        # A damaged pickle may raise anything.
        raise UnpackError(str(error)) from error
    if type(facts) is not GoFacts:
        raise UnpackError("holds something else than facts")
    return facts._replace(
        path=path,
        unread=tuple(span._replace(path=path) for span in facts.unread),
        is_test=path.endswith("_test.go"),
    )


def _tuple_types() -> dict[str, type[tuple[Any, ...]]]:
    found = [value for module in (fact_types, syntax_types) for value in vars(module).values()]
    types = [value for value in found if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields")]
    return {type.__name__: type for type in (*types, Span, Waiver)}


def _maker(type: type[tuple[Any, ...]]) -> Callable[..., Any]:
    """Makes a tuple of this type. Half as dear as going through the type's own constructor.

    Each place is the one object that stands for it in all facts, as in what was just read, and so is the name in front of two places.
    """
    new, places, known = tuple.__new__, PLACES, len(PLACES)

    # Tuples are put together, not spread out into others: a fifth of the time.
    def make_placed(start: int, end: int, *others: Any) -> Any:
        return new(type, (places[start], places[end]) + others if end < known else (start, end) + others)  # noqa: RUF005

    def make_named(name: str, start: int, end: int, *others: Any) -> Any:
        name = intern(name)
        return new(type, (name, places[start], places[end]) + others if end < known else (name, start, end) + others)  # noqa: RUF005

    def make(*parts: Any) -> Any:
        return new(type, parts)

    fields: tuple[str, ...] = getattr(type, "_fields", ())
    if fields[:2] == ("start", "end"):
        return make_placed
    return make_named if fields[:3] == ("name", "start", "end") else make


_TYPES: Final = _tuple_types()
_MAKERS: Final[dict[str, Callable[..., Any]]] = {**{name: _maker(type) for name, type in _TYPES.items()}, "frozenset": frozenset}
"""What packed facts may name: each makes one of our own tuples."""


def _reducer(type: type[tuple[Any, ...]]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    # The type with its parts, which the unpacker gives to its maker.
    return lambda value: (type, tuple(value))


_REDUCERS: Final = {type: _reducer(type) for type in _TYPES.values()}


class _Unpacker(Unpickler):
    def find_class(self, _: str, name: str) -> Any:
        if name not in _MAKERS:
            raise UnpicklingError(f"{name} is no part of facts")
        return _MAKERS[name]
