"""Packages of Go files: which file belongs to which import path, and what a package declares."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from netlint.golang.facts import Function
from netlint.golang.modules import folder_above
from netlint.golang.sieve import COPIED, import_name, known_path
from netlint.golang.syntax import Index, Name, Selector, TypeLiteral, Unary
from netlint.golang.waivers import ALL
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from netlint.golang.facts import Body, GoFacts, Outline, TypeDeclaration, Variable
    from netlint.golang.modules import GoModule
    from netlint.golang.sketch import Sketch
    from netlint.golang.syntax import Expression, Node
    from netlint.model.code.types import Callee
    from netlint.model.code.values import Origin

_Declared = TypeVar("_Declared")

UNKNOWN_GO: Final = (1, 21)
"""The version assumed of a file outside of every module: old enough that no rule about newer ones fires."""


@dataclass(frozen=True, eq=False)
class GoFile:
    """A file in its package. ``imports``: local name to import path; of other modules without their version."""

    facts: GoFacts
    package: GoPackage
    imports: dict[str, str]
    dot_imports: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it stands."""
        return self.facts.path

    def span(self, start: int, end: int) -> Span:
        """A place in the file."""
        return Span(self.facts.path, start, end)

    def is_waived(self, node: Node, *names: str) -> bool:
        """Whether a comment on the first or last line of ``node`` waives one of the checks ``names`` of other linters."""
        wanted = {ALL, *names}
        return any(
            waiver.start <= place < waiver.end and wanted.intersection(waiver.names)
            for waiver in self.facts.waivers
            for place in (node.start, node.end - 1)
        )


@dataclass(frozen=True, eq=False)
class GoFunction:
    """A function or method with a body, or (``is_global``) all that the package variables of a file are set to.

    What is found out about each of its expressions is kept beside it, by their identity: ``Code.memo`` would need a key with the function
    for every one, which are most of all questions. ``types`` and ``local_types`` (those of its variables, by number) belong to
    ``types.type_of``, ``callees`` to ``types.callee_of``, ``origins`` to ``values.open_origins``.
    """

    file: GoFile
    declaration: Function
    body: Body
    is_global: bool = False
    types: dict[int, str] = field(default_factory=dict, repr=False)
    local_types: dict[int, str] = field(default_factory=dict, repr=False)
    callees: dict[int, Callee] = field(default_factory=dict, repr=False)
    origins: dict[int, tuple[Origin, ...]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """As Go writes it: ``Run``, ``Server.Run``."""
        holder = receiver_type_name(self.declaration)
        return f"{holder}.{self.declaration.name}" if holder else self.declaration.name

    @property
    def package(self) -> GoPackage:
        """The package that it belongs to."""
        return self.file.package

    def span(self, node: Node) -> Span:
        """Where a node of the function stands."""
        return self.file.span(node.start, node.end)


class Declarations(Mapping[str, tuple[GoFile, _Declared]]):
    """What a package declares, by name, each with the file that declares it. What is an outline is read when it is first asked for."""

    def __init__(self, read: Callable[[Outline], _Declared]) -> None:
        self._read = read
        self._known: dict[str, tuple[GoFile, _Declared]] = {}
        self._outlines: dict[str, tuple[GoFile, Outline]] = {}

    def add(self, file: GoFile, name: str, declared: _Declared) -> None:
        """Take what ``file`` declares; the first of a name counts."""
        if name not in self:
            self._known[name] = (file, declared)

    def add_outline(self, file: GoFile, outline: Outline) -> None:
        """As ``add``, of what was not parsed yet."""
        if outline.name not in self:
            self._outlines[outline.name] = (file, outline)

    def __getitem__(self, name: str) -> tuple[GoFile, _Declared]:
        found = self._known.get(name)
        if found is None:
            file, outline = self._outlines.pop(name)
            found = self._known[name] = (file, self._read(outline))
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dict; most names that are asked for are not there."""
        return self[name] if name in self._known or name in self._outlines else default

    def is_outline(self, name: str) -> bool:
        """Whether nobody has asked for it yet, so that it was not parsed. Of types, only structs are such."""
        return name in self._outlines

    def __contains__(self, name: object) -> bool:
        return name in self._known or name in self._outlines

    def __iter__(self) -> Iterator[str]:
        return iter((*self._known, *self._outlines))

    def __len__(self) -> int:
        return len(self._known) + len(self._outlines)


def _read_function(outline: Outline) -> Function:
    # Imported when a file had something to parse, and so loaded already.
    from netlint.golang.reader import read_function

    return read_function(outline)


def _read_type(outline: Outline) -> TypeDeclaration:
    from netlint.golang.reader import read_type

    return read_type(outline)


@dataclass(frozen=True, eq=False)
class GoPackage:
    """A package. ``path`` is its import path; ``functions`` and ``bodies`` hold methods as ``Type.name``, ``globals`` what the package
    variables of each file are set to.
    """

    path: str
    name: str
    directory: str
    module: GoModule | None
    files: list[GoFile] = field(default_factory=list)
    functions: Declarations[Function] = field(default_factory=lambda: Declarations(_read_function))
    bodies: dict[str, GoFunction] = field(default_factory=dict)
    types: Declarations[TypeDeclaration] = field(default_factory=lambda: Declarations(_read_type))
    variables: dict[str, tuple[GoFile, Variable]] = field(default_factory=dict)
    globals: dict[str, GoFunction] = field(default_factory=dict)

    @property
    def go_version(self) -> tuple[int, int]:
        """Version of Go that the package is written for."""
        return self.module.go_version if self.module else UNKNOWN_GO


def build_packages(facts: Iterable[GoFacts], modules: Iterable[GoModule]) -> dict[str, GoPackage]:
    """Files grouped by package; a file belongs to the module with the nearest ``go.mod`` above it."""
    by_directory = {module.directory: module for module in modules}
    own_paths = [module.path for module in by_directory.values()]
    packages: dict[str, GoPackage] = {}

    @cache
    def known_as(path: str) -> str:
        is_own = any(path == own or path.startswith(f"{own}/") for own in own_paths)
        return path if is_own and COPIED not in path else known_path(path)

    for entry in sorted(facts, key=lambda item: item.path):
        directory = posixpath.dirname(entry.path) or "."
        module = _module_of(directory, by_directory)
        path = _import_path(directory, module)
        if entry.package.endswith("_test") and entry.is_test:
            path += "_test"
        # Two packages in one folder: a program kept out of the build by a tag, beside the package proper.
        key = path if path not in packages or packages[path].name == entry.package else f"{path}#{entry.package}"
        if key in packages and packages[key].directory != directory:
            # Two modules of one name, as a copied `go.mod` makes them.
            key = f"{key}#{directory}"
        package = packages.setdefault(key, GoPackage(key, entry.package, directory, module))
        _add(package, entry, known_as)
    for package in packages.values():
        for file in package.files:
            _use_real_names(file, packages)
    return packages


class SketchedPackage(NamedTuple):
    """The files of a package in which nothing matters. ``package`` is one of ``build_packages``, or one without files."""

    package: GoPackage
    files: tuple[Sketch, ...]


def build_sketches(
    sketches: Iterable[Sketch], modules: Iterable[GoModule], packages: Mapping[str, GoPackage]
) -> dict[str, SketchedPackage]:
    """Sketches grouped by package, known by the import paths of ``packages``."""
    by_directory = {module.directory: module for module in modules}
    found: dict[str, SketchedPackage] = {}
    for sketch in sorted(sketches, key=lambda item: item.path):
        directory = posixpath.dirname(sketch.path) or "."
        module = _module_of(directory, by_directory)
        path = _import_path(directory, module)
        names = [packages[path].name] if path in packages else [found[path].package.name] if path in found else []
        key = path if not names or sketch.package in names else f"{path}#{sketch.package}"
        known = found.get(key) or SketchedPackage(packages.get(key) or GoPackage(key, sketch.package, directory, module), ())
        found[key] = known._replace(files=(*known.files, sketch))
    return found


def _use_real_names(file: GoFile, packages: dict[str, GoPackage]) -> None:
    """Call imported packages in view what they call themselves, where the file gives them no name."""
    for item in file.facts.imports:
        found = packages.get(item.path) if not item.name else None
        if found is not None and found.name != import_name(item) and file.imports.get(import_name(item)) == item.path:
            del file.imports[import_name(item)]
            file.imports[found.name] = item.path


def _add(package: GoPackage, facts: GoFacts, known_as: Callable[[str], str]) -> None:
    imports = {import_name(item): known_as(item.path) for item in facts.imports}
    dots = tuple(item.path for item in facts.imports if item.name == ".")
    file = GoFile(facts, package, imports, dots)
    package.files.append(file)
    for declaration in facts.functions:
        holder = receiver_type_name(declaration)
        name = f"{holder}.{declaration.name}" if holder else declaration.name
        package.functions.add(file, name, declaration)
        if declaration.body is not None:
            # `init` and `_` may be declared ever so often.
            key = name if name not in package.bodies else f"{name}@{facts.path}:{declaration.start}"
            package.bodies[key] = GoFunction(file, declaration, declaration.body)
    for outline in facts.function_outlines:
        package.functions.add_outline(file, outline)
    for outline in facts.type_outlines:
        package.types.add_outline(file, outline)
    for type in facts.types:
        package.types.add(file, type.name, type)
    for variable in facts.variables:
        package.variables.setdefault(variable.name, (file, variable))
    outside = Function("", None, (), (), facts.globals, 0, 0, 0)
    package.globals[facts.path] = GoFunction(file, outside, facts.globals, is_global=True)


def _module_of(directory: str, modules: dict[str, GoModule]) -> GoModule | None:
    folder: str | None = directory
    while folder is not None and folder not in modules:
        folder = folder_above(folder)
    return None if folder is None else modules[folder]


def _import_path(directory: str, module: GoModule | None) -> str:
    if module is None:
        return f"./{directory}"
    inner = posixpath.relpath(directory, module.directory)
    return module.path if inner == "." else f"{module.path}/{inner}"


def receiver_type_name(declaration: Function) -> str:
    """Name of the type a method belongs to; empty for a function."""
    if declaration.receiver is None:
        return ""
    type = declaration.receiver.type
    while isinstance(type, Unary | Index):
        type = type.operand
    return type.text if isinstance(type, Name) else ""


def all_functions(packages: dict[str, GoPackage]) -> Iterator[GoFunction]:
    """Every function with a body, and the globals, in a fixed order."""
    for path in sorted(packages):
        yield from packages[path].bodies.values()
        yield from packages[path].globals.values()


def is_variable_value(function: GoFunction, expression: Expression) -> bool:
    """Whether an expression is the whole of what a package variable or constant is set to."""
    return function.is_global and any(variable.value is expression for variable in function.file.facts.variables)


_TEST_TYPES: Final = frozenset(("T", "B", "F", "M", "TB"))


def serves_tests(function: GoFunction) -> bool:
    """Whether a function is part of tests though its file is not: it is given a ``*testing.T``, or its receiver holds one."""
    declaration, package = function.declaration, function.file.package
    if any(_is_test_type(item.type, function.file) for item in declaration.parameters):
        return True
    holder = package.types.get(receiver_type_name(declaration))
    if holder is None or not isinstance(holder[1].type, TypeLiteral):
        return False
    return any(_is_test_type(field.type, holder[0]) for field in holder[1].type.fields)


def _is_test_type(type: Expression, file: GoFile) -> bool:
    while isinstance(type, Unary):
        type = type.operand
    match type:
        case Selector(operand=Name(text=package), name=name):
            return name in _TEST_TYPES and file.imports.get(package) == "testing"
    return False
