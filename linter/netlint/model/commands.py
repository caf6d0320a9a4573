"""What an exec command of a probe or a hook does, read off its words: how long it sleeps, how long it lets a check take."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.durations import parse_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netlint.durations import Nanoseconds
    from netlint.kubernetes.values import Value
    from netlint.source import Span


class Word(NamedTuple):
    """A word of a command, or a separator of the shell (``;``, ``&&``, a new line …)."""

    text: str
    span: Span
    is_separator: bool = False


class TimeLimit(NamedTuple):
    """A limit that a program of the command is given: ``curl -m 5``. ``span`` covers the number."""

    program: str
    option: str
    duration: Nanoseconds
    bounds_all: bool
    """Whether it bounds the whole check, not one phase of it."""
    span: Span


class Sleep(NamedTuple):
    """A wait for a fixed time: ``sleep 30``. ``span`` covers the number."""

    duration: Nanoseconds
    span: Span


_PIECE: Final = re.compile(r"(?P<separator>\r?\n|;+|&&|\|\|?|&|\$\(|[()`])|[^\s;&|()`\"']+")

SHELLS: Final = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"))
"""Programs that run the rest of the command as a script."""

_GRPC_HEALTH_PROBE_LIMITS: Final = {"-connect-timeout": False, "--connect-timeout": False, "-rpc-timeout": False, "--rpc-timeout": False}

# Program -> option -> whether it bounds the whole check. One dash and one letter is a short option, which may carry its value.
_LIMIT_OPTIONS: Final[dict[str, dict[str, bool]]] = {
    "curl": {"-m": True, "--max-time": True, "--connect-timeout": False},
    "wget": {"-T": False, "--timeout": False, "--connect-timeout": False, "--read-timeout": False},
    "nc": {"-w": False},
    "ncat": {"-w": False},
    "netcat": {"-w": False},
    "grpc_health_probe": _GRPC_HEALTH_PROBE_LIMITS,
    "grpc-health-probe": _GRPC_HEALTH_PROBE_LIMITS,
    "grpcurl": {"-max-time": True, "-connect-timeout": False},
    "pg_isready": {"-t": True, "--timeout": True},
    "mysql": {"--connect-timeout": False, "--connect_timeout": False},
    "mysqladmin": {"--connect-timeout": False, "--connect_timeout": False},
    "mariadb-admin": {"--connect-timeout": False, "--connect_timeout": False},
    "rabbitmq-diagnostics": {"-t": True, "--timeout": True},
    "rabbitmqctl": {"-t": True, "--timeout": True},
    "cqlsh": {"--connect-timeout": False, "--request-timeout": False},
    "etcdctl": {"--command-timeout": True, "--dial-timeout": False},
    "kubectl": {"--request-timeout": False},
    "nslookup": {"-timeout": False},
}
_TIMEOUT_VALUE_OPTIONS: Final = frozenset(("-s", "--signal", "-k", "--kill-after"))
_BRANCHES: Final = frozenset(("if", "while", "for", "until", "case", "function", "test", "[", "[[", "trap", "wait", "select"))
_ENDS_THE_PROCESS: Final = re.compile(r"kill|quit|stop|shutdown|halt|leave|exit|reboot|term", re.IGNORECASE)
_QUIET: Final = frozenset(("echo", "printf", "true", ":", "set", "date"))


def words(command: Sequence[Value]) -> tuple[Word, ...]:
    """The words of a command in order, quotes dropped: an argument that is a script is cut like one."""
    return tuple(
        Word(match[0], value.span_of(*match.span()), match["separator"] is not None)
        for value in command
        for match in _PIECE.finditer(value.text)
    )


def program_name(text: str) -> str:
    """The program that a word names, without its folder."""
    return posixpath.basename(text)


def leading_sleeps(command: Sequence[Value]) -> tuple[Sleep, ...]:
    """The sleeps that the command is sure to pass while the main process runs: together the least time it takes.

    Empty where a branch, a loop or a background job leaves that open, or a sleep is not a plain number. Those after a command that may
    end the main process (``nginx -s quit``) do not count, for with the process the hook ends as well.
    """
    found: list[Sleep] = []
    pieces = words(command)
    if any(piece.text in _BRANCHES or (piece.is_separator and piece.text in ("||", "&", "|")) for piece in pieces):
        return ()
    program = ""
    for piece in pieces:
        if piece.is_separator:
            program = ""
        elif not program:
            name = program_name(piece.text)
            program = "" if name in SHELLS or name == "exec" or piece.text.startswith("-") else name
            if program and program != "sleep" and program not in _QUIET and _ENDS_THE_PROCESS.search(program):
                break
        elif program == "sleep":
            duration = parse_seconds(piece.text)
            if duration is None:
                return ()
            found.append(Sleep(duration, piece.span))
        elif program not in _QUIET and _ENDS_THE_PROCESS.search(piece.text):
            break
    return tuple(found)


def time_limits(command: Sequence[Value]) -> tuple[tuple[TimeLimit, ...], ...]:
    """The limits that each simple command of ``command`` carries; those without any are left out."""
    segments: list[list[Word]] = [[]]
    for word in words(command):
        if word.is_separator:
            segments.append([])
        else:
            segments[-1].append(word)
    found = (tuple(_segment_limits(segment)) for segment in segments)
    return tuple(limits for limits in found if limits)


def _segment_limits(segment: list[Word]) -> Iterator[TimeLimit]:
    program = ""
    for index, word in enumerate(segment):
        name = program_name(word.text)
        if name == "timeout" and not program:
            yield from _timeout_argument(segment[index + 1 :])
        elif name in _LIMIT_OPTIONS:
            program = name
        elif program and word.text.startswith("-"):
            following = segment[index + 1] if index + 1 < len(segment) else None
            for option, bounds_all in _LIMIT_OPTIONS[program].items():
                value = _option_value(option, word, following)
                duration = parse_seconds(value[0]) if value else None
                if value and duration:
                    yield TimeLimit(program, option, duration, bounds_all, value[1])


def _timeout_argument(rest: list[Word]) -> Iterator[TimeLimit]:
    """The duration of coreutils' ``timeout [OPTION] DURATION COMMAND``, or of the older BusyBox ``timeout -t DURATION``."""
    skip = False
    for word in rest:
        if skip:
            skip = False
        elif word.text in _TIMEOUT_VALUE_OPTIONS:
            skip = True
        elif not word.text.startswith("-"):
            if duration := parse_seconds(word.text):
                yield TimeLimit("timeout", "", duration, True, word.span)
            return


def _option_value(option: str, word: Word, following: Word | None) -> tuple[str, Span] | None:
    """Value of ``option`` when ``word`` is it: after ``=``, in the next word, or (short options) in the same word, behind other letters."""
    if word.text == option:
        return (following.text, following.span) if following else None
    if len(option) > 2:
        name, equals, value = word.text.partition("=")
        return (value, part_of(word, len(word.text) - len(value))) if equals and name == option else None
    match = re.fullmatch(rf"-[A-Za-z#]*{option[1]}(?P<value>[\d.]*)", word.text)
    if match is None:
        return None
    if match["value"]:
        return match["value"], part_of(word, match.start("value"))
    return (following.text, following.span) if following else None


def part_of(word: Word, start: int) -> Span:
    """Where the word stands from ``start`` on; all of its span where that is not the word alone (escapes)."""
    alone = word.span.end - word.span.start == len(word.text)
    return word.span.part(start, len(word.text)) if alone else word.span
