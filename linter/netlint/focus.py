"""The files that a run is about when it reads more than those: a finding elsewhere is another run's."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

from netlint.meta_rules import INTERNAL_ERROR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netlint.finding import Finding
    from netlint.result import Accepted, Note


def narrow(
    findings: Iterable[Finding], accepted: Iterable[Accepted], notes: Iterable[Note], focus: Iterable[str]
) -> tuple[list[Finding], list[Accepted], list[Note]]:
    """What touches ``focus``, files and folders as they were given; which of them comes first does not matter.

    A finding does when any of its places is in one of them, and when it says that a rule failed; a note when its file is, or its folder
    holds one of them.
    """
    wanted = frozenset(map(os.path.realpath, focus))
    holds = _membership(wanted)

    def touches(finding: Finding) -> bool:
        return finding.rule.name == INTERNAL_ERROR.name or any(holds(span.path) for span in finding.spans)

    def concerns(note: Note) -> bool:
        # A note may name a line of its file.
        path = re.sub(r":\d+$", "", note.path)
        return holds(path) or any(_is_below(item, os.path.realpath(path)) for item in wanted)

    return (
        [finding for finding in findings if touches(finding)],
        [item for item in accepted if touches(item.finding)],
        [note for note in notes if concerns(note)],
    )


def _membership(wanted: frozenset[str]) -> Callable[[str], bool]:
    @cache
    def holds(path: str) -> bool:
        real = os.path.realpath(path)
        while real not in wanted:
            above = os.path.dirname(real)  # noqa: PTH120
            if above == real:
                return False
            real = above
        return True

    return holds


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else f"{folder}{os.sep}")
