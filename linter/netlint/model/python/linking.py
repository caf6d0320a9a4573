"""Python facts of all files into linked code."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from netlint.model.python.code import PythonCode, PythonScope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netlint.python.facts import PythonFacts


def link_python(
    facts: Iterable[PythonFacts], paths: frozenset[str], unjudged: frozenset[str], sketched: Mapping[str, tuple[str, ...]]
) -> PythonCode:
    """The files as modules. ``paths``, ``unjudged`` and ``sketched``: see ``PythonCode``."""
    modules = {
        item.path: PythonScope(item.path, module_name(item.path, paths), item.scope, guarded=item.guarded)
        for item in facts
        if item.scope is not None
    }
    return PythonCode(modules, paths, unjudged, sketched)


def module_name(path: str, paths: frozenset[str]) -> str:
    """The dotted name of a file's module: from the outermost folder on that is a package by its ``__init__.py``."""
    folder, file = posixpath.split(path)
    name = file.removesuffix(".py")
    parts = [] if name == "__init__" else [name]
    while folder and posixpath.join(folder, "__init__.py") in paths:
        folder, last = posixpath.split(folder)
        parts.insert(0, last)
    return ".".join(parts) or name
