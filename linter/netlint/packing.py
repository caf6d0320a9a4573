"""Facts as bytes and back: for the way from one process to another, and for keeping them.

Reading is done by pickle's machine with everything taken out that could call anything: bytes which somebody else wrote can make wrong
facts, and nothing else.
"""

from __future__ import annotations

from functools import partial
from io import BytesIO
from pickle import Pickler, Unpickler, UnpicklingError
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

_PROTOCOL: Final = 5


class UnpackError(ValueError):
    """The bytes are no facts."""


class Packing:
    """Packs the named tuples that ``modules`` define, and the ``further`` types, and nothing else but plain values."""

    def __init__(self, modules: Iterable[ModuleType], *further: type[tuple[Any, ...]]) -> None:
        found = [value for module in modules for value in vars(module).values()]
        types = [value for value in found if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields")]
        named = {type.__name__: type for type in (*types, *further)}
        self._reducers = {type: _reducer(type) for type in named.values()}
        # What packed facts may name: each makes one of our own tuples. Half as dear as going through the types' own constructors.
        self._makers: dict[str, Callable[[tuple[Any, ...]], Any]] = {
            **{name: partial(tuple.__new__, type) for name, type in named.items()},
            "frozenset": frozenset,
        }

    def pack(self, facts: object) -> bytes:
        """The bytes of facts."""
        stream = BytesIO()
        pickler = Pickler(stream, _PROTOCOL)
        pickler.dispatch_table = self._reducers
        pickler.dump(facts)
        return stream.getvalue()

    def unpack(self, data: bytes) -> Any:
        """What was packed. Raises UnpackError."""
        try:
            return _Unpacker(BytesIO(data), self._makers).load()
        except Exception as error:
            # A damaged pickle may raise anything.
            raise UnpackError(str(error)) from error


def _reducer(type: type[tuple[Any, ...]]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    # The type with one argument, which the unpacker gives to its maker.
    return lambda value: (type, (tuple(value),))


class _Unpacker(Unpickler):
    def __init__(self, stream: BytesIO, makers: dict[str, Callable[[tuple[Any, ...]], Any]]) -> None:
        super().__init__(stream)
        self._makers = makers

    def find_class(self, _: str, name: str) -> Any:
        if name not in self._makers:
            raise UnpicklingError(f"{name} is no part of facts")
        return self._makers[name]
