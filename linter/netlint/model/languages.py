"""What is asked of code in whatever language: each question is answered by the modules of the language that a program is written in.

Those are imported when the first program of the language is asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from netlint.model.python.code import PythonProgram, PythonScope

if TYPE_CHECKING:
    from netlint.model import Model
    from netlint.model.call_ends import Listening, Outgoing
    from netlint.model.programs import GoProgram
    from netlint.model.runs import Run
    from netlint.model.templates import Place
    from netlint.model.units import Unit
    from netlint.source import Span

Program: TypeAlias = "GoProgram | PythonProgram"


def outgoing_of(model: Model, program: Program) -> tuple[Outgoing, ...]:
    """Every place where judged code in the program's language calls another machine."""
    if isinstance(program, PythonProgram):
        from netlint.model.python.outgoing import outgoing as outgoing_of_python

        return outgoing_of_python(model.python)
    from netlint.model.code.outgoing import outgoing

    return outgoing(model.code)


def listenings_of(model: Model, unit: Unit, run: Run) -> tuple[Listening, ...]:
    """Every place where judged code in the language of the program waits for connections, and what it is started with says so."""
    if isinstance(run.program, PythonProgram):
        from netlint.model.python.listening import listenings as listenings_of_python
        from netlint.model.python.serving import listenings_of_command

        return (*listenings_of_command(model.python, unit, run, run.program), *listenings_of_python(model.python, run.program))
    from netlint.model.code.listening import listenings

    return listenings(model.code)


def may_listen_unseen(model: Model, program: Program) -> bool:
    """Whether something that the program is built of may wait for connections without an address in view."""
    if isinstance(program, PythonProgram):
        return True
    from netlint.knowledge.go_hidden_listeners import HIDDEN_LISTENERS
    from netlint.model.programs import program_imports

    return any(path.startswith(HIDDEN_LISTENERS) for path in program_imports(model.code, program))


def is_part_of(model: Model, program: Program, place: Place | None) -> bool:
    """Whether the place may run in the program, whatever that is told to do. What is written on a command line (None) is part of it."""
    if place is None:
        return True
    if isinstance(program, PythonProgram):
        from netlint.model.python.programs import modules_of

        return isinstance(place, PythonScope) and place.path in modules_of(model.python, program)
    from netlint.model.programs import is_part_of as is_part_of_go

    return not isinstance(place, PythonScope) and is_part_of_go(model.code, program, place)


def may_run_in(model: Model, run: Run, place: Place | None, start: int) -> bool:
    """Whether what stands at ``start`` in the place may run in the container."""
    if place is None:
        return True
    if isinstance(run.program, PythonProgram):
        from netlint.model.python.programs import may_run_in as may_run_in_python

        return isinstance(place, PythonScope) and may_run_in_python(model.python, run.program, place, start)
    from netlint.model.subcommands import may_run_in as may_run_in_go

    return not isinstance(place, PythonScope) and may_run_in_go(model.code, run, run.program, place, start)


def surely_runs_in(model: Model, run: Run, place: Place | None, start: int) -> bool:
    """Whether what stands there is seen to run in the container, given that it may; of Python imports alone are followed."""
    if place is None or isinstance(run.program, PythonProgram) or isinstance(place, PythonScope):
        return True
    from netlint.model.subcommands import surely_runs_in as surely_runs_in_go

    return surely_runs_in_go(model.code, run, run.program, place, start)


def runs_at_start(model: Model, program: Program, place: Span) -> bool:
    """Whether what stands at a place surely runs when the program starts."""
    if isinstance(program, PythonProgram):
        from netlint.model.python.programs import runs_at_start as runs_at_start_of_python

        return runs_at_start_of_python(model.python, program, place)
    from netlint.model.code.startup import runs_at_start as runs_at_start_of_go

    return runs_at_start_of_go(model.code, program.package, place)


def reads_variables_elsewhere(model: Model, program: Program) -> bool:
    """Whether the program has a package that sets environment variables, or stands in for them, from files and services out of view."""
    if isinstance(program, PythonProgram):
        from netlint.knowledge.python_inputs import FILE_READERS as PYTHON_FILE_READERS
        from netlint.model.python.programs import imports_any

        return imports_any(model.python, program, PYTHON_FILE_READERS)
    from netlint.knowledge.go_inputs import FILE_READERS
    from netlint.model.programs import program_imports

    return any(path.startswith(FILE_READERS) for path in program_imports(model.code, program))


def place_at(model: Model, span: Span) -> Place | None:
    """The function or scope that a place stands in."""
    if span.path in model.python.modules:
        scope = model.python.modules[span.path]
        while inner := next((item for item in scope.inner if item.facts.start <= span.start < item.facts.end), None):
            scope = inner
        return scope
    if not model.code.packages:
        return None
    from netlint.model.code.functions import function_at

    return function_at(model.code, span)
