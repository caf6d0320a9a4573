"""Programs of several commands: which of them a container starts, and what of the code that one reaches.

A binary such as ``shop serve`` and ``shop migrate`` holds calls that its server never makes. Where the words of the command line choose no
one command for certain, nothing is known of what the container calls.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.code.texts import known_text
from netlint.model.code.types import composite_type
from netlint.model.code.values import literal_fields
from netlint.model.programs import Place, is_part_of, names_in, program_packages, reach_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Composite
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.programs import Program
    from netlint.model.runs import Run

_COMMANDS: Final = {
    "github.com/spf13/cobra.Command": ("Use", ("Run", "RunE")),
    "github.com/urfave/cli.Command": ("Name", ("Action",)),
}
"""Types of commands: the field that names one, and those that hold what it does."""


class Subcommand(NamedTuple):
    """A command that does something; ``word`` is what starts it, empty when that is not known."""

    word: str
    literal: Composite
    function: GoFunction


def may_run(code: Code, run: Run, function: GoFunction) -> bool:
    """Whether the function may run in the container: it is part of the program, and of the command that is started there."""
    if not is_part_of(code, run.program, function):
        return False
    if not has_subcommands(code, run.program):
        return True
    chosen = _chosen(run, _subcommands_of(code, run.program))
    if chosen is None:
        return False
    return (
        function.is_global
        or function.declaration.name == "init"
        or function is chosen.function
        or _is_reached(code, run.program, chosen, function)
    )


def has_subcommands(code: Code, program: Program) -> bool:
    """Whether the program has more than one command."""
    return len(_subcommands_of(code, program)) > 1


def _subcommands_of(code: Code, program: Program) -> tuple[Subcommand, ...]:
    def find() -> tuple[Subcommand, ...]:
        return tuple(item for item in _subcommands(code) if is_part_of(code, program, item.function))

    return code.keep(("subcommands of a program", program.package.path), find)


def _subcommands(code: Code) -> tuple[Subcommand, ...]:
    return code.keep("subcommands", lambda: tuple(_find_subcommands(code)))


def _find_subcommands(code: Code) -> Iterator[Subcommand]:
    for function in code.functions:
        for literal in function.body.composites:
            type = composite_type(code, literal, function)
            if type not in _COMMANDS:
                continue
            naming, acting = _COMMANDS[type]
            fields = dict(literal_fields(code, type, literal))
            if any(name in fields for name in acting):
                text = known_text(code, fields.get(naming), function) or ""
                yield Subcommand(text.split(" ", 1)[0], literal, function)


def _chosen(run: Run, own: tuple[Subcommand, ...]) -> Subcommand | None:
    """The one command that the words of the command line name last; else the one that is called like the program or the file started."""
    words = [word.text for word in run.arguments if not word.text.startswith("-")]
    started = [posixpath.basename(value.text) for value in run.container.command[:1]]
    for word in (*reversed(words), *started, run.program.name):
        named = [item for item in own if item.word == word]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _is_reached(code: Code, program: Program, chosen: Subcommand, function: GoFunction) -> bool:
    key = (program.package.path, id(chosen.literal))
    reached = code.keep(("reached by a subcommand", *key), lambda: _reach(code, program, chosen))
    place = function.file.package.path
    return (place, "") in reached or (place, function.name) in reached


def _reach(code: Code, program: Program, chosen: Subcommand) -> frozenset[Place]:
    """What the literal names, and what stands around it where the function makes no other command."""
    others = [item for item in _subcommands_of(code, program) if item.function is chosen.function and item is not chosen]
    nodes = (chosen.literal,) if others or chosen.function.is_global else (chosen.function.body.block,)
    return reach_from(code, program_packages(code, program), names_in(code, chosen.function.file, nodes))
