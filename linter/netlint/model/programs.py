"""Programs: what ``go build`` makes of the packages ``main``, the packages each is built of, and which functions may run in it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from netlint.golang.sieve import import_name
from netlint.golang.syntax import NOT_LOCAL, Element, Name, Selector
from netlint.model.code.walk import nodes_of
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netlint.golang.facts import Import
    from netlint.golang.sketch import Sketch
    from netlint.golang.syntax import Node
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFile, GoFunction, GoPackage

_VERSION: Final = re.compile(r"v[2-9]|v[1-9]\d+")


class GoProgram(NamedTuple):
    """A ``package main`` with a ``main``, as ``go build`` makes one binary of it. ``main`` is where the name of that function stands.

    The span rather than the function: a ``main`` that only calls another package is not kept by the reader.
    """

    package: GoPackage
    main: Span
    name: str
    """As ``go build`` names it: the last part of the import path, a version suffix left out (cmd/go internal/load ``DefaultExecName``)."""
    directory: str
    """Its folder: two modules of one path, copies of each other, make one package and two programs."""

    @property
    def import_path(self) -> str:
        """What ``go build`` takes for it."""
        return self.package.path.partition("#")[0]


def programs(code: Code) -> tuple[GoProgram, ...]:
    """Every program in view, in order of their import paths; tests left out."""
    return code.keep("programs", lambda: tuple(_find_programs(code)))


def _find_programs(code: Code) -> Iterator[GoProgram]:
    mains: dict[tuple[str, str], tuple[GoPackage, Span]] = {}
    for key, package in code.packages.items():
        if package.name == "main":
            for file in package.files:
                start = _main_of(file)
                if start >= 0:
                    mains.setdefault((key, posixpath.dirname(file.path) or "."), (package, file.span(start, start + len("main"))))
    for key, sketched in code.sketched.items():
        for sketch in sketched.files:
            if sketch.main >= 0:
                main = Span(sketch.path, sketch.main, sketch.main + len("main"))
                mains.setdefault((key, posixpath.dirname(sketch.path) or "."), (sketched.package, main))
    for key, directory in sorted(mains):
        package, main = mains[key, directory]
        yield GoProgram(package, main, _name_of(key.partition("#")[0], directory), directory)


def _main_of(file: GoFile) -> int:
    """Where the name of the file's ``main`` starts; -1 when it has none."""
    if file.facts.is_test:
        return -1
    for function in file.facts.functions:
        if function.name == "main" and function.receiver is None:
            return function.name_start
    return next((outline.start + len("func ") for outline in file.facts.function_outlines if outline.name == "main"), -1)


def _name_of(path: str, directory: str) -> str:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if len(parts) > 1 and _VERSION.fullmatch(parts[-1]):
        parts.pop()
    return parts[-1] if parts else directory


def program_packages(code: Code, program: GoProgram) -> frozenset[str]:
    """Import paths, among those in view, of the packages that the program is built of, its own first of all."""
    return code.keep(("program packages", program.package.path), lambda: _closure(code, program.package.path))


def _closure(code: Code, root: str) -> frozenset[str]:
    found = {root}
    pending = [root]
    while pending:
        for key in _imported(code, pending.pop()):
            if key not in found:
                found.add(key)
                pending.append(key)
    return frozenset(found)


def _imported(code: Code, key: str) -> tuple[str, ...]:
    """Packages in view that a package imports."""
    return code.keep(("imported packages", key), lambda: tuple(_find_imported(code, key)))


def _find_imported(code: Code, key: str) -> Iterator[str]:
    for path in _import_paths(code, key):
        yield from _keys_of(code, path)


def _import_paths(code: Code, key: str) -> Iterator[str]:
    """What the files of a package import, each path once, in view or not."""
    package, sketched = code.packages.get(key), code.sketched.get(key)
    files = [file.facts.imports for file in package.files if not file.facts.is_test] if package else []
    files += [sketch.imports for sketch in sketched.files] if sketched else []
    yield from dict.fromkeys(item.path for imports in files for item in imports)


def program_imports(code: Code, program: GoProgram) -> frozenset[str]:
    """Import paths of every package that the program is built of and that its code names, in view or not."""

    def find() -> frozenset[str]:
        return frozenset(path for key in program_packages(code, program) for path in _import_paths(code, key))

    return code.keep(("imports of a program", program.package.path), find)


def _keys_of(code: Code, path: str) -> tuple[str, ...]:
    """What is in view of an import path: one package as a rule; two where a second one in the folder is kept out by a build tag."""
    return code.keep("packages by import path", lambda: _index_keys(code)).get(path, ())


def _index_keys(code: Code) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key in sorted({*code.packages, *code.sketched}):
        package = code.packages[key] if key in code.packages else code.sketched[key].package
        if package.name != "main" and not package.name.endswith("_test"):
            path = key.partition("#")[0]
            found[path] = (*found.get(path, ()), key)
    return found


Place: TypeAlias = "tuple[str, str]"
"""Key of a package and a name that it declares; the empty name is everything it declares."""


def is_part_of(code: Code, program: GoProgram, function: GoFunction) -> bool:
    """Whether the function may run in the program: reached from ``main``, an ``init`` or a package variable by names.

    A function that is named is reached, and a type that is named with all its methods and what its fields are. Of a function that was not
    parsed nothing is known, so that it reaches all of its package and of what its file imports. The answer is never No for a function that
    runs; it may be Yes for one that does not.
    """
    key = function.file.package.path
    packages = program_packages(code, program)
    if key not in packages:
        return False
    if function.is_global or function.declaration.name == "init" or key == program.package.path or _users(code).get(key, 0) < 2:
        return True
    reached = code.keep(("reached names", program.package.path), lambda: _reach(code, packages, program.package.path))
    return (key, "") in reached or (key, function.name) in reached


def _users(code: Code) -> Mapping[str, int]:
    """How many programs each package is part of."""
    return code.keep("users of packages", lambda: _count_users(code))


def _count_users(code: Code) -> dict[str, int]:
    found: dict[str, int] = {}
    for program in programs(code):
        for key in program_packages(code, program):
            found[key] = found.get(key, 0) + 1
    return found


def _reach(code: Code, packages: frozenset[str], root: str) -> frozenset[Place]:
    return reached_from(code, packages, ((root, ""), *(place for key in packages for place in _started(code, key))))


def reached_from(code: Code, packages: frozenset[str], places: Iterable[Place], *, surely: bool = False) -> frozenset[Place]:
    """The places themselves, and all of ``packages`` that they lead to by names; more than runs, never less.

    ``surely``: only by way of functions that were parsed. What is left out may run as well.
    """
    pending = list(places)
    reached = set(pending)
    while pending:
        place = pending.pop()
        if (place[0], "") in reached and place[1]:
            continue
        for named in _named_by(code, place):
            if named[0] in packages and named not in reached and (named[0], "") not in reached and (named[1] or not surely):
                reached.add(named)
                pending.append(named)
    return frozenset(reached)


def _started(code: Code, key: str) -> tuple[Place, ...]:
    """What runs when the package is initialised."""
    return code.keep(("started names", key), lambda: tuple(dict.fromkeys(_find_started(code, key))))


def _find_started(code: Code, key: str) -> Iterator[Place]:
    package, sketched = code.packages.get(key), code.sketched.get(key)
    for file in package.files if package else ():
        for variable in file.facts.variables:
            yield from names_in(code, file, filter(None, (variable.type, variable.value)))
        for function in file.facts.functions:
            if function.name == "init" and function.receiver is None:
                yield from names_in(code, file, (function.body.block,)) if function.body else _all_around(code, key, file.facts.imports)
        if any(outline.name == "init" for outline in file.facts.function_outlines):
            yield from _all_around(code, key, file.facts.imports)
    for sketch in sketched.files if sketched else ():
        paths = {import_name(item): item.path for item in sketch.imports}
        for qualifier, name in sketch.started:
            if qualifier in paths:
                yield from ((inner, name) for inner in _keys_of(code, paths[qualifier]))
            elif not qualifier:
                yield from _own(code, key, name)


def _own(code: Code, key: str, name: str) -> Iterator[Place]:
    """The function or type ``name`` of the package itself, when there is one."""
    package = code.packages.get(key)
    if (package is not None and (name in package.functions or name in package.types)) or name in _sketched_names(code, key):
        yield key, name


def _sketched_names(code: Code, key: str) -> Mapping[str, Sketch]:
    """What files of the package declare that were not parsed."""
    return code.keep(("names in sketches", key), lambda: _index_sketches(code, key))


def _index_sketches(code: Code, key: str) -> dict[str, Sketch]:
    sketched = code.sketched.get(key)
    return {name: sketch for sketch in (sketched.files if sketched else ()) for name in sketch.declared}


def _named_by(code: Code, place: Place) -> tuple[Place, ...]:
    """What is named in the declaration of ``place``."""
    return code.keep(("names named", place), lambda: tuple(dict.fromkeys(_find_named(code, *place))))


def _find_named(code: Code, key: str, name: str) -> Iterator[Place]:
    package, sketches = code.packages.get(key), _sketched_names(code, key)
    if not name:
        for declared in (*package.functions, *package.types) if package else ():
            yield from _named_by(code, (key, declared))
        for sketch in dict.fromkeys(sketches.values()):
            yield from _all_around(code, key, sketch.imports)
    elif package is not None and name in package.types:
        file, type = package.types[name]
        yield from names_in(code, file, (type.type,))
        yield from ((key, method) for method in _methods(code, package).get(name, ()))
    elif package is not None and name in package.bodies:
        function = package.bodies[name]
        signature = (*function.declaration.parameters, *function.declaration.results)
        yield from names_in(code, function.file, (*signature, function.body.block))
    elif package is not None and name in package.functions:
        yield from _all_around(code, key, package.functions[name][0].facts.imports)
    elif name in sketches:
        yield from _all_around(code, key, sketches[name].imports)


def _all_around(code: Code, key: str, imports: Iterable[Import]) -> Iterator[Place]:
    """What a function of which nothing is known may name: its own package, and all that its file imports."""
    yield key, ""
    for item in imports:
        yield from ((inner, "") for inner in _keys_of(code, item.path))


def _methods(code: Code, package: GoPackage) -> Mapping[str, tuple[str, ...]]:
    """The methods of each type, as ``Type.name``."""
    return code.keep(("methods by type", package.path), lambda: _group_methods(package))


def _group_methods(package: GoPackage) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in package.functions:
        holder, dot, _ = name.rpartition(".")
        if dot:
            found[holder] = (*found.get(holder, ()), name)
    return found


def names_in(code: Code, file: GoFile, nodes: Iterable[Node]) -> Iterator[Place]:
    """The functions and types of packages in view that the nodes name."""
    own = file.package.path
    paths = {name: path for name, path in file.imports.items() if name not in (".", "_")}
    for root in nodes:
        fields: set[int] = set()
        for node in nodes_of(root):
            if isinstance(node, Element):
                # Of a struct the name of a field, of a map a constant: no function is given as a key.
                fields.add(id(node.key))
            elif isinstance(node, Selector):
                if isinstance(node.operand, Name) and node.operand.local == NOT_LOCAL and node.operand.text in paths:
                    yield from ((key, node.name) for key in _keys_of(code, paths[node.operand.text]))
            elif isinstance(node, Name) and node.local == NOT_LOCAL and node.text not in paths and id(node) not in fields:
                yield from _own(code, own, node.text)
                for path in file.dot_imports:
                    yield from ((key, node.text) for key in _keys_of(code, path))
