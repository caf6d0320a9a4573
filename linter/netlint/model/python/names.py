"""What a name or a dotted name of Python stands for: something of a library, or a module, class or function in view."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeAlias

from netlint.knowledge.python_clients import SAME_NAMES
from netlint.knowledge.python_sieve import WATCHED_MODULES
from netlint.model.python.code import PythonScope
from netlint.python.syntax import Attribute, Constant, Name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.python.code import PythonCode
    from netlint.python.facts import Binding
    from netlint.python.syntax import Expression

Entity: TypeAlias = str | PythonScope | None
"""A dotted name of a library (``requests.Session``), something in view, or unknown."""


def entity_of(python: PythonCode, expression: Expression, scope: PythonScope) -> Entity:
    """What a name or a dotted name stands for; of a library's names the common one."""
    if not isinstance(expression, Name | Attribute):
        return None
    return python.remember(("python entity", id(expression), id(scope)), None, lambda: _entity_of(python, expression, scope))


def _entity_of(python: PythonCode, expression: Name | Attribute, scope: PythonScope) -> Entity:
    if isinstance(expression, Name):
        holder = holder_of(scope, expression.text)
        return _bound(python, holder, expression.text) if holder is not None else None
    return _member(python, entity_of(python, expression.operand, scope), expression.name)


def holder_of(scope: PythonScope, name: str) -> PythonScope | None:
    """The scope that a name belongs to, by Python's rules: what a class binds is not seen by its functions.

    None for a name that no scope binds: a built-in one, or one that ``from … import *`` may bring.
    """
    place: PythonScope | None = scope
    while place is not None:
        is_seen = place is scope or place.facts.kind != "class"
        if is_seen and (name in place.bindings or any(item.name == name for item in place.facts.parameters)):
            return place
        place = place.outer
    return None


def is_parameter(holder: PythonScope, name: str) -> bool:
    """Whether the name is a parameter of the function ``holder``."""
    return any(item.name == name for item in holder.facts.parameters)


def members(python: PythonCode, scope: PythonScope, name: str) -> list[tuple[Binding, PythonScope]]:
    """Every place that gives a name of ``scope`` a value, also from inside functions that say ``global``."""
    found = [(binding, scope) for binding in scope.bindings.get(name, ())]
    if scope.facts.kind != "class":
        found += [(binding, place) for binding, place in _given_from_inside(python, scope) if getattr(binding.target, "text", "") == name]
    return found


def _given_from_inside(python: PythonCode, scope: PythonScope) -> list[tuple[Binding, PythonScope]]:
    return python.keep(("given from inside", id(scope)), lambda: list(_from_inside(scope)))


def _from_inside(scope: PythonScope) -> Iterator[tuple[Binding, PythonScope]]:
    for place in scope.walk():
        if place is not scope:
            yield from ((item, place) for item in place.facts.bindings if getattr(item.target, "text", "") in place.facts.outer_names)


def _bound(python: PythonCode, holder: PythonScope, name: str) -> Entity:
    return python.remember(("python bound", id(holder), name), None, lambda: _find_bound(python, holder, name))


def _find_bound(python: PythonCode, holder: PythonScope, name: str) -> Entity:
    if is_parameter(holder, name):
        return None
    found = [(binding, place) for binding, place in members(python, holder, name) if not _is_nothing(binding)]
    paths = {binding.path for binding, _ in found if binding.kind == "import"}
    if len(paths) == 1 and all(binding.kind == "import" for binding, _ in found):
        return imported(python, holder.path, next(iter(paths)))
    if len(found) != 1:
        return None
    binding, place = found[0]
    if binding.kind == "definition":
        defined = [scope for scope in holder.inner if scope.facts.name == name]
        return defined[0] if len(defined) == 1 else None
    return entity_of(python, binding.value, place) if binding.kind == "assign" and binding.value is not None else None


def _is_nothing(binding: Binding) -> bool:
    """Whether the binding says that there is none yet, or that an import failed: ``None``."""
    return binding.kind in ("except", "declare") or (isinstance(binding.value, Constant) and binding.value.value is None)


def _member(python: PythonCode, operand: Entity, name: str) -> Entity:
    if isinstance(operand, str):
        return _common(f"{operand}.{name}")
    if operand is None:
        return None
    if operand.facts.kind == "module" and name not in operand.bindings:
        # A module of the package, which is an attribute once it is imported.
        path = posixpath.dirname(operand.path) if operand.path.endswith("__init__.py") else ""
        return python.modules.get(posixpath.join(path, f"{name}.py")) if path else None
    return _bound(python, operand, name) if operand.facts.kind in ("module", "class") else None


def imported(python: PythonCode, path: str, dotted: str) -> Entity:
    """What the file at ``path`` imports as ``dotted``: a dot in front for each step of a relative import."""
    level, parts = _steps(dotted)
    for file, rest in _files(python, path, level, parts):
        if file.endswith("_pb2_grpc.py"):
            # What grpc's compiler wrote is not read; its names say what it is.
            return ".".join(parts)
        found: Entity = python.modules.get(file)
        for part in rest:
            found = _member(python, found, part)
        return found
    return None if level else _common(".".join(parts))


def files_imported(python: PythonCode, path: str, dotted: str) -> Iterator[str]:
    """The files in view that run when the file at ``path`` imports ``dotted``: the module, and the packages that it stands in."""
    level, parts = _steps(dotted)
    for file, rest in _files(python, path, level, parts):
        yield file
        folder = posixpath.dirname(file)
        for _ in range(len(parts) - len(rest) + 1):
            if (package := posixpath.join(folder, "__init__.py")) in python.paths:
                yield package
            folder = posixpath.dirname(folder)
        return


def _steps(dotted: str) -> tuple[int, list[str]]:
    """The steps of a relative import, 0 for an absolute one, and the names."""
    name = dotted.lstrip(".")
    return len(dotted) - len(name), name.split(".") if name else []


def _files(python: PythonCode, path: str, level: int, parts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The files that an import may mean, the likeliest first, each with the names that are left for it to tell."""
    folders = _relative_folder(path, level) if level else _search_folders(python, path)
    if not level and parts and parts[0] not in WATCHED_MODULES:
        # A script finds what stands beside it, also where its folder is a package.
        folders.append(posixpath.dirname(path))
    for folder in folders:
        for count in range(len(parts), 0 if not level else -1, -1):
            place = posixpath.join(folder, *parts[:count])
            for file in (f"{place}.py", posixpath.join(place, "__init__.py")):
                if file in python.paths:
                    yield file, parts[count:]


def _relative_folder(path: str, level: int) -> list[str]:
    folder = posixpath.dirname(path)
    for _ in range(level - 1):
        folder = posixpath.dirname(folder)
    return [folder]


def _search_folders(python: PythonCode, path: str) -> list[str]:
    """The folders above a file that are no packages, nearest first: one of them is on the path of imports."""
    folders = []
    folder = posixpath.dirname(path)
    while True:
        if posixpath.join(folder, "__init__.py") not in python.paths:
            folders.append(folder)
        if not folder or folder == "/":
            return folders
        folder = posixpath.dirname(folder)


def _common(name: str) -> str:
    return SAME_NAMES.get(name, name)
