"""``go.mod`` files: the path of a module and the version of Go it is written for."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.source import SourceFile

FILE_NAME: Final = "go.mod"

_MODULE: Final = re.compile(r"^\s*module\s+\"?([^\s\"]+)", re.MULTILINE)
_GO: Final = re.compile(r"^\s*go\s+(\d+)\.(\d+)", re.MULTILINE)
OLDEST_GO: Final = (1, 16)
"""The language version of a module without a ``go`` directive (Go modules reference, go directive)."""


class GoModule(NamedTuple):
    """A module. ``directory`` is where its ``go.mod`` stands, as shown to the user; ``go_version`` is major and minor."""

    path: str
    directory: str
    go_version: tuple[int, int]


def folder_above(directory: str) -> str | None:
    """The folder above one that is shown as ``directory``; None at the root, where netlint was started, and above it."""
    if directory in (".", "/") or posixpath.basename(directory) == "..":
        return None
    return posixpath.dirname(directory) or "."


def read_go_mod(source: SourceFile) -> GoModule | None:
    """The module that a ``go.mod`` declares; None when it declares none."""
    module = _MODULE.search(source.text)
    if module is None:
        return None
    version = _GO.search(source.text)
    return GoModule(
        path=module[1],
        directory=posixpath.dirname(source.path) or ".",
        go_version=(int(version[1]), int(version[2])) if version else OLDEST_GO,
    )
