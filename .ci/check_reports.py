"""Have netlint's reports read by other people's programs, and compare what those understood with what was found.

``python .ci/check_reports.py FOLDER READER…``, with FOLDER for what comes about on the way. Readers: ``junitparser``, a package of this
Python; ``reviewdog``, built of ``.ci/readers/reviewdog`` into FOLDER; ``node``, for the packages ``@actions/core``,
``azure-pipelines-task-lib``, ``codeclimate-types`` and ``typescript`` below ``FOLDER/node_modules``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from golden import judged_cases
from netlint.finding import Severity
from netlint.report.characters import printable
from netlint.report.formats import Manner, render
from netlint.report.places import place_of
from netlint.report.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netlint.finding import Finding
    from netlint.report.places import Workspace
    from netlint.result import RunResult

    Judged = tuple[RunResult, Workspace]

HERE: Final = Path(__file__).parent
NAMES: Final = {severity: str(severity) for severity in Severity}


class Told(NamedTuple):
    """A finding as a report tells of it; ``words`` are its message and all that is said with it."""

    path: str
    line: int
    severity: str
    rule: str
    words: str


def told(judged: Judged, severities: dict[Severity, str], path: Callable[[str], str] = str) -> Counter[Told]:
    """What there is to tell. ``path``: how the form writes one."""
    result, workspace = judged
    return Counter(
        Told(
            path(workspace.path(finding.span.path)),
            place_of(finding.span, result.sources).line,
            severities[finding.severity],
            finding.rule.name,
            in_words(finding, result.sources, workspace),
        )
        for finding in result.findings
    )


def ask(command: Iterable[str], given: str, folder: Path) -> str:
    """What a program answers to ``given``; its complaint ends the check."""
    answer = subprocess.run(list(command), input=given.encode(), capture_output=True, cwd=folder, check=False, timeout=300)
    if answer.returncode:
        raise AssertionError((answer.stdout + answer.stderr).decode(errors="replace"))
    return answer.stdout.decode()


def check_junit(judged: Judged, folder: Path) -> None:
    """junitparser, which merges and shows such reports."""
    from junitparser import JUnitXml

    (folder / "junit.xml").write_text(render(judged[0], "junit", Manner(judged[1])), encoding="utf-8")
    suites = JUnitXml.fromfile(str(folder / "junit.xml"))
    cases = [case for suite in suites for case in suite]
    read = Counter(
        Told(case.classname, int(case._elem.get("line")), failure.type, case.name.split(" ")[0], failure.text)
        for case in cases
        for failure in case.result
    )
    expect(read, told(judged, NAMES, printable))
    suites.update_statistics()
    expect((suites.tests, suites.failures, suites.errors), (max(1, len(judged[0].findings)), len(judged[0].findings), 0))


REVIEWDOG_SEVERITIES: Final = {Severity.ERROR: "1", Severity.WARNING: "2", Severity.INFO: "3"}
"""Numbers of ``Severity`` in its ``proto/rdf/reviewdog.proto``."""


def check_reviewdog(judged: Judged, folder: Path) -> None:
    """reviewdog, which puts findings into reviews: its own format, Checkstyle and SARIF."""
    for form, path in (("rdjson", str), ("checkstyle", printable), ("sarif", without_bytes)):
        answer = json.loads(ask(["./reviewdog", form], render(judged[0], form, Manner(judged[1])), folder)) or []
        wanted = told(judged, REVIEWDOG_SEVERITIES, path)
        if form == "sarif":
            wanted = Counter(item._replace(words="") for item in wanted.elements())
        expect(Counter(reviewed(item, with_words=form != "sarif") for item in answer), wanted, form)
        if form != "checkstyle":
            has_fixes = any(finding.fix for finding in judged[0].findings)
            expect(any("suggestions" in item for item in answer), has_fixes, f"fixes in {form}")


def reviewed(item: dict[str, Any], *, with_words: bool) -> Told:
    """A diagnostic of reviewdog. SARIF has the words of its own."""
    place, rule = item["location"], item["code"]["value"].removeprefix("netlint.")
    return Told(place["path"], place["range"]["start"]["line"], str(item["severity"]), rule, item["message"] if with_words else "")


def without_bytes(path: str) -> str:
    """A path as one who decodes a URI shows it: bytes that are no text, which ``Workspace.path`` writes out, are replaced."""
    return path.replace("\\udcff", "\ufffd")


def check_azure(judged: Judged, folder: Path) -> None:
    """The toolkit of Azure Pipelines reads a command of its own back."""
    lines = [line for line in render(judged[0], "azure", Manner(judged[1])).splitlines() if line.startswith("##vso[")]
    read = []
    for item in json.loads(ask(["node", "logs.mjs", "azure"], json.dumps(lines), folder)):
        given = item["properties"]
        expect((item["command"], given["columnnumber"].isdecimal()), ("task.logissue", True))
        read.append(Told(given["sourcepath"], int(given["linenumber"]), given["type"], given["code"], item["message"]))
    expect(Counter(read), told(judged, {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}))


def check_github(judged: Judged, folder: Path) -> None:
    """The toolkit of GitHub Actions writes the same commands."""
    result, workspace = judged
    given = [annotation(finding, result, workspace) for severity in Severity for finding in result.findings if finding.severity is severity]
    written = ask(["node", "logs.mjs", "github"], json.dumps(given), folder).splitlines()
    printed = [line for line in render(result, "github", Manner(workspace)).splitlines() if line.startswith("::")]
    expect([parts_of_command(line) for line in printed], [parts_of_command(line) for line in written])


def annotation(finding: Finding, result: RunResult, workspace: Workspace) -> tuple[str, str, dict[str, Any]]:
    """What its toolkit is called with."""
    place = place_of(finding.span, result.sources)
    properties = {"title": finding.rule.name, "file": workspace.path(place.path), "startLine": place.line, "endLine": place.end_line}
    if place.line == place.end_line:
        properties |= {"startColumn": place.column, "endColumn": place.end_column}
    kind = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}[finding.severity]
    return kind, in_words(finding, result.sources, workspace), properties


def parts_of_command(line: str) -> tuple[str, list[str], str]:
    """A command, its properties in whatever order, and its message; all still escaped."""
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    if match is None:
        raise AssertionError(f"no command: {line}")
    return match[1], sorted(match[2].split(",")), match[3]


def check_gitlab(judged: Judged, folder: Path) -> None:
    """The types of Code Climate's issues, which GitLab reads a part of, checked by TypeScript; then what GitLab adds to them."""
    result, workspace = judged
    report = render(result, "gitlab", Manner(workspace))
    head = "import type { Issue } from 'codeclimate-types'\nexport const report: (Issue & { severity: string, fingerprint: string })[] ="
    (folder / "report.ts").write_text(f"{head} {report}\n", encoding="utf-8")
    ask(["node", "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "report.ts"], "", folder)
    places = ((item["location"]["path"], item["location"]["lines"]["begin"], item["check_name"]) for item in json.loads(report))
    expect(Counter(places), Counter((item.path, item.line, item.rule) for item in told(judged, NAMES).elements()))


def expect(read: object, wanted: object, what: str = "") -> None:
    if read != wanted:
        raise AssertionError(f"{what}\nread:   {read}\nwanted: {wanted}")


CHECKS: Final = {"junitparser": (check_junit,), "reviewdog": (check_reviewdog,), "node": (check_azure, check_github, check_gitlab)}


def main(work: str, *readers: str) -> None:
    folder = Path(work)
    shutil.copy(HERE / "readers" / "logs.mjs", folder)
    for name, judged in judged_cases(folder / "hostile").items():
        for check in (check for reader in readers for check in CHECKS[reader]):
            try:
                check(judged, folder)
            except AssertionError as error:
                sys.exit(f"{name}: {check.__name__}: {error}")
            print(f"{name}: {check.__name__.removeprefix('check_')}: {len(judged[0].findings)} findings come through")


if __name__ == "__main__":
    main(*sys.argv[1:])
