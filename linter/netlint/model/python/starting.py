"""Which program of Python a command line starts: a module, or a server that loads one."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.knowledge.python_servers import OPTIONS_WITHOUT_VALUE, SERVER_COMMANDS, WRAPPERS, server_of
from netlint.model.python.code import PythonProgram
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netlint.builds.facts import Word
    from netlint.model.python.code import PythonCode

_PYTHON: Final = re.compile(r"(?:python|pypy)[0-9.]*")
_FLAGS_WITH_VALUE: Final = frozenset(("-W", "-X", "--check-hash-based-pycs"))
_MODULE: Final = re.compile(r"[A-Za-z_][\w.]*")
_APP: Final = re.compile(r"(?P<module>[A-Za-z_][\w./-]*?)(?:\.py)?(?::[\w.]+(?:\(.*\))?)?")
_SEARCHED: Final = ("--chdir", "--app-dir", "--pythonpath")
_FLASK_APPS: Final = ("wsgi", "app")
"""Modules in which Flask looks for an app that it is not told of (``cli.py``, locate_app)."""
_FASTAPI_APPS: Final = ("main", "app", "api", "app.main", "app.app", "app.api")
"""Likewise fastapi-cli (``discover.py``)."""
_WORKERS: Final = {"celery": ("-A", "--app"), "dramatiq": (), "rq": (), "arq": (), "faust": ("-A", "--app")}
"""Commands that load a module and take work from a queue, with the options that name it."""


class View(NamedTuple):
    """What of the image's files is in view. ``shown``: the folders in view that a folder of the image has the contents of.

    ``directory`` is the working directory, ``environment`` what the image sets, ``context`` the folder in view that all of it comes from.
    """

    shown: Callable[[str], tuple[str, ...]]
    directory: str
    environment: Mapping[str, str]
    context: str | None


NOTHING_SHOWN: Final = View(lambda _: (), "/", {}, None)


class Started(NamedTuple):
    """``word`` names the module, or the server whose module is not in view. ``arguments`` are what follows the script or the server."""

    program: PythonProgram
    word: Word
    arguments: tuple[Word, ...]
    is_certain: bool


class _Found(NamedTuple):
    """A file in view; ``is_certain``: it stands where the interpreter looks for it."""

    path: str
    is_certain: bool


def started(python: PythonCode, line: Sequence[Word], view: View) -> Started | None:
    """The program that a command line starts; None where it starts something else, or a script that is not in view."""
    words = _unwrapped(line)
    if not words:
        return None
    name = posixpath.basename(words[0].text)
    if _PYTHON.fullmatch(name):
        return _of_interpreter(python, words[1:], view)
    if name in SERVER_COMMANDS:
        return _of_server(python, name, words, view)
    if name in _WORKERS:
        return _of_worker(python, name, words, view)
    return _of_script(python, words, view) if name.endswith(".py") else None


def _unwrapped(line: Sequence[Word]) -> tuple[Word, ...]:
    """The command line behind commands that start the rest of theirs."""
    words = tuple(line)
    while words and posixpath.basename(words[0].text) in WRAPPERS:
        rest = words[1:]
        # Their own options may have values: what is known ends them.
        start = next((index for index, word in enumerate(rest) if _is_known(posixpath.basename(word.text))), None)
        if start is None:
            return ()
        words = rest[start:]
    return words


def _is_known(name: str) -> bool:
    return _PYTHON.fullmatch(name) is not None or name in SERVER_COMMANDS or name in _WORKERS or name in WRAPPERS or name.endswith(".py")


def _of_interpreter(python: PythonCode, words: Sequence[Word], view: View) -> Started | None:
    index = 0
    while index < len(words):
        word = words[index]
        if word.text == "-m" and index + 1 < len(words):
            module, rest = words[index + 1], words[index + 1 :]
            if server_of(module.text):
                return _of_server(python, server_of(module.text), rest, view)
            if module.text in _WORKERS:
                return _of_worker(python, module.text, rest, view)
            found = _module(python, module.text, view, as_main=True)
            return _started(python, found, module.text, module, words[index + 2 :]) if found is not None else None
        if not word.text.startswith("-"):
            return _of_script(python, words[index:], view)
        if word.text in ("-c", "-"):
            return None
        index += 2 if word.text in _FLAGS_WITH_VALUE else 1
    return None


def _of_script(python: PythonCode, words: Sequence[Word], view: View) -> Started | None:
    path = posixpath.normpath(posixpath.join(view.directory, words[0].text))
    folder, name = posixpath.split(path)
    for shown in view.shown(folder):
        file = posixpath.normpath(posixpath.join(shown, name))
        if file in python.paths:
            return _started(python, _Found(file, True), _dotted(words[0].text), words[0], words[1:])
        if (main := posixpath.join(file, "__main__.py")) in python.paths:
            return _started(python, _Found(main, True), _dotted(words[0].text), words[0], words[1:])
    return None


def _dotted(path: str) -> str:
    """A script as a module is called."""
    return path.removesuffix(".py").strip("./").replace("/", ".")


def _of_server(python: PythonCode, server: str, words: Sequence[Word], view: View) -> Started | None:
    """A server command: it is known to serve even where what it loads is not in view."""
    form, rest = SERVER_COMMANDS[server], tuple(words[1:])
    if form.commands and not any(word.text in form.commands for word in rest):
        return None
    options = tuple(_options(rest))
    view = view._replace(directory=_option(options, _SEARCHED) or view.directory)
    named = next((word for name, word in options if not name and word.text not in form.commands), None)
    app = named.text if named is not None else ""
    if server == "flask":
        app = _option(options, ("-A", "--app")) or view.environment.get("FLASK_APP", "")
    match = _APP.fullmatch(app)
    names = (_dotted(match["module"]),) if match else _FLASK_APPS if server == "flask" else _FASTAPI_APPS if server == "fastapi" else ()
    found = next((item for item in (_module(python, name, view) for name in names) if item is not None), None)
    configuration = _configuration(python, server, _option(options, ("-c", "--config")), view)
    word = named if named is not None and found is not None else words[0]
    return _started(python, found, names[0] if names else server, word, rest, server, configuration, words[0].span)


def _of_worker(python: PythonCode, name: str, words: Sequence[Word], view: View) -> Started | None:
    options = tuple(_options(tuple(words[1:])))
    given = _option(options, _WORKERS[name]) if _WORKERS[name] else next((word.text for key, word in options if not key), "")
    match = _APP.fullmatch(given or "")
    found = _module(python, _dotted(match["module"]), view) if match else None
    return _started(python, found, _dotted(match["module"]), words[0], tuple(words[1:]), name) if match and found is not None else None


def _options(words: tuple[Word, ...]) -> Iterator[tuple[str, Word]]:
    """The options with their values, and what stands alone, with an empty name."""
    index = 0
    while index < len(words):
        word = words[index]
        name, equals, text = word.text.partition("=")
        if not word.text.startswith("-"):
            yield "", word
        elif equals:
            yield name, word._replace(text=text)
        elif name not in OPTIONS_WITHOUT_VALUE and index + 1 < len(words):
            index += 1
            yield name, words[index]
        index += 1


def _option(options: Sequence[tuple[str, Word]], names: Sequence[str]) -> str:
    return next((word.text for name, word in reversed(options) if name in names), "")


def _configuration(python: PythonCode, server: str, given: str, view: View) -> str:
    """The file that gunicorn or hypercorn takes its settings of: what it is told, else gunicorn's own name for it."""
    name = given.removeprefix("file:").removeprefix("python:")
    if server not in ("gunicorn", "hypercorn") or not (name or server == "gunicorn"):
        return ""
    path = posixpath.normpath(posixpath.join(view.directory, name or "gunicorn.conf.py"))
    for shown in view.shown(posixpath.dirname(path)):
        file = posixpath.normpath(posixpath.join(shown, posixpath.basename(path)))
        if file in python.modules:
            return file
    return ""


def _module(python: PythonCode, dotted: str, view: View, *, as_main: bool = False) -> _Found | None:
    """The file of a module: below the working directory or ``PYTHONPATH``, else the only one of its name in the folder of the build."""
    if not _MODULE.fullmatch(dotted):
        return None
    inner = dotted.replace(".", "/")
    names = (f"{inner}.py", f"{inner}/__main__.py" if as_main else f"{inner}/__init__.py")
    searched = (view.directory, *(item for item in view.environment.get("PYTHONPATH", "").split(":") if item))
    for folder in searched:
        for shown in view.shown(posixpath.normpath(posixpath.join(view.directory, folder))):
            for name in names:
                if (file := posixpath.normpath(posixpath.join(shown, name))) in python.paths:
                    return _Found(file, True)
    if view.context is None:
        return None
    prefix = "" if view.context == "." else f"{view.context}/"
    ends = tuple(f"/{name}" for name in names)
    below = [path for path in python.paths if path.startswith(prefix) and f"/{path}".endswith(ends)]
    return _Found(below[0], False) if len(below) == 1 else None


def _started(
    python: PythonCode,
    found: _Found | None,
    name: str,
    word: Word,
    arguments: Sequence[Word],
    server: str = "",
    configuration: str = "",
    place: Span | None = None,
) -> Started:
    path = found.path if found is not None else ""
    main = place if place is not None else Span(path, 0, 0)
    program = python.keep(
        ("python program", path, name, main, server, configuration),
        lambda: PythonProgram(path, main, name, posixpath.dirname(path) or ".", server, configuration),
    )
    return Started(program, word, tuple(arguments), found is None or found.is_certain)
