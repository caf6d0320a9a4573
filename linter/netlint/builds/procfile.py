"""A ``Procfile``: the command of each process that a buildpack's image may start (devcenter.heroku.com/articles/procfile)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.builds.facts import Procfile, Script

if TYPE_CHECKING:
    from netlint.source import SourceFile

_PROCESS: Final = re.compile(r"^(?P<name>[A-Za-z0-9_-]+):[ \t]*(?P<command>[^\s#].*)$", re.MULTILINE)
_MAX_PROCESSES: Final = 100


def read_procfile(source: SourceFile) -> Procfile:
    """The processes of a file, by their names."""
    found = [
        (match["name"], Script(source.path, match["command"].rstrip(), ((0, match.start("command")),)))
        for _, match in zip(range(_MAX_PROCESSES), _PROCESS.finditer(source.text), strict=False)
    ]
    return Procfile(source.path, tuple(found))
