"""Dial hooks of transports: functions that open a connection in place of the package's own dialer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import NOT_LOCAL, FunctionLiteral, Name
from netlint.knowledge.go_dials import DIALS
from netlint.model.code.dials import dial_of
from netlint.model.code.settings import field_value, settings
from netlint.model.code.types import reference
from netlint.model.code.values import body_of, origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Block, Parameter
    from netlint.model.code.code import Code
    from netlint.model.code.dials import Dial
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.settings import Setting
    from netlint.model.code.values import Origin

_HOOKS: Final = {
    "net/http.Transport": ("DialContext", "DialTLSContext", "Dial", "DialTLS"),
    "golang.org/x/net/http2.Transport": ("DialTLSContext",),
    "github.com/gorilla/websocket.Dialer": ("NetDialContext",),
}
"""Fields that hold a dial hook. One whose name ends in ``Context`` is given that first; next, or first, comes the network."""


class Hook(NamedTuple):
    """A dial hook in view: the field ``name`` of ``setting`` holds it. ``parameters`` and ``block`` are those of ``function``, or of a
    literal in it.
    """

    setting: Setting
    name: str
    function: GoFunction
    parameters: tuple[Parameter, ...]
    block: Block

    @property
    def context(self) -> Parameter | None:
        """The parameter that is the context of the dial; None for a hook that is given none."""
        return self.parameters[0] if self.name.endswith("Context") else None

    @property
    def network(self) -> Parameter:
        """The parameter that says which network to dial."""
        return self.parameters[1 if self.name.endswith("Context") else 0]


def dial_hooks(code: Code) -> Iterator[Hook]:
    """Every dial hook in view of the objects that the judged code makes."""
    for type, names in _HOOKS.items():
        for setting in settings(code, type):
            for name in names:
                for place in field_value(code, setting, name).places:
                    found = origins(code, place.expression, place.function) if place.position < 0 else ()
                    for hook in (_hook_of(code, setting, name, origin) for origin in found):
                        if hook is not None and len(hook.parameters) >= 2:
                            yield hook


def _hook_of(code: Code, setting: Setting, name: str, origin: Origin) -> Hook | None:
    if origin.kind != "function" or origin.function is None or origin.node is None:
        return None
    if isinstance(origin.node, FunctionLiteral):
        return Hook(setting, name, origin.function, origin.node.parameters, origin.node.body)
    declared = reference(code, origin.node, origin.function).declaration
    if declared is None or declared[1].body is None:
        return None
    body = body_of(code, *declared)
    return Hook(setting, name, body, body.declaration.parameters, body.body.block)


def dials_without_context(code: Code, hook: Hook) -> Iterator[Dial]:
    """The dials over TCP that a hook makes without the context it is given."""
    for call in hook.function.body.calls:
        if not hook.block.start <= call.start < hook.block.end:
            continue
        dial = dial_of(code, call, hook.function)
        if dial is not None and dial.context is None and _is_tcp(dial, hook.network):
            yield dial


def _is_tcp(dial: Dial, network: Parameter) -> bool:
    """Whether a dial goes to the network that the hook is asked for, which is tcp, or says so itself."""
    place = DIALS[dial.name].network
    written = dial.call.arguments[place] if place >= 0 else None
    if isinstance(written, Name) and written.local == network.local != NOT_LOCAL:
        return True
    return bool(dial.networks) and all(item.startswith("tcp") for item in dial.networks)
