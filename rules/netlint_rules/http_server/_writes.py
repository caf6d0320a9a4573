"""What the rules about ``WriteTimeout`` have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netlint.durations import Nanoseconds, show_duration
from netlint.finding import Related
from netlint.model.code.handlers import handlers_of, moves_its_deadline
from netlint.model.code.servers import servers
from netlint.model.code.settings import Place, field_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model.code.code import Code
    from netlint.model.code.handlers import Handler
    from netlint.model.code.servers import Server


class WriteLimit(NamedTuple):
    """A server with a ``WriteTimeout`` of so many nanoseconds, written at ``place``."""

    server: Server
    duration: int
    place: Place

    @property
    def shown(self) -> str:
        """As people write it."""
        return show_duration(Nanoseconds(self.duration))


def write_limits(code: Code) -> Iterator[WriteLimit]:
    """Every server with a known ``WriteTimeout``."""
    for server in servers(code):
        value = field_value(code, server.setting, "WriteTimeout")
        if value.value is not None and value.value > 0 and value.places:
            yield WriteLimit(server, value.value, value.places[0])


def limited_handlers(code: Code, limit: WriteLimit) -> Iterator[Handler]:
    """The handlers of the server that its ``WriteTimeout`` holds for: those that do not set a deadline of their own."""
    for handler in handlers_of(code, limit.server):
        if not moves_its_deadline(code, handler):
            yield handler


def registered(handler: Handler) -> list[Related]:
    """Where a handler is registered."""
    if handler.place is None:
        return []
    what = f"serves {handler.pattern}" if handler.pattern else "serves it"
    return [Related(handler.place.span, what)]
