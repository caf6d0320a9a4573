"""An identity for a finding that outlives edits elsewhere: what a baseline and code scanning services compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.finding import Finding, Subject
    from netlint.source import SourceFile, Span


def fingerprint(finding: Finding, sources: Mapping[str, SourceFile]) -> str:
    """32 hexadecimal digits of SHA-256 over rule, path, subject, and the text of every span with blanks folded.

    No line number and no absolute path go in, so that neither a line added above nor another checkout changes it.
    """
    # A run without findings does not wait for OpenSSL, which takes 2 ms to load.
    import hashlib

    parts = [finding.rule.name, finding.span.path, *_identity(finding.subject)]
    for span in finding.spans:
        parts += [span.path, _text_of(span, sources)]
    # A length in front of each part, for no text may pass for two parts.
    data = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _identity(subject: Subject | None) -> tuple[str, ...]:
    if subject is None:
        return ()
    return (subject.kind, subject.namespace or "", subject.package or "", subject.name)


def _text_of(span: Span, sources: Mapping[str, SourceFile]) -> str:
    source = sources.get(span.path)
    return "" if source is None else " ".join(source.text_of(span).split())
