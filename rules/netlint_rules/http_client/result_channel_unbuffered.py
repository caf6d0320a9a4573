"""A goroutine hands its result over an unbuffered channel, and who waits for it may give up: then it waits for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.model.code.results import abandoned_channels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.model import Model
    from netlint.model.code.results import Abandoned


def check(model: Model) -> Iterator[Finding]:
    """A send on an unbuffered channel blocks until somebody receives (Go specification, Send statements)."""
    for found in abandoned_channels(model.code):
        way_out = found.way_out.communication or found.way_out
        yield RULE.finding(
            found.function.span(found.made),
            message=f"The channel {found.name} has no buffer, and the function that receives from it may leave by its time-out",
            why="From then on nobody receives: the goroutine waits at its send for ever, with all that it holds",
            help=f"Give {found.name} room for the result: make(chan …, 1)",
            subject=Subject.function(found.function),
            related=[
                Related(found.function.span(found.send), "waits here for ever"),
                Related(found.function.span(way_out), "leaves without receiving"),
            ],
            fix=_room_for_one(found),
        )


def _room_for_one(found: Abandoned) -> Fix | None:
    if len(found.made.arguments) != 1:
        return None
    end = found.made.arguments[0].end
    return Fix("Give it room for one", False, (Edit(found.function.file.span(end, end), ", 1"),))


RULE = Rule(
    name="result-channel-unbuffered",
    family="http_client",
    layer=1,
    summary="A goroutine hands its result over an unbuffered channel, and who waits for it may give up: then it waits for ever",
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    symptom=Symptom.HANG,
    since="0.1.0",
    check=check,
)
