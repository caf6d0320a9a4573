"""Checkstyle XML, which code review tools read: a file with its errors."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from netlint.report.characters import printable
from netlint.report.places import first_line_of
from netlint.report.wording import in_words
from netlint.report.xml import xml_document

if TYPE_CHECKING:
    from netlint.report.places import Workspace
    from netlint.result import RunResult


def render_checkstyle(result: RunResult, workspace: Workspace) -> str:
    """The document."""
    root = Element("checkstyle", version="4.3")
    for path, group in groupby(result.findings, key=lambda finding: finding.span.path):
        file = SubElement(root, "file", name=printable(workspace.path(path)))
        for finding in group:
            place = first_line_of(finding.span, result.sources)
            SubElement(
                file,
                "error",
                line=str(place.line),
                column=str(place.column),
                severity=str(finding.severity),
                message=in_words(finding, result.sources, workspace),
                source=f"netlint.{finding.rule.name}",
            )
    return xml_document(root)
