"""Code joined with manifests: what the programs of a workload call, by which name, and where they listen.

A program's texts are put together of what it is written with and what it is given. Both halves are known here: the environment variables
and options of the container fill the holes that the code leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.dns.addresses import parse_address
from netlint.kubernetes.hosts import HostForm, HostReference, is_host, is_name
from netlint.model.asked_ports import asked_port
from netlint.model.environment import Given, given_to
from netlint.model.given_limits import call_in, connecting_by, listening_in
from netlint.model.languages import is_part_of, listenings_of, may_listen_unseen, may_run_in, outgoing_of, surely_runs_in
from netlint.model.names import meaning_of
from netlint.model.runs import Evidence, runs_of
from netlint.model.targets import target_in
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.kubernetes.facts import Container, Workload
    from netlint.model import Model
    from netlint.model.call_ends import Listening, Outgoing
    from netlint.model.code.packages import GoFunction
    from netlint.model.limits import Limit
    from netlint.model.names import UsedName
    from netlint.model.runs import Run
    from netlint.model.targets import Target
    from netlint.model.templates import Address, Input, Template
    from netlint.model.units import Unit
    from netlint.source import Span

_LOOKS_UP_PER_CALL: Final = frozenset(("http", "dial", "websocket", "lookup"))
"""Calls that may look their host up each time; other clients keep a pool of connections and resolve beside the calls."""
_MAX_DEPTH: Final = 8
"""Inputs whose defaults are inputs: ``flag.String("url", os.Getenv("URL"), …)`` has two."""


class Piece(NamedTuple):
    """A part of a text, where it stands, and the setting that gives it; ``HOLE`` alone for what is not known."""

    text: str
    span: Span | None = None
    given: Given | None = None
    input: Input | None = None
    """The variable or option whose default the text is: nothing sets it."""


class Link(NamedTuple):
    """A call of a program that runs in a workload. ``text`` is what it is told to call, ``pieces`` what that is put together of.

    ``name`` is the host that ``target`` holds, with what it means to the workload; ``is_in_code`` tells a literal from what the manifests
    give.
    """

    run: Run
    outgoing: Outgoing
    text: str
    pieces: tuple[Piece, ...]
    target: Target
    name: UsedName
    is_in_code: bool
    is_sure: bool = True
    """Whether the command that the container gives is seen to reach the call, where the program has several commands."""

    @property
    def span(self) -> Span:
        """Where the host is written."""
        return self.name.reference.span

    @property
    def port(self) -> int | None:
        """The port that is dialled, as far as text and client tell."""
        asked = asked_port(self.name.reference)
        return asked.number if asked else None

    @property
    def look_up_limit(self) -> Limit | None:
        """The shortest limit in view that looking up the host is part of; None for clients that resolve beside their calls."""
        call = self.outgoing
        if call.kind not in _LOOKS_UP_PER_CALL or not call.bounds_look_up:
            return None
        known = [
            limit for limit in (call.deadline, call.dial) if limit.state == "known" and limit.span is not None and limit.nanoseconds > 0
        ]
        return min(known, key=lambda limit: limit.nanoseconds, default=None)

    @property
    def certainty(self) -> Literal["certain", "likely"]:
        """How sure it is that the pods make the call: what one of several commands reaches is told by names alone."""
        return self.run.certainty if self.is_sure else "likely"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What shows that the program runs there, and that nothing changes its default."""
        unset = (Evidence(self.run.container.head, f"sets no {input.name}, so the default holds") for input in self.unset)
        return (*self.run.evidence, *unset)

    @property
    def unset(self) -> tuple[Input, ...]:
        """Variables and options that the container does not give, so that the default in the code holds."""
        return tuple(piece.input for piece in self.pieces if piece.input is not None)


class Listen(NamedTuple):
    """Where a program of a workload waits for connections. ``text`` is the address, written at ``span``; ``where`` names that place.

    ``host`` is a ``HOLE`` and ``port`` None where they are not known; port 0 is one that the system chooses.
    """

    run: Run
    listening: Listening
    text: str
    host: str
    port: int | None
    span: Span
    where: str

    @property
    def is_local(self) -> bool:
        """Whether only the pod itself reaches it."""
        address = parse_address(self.host)
        return self.host.lower() == "localhost" or (address is not None and address.is_loopback)


def links_of(model: Model, unit: Unit, workload: Workload) -> tuple[Link, ...]:
    """The calls of the workload's programs whose host is known."""
    known = unit.memo.links
    if id(workload) not in known:
        known[id(workload)] = tuple(_links(model, unit, workload))
    return known[id(workload)]


def _links(model: Model, unit: Unit, workload: Workload) -> Iterator[Link]:
    for run in runs_of(model, unit, workload):
        for call in outgoing_of(model, run.program):
            if not may_run_in(model, run, call.function, call.span.start):
                continue
            here = call_in(unit, run, call)
            for address in call.addresses:
                if may_run_in(model, run, address.origin, address.span.start):
                    pieces = filled(unit, run, address)
                    link = _link(model, unit, run, here, pieces)
                    if link is not None:
                        yield link


def _link(model: Model, unit: Unit, run: Run, call: Outgoing, pieces: tuple[Piece, ...]) -> Link | None:
    text = "".join(piece.text for piece in pieces)
    target = target_in(text)
    if target is None or not is_name(target.host) or not is_host(target.host):
        return None
    piece, start = _piece_at(pieces, target.start)
    if piece.span is None or start + len(target.host) > len(piece.text):
        # A host put together of two parts stands nowhere as a whole.
        return None
    end = start + len(target.host)
    span, where = _span_of(piece, start, end), _where(piece, run.program.name)
    port = target.port if target.has_port else call.default_port
    written = f":{target.port}"
    # What follows the port, if anything, is a path; one that comes from another part stands elsewhere.
    port_span = _span_of(piece, end + 1, end + len(written)) if piece.text.startswith(written, end) else None
    form = HostForm.HOST_PORT if target.scheme in ("", "dns", "passthrough") else HostForm.URL
    if call.kind == "database":
        call = connecting_by(unit, run, call, text, target.scheme, span)
    is_sure = surely_runs_in(model, run, call.function, call.span.start)
    reference = HostReference(target.host, port, form, where, span, target.scheme, port_span)
    name = meaning_of(unit, run.workload, reference, run.container, model.cluster)
    return Link(run, call, text, pieces, target, name, piece.given is None, is_sure)


def _piece_at(pieces: tuple[Piece, ...], place: int) -> tuple[Piece, int]:
    for piece in pieces:
        if place < len(piece.text):
            return piece, place
        place -= len(piece.text)
    return pieces[-1], place


def _span_of(piece: Piece, start: int, end: int) -> Span:
    """Where characters of a part stand; all of it where they cannot be told apart (escapes, variables put in)."""
    assert piece.span is not None
    if piece.given is not None and piece.given.value is not None:
        return piece.given.value.span_of(start, end)
    length = piece.span.end - piece.span.start
    if length == len(piece.text):
        return piece.span.part(start, end)
    # A literal stands between quotes, which its text lacks.
    return piece.span.part(start + 1, end + 1) if length == len(piece.text) + 2 else piece.span


def _where(piece: Piece, program: str) -> str:
    if piece.given is not None:
        return piece.given.where
    if piece.input is not None:
        return f"the default of {piece.input.name} in program {program}"
    return f"an address in program {program}"


def filled(unit: Unit, run: Run, address: Address) -> tuple[Piece, ...]:
    """The parts of an address with what the container gives put in."""
    return tuple(_filled(unit, run, address.template, address.span, None, 0))


def _filled(unit: Unit, run: Run, template: Template, span: Span, default_of: Input | None, depth: int) -> Iterator[Piece]:
    for part in template:
        if part is None:
            yield Piece(HOLE)
        elif isinstance(part, str):
            yield Piece(part, span, input=default_of)
        else:
            given = given_to(unit, run, part.kind, part.name)
            if given.state == "set":
                yield Piece(given.text, given.span, given)
            elif given.state == "unknown" or part.default is None or depth >= _MAX_DEPTH:
                yield Piece(HOLE)
            else:
                yield from _filled(unit, run, part.default, part.default_span or part.span, part, depth + 1)


def text_in(model: Model, unit: Unit, run: Run, expression: Expression, function: GoFunction) -> str | None:
    """The one text that an expression is where the program runs; None when it is not known whole."""
    from netlint.model.code.inputs import addresses_of

    found = {
        "".join(piece.text for piece in filled(unit, run, address))
        for address in addresses_of(model.code, expression, function)
        if may_run_in(model, run, address.origin, address.span.start)
    }
    text = found.pop() if len(found) == 1 else HOLE
    return None if HOLE in text else text


def listens_of(model: Model, unit: Unit, workload: Workload) -> tuple[Listen, ...]:
    """Where the workload's programs wait for connections, with what the containers give put in."""
    known = unit.memo.listens
    if id(workload) not in known:
        known[id(workload)] = tuple(_listens(model, unit, workload))
    return known[id(workload)]


def _listens(model: Model, unit: Unit, workload: Workload, *, of_any_command: bool = False) -> Iterator[Listen]:
    for run in runs_of(model, unit, workload):
        for listening in listenings_of(model, unit, run):
            if not is_part_of(model, run.program, listening.function):
                continue
            if not of_any_command and not may_run_in(model, run, listening.function, listening.span.start):
                continue
            here = listening_in(unit, run, listening)
            own = [address for address in listening.addresses if is_part_of(model, run.program, address.origin)]
            for address in own:
                yield _listen(unit, run, here, address)
            if not own and not listening.addresses:
                yield Listen(run, here, HOLE, HOLE, None, listening.span, _where(Piece(HOLE), run.program.name))


def _listen(unit: Unit, run: Run, listening: Listening, address: Address) -> Listen:
    pieces = filled(unit, run, address)
    text = "".join(piece.text for piece in pieces)
    target = target_in(text)
    # The port comes last, and is what a setting changes.
    piece = next((piece for piece in reversed(pieces) if piece.span is not None), Piece(HOLE, address.span))
    host, port = (target.host, target.port) if target is not None else (HOLE, None)
    return Listen(run, listening, text, host, port, piece.span or address.span, _where(piece, run.program.name))


class Asked(NamedTuple):
    """A variable or option that a program makes an address of."""

    run: Run
    input: Input


def asked_of(model: Model, unit: Unit, workload: Workload) -> Iterator[Asked]:
    """The variables and options that the workload's programs make the addresses of that they call or listen on, each once a program."""
    for run in runs_of(model, unit, workload):
        places: tuple[Outgoing | Listening, ...] = (*outgoing_of(model, run.program), *listenings_of(model, unit, run))
        found: dict[tuple[str, str], Input] = {}
        for place in places:
            if not may_run_in(model, run, place.function, place.span.start):
                continue
            for address in place.addresses:
                if may_run_in(model, run, address.origin, address.span.start):
                    for part in _inputs_in(unit, run, address.template, 0):
                        known = found.setdefault((part.kind, part.name), part)
                        if part.is_required and not known.is_required:
                            found[(part.kind, part.name)] = part
        yield from (Asked(run, part) for part in found.values())


def _inputs_in(unit: Unit, run: Run, template: Template, depth: int) -> Iterator[Input]:
    """The inputs of a template, and those that are asked next where the container does not give them."""
    for part in template:
        if part is not None and not isinstance(part, str):
            yield part
            if part.default and depth < _MAX_DEPTH and given_to(unit, run, part.kind, part.name).state != "set":
                yield from _inputs_in(unit, run, part.default, depth + 1)


def all_listens(model: Model, unit: Unit, workload: Workload, container: Container) -> tuple[Listen, ...]:
    """Where the container's program waits for connections, when it is known that these are all; else none.

    The program must be known, and each port of it, those of commands that the container does not give among them; nothing that it is built
    of may listen without an address in view.
    """
    listens = tuple(listen for listen in _listens(model, unit, workload, of_any_command=True) if listen.run.container is container)
    programs = {listen.run.program.main: listen.run.program for listen in listens}
    if len(programs) != 1 or any(not listen.port for listen in listens):
        return ()
    return () if any(may_listen_unseen(model, program) for program in programs.values()) else listens
