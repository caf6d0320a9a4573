"""An identity for a finding that outlives edits elsewhere: what a baseline and code scanning services compare."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from netlint.discovery import STDIN, real_place, repository_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netlint.finding import Finding, Subject
    from netlint.result import RunResult
    from netlint.source import Span


def fingerprint(finding: Finding, result: RunResult) -> str:
    """32 hexadecimal digits of SHA-256 over rule, path, subject, and the text of every span with blanks folded.

    No line number goes in, and paths as ``stable_paths`` has them, so that neither a line added above, nor another checkout, nor the
    folder that netlint is started in changes it. Nor does the order of the related places, which are sorted by path as shown at times.
    """
    # A run without findings does not wait for OpenSSL, which takes 2 ms to load.
    import hashlib

    first, *others = ((result.stable_paths.get(span.path, span.path), _text_of(span, result)) for span in finding.spans)
    parts = [finding.rule.name, first[0], *_identity(finding.subject), *first, *(part for other in sorted(others) for part in other)]
    # A length in front of each part, for no text may pass for two parts.
    data = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def stable_paths(paths: Iterable[str], root: Path) -> dict[str, str]:
    """Each path, as it is shown, with what a file is known by wherever netlint is started: the path from the root of its git repository.

    Outside of a repository it is the path from ``root``, that of the settings. Standard input without a name stays what it is.
    """
    return {path: path if path == STDIN else _stable_path(path, root) for path in paths}


def _stable_path(path: str, root: Path) -> str:
    place = real_place(path)
    return os.path.relpath(place, repository_of(place) or os.path.realpath(root)).replace(os.sep, "/")


def _identity(subject: Subject | None) -> tuple[str, ...]:
    """The object or function. Its package is known by the path already, and without a go.mod it is only a path as shown."""
    return () if subject is None else (subject.kind, subject.namespace or "", subject.name)


def _text_of(span: Span, result: RunResult) -> str:
    source = result.sources.get(span.path)
    return "" if source is None else " ".join(source.text_of(span).split())
