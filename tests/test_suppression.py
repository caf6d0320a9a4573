"""Ignores: where they are found, what they are for, and what is said of those that do nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netlint.config import Config, ObjectIgnore
from netlint.finding import Confidence, Related, Rule, Severity, Subject, Symptom
from netlint.kubernetes.reader import read_manifests
from netlint.meta_rules import INTERNAL_ERROR, UNREADABLE_FILE
from netlint.source import SourceFile, Span
from netlint.suppression import Suppression, apply, find_suppressions, object_suppressions

if TYPE_CHECKING:
    from netlint.finding import Finding


def rule(name: str, family: str = "service") -> Rule:
    return Rule(name, family, 7, "", Severity.WARNING, Confidence.HIGH, Symptom.REFUSED, "0.1.0")


PORT, NAME, DNS = rule("port-wrong"), rule("name-wrong"), rule("ndots-wrong", "dns")
RULES = (PORT, NAME, DNS)


def finding_at(source: SourceFile, text: str, *, of: Rule = PORT, related: str = "", subject: Subject | None = None) -> Finding:
    def span(piece: str) -> Span:
        start = source.text.index(piece)
        return Span(source.path, start, start + len(piece))

    places = [Related(span(related), "")] if related else []
    return of.finding(span(text), message="m", why="w", help="h", subject=subject, related=places)


def outcome(
    source: SourceFile, *findings: Finding, config: Config | None = None, extra: tuple[Suppression, ...] = ()
) -> tuple[list[str], int, list[tuple[str, str, str]]]:
    """Rules that stay, the number suppressed, and the findings about ignores: rule, text under the span, message."""
    sources = {source.path: source}
    suppressions = (*find_suppressions(source), *extra)
    kept, suppressed, about = apply(findings, suppressions, sources, config=config or Config(root=Path()), rules=RULES)
    return (
        [finding.rule.name for finding in kept],
        len(suppressed),
        [(finding.rule.name, source.text_of(finding.span), finding.message) for finding in about],
    )


@pytest.mark.parametrize(
    "text",
    [
        "port: 80 # netlint: ignore[port-wrong] kept for the old client\n",
        "port: 80 #netlint:ignore[ port-wrong ]: kept for the old client\r\n",
        "# netlint: ignore[port-wrong] kept for the old client\nport: 80\n",
        "# netlint: ignore[port-wrong] kept for the old client\n# another comment\n\n---\n  # one more\nport: 80",
        "# netlint: ignore[port-wrong] kept # expect: something\nport: 80\n",
        "# expect: something # netlint: ignore[port-wrong] kept\nport: 80\n",
        "it: isn't # plain\nport: 80 # netlint: ignore[port-wrong] kept\n",
        "a: 'it''s # no comment'\nport: 80 # netlint: ignore[port-wrong] kept\n",
        "a: 'open\n---\nport: 80 # netlint: ignore[port-wrong] kept\n",
        "a: |\n  text\nport: 80 # netlint: ignore[port-wrong] kept\n",
        "a:\n  - |\n   text\n  - port: 80 # netlint: ignore[port-wrong] kept\n",
        "{{- if .Values.x }}\nport: 80 # netlint: ignore[port-wrong] kept\n{{- end }}\n",
    ],
)
def test_a_comment_behind_the_line_or_above_it_ignores(text: str) -> None:
    source = SourceFile("a.yaml", text)
    assert outcome(source, finding_at(source, "80")) == ([], 1, [])


@pytest.mark.parametrize(
    "text",
    [
        "a: '# netlint: ignore[port-wrong] kept'\nport: 80\n",
        'a: "x # netlint: ignore[port-wrong] kept"\nport: 80\n',
        'a: "over\n  # netlint: ignore[port-wrong] two lines"\nport: 80\n',
        "a: |\n  # netlint: ignore[port-wrong] kept\nport: 80\n",
        "- a: >-\n    # netlint: ignore[port-wrong] kept\n  port: 80\n",
        "a: &x !!str |2-\n\n  # netlint: ignore[port-wrong] kept\nport: 80\n",
        "--- |\n# netlint: ignore[port-wrong] kept\nport: 80\n",
        "a: x# netlint: ignore[port-wrong] kept\nport: 80\n",
        "# about netlint: ignored here\nport: 80\n",
        "# netlint: this is prose\nport: 80\n",
    ],
)
def test_what_is_no_comment_or_no_ignore_does_nothing(text: str) -> None:
    source = SourceFile("a.yaml", text)
    assert find_suppressions(source) == ()
    assert outcome(source, finding_at(source, "80")) == (["port-wrong"], 0, [])


def test_several_lines_above_and_several_rules_all_count() -> None:
    source = SourceFile("a.yaml", "# netlint: ignore[port-wrong, ndots-wrong] one\n# netlint: ignore[name-wrong] two\nport: 80\n")
    findings = [finding_at(source, "80", of=of) for of in RULES]
    assert outcome(source, *findings) == ([], 3, [])


def test_an_ignore_is_for_one_line_only() -> None:
    source = SourceFile("a.yaml", "port: 80 # netlint: ignore[port-wrong] kept\nother: 81\n")
    unused = ("unused-ignore", "port-wrong", "The ignore of port-wrong matches no finding")
    assert outcome(source, finding_at(source, "81")) == (["port-wrong"], 0, [unused])


def test_an_ignore_counts_at_any_location() -> None:
    source = SourceFile("a.yaml", "port: 80\nlisten: 81 # netlint: ignore[port-wrong] kept\n")
    assert outcome(source, finding_at(source, "80", related="81")) == ([], 1, [])


def test_go_and_python_comments() -> None:
    go = SourceFile("a.go", 'a := "//netlint:ignore port-wrong no"\n//netlint:ignore port-wrong,name-wrong kept for now\nc := dial()\n')
    assert outcome(go, finding_at(go, "dial"), finding_at(go, "dial", of=NAME)) == ([], 2, [])
    trailing = SourceFile("a.go", "/* //netlint:ignore x */ c := dial() // netlint: ignore port-wrong kept // more\r\n")
    (found,) = find_suppressions(trailing)
    assert (found.reason, found.line) == ("kept", 1)
    raw = SourceFile("a.go", "a := `\n//netlint:ignore port-wrong x\n`\nb := '\"' //netlint:ignore port-wrong why\n")
    assert [item.line for item in find_suppressions(raw)] == [4]
    python = SourceFile("a.py", '"""\n# netlint: ignore[port-wrong] no\n"""\nx = "# netlint:"  # netlint: ignore[port-wrong] kept\n')
    assert [item.line for item in find_suppressions(python)] == [4]
    assert find_suppressions(SourceFile("a.json", '{"a": "# netlint: ignore[port-wrong] x"}')) == ()


@pytest.mark.parametrize(
    ("text", "path", "under", "message"),
    [
        ("port: 80 # netlint: ignore[port-wrong]\n", "a.yaml", "netlint: ignore[port-wrong]", "The ignore of port-wrong gives no reason"),
        (
            "port: 80 # netlint: ignore[port-wrong] --\n",
            "a.yaml",
            "netlint: ignore[port-wrong]",
            "The ignore of port-wrong gives no reason",
        ),
        (
            "port: 80 # netlint: ignore[port-wrong] # x y\n",
            "a.yaml",
            "netlint: ignore[port-wrong]",
            "The ignore of port-wrong gives no reason",
        ),
        ("port: 80 # netlint: ignore because\n", "a.yaml", "netlint: ignore", "The ignore names no rule"),
        ("port: 80 # netlint: ignore[] because\n", "a.yaml", "netlint: ignore[]", "The ignore names no rule"),
        (
            "port: 80 # netlint: ignore[port-wrong because\n",
            "a.yaml",
            "netlint: ignore[port-wrong because",
            "The ignore lacks its closing bracket",
        ),
        (
            "port: 80 # netlint: disable[port-wrong] x\n",
            "a.yaml",
            "disable",
            "The ignore is written 'disable'; the only word netlint knows is ignore",
        ),
        (
            "port: 80 # netlint: ignore[port-wrnog] x\n",
            "a.yaml",
            "port-wrnog",
            "The ignore names 'port-wrnog', which is no rule: did you mean 'port-wrong'?",
        ),
        (
            "port: 80 # netlint: ignore[service] x\n",
            "a.yaml",
            "service",
            "The ignore names 'service', which is a family; an ignore names single rules",
        ),
        ("c := 80 //netlint:ignore\n", "a.go", "netlint:ignore", "The ignore names no rule"),
        ("c := 80 //netlint:ignore port-wrong\n", "a.go", "netlint:ignore port-wrong", "The ignore of port-wrong gives no reason"),
        (
            "c := 80 //netlint:nolint port-wrong x\n",
            "a.go",
            "nolint",
            "The ignore is written 'nolint'; the only word netlint knows is ignore",
        ),
    ],
)
def test_an_ignore_that_is_not_understood_is_a_finding_and_ignores_nothing(text: str, path: str, under: str, message: str) -> None:
    source = SourceFile(path, text)
    assert outcome(source, finding_at(source, "80")) == (["port-wrong"], 0, [("ignore-without-reason", under, message)])


def test_each_name_of_a_list_is_judged_alone() -> None:
    source = SourceFile("a.yaml", "port: 80 # netlint: ignore[port-wrong, name-wrong, nmae-wrong] kept\n")
    kept, suppressed, about = outcome(source, finding_at(source, "80"))
    assert (kept, suppressed) == ([], 1)
    assert [(name, under) for name, under, _ in about] == [("ignore-without-reason", "nmae-wrong"), ("unused-ignore", "name-wrong")]


def test_unused_is_said_only_of_rules_that_ran_and_nothing_ignores_it() -> None:
    text = "# netlint: ignore[unused-ignore] x\nport: 80 # netlint: ignore[port-wrong] kept\n"
    source = SourceFile("a.yaml", text)
    assert [under for _, under, _ in outcome(source)[2]] == ["unused-ignore", "port-wrong"]
    assert [under for _, under, _ in outcome(source, config=Config(root=Path(), select=("dns",)))[2]] == ["unused-ignore"]
    for config in (Config(root=Path(), ignore=("meta",)), Config(root=Path(), per_path_ignores=(("*.yaml", ("unused-ignore",)),))):
        assert outcome(source, config=config) == ([], 0, [])


def test_the_last_lines_of_a_file_can_hold_an_ignore_for_nothing() -> None:
    source = SourceFile("a.yaml", "port: 80\n# netlint: ignore[port-wrong] kept")
    assert outcome(source, finding_at(source, "80"))[0] == ["port-wrong"]


MANIFEST = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: {netlint.io/ignore: "%s"}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {ports: [{port: 81}]}
"""


def annotated(value: str) -> tuple[SourceFile, tuple[Suppression, ...]]:
    source = SourceFile("a.yaml", MANIFEST % value)
    ((meta, text),) = read_manifests(source).ignores
    return source, object_suppressions(meta, text)


def test_an_annotation_is_for_its_object() -> None:
    source, suppressions = annotated("port-wrong: kept for the old client; name-wrong, ndots-wrong: generated")
    findings = [finding_at(source, "80", of=of) for of in RULES]
    assert outcome(source, *findings, extra=suppressions) == ([], 3, [])
    kept, suppressed, about = outcome(source, finding_at(source, "81"), extra=suppressions)
    assert (kept, suppressed) == (["port-wrong"], 0)
    assert [(name, under) for name, under, _ in about] == [("unused-ignore", of.name) for of in RULES]


def test_an_annotation_needs_reasons_as_well() -> None:
    source, suppressions = annotated("port-wrong; : x; name-wrong: ")
    assert outcome(source, finding_at(source, "80"), extra=suppressions) == (
        ["port-wrong"],
        0,
        [
            ("ignore-without-reason", "port-wrong", "The ignore of port-wrong gives no reason"),
            ("ignore-without-reason", ": x", "The ignore names no rule: write rule: reason"),
            ("ignore-without-reason", "name-wrong:", "The ignore of name-wrong gives no reason"),
        ],
    )


def test_the_configuration_ignores_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")
    source = SourceFile("legacy/a.yaml", "port: 80\n")
    findings = [finding_at(source, "80"), finding_at(source, "80", of=DNS)]
    for pattern, names, kept in (
        ("deploy/legacy/", ("service",), ["ndots-wrong"]),
        ("a.yaml", ("port-wrong",), ["ndots-wrong"]),
        ("/legacy", ("ALL",), ["port-wrong", "ndots-wrong"]),
        ("legacy/*", ("dns",), ["port-wrong", "ndots-wrong"]),
        ("**/legacy/*", ("ALL",), []),
    ):
        config = Config(root=tmp_path, per_path_ignores=((pattern, names),))
        assert outcome(source, *findings, config=config) == (kept, 2 - len(kept), []), pattern


def test_the_configuration_ignores_by_object() -> None:
    source = SourceFile("a.yaml", "port: 80\n")
    subjects = (
        Subject("Service", "web", "shop"),
        Subject("Service", "web"),
        Subject("Service", "db", "shop"),
        Subject("Ingress", "web"),
        None,
    )
    findings = [finding_at(source, "80", subject=subject) for subject in subjects]
    for pattern, suppressed in (("Service/shop/web", 2), ("Service/*/*", 3), ("*/other/web", 2), ("*/*/w?b", 3), ("service/*/*", 0)):
        config = Config(root=Path(), object_ignores=(ObjectIgnore(pattern, ("port-wrong",), "x"),))
        assert outcome(source, *findings, config=config)[1] == suppressed, pattern


def test_rules_that_are_off_leave_without_being_counted_and_internal_errors_stay() -> None:
    source = SourceFile("a.yaml", "port: 80\n")
    findings = [finding_at(source, "80", of=of) for of in (PORT, UNREADABLE_FILE, INTERNAL_ERROR)]
    config = Config(root=Path(), ignore=("unreadable-file", "internal-error"))
    assert outcome(source, *findings, config=config) == (["port-wrong", "internal-error"], 0, [])


def test_findings_in_files_without_a_source_stay() -> None:
    source = SourceFile("a.yaml", "port: 80 # netlint: ignore[port-wrong] kept\n")
    elsewhere = PORT.finding(Span("", 0, 0), message="m", why="w", help="h")
    assert outcome(source, elsewhere, finding_at(source, "80")) == (["port-wrong"], 1, [])
