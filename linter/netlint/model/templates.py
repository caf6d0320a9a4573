"""Texts with parts that are given from outside: what they are, and how they are put together."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from netlint.model.code.packages import GoFunction
    from netlint.model.python.code import PythonScope
    from netlint.source import Span


Place: TypeAlias = "GoFunction | PythonScope"
"""A function of Go, or a scope of Python: where code stands."""


class Input(NamedTuple):
    """A text that is given to the program from outside.

    ``name`` is that of the variable, or of the flag without its dashes. ``default`` is what the text is when nothing is given: ``()`` the
    empty one, None an unknown one. ``is_required``: the program ends, or says so, when nothing is given. ``span`` is where the code names
    it.
    """

    kind: Literal["env", "flag"]
    name: str
    default: Template | None
    is_required: bool
    span: Span
    default_span: Span | None = None
    """Where the default is written, when it is a text of the code."""


Template: TypeAlias = "tuple[str | Input | None, ...]"
"""The parts of a text in order; None is a part that is not known."""


class Address(NamedTuple):
    """One text that an address may be. ``span`` is where it comes in: the literal, or the call that reads it.

    ``origin`` is where in code that stands: it tells apart the programs that share a library. None for a command line.
    """

    template: Template
    span: Span
    origin: Place | None


Part: TypeAlias = "str | Address"

HOLE: Final = "\0"
"""Stands for a part that is not known, where a template is written as a text."""

MAX_ADDRESSES: Final = 24
"""Texts that one expression may be; with more of them it counts as unknown."""

_MAX_PRODUCTS: Final = 1000
"""Ways to put parts together that are looked at."""

_SCHEME: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:/*|:)?")
"""What may stand in front of a host and says nothing of where it is."""

_BEFORE_HOSTS: Final = ("://", "@", "host=", "tcp(")
"""How a text ends behind which the host follows, in URLs and data sources."""

_WITH_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

_TWO_SCHEMES: Final = re.compile(rf"(?:{_WITH_SCHEME.pattern}){{2}}")

_HOST: Final = re.compile(rf"{_WITH_SCHEME.pattern}(?:[^@/?#]*@)?([^/?#]*)(?P<path>[/?#].*)?", re.DOTALL)


def template_of(*parts: str | Input | None) -> Template:
    """A template of parts: texts beside each other are one, and so are unknown parts."""
    found: list[str | Input | None] = []
    for part in parts:
        if part == "":
            continue
        if found and isinstance(part, str) and isinstance(found[-1], str):
            found[-1] += part
        elif not (part is None and found and found[-1] is None):
            found.append(part)
    return tuple(found)


def text_without_inputs(template: Template) -> str:
    """The text when nothing is given from outside, with a ``HOLE`` for each part that is not known."""
    return "".join(
        part if isinstance(part, str) else HOLE if part is None or part.default is None else text_without_inputs(part.default)
        for part in template
    )


def without_places(template: Template) -> Hashable:
    return tuple(
        (part.kind, part.name, part.default and without_places(part.default)) if isinstance(part, Input) else part for part in template
    )


# -- in a row


def rows(alternatives: Sequence[Sequence[Part]]) -> Iterator[Address]:
    """Every text that one alternative of each part makes."""
    found = [_in_a_row(chosen) for chosen in _products(alternatives)]
    # Who puts a scheme in front of some texts does not do so with those that have one.
    yield from [address for address in found if not _has_two_schemes(address.template)] or found


def _products(alternatives: Sequence[Sequence[Part]]) -> list[tuple[Part, ...]]:
    """One alternative of each part, in every way that may come from one program."""
    total = 1
    for parts in alternatives:
        total *= len(parts)
    if total <= _MAX_PRODUCTS:
        found = [chosen for chosen in product(*alternatives) if _belong_together(chosen, alternatives)]
        if len(found) <= MAX_ADDRESSES:
            return found
    # Of too many, the parts that differ are unknown.
    return [tuple(parts[0] if len(parts) == 1 else _hole(parts) for parts in alternatives)]


def _hole(parts: Sequence[Part]) -> Part:
    first = parts[0]
    return first._replace(template=(None,)) if isinstance(first, Address) else first


def _belong_together(chosen: tuple[Part, ...], alternatives: Sequence[Sequence[Part]]) -> bool:
    """Whether the parts may come from one program: of host and port, which each are given in several places, those of the same place."""
    for place, (one, others) in enumerate(zip(chosen, alternatives, strict=True)):
        if len(others) < 2 or not isinstance(one, Address):
            continue
        for second, beside in zip(chosen[place + 1 :], alternatives[place + 1 :], strict=True):
            if len(beside) < 2 or not isinstance(second, Address) or one.origin is second.origin:
                continue
            if any(_is_of(item, one.origin) for item in beside) or any(_is_of(item, second.origin) for item in others):
                return False
            package = _package(one)
            if _package(second) is not package and any(isinstance(item, Address) and _package(item) is package for item in beside):
                return False
    return True


def _package(address: Address) -> object:
    return address.origin.package if address.origin is not None else None


def _is_of(part: Part, function: Place | None) -> bool:
    return isinstance(part, Address) and part.origin is function


def _has_two_schemes(template: Template) -> bool:
    match template:
        case (str() as text, *_) if _TWO_SCHEMES.match(text):
            return True
        case (str() as text, Input(default=(str() as default, *_)), *_):
            return text.endswith("://") and _WITH_SCHEME.match(default) is not None
    return False


def _in_a_row(parts: Sequence[Part]) -> Address:
    """One text of several; it comes in where its host begins."""
    pieces: list[str | Input | None] = []
    place: Address | None = None
    is_found = False
    for part in parts:
        if isinstance(part, Address):
            begins = bool(pieces) and isinstance(pieces[-1], str) and pieces[-1].endswith(_BEFORE_HOSTS)
            if (begins and not is_found) or place is None or _says_nothing(place.template):
                place = part if begins or place is None or not _says_nothing(part.template) else place
            is_found = is_found or begins
            pieces.extend(part.template)
        else:
            pieces.append(part)
    assert place is not None
    return place._replace(template=template_of(*pieces))


def _says_nothing(template: Template) -> bool:
    return all(isinstance(piece, str) and _SCHEME.fullmatch(piece) for piece in template)


def host_of(address: Address) -> Address:
    """The host of a URL, with its port, when the text says where it begins."""
    match address.template:
        case (str() as first, *rest) if (found := _HOST.match(first)) is not None:
            if found["path"] is not None:
                return address._replace(template=template_of(found[1]))
            whole: list[str | Input | None] = [found[1]]
            for part in rest:
                if isinstance(part, str) and (end := re.search("[/?#]", part)) is not None:
                    whole.append(part[: end.start()])
                    break
                whole.append(part)
            return address._replace(template=template_of(*whole))
    return address._replace(template=(None,))


def is_ipv6(template: Template) -> bool:
    return len(template) == 1 and isinstance(template[0], str) and ":" in template[0]


# -- inputs and their defaults


def is_single(address: Address) -> bool:
    return len(address.template) == 1 and isinstance(address.template[0], Input)


def key_of(address: Address) -> tuple[str, str]:
    part = address.template[0]
    assert isinstance(part, Input)
    return part.kind, part.name


def is_open(address: Address) -> bool:
    """Whether the text is an input that is empty when nothing is given."""
    return is_single(address) and _innermost(address.template) == ()


def _innermost(template: Template) -> Template | None:
    while len(template) == 1 and isinstance(template[0], Input):
        if template[0].default is None:
            return None
        template = template[0].default
    return template


def with_default(address: Address, defaults: Iterable[Address]) -> tuple[Address, ...]:
    """An input that is empty when nothing is given, with each of the defaults instead."""
    part = address.template[0]
    assert isinstance(part, Input)
    found = tuple(dict.fromkeys(address._replace(template=(_filled_up(part, default),)) for default in defaults))
    return found or (address,)


def _filled_up(part: Input, default: Address) -> Input:
    if part.default:
        inner = part.default[0]
        assert isinstance(inner, Input)
        return part._replace(default=(_filled_up(inner, default),))
    template = None if default.template == (None,) else default.template
    return part._replace(default=template, is_required=False, default_span=default.span)
