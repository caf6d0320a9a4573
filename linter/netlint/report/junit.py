"""JUnit XML, which every CI service reads: a suite a file, a test case a finding, which fails."""

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


def render_junit(result: RunResult, workspace: Workspace) -> str:
    """The document. A run without findings is one test case that passes: readers take a report without any for a broken one."""
    count = str(len(result.findings))
    root = Element("testsuites", name="netlint", tests=count, failures=count, errors="0")
    for path, group in groupby(result.findings, key=lambda finding: finding.span.path):
        findings = list(group)
        shown = printable(workspace.path(path))
        number = str(len(findings))
        suite = SubElement(root, "testsuite", name=shown, tests=number, failures=number, errors="0")
        for finding in findings:
            place = first_line_of(finding.span, result.sources)
            # Readers take two cases of one name and class for one.
            name = f"{finding.rule.name} ({place.line}:{place.column})"
            case = SubElement(suite, "testcase", name=name, classname=shown, file=shown, line=str(place.line))
            words = in_words(finding, result.sources, workspace)
            failure = SubElement(case, "failure", type=str(finding.severity), message=words.split("\n", 1)[0])
            failure.text = words
    if not result.findings:
        root.set("tests", "1")
        suite = SubElement(root, "testsuite", name="netlint", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", name="no findings", classname="netlint")
    return xml_document(root)
