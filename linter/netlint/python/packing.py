"""Facts of a Python file as bytes and back. A packed file knows no path, for the same content may stand at several."""

from __future__ import annotations

from typing import Final

from netlint.packing import Packing, UnpackError
from netlint.python import facts as fact_types
from netlint.python import syntax as syntax_types
from netlint.python.facts import PythonFacts

_PACKING: Final = Packing((fact_types, syntax_types))


def pack(facts: PythonFacts) -> bytes:
    """Facts of one file without its path."""
    return _PACKING.pack(facts._replace(path=""))


def unpack(data: bytes, path: str) -> PythonFacts:
    """The facts of the file at ``path``, which has the content that was packed. Raises UnpackError."""
    facts = _PACKING.unpack(data)
    if type(facts) is not PythonFacts:
        raise UnpackError("holds something else than facts")
    return facts._replace(path=path)
