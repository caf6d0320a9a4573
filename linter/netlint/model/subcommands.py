"""Sub-commands: which of a program's commands a container runs, where the program is many in one (``server``, ``worker``, ``migrate``)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Composite, Name
from netlint.model.code.texts import known_text
from netlint.model.code.types import reference
from netlint.model.environment import command_line
from netlint.model.programs import is_part_of, names_in, program_packages, reached_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.programs import GoProgram, Place
    from netlint.model.runs import Run

_NAMES: Final = {
    "github.com/spf13/cobra.Command": "Use",
    "github.com/urfave/cli.Command": "Name",
    "github.com/urfave/cli/v2.Command": "Name",
    "github.com/urfave/cli/v3.Command": "Name",
}
"""Types of commands with the field that names them; of cobra's the first word counts (cobra ``Command.Name``)."""

_ACTIONS: Final = ("Run", "RunE", "Action")
"""Their fields that say what they do."""


class Subcommand(NamedTuple):
    """A command of a program: its name, and the literal that makes it, in ``function``."""

    name: str
    literal: Composite
    function: GoFunction
    is_alone: bool
    """Whether its function makes no other command, so that all of the function is about this one."""
    does_something: bool
    """Whether it is more than a name for the commands below it."""


def may_run_in(code: Code, run: Run, program: GoProgram, function: GoFunction, start: int) -> bool:
    """Whether what stands at ``start`` in the function may run in the container: it is part of the program, and not of a command that the
    container does not give.

    A command is known not to be given where another one is: its name stands among the words that the program is started with. What both
    reach, or neither, may run; what one of them is seen to reach counts for more than what the other may.
    """
    if not is_part_of(code, program, function):
        return False
    given, others = _commands_by(code, run, program)
    if not given or _is_in(given, function, start):
        return True
    if _is_in(others, function, start):
        return False
    place = (function.file.package.path, function.name)
    if function.is_global or _is_reached(code, program, given, place, surely=True):
        return True
    if _is_reached(code, program, others, place, surely=True):
        return False
    return _is_reached(code, program, given, place) or not _is_reached(code, program, others, place)


def surely_runs_in(code: Code, run: Run, program: GoProgram, function: GoFunction, start: int) -> bool:
    """Whether the command that the container gives is seen to reach what stands at ``start``, or the program has but one."""
    if not _has_several(code, program):
        return True
    given, _ = _commands_by(code, run, program)
    place = (function.file.package.path, function.name)
    return bool(given) and (_is_in(given, function, start) or _is_reached(code, program, given, place, surely=True))


def _has_several(code: Code, program: GoProgram) -> bool:
    """Whether more than one command of the program does something, so that names alone tell what one of them reaches."""
    return sum(item.does_something for item in _commands_of(code, program)) > 1


def _words_of(run: Run) -> tuple[str, ...]:
    """The words that may name a command, in order: of a path the last part, for a program may go by the name that it is started as."""
    written = (*(value.text for value in run.container.command), *(value.text for value in run.container.args))
    words = dict.fromkeys((*written, *(word.text for word in command_line(run))))
    return tuple(posixpath.basename(word) for word in words if not word.startswith("-"))


def _is_in(commands: tuple[Subcommand, ...], function: GoFunction, start: int) -> bool:
    return any(item.function is function and (item.is_alone or item.literal.start <= start < item.literal.end) for item in commands)


def _is_reached(code: Code, program: GoProgram, commands: tuple[Subcommand, ...], place: Place, *, surely: bool = False) -> bool:
    return any(place in reached or (place[0], "") in reached for reached in (_reach(code, program, item, surely) for item in commands))


def _commands_by(code: Code, run: Run, program: GoProgram) -> tuple[tuple[Subcommand, ...], tuple[Subcommand, ...]]:
    """The program's commands that the words of its start name, and those that neither are named nor hold one that is."""
    # Most programs are one command, and this is asked of every call and address.
    if not _commands_of(code, program):
        return (), ()
    words = _words_of(run)
    return code.keep(("commands by words", program.package.path, words), lambda: _sort(code, program, words))


def _sort(code: Code, program: GoProgram, words: tuple[str, ...]) -> tuple[tuple[Subcommand, ...], tuple[Subcommand, ...]]:
    commands = _commands_of(code, program)
    given: tuple[Subcommand, ...] = ()
    for word in words:
        named = tuple(item for item in commands if item.name == word)
        given = _inside(code, program, given, named) if given else named
    others = (item for item in commands if item not in given)
    return given, tuple(item for item in others if not any(_holds(code, program, (item,), inner) for inner in given))


def _inside(code: Code, program: GoProgram, given: tuple[Subcommand, ...], named: tuple[Subcommand, ...]) -> tuple[Subcommand, ...]:
    """What is given once another word is read, which may be no command: `net-test server` means the server inside, not any other one.

    Where commands are package variables it is not known which holds which, and both count.
    """
    inside = tuple(item for item in named if _holds(code, program, given, item))
    anywhere = tuple(item for item in named if item.function.is_global)
    return (*given, *anywhere) if anywhere else inside or given


def _holds(code: Code, program: GoProgram, outer: tuple[Subcommand, ...], inner: Subcommand) -> bool:
    """Whether commands have another one among theirs, for they lead to the function that makes it."""
    if inner.function.is_global:
        return False
    return _is_reached(code, program, outer, (inner.function.file.package.path, inner.function.name))


def _reach(code: Code, program: GoProgram, command: Subcommand, surely: bool) -> frozenset[Place]:
    """What the command's literal names, and all that this leads to."""

    def find() -> frozenset[Place]:
        places = list(names_in(code, command.function.file, (command.literal,)))
        if command.is_alone:
            places.append((command.function.file.package.path, command.function.name))
        return reached_from(code, program_packages(code, program), places, surely=surely)

    return code.keep(("reached by a command", program.package.path, id(command.literal), surely), find)


def _commands_of(code: Code, program: GoProgram) -> tuple[Subcommand, ...]:
    def find() -> tuple[Subcommand, ...]:
        own = program_packages(code, program)
        return tuple(item for item in _all_commands(code) if item.function.file.package.path in own)

    return code.keep(("commands of a program", program.package.path), find)


def _all_commands(code: Code) -> tuple[Subcommand, ...]:
    return code.keep("commands", lambda: tuple(_find_commands(code)))


def _find_commands(code: Code) -> Iterator[Subcommand]:
    for function in code.functions:
        found = [(literal, field) for literal in function.body.composites if (field := _names_by(code, literal, function))]
        for literal, field in found:
            name = known_text(code, _value_of(literal, field), function)
            does_something = any(_value_of(literal, action) is not None for action in _ACTIONS)
            if name:
                yield Subcommand(name.split()[0], literal, function, len(found) == 1 and not function.is_global, does_something)


def _names_by(code: Code, literal: Composite, function: GoFunction) -> str | None:
    """The field that names the command which the literal makes; None where it makes none."""
    if literal.type is None or (_value_of(literal, "Use") is None and _value_of(literal, "Name") is None):
        return None
    return _NAMES.get(reference(code, literal.type, function).name)


def _value_of(literal: Composite, field: str) -> Expression | None:
    return next((element.value for element in literal.elements if isinstance(element.key, Name) and element.key.text == field), None)
