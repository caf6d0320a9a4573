"""What is read of one Python file: scopes with what is bound and called in them. No look at any other file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from netlint.python.syntax import Attribute, Call, Expression, Name, Subscript

BindingKind: TypeAlias = Literal["assign", "augment", "import", "with", "for", "except", "definition", "declare", "delete", "other"]


class Binding(NamedTuple):
    """A place that gives a name or an attribute a value.

    ``declare`` says that there is one: ``url: str``.

    ``path`` is what an import brings: ``requests.get``, with a dot in front for every step of a relative one; ``*`` as the target's text
    is all that a module has. ``value`` is None where it is not the whole of an expression: what a loop goes over is the ``value`` of
    ``for``, and what is entered that of ``with``.
    """

    kind: BindingKind
    target: Name | Attribute | Subscript
    value: Expression | None
    path: str = ""


class Parameter(NamedTuple):
    """A parameter; ``stars`` as of ``syntax.Argument``."""

    name: str
    stars: str
    default: Expression | None


class Scope(NamedTuple):
    """A module, a class or a function, without what stands in the scopes inside of it.

    ``bases`` are those of a class. ``calls`` are in order of their ends, so that an argument comes before the call that takes it.
    ``iterated`` is what loops and comprehensions go over, ``returns`` what a function returns, ``yields`` whether it is a generator.
    ``names_timeout``: the word stands in its text. ``is_unread``: nothing of what stands inside was read, for it can hold nothing that
    matters.
    """

    kind: Literal["module", "class", "function"]
    name: str
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    bases: tuple[Expression, ...]
    bindings: tuple[Binding, ...]
    calls: tuple[Call, ...]
    returns: tuple[Expression, ...]
    iterated: tuple[Expression, ...]
    yields: bool
    outer_names: frozenset[str]
    scopes: tuple[Scope, ...]
    start: int
    end: int
    names_timeout: bool = False
    is_unread: bool = False


class PythonFacts(NamedTuple):
    """A Python file. ``scope`` is the module's; None when the file cannot be read, from ``line`` on, as ``problem`` says.

    ``guarded``: start and end of each part that runs only when the file itself is started: ``if __name__ == "__main__":``.
    """

    path: str
    scope: Scope | None
    guarded: tuple[tuple[int, int], ...] = ()
    problem: str = ""
    line: int = 0
