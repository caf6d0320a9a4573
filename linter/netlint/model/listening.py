"""Where a container listens, as far as its options, its env values and the code of its program say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.model.commands import words
from netlint.model.linked import listens_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, Workload
    from netlint.model import Model
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span


class LoopbackAddress(NamedTuple):
    """An address of the pod itself that a container listens on. ``setting`` is the option or env variable, or the place in the code.

    ``run``: the program whose code says so.
    """

    setting: str
    port: int
    text: str
    span: Span
    run: Run | None = None


_LOOPBACK: Final = r"(?:127\.0\.0\.1|localhost|\[::1\])"
# Texts that ``re`` compiles when they are asked for first: few containers are told an address of the pod itself.
_ADDRESS: Final = rf"(?i)(?:(?P<scheme>[a-z]+)://)?{_LOOPBACK}:(?P<port>\d{{1,5}})/?"
_HOST_ALONE: Final = rf"(?i){_LOOPBACK}|::1"
_LISTEN_WORD: Final = r"(?i)(?:^|[-_.])(?:listen(?:er|ing)?|bind)(?:[-_.]|$)"
# Short for "listen here" among the options of servers; an env variable of such a name is as often the address of somebody else.
_SERVER_OPTION: Final = r"--?(?:(?:https?|grpc|web|metrics|health|health-probe|admin)[-.])?addr(?:ess)?"
_HOST_OPTION: Final = frozenset(("--host", "--bind", "--bind-address", "--listen-address", "--listen-host", "--address"))
_PORT_OPTION: Final = frozenset(("--port", "--bind-port", "--listen-port"))

_MAX_TEXT: Final = 10_000
"""A longer argument is a script that does more than start a server."""


def ports_of_programs(model: Model, unit: Unit, workload: Workload) -> frozenset[int]:
    """The ports that the workload's programs are known to listen on, as far as their code is in view."""
    return frozenset(listen.port for listen in listens_in(model, unit, workload) if listen.port and not listen.is_local)


def loopback_addresses(model: Model, unit: Unit, workload: Workload, container: Container) -> Iterator[LoopbackAddress]:
    """The addresses that reach only the pod itself, where the container listens on no other with the same port."""
    of_manifest = list(_of_manifest(container))
    told = frozenset(item.port for item in of_manifest)
    found = {item.span: item for item in (*_of_programs(model, unit, workload, container, told), *of_manifest)}
    yield from found.values()


def _of_programs(model: Model, unit: Unit, workload: Workload, container: Container, told: frozenset[int]) -> Iterator[LoopbackAddress]:
    """What code says, and the command line of a server; ``told``: ports of which the options of any program tell already."""
    listens = listens_in(model, unit, workload, container)
    # One that listens where nobody knows may listen on that port as well.
    if any(listen.port is None for listen in listens):
        return
    for listen in listens:
        if listen.listening.function is None and listen.port in told:
            continue
        if listen.is_local and listen.port and not any(other.port == listen.port and not other.is_local for other in listens):
            yield LoopbackAddress(listen.where, listen.port, listen.text, listen.span, listen.run)


def _of_manifest(container: Container) -> Iterator[LoopbackAddress]:
    texts = [value.text for value in (*container.command, *container.args)]
    if any(len(text) > _MAX_TEXT for text in texts):
        return
    texts += [variable.value.text for variable in container.env if variable.value is not None]
    if not any("127.0.0.1" in text or "localhost" in text.lower() or "::1" in text for text in texts):
        return
    for found in (*_of_options(container), *_of_env(container)):
        if not _listens_elsewhere(texts, found.port):
            yield found


def _of_options(container: Container) -> Iterator[LoopbackAddress]:
    pieces = words((*container.command, *container.args))
    host: tuple[str, str, Span] | None = None
    ports: list[int] = []
    for index, word in enumerate(pieces):
        option, equals, value = word.text.partition("=")
        if not option.startswith("-"):
            continue
        span = word.span
        if not equals and index + 1 < len(pieces):
            value, span = pieces[index + 1].text, pieces[index + 1].span
        elif equals and span.end - span.start == len(word.text):
            span = span.part(len(option) + 1, len(word.text))
        match = re.fullmatch(_ADDRESS, value)
        if match is not None and _is_listening(option, match["scheme"]):
            yield LoopbackAddress(option, int(match["port"]), value, span)
        if option in _HOST_OPTION and re.fullmatch(_HOST_ALONE, value):
            host = option, value, span
        elif option in _PORT_OPTION and value.isascii() and value.isdigit() and len(value) < 6:
            ports.append(int(value))
    if host is not None and len(ports) == 1:
        yield LoopbackAddress(host[0], ports[0], host[1], host[2])


def _of_env(container: Container) -> Iterator[LoopbackAddress]:
    for variable in container.env:
        match = re.fullmatch(_ADDRESS, variable.value.text) if variable.value is not None else None
        if variable.value is not None and match is not None and re.search(_LISTEN_WORD, variable.name.text):
            yield LoopbackAddress(variable.name.text, int(match["port"]), match[0], variable.value.span)


def _is_listening(option: str, scheme: str | None) -> bool:
    if re.search(_LISTEN_WORD, option.lstrip("-")):
        return True
    return scheme is None and re.fullmatch(_SERVER_OPTION, option) is not None


def _listens_elsewhere(texts: list[str], port: int) -> bool:
    """Whether another setting gives the port with an address that is not the pod's own, or with none."""
    other = re.compile(rf"(?<!127\.0\.0\.1)(?<!localhost)(?<!\[::1\]):{port}(?!\d)", re.IGNORECASE)
    return any(other.search(text) for text in texts)
