"""Rendered manifests on standard input: which file each object came from, as helm and kustomize write it beside it.

``helm template`` puts ``# Source: chart/templates/x.yaml`` before every object (helm pkg/action/action.go, renderResources), and kustomize
the annotation ``config.kubernetes.io/origin`` where ``buildMetadata: [originAnnotations]`` asks for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from netlint.kubernetes.splitting import document_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.finding import Finding
    from netlint.source import SourceFile, Span

_HELM: Final = re.compile(r"^# Source: (\S.*?)\s*$", re.MULTILINE)
_KUSTOMIZE: Final = re.compile(
    r"^ +config\.kubernetes\.io/origin:[ \t]*\|-?[ \t]*\n(?:[ \t]+(?!path:).*\n)*?[ \t]+path: (\S+)", re.MULTILINE
)
_MAX_NAME: Final = 300


def with_origins(findings: Iterable[Finding], source: SourceFile) -> list[Finding]:
    """``findings`` whose messages name the file that the object came from, and whose labels name those of other objects."""
    if not (_HELM.search(source.text) or "config.kubernetes.io/origin" in source.text):
        return list(findings)
    bounds = document_bounds(source.text)
    starts = [start for start, _ in bounds]
    known: dict[int, str] = {}

    def origin(span: Span) -> str:
        """The file that the document under ``span`` came from; empty where it is not said."""
        at = bisect_right(starts, span.start) - 1
        if span.path != source.path or at < 0:
            return ""
        if at not in known:
            start, end = bounds[at]
            match = _HELM.search(source.text, start, end) or _KUSTOMIZE.search(source.text, start, end)
            known[at] = match[1][:_MAX_NAME] if match else ""
        return known[at]

    return [_told(finding, origin(finding.span), [origin(related.span) for related in finding.related]) for finding in findings]


def _told(finding: Finding, origin: str, others: list[str]) -> Finding:
    message = f"{finding.message} (rendered from {origin})" if origin else finding.message
    related = tuple(
        item._replace(label=f"{item.label} (rendered from {other})") if other and other != origin else item
        for item, other in zip(finding.related, others, strict=True)
    )
    return finding._replace(message=message, related=related)
