"""What a server command of Python is told: where it listens, for how long it keeps connections, and how it stops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import parse_seconds
from netlint.knowledge.python_servers import KEEPS_NO_CONNECTIONS, SERVER_COMMANDS
from netlint.model.call_ends import UNKNOWN_SHUTDOWN, Listening
from netlint.model.environment import command_line, given_to
from netlint.model.limits import UNKNOWN, Limit
from netlint.model.python.texts import texts_in
from netlint.model.python.timeouts import limit_of_seconds
from netlint.model.templates import Address, Input, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.builds.facts import Word
    from netlint.knowledge.python_servers import ServerCommand
    from netlint.model.python.code import PythonCode, PythonProgram
    from netlint.model.runs import Run
    from netlint.model.templates import Template
    from netlint.model.units import Unit

_VARIABLE: Final = re.compile(r"\$(?:\((?P<kubernetes>\w+)\)|\{(?P<braces>\w+)(?::?-(?P<default>[^}]*))?\}|(?P<plain>\w+))")


class _Given(NamedTuple):
    """A setting's text and where it stands; ``label`` is what sets it."""

    word: Word
    label: str


def listenings_of_command(python: PythonCode, unit: Unit, run: Run, program: PythonProgram) -> tuple[Listening, ...]:
    """Where the server listens that the container starts; none for a program without one, and where that is not told."""
    form = SERVER_COMMANDS.get(program.server)
    if form is None:
        return ()
    words = command_line(run)
    idle = _idle(python, unit, run, program, form, words)
    drain = _limit(_option(words, form.drain), form.drain, form.drain_seconds)
    shutdown = UNKNOWN_SHUTDOWN._replace(budget=drain)
    found = tuple(_addresses(python, unit, run, program, form, words))
    return tuple(Listening("http", None, address.span, (address,), idle=idle, shutdown=shutdown) for address in found)


def _addresses(
    python: PythonCode, unit: Unit, run: Run, program: PythonProgram, form: ServerCommand, words: Sequence[Word]
) -> Iterator[Address]:
    bound = [_address(given.word) for given in _options(words, form.bind)]
    if not bound and program.configuration:
        bound = list(_configured_addresses(python, program))
        if not bound and "bind" in python.modules[program.configuration].bindings:
            return
    if bound:
        yield from bound
        return
    if program.server == "gunicorn":
        if given_to(unit, run, "env", "GUNICORN_CMD_ARGS").state != "absent":
            return
        port = given_to(unit, run, "env", "PORT")
        if port.state == "set":
            yield Address(("0.0.0.0:", Input("env", "PORT", None, False, program.main)), program.main, None)
        elif port.state == "absent":
            yield Address(("127.0.0.1:8000",), program.main, None)
        return
    if form.bind and not form.host:
        yield Address((f"{form.address[0]}:{form.address[1]}",), program.main, None)
        return
    yield _of_host_and_port(program, form, words)


def _of_host_and_port(program: PythonProgram, form: ServerCommand, words: Sequence[Word]) -> Address:
    host, port = _option(words, form.host), _option(words, form.port)
    span = port.word.span if port is not None else host.word.span if host is not None else program.main
    parts: list[str | Input | None] = []
    for given, name, default in ((host, "HOST", form.address[0]), (port, "PORT", str(form.address[1]))):
        if given is not None:
            parts += _template(given.word)
        elif form.variables:
            parts.append(Input("env", f"{form.variables}{name}", (default,), False, program.main))
        else:
            parts.append(default)
        parts.append(":")
    return Address(template_of(*parts[:-1]), span, None)


def _address(word: Word) -> Address:
    """A text for host and port; without a port gunicorn and hypercorn take 8000."""
    template = _template(word)
    last = template[-1] if template else ""
    has_port = not isinstance(last, str) or re.search(r":\d*$", last) is not None
    return Address(template if has_port else template_of(*template, ":8000"), word.span, None)


def _template(word: Word) -> Template:
    """The text with the variables in it that a shell or Kubernetes puts in."""
    parts: list[str | Input | None] = []
    at = 0
    for match in _VARIABLE.finditer(word.text):
        parts.append(word.text[at : match.start()])
        name, default = match["kubernetes"] or match["braces"] or match["plain"], match["default"]
        parts.append(Input("env", name, (default,) if default else (), False, word.span))
        at = match.end()
    return template_of(*parts, word.text[at:])


def _configured_addresses(python: PythonCode, program: PythonProgram) -> Iterator[Address]:
    """``bind`` of gunicorn's and hypercorn's configuration file."""
    module = python.modules[program.configuration]
    for binding in module.bindings.get("bind", ()):
        yield from texts_in(python, binding.value, module)


# -- limits


def _idle(python: PythonCode, unit: Unit, run: Run, program: PythonProgram, form: ServerCommand, words: Sequence[Word]) -> Limit:
    written = _option(words, form.idle)
    module = python.modules.get(program.configuration)
    if program.server == "gunicorn":
        if given_to(unit, run, "env", "GUNICORN_CMD_ARGS").state != "absent" or not _keeps_connections(words):
            return UNKNOWN
        if written is None and module is not None:
            if any(name in module.bindings for name in ("worker_class", "threads")):
                return UNKNOWN
            for binding in module.bindings.get("keepalive", ()):
                return limit_of_seconds(python, binding.value, module, "keepalive") if binding.value is not None else UNKNOWN
    elif program.configuration:
        return UNKNOWN
    return _limit(written, form.idle, form.idle_seconds)


def _keeps_connections(words: Sequence[Word]) -> bool:
    """Whether gunicorn's workers keep connections: the plain ones do not, which run unless there are threads."""
    worker, threads = _option(words, ("-k", "--worker-class")), _option(words, ("--threads",))
    if worker is not None and worker.word.text not in KEEPS_NO_CONNECTIONS:
        return True
    return threads is not None and threads.word.text.isdigit() and int(threads.word.text) > 1


def _limit(given: _Given | None, options: tuple[str, ...], default: float | None) -> Limit:
    if given is None:
        return UNKNOWN if default is None else Limit("known", int(default * 1_000_000_000), None, options[-1] if options else "keep-alive")
    duration = parse_seconds(given.word.text)
    return UNKNOWN if duration is None else Limit("known" if duration else "none", int(duration), given.word.span, given.label)


# -- options


def _option(words: Sequence[Word], names: tuple[str, ...]) -> _Given | None:
    """What the last of the options gives."""
    return next(iter(reversed(list(_options(words, names)))), None)


def _options(words: Sequence[Word], names: tuple[str, ...]) -> Iterator[_Given]:
    for index, word in enumerate(words):
        written, equals, text = word.text.partition("=")
        if equals and written in names:
            is_alone = word.span.end - word.span.start == len(word.text)
            yield _Given(
                word._replace(text=text, span=word.span.part(len(written) + 1, len(word.text)) if is_alone else word.span), written
            )
        elif not equals and written in names and index + 1 < len(words):
            yield _Given(words[index + 1], written)
