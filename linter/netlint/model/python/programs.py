"""Programs of Python: the modules that one is made of, and what of them runs in it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from netlint.model.python.names import files_imported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netlint.model.python.code import PythonCode, PythonProgram, PythonScope
    from netlint.source import Span


def may_run_in(python: PythonCode, program: PythonProgram, scope: PythonScope, start: int) -> bool:
    """Whether what stands at ``start`` in the scope may run in the program: its module is imported, and the place is not for another start.

    By imports alone: a module that is imported may run as a whole.
    """
    if scope.path not in modules_of(python, program):
        return False
    is_started = scope.path == program.path and not program.server
    return is_started or not any(first <= start < last for first, last in scope.top.guarded)


def modules_of(python: PythonCode, program: PythonProgram) -> frozenset[str]:
    """Paths of the files in view that the program is made of, the one with its server's settings among them."""
    return python.keep(("modules of a program", program.path, program.configuration), lambda: _closure(python, program))


def _closure(python: PythonCode, program: PythonProgram) -> frozenset[str]:
    pending = [path for path in (program.path, program.configuration) if path]
    pending += _loaded_by_name(python, program.path) if program.path else ()
    found = set(pending)
    while pending:
        for item in _files_imported_by(python, pending.pop()):
            if item not in found:
                found.add(item)
                pending.append(item)
    return frozenset(found)


def _loaded_by_name(python: PythonCode, path: str) -> Iterator[str]:
    """The modules of a Django project, which loads its applications by names in its settings: all beside and below its ``manage.py``."""
    folder = posixpath.dirname(path)
    for root in (folder, posixpath.dirname(folder)):
        if posixpath.join(root, "manage.py") in python.paths:
            yield from (item for item in python.paths if not root or item.startswith(f"{root}/"))
            return


def _files_imported_by(python: PythonCode, path: str) -> tuple[str, ...]:
    return python.keep(("files imported by", path), lambda: tuple(dict.fromkeys(_find_files_imported_by(python, path))))


def _find_files_imported_by(python: PythonCode, path: str) -> Iterator[str]:
    for name in _names_imported_by(python, path):
        yield from files_imported(python, path, name)


def _names_imported_by(python: PythonCode, path: str) -> Iterable[str]:
    module = python.modules.get(path)
    if module is None:
        return python.sketched.get(path, ())
    return dict.fromkeys(item.path for scope in module.walk() for item in scope.facts.bindings if item.kind == "import")


def runs_at_start(python: PythonCode, program: PythonProgram, place: Span) -> bool:
    """Whether what stands at a place surely runs when the program starts: at the top of the module that is started, or that this imports.

    Of an import inside of a function, and of what stands in a branch, this is not known.
    """
    return False if place.path not in python.modules else place.path == program.path and _is_top(python.modules[place.path], place)


def _is_top(module: PythonScope, place: Span) -> bool:
    return not any(inner.facts.start <= place.start < inner.facts.end for inner in module.inner)


def imports_any(python: PythonCode, program: PythonProgram, packages: tuple[str, ...]) -> bool:
    """Whether a module of the program imports one of the ``packages``, which are out of view."""
    names = (name for path in modules_of(python, program) for name in _names_imported_by(python, path))
    return any(name.partition(".")[0] in packages for name in names)
