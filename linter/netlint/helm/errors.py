"""What ends the reading of a chart: where, and why."""

from __future__ import annotations


class ChartError(ValueError):
    """A chart that cannot be read, by helm neither: ``path`` and ``offset`` (in characters) say where, the message what is wrong."""

    def __init__(self, path: str, offset: int, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.offset = offset


class ValuesError(ChartError):
    """A chart that helm cannot render with the values that it has; with others it may."""


class ChartLimitError(ChartError):
    """A chart that helm may read, and that is not read here."""


class SizeError(ValueError):
    """A call that would take too long, or too much memory; whoever makes it knows where."""


class CallError(ValueError):
    """A function of a template that fails as it does in helm; whoever called it knows where."""
