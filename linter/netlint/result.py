"""What a run comes to: findings, notes and counts, with the text they point into."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.finding import Finding, Rule
    from netlint.model import Model
    from netlint.source import SourceFile


class ReadingError(RuntimeError):
    """The files could not be read, so that there is no result; the message says why."""


class Note(NamedTuple):
    """Something the reader must know about the run that is not a mistake: what was not judged, and why.

    ``kind``: ``not-rendered``, ``not-applied``, ``unit-incomplete``, ``limit-reached``, ``duplicate-key``, ``not-read`` or
    ``stale-baseline``; ``netlint.report.sarif_tool`` says what each means.
    """

    kind: str
    path: str
    message: str


class Accepted(NamedTuple):
    """A finding that is not reported because somebody accepts it: where that is said (in the source, or outside of it), and why."""

    finding: Finding
    in_source: bool
    reason: str


class FileCounts(NamedTuple):
    """How many files of each kind were read, and how many were passed over."""

    kubernetes: int = 0
    go: int = 0
    python: int = 0
    skipped: int = 0

    @property
    def judged(self) -> int:
        """Files of all kinds that were read."""
        return self.kubernetes + self.go + self.python


class RunResult(NamedTuple):
    """``findings`` are in order of path, place and rule; hidden ones (``--show``) are left out already."""

    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    sources: Mapping[str, SourceFile]
    files: FileCounts = FileCounts()
    suppressed: int = 0
    baselined: int = 0
    hidden: int = 0
    """Findings below what is shown, for the summary's hint."""
    accepted: tuple[Accepted, ...] = ()
    """The suppressed findings, for formats that keep a record of them."""
    stable_paths: Mapping[str, str] = MappingProxyType({})
    """What each file that a finding points into is known by wherever netlint is started (``netlint.fingerprint``); others as shown."""
    rules: tuple[Rule, ...] = ()
    """What was judged, the rules about the run itself included."""
    model: Model | None = None
    """What was judged. Reports do not need it; while somebody holds the result, the run does not stop to give its memory back."""
