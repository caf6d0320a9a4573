"""All Python code of a run, as modules with their scopes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from netlint.model.memo import Memo
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.python.facts import Binding, Scope


@dataclass(frozen=True, eq=False, repr=False)
class PythonScope:
    """A module, class or function. ``module`` is the dotted name of the file's module, ``outer`` the scope that it stands in.

    ``guarded``: the parts of a module that run only when it is what the interpreter is started with.
    """

    path: str
    module: str
    facts: Scope
    outer: PythonScope | None = None
    guarded: tuple[tuple[int, int], ...] = ()

    @cached_property
    def inner(self) -> tuple[PythonScope, ...]:
        """The scopes that stand in this one."""
        return tuple(PythonScope(self.path, self.module, scope, self) for scope in self.facts.scopes)

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """What the scope's own names are bound to."""
        found: dict[str, list[Binding]] = {}
        for binding in self.facts.bindings:
            # Only names have a text.
            name = getattr(binding.target, "text", None)
            if name is not None and name not in self.facts.outer_names:
                found.setdefault(name, []).append(binding)
        return found

    @property
    def name(self) -> str:
        """As Python writes it: ``Client.get``; empty for a module."""
        if self.outer is None:
            return ""
        return f"{self.outer.name}.{self.facts.name or '<lambda>'}" if self.outer.name else self.facts.name or "<lambda>"

    @property
    def top(self) -> PythonScope:
        """The module's scope."""
        return self if self.outer is None else self.outer.top

    @property
    def package(self) -> PythonScope:
        """What it shares with the other scopes of its module."""
        return self.top

    def span(self, start: int, end: int) -> Span:
        """Where something of the scope stands."""
        return Span(self.path, start, end)

    def walk(self) -> Iterator[PythonScope]:
        """This scope and all inside of it, in order."""
        yield self
        for scope in self.inner:
            yield from scope.walk()


class PythonProgram(NamedTuple):
    """What a container is started with: a module that the interpreter runs, or a server (``gunicorn``) that loads one.

    ``path`` is the file of the module, empty where that is not in view. ``main`` is where the module begins; of one that is not in view
    the word that names it. ``configuration``: the file in view that the server is told its settings by.
    """

    path: str
    main: Span
    name: str
    """The module's dotted name, as the command line or its folder gives it."""
    directory: str
    server: str = ""
    configuration: str = ""

    @property
    def import_path(self) -> str:
        """By what it is told apart from others."""
        return self.name


@dataclass(frozen=True, eq=False, repr=False)
class PythonCode(Memo):
    """``modules`` by path. ``paths``: of every Python file of the run; ``unjudged``: of those in which nothing is reported.

    ``sketched``: what the files import in which nothing else matters, by path; only where programs are asked for.
    """

    modules: Mapping[str, PythonScope]
    paths: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    sketched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def scopes(self) -> tuple[PythonScope, ...]:
        """Every scope, in order."""
        return tuple(scope for module in self.modules.values() for scope in module.walk())

    @cached_property
    def judged_scopes(self) -> tuple[PythonScope, ...]:
        """Those in which findings are wanted."""
        return tuple(scope for scope in self.scopes if scope.path not in self.unjudged)
