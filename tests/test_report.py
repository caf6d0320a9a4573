"""What a run prints: frames, lines, groups, the JSON document and the fingerprints in it."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.fingerprint import fingerprint
from netlint.report.json import render_json, render_rules_json
from netlint.report.summary import summary_line
from netlint.report.text import MAX_LINE, render_concise, render_grouped, render_notes, render_text
from netlint.result import FileCounts, Note, RunResult
from netlint.source import SourceFile, Span

RULE = Rule("port-wrong", "service", 7, "A port is wrong", Severity.ERROR, Confidence.HIGH, Symptom.REFUSED, "0.1.0")

SERVICE = SourceFile(
    "deploy/web.yaml",
    dedent("""\
    kind: Service
    metadata:
      name: web
    spec:
      ports:
        - port: 80
          targetPort: web-http
    """),
)
DEPLOYMENT = SourceFile("deploy/app.yaml", "kind: Deployment\nmetadata:\n  name: web\n")


def span(source: SourceFile, text: str) -> Span:
    start = source.text.index(text)
    return Span(source.path, start, start + len(text))


def finding(
    source: SourceFile = SERVICE, text: str = "web-http", *, related: tuple[Related, ...] = (), message: str = "Service web is wrong"
) -> Finding:
    return RULE.finding(
        span(source, text), message=message, why="Refused", help="Use http", subject=Subject("Service", "web"), related=related
    )


def result(*findings: Finding, sources: tuple[SourceFile, ...] = (SERVICE, DEPLOYMENT), notes: tuple[Note, ...] = ()) -> RunResult:
    return RunResult(findings, notes, {source.path: source for source in sources}, FileCounts(kubernetes=2))


def test_a_full_frame_shows_the_place_at_fault_and_every_other_with_its_label() -> None:
    related = (
        Related(span(DEPLOYMENT, "web"), "declares http"),
        Related(span(SERVICE, "80"), "the port"),
        Related(span(SERVICE, "Service"), "the Service"),
    )
    assert render_text(result(finding(related=related))) == dedent("""\
        error[port-wrong]: Service web is wrong
         --> deploy/web.yaml:7:19
          |
        6 |     - port: 80
          |             -- the port
        7 |       targetPort: web-http
          |                   ^^^^^^^^
          |
         ::: deploy/app.yaml:3:9
          |
        3 |   name: web
          |         --- declares http
          |
         ::: deploy/web.yaml:1:7
          |
        1 | kind: Service
          |       ------- the Service
          |
          = why: Refused
          = help: Use http

        1 error (2 Kubernetes files)""")


def test_lines_between_neighbours_are_shown_and_several_marks_on_a_line_get_a_row_each() -> None:
    related = (Related(span(SERVICE, "targetPort"), "this key"), Related(span(SERVICE, "spec"), "in here"))
    lines = render_text(result(finding(related=related))).splitlines()
    assert lines[2:11] == [
        "  |",
        "4 | spec:",
        "  | ---- in here",
        "5 |   ports:",
        "6 |     - port: 80",
        "7 |       targetPort: web-http",
        "  |       ---------- this key",
        "  |                   ^^^^^^^^",
        "  |",
    ]


def test_numbers_of_different_length_share_one_gutter() -> None:
    source = SourceFile("a.yaml", "first: 1\n" + "x: 1\n" * 120 + "last: 2\n")
    lines = render_text(result(finding(source, "last", related=(Related(span(source, "first"), "here"),)), sources=(source,))).splitlines()
    assert lines[1:10] == [
        "   --> a.yaml:122:1",
        "    |",
        "122 | last: 2",
        "    | ^^^^",
        "    |",
        "   ::: a.yaml:1:1",
        "    |",
        "  1 | first: 1",
        "    | ----- here",
    ]


@pytest.mark.parametrize(
    ("line", "shown", "under"),
    [
        ("\tkey:\tX", "    key:    X", "            ^"),
        ("名前: X", "名前: X", "      ^"),
        ("e\u0301: X", "e\u0301: X", "   ^"),
        ("a\x1b[31m: X", "a␛[31m: X", "        ^"),
        ("a\x00\x07\x7f\x9b X", "a␀␇\\x7f\\x9b X", "            ^"),
        ("a\u202eb X", "a\\u202eb X", "         ^"),
        ("a\udcff X", "a\\udcff X", "        ^"),
        ("X", "X", "^"),
    ],
)
def test_carets_stand_under_the_span_and_nothing_steers_the_terminal(line: str, shown: str, under: str) -> None:
    source = SourceFile("a.yaml", line)
    lines = render_text(result(finding(source, "X"), sources=(source,))).splitlines()
    assert lines[3:5] == [f"1 | {shown}", f"  | {under}"]


def test_names_in_messages_paths_and_labels_are_made_visible_as_well() -> None:
    source = SourceFile("a\x1b]0;.yaml", "x: 1\n")
    bad = finding(source, "x", related=(Related(span(source, "1"), "two\nlines\x1b"),), message="Service \x1b[2Jweb\nerror[x]: y")
    for text in (render_text(result(bad, sources=(source,))), render_concise(result(bad, sources=(source,)))):
        assert "\x1b" not in text
        assert "Service ␛[2Jweb error[x]: y" in text
    assert "two lines␛" in render_text(result(bad, sources=(source,)))
    assert render_notes([Note("not-read", "a\x1b", "b\nc")]) == "note[not-read]: a␛: b c"


def test_long_lines_are_cut_around_the_span() -> None:
    source = SourceFile("a.json", '{"' + "a" * 5000 + "TARGET" + "b" * 5000 + '"}')
    lines = render_text(result(finding(source, "TARGET"), sources=(source,))).splitlines()
    assert lines[1] == " --> a.json:1:5003"
    assert lines[3] == "1 | …" + "a" * 40 + "TARGET" + "b" * (MAX_LINE - 46) + "…"
    assert lines[4] == "  | " + " " * 41 + "^^^^^^"
    long = SourceFile("a.json", "x" * 400)
    lines = render_text(result(finding(long, "x" * 300), sources=(long,))).splitlines()
    assert lines[3:5] == ["1 | " + "x" * MAX_LINE + "…", "  | " + "^" * MAX_LINE]
    two = SourceFile("a.json", "START" + "x" * 400 + "TARGET")
    lines = render_text(result(finding(two, "TARGET", related=(Related(span(two, "START"), "here"),)), sources=(two,))).splitlines()
    assert lines[3:7] == [
        "1 | START" + "x" * (MAX_LINE - 5) + "…",
        "  | ----- here",
        "1 | …" + "x" * (MAX_LINE - 6) + "TARGET",
        "  | " + " " * (MAX_LINE - 5) + "^^^^^^",
    ]


def test_spans_over_lines_show_the_first_and_empty_ones_one_caret() -> None:
    lines = render_text(result(finding(SERVICE, "spec:\n  ports:\n"))).splitlines()
    assert lines[3:6] == ["4 | spec:", "  | ^^^^^", "  |"]
    empty = finding()._replace(span=Span(SERVICE.path, 13, 13))
    assert render_text(result(empty)).splitlines()[3:5] == ["1 | kind: Service", "  |              ^"]


def test_a_file_whose_text_is_not_known_has_no_frame() -> None:
    unread = finding()._replace(span=Span("bin.yaml", 0, 0))
    for sources in ((), (SourceFile("bin.yaml", ""),)):
        assert render_text(result(unread, sources=sources)).splitlines()[:3] == [
            "error[port-wrong]: Service web is wrong",
            " --> bin.yaml:1:1",
            "  = why: Refused",
        ]


def test_concise_and_grouped() -> None:
    other = finding(DEPLOYMENT, "Deployment", message="Second")._replace(severity=Severity.INFO)
    first = finding()
    assert render_concise(result(other, first)) == dedent("""\
        deploy/app.yaml:1:7: info[port-wrong] Second
        deploy/web.yaml:7:19: error[port-wrong] Service web is wrong

        1 error, 1 info (2 Kubernetes files)""")
    assert render_grouped(result(other, first, first)) == dedent("""\
        deploy/app.yaml
          1:7: info[port-wrong] Second

        deploy/web.yaml
          7:19: error[port-wrong] Service web is wrong
          7:19: error[port-wrong] Service web is wrong

        2 errors, 1 info (2 Kubernetes files)""")


def test_colour_only_adds_escapes() -> None:
    run = result(finding(related=(Related(span(DEPLOYMENT, "web"), "declares http"),)), notes=(Note("not-read", "a", "b"),))
    for render in (render_text, render_concise, render_grouped):
        coloured = render(run, colour=True)
        assert "\x1b[1;31merror[port-wrong]\x1b[0m" in coloured
        plain = coloured
        for code in ("0", "1", "1;31", "1;34"):
            plain = plain.replace(f"\x1b[{code}m", "")
        assert plain == render(run)


def test_notes_come_behind_the_findings_and_repeated_ones_are_counted() -> None:
    notes = (*(Note("not-rendered", f"{number}.yaml", f"is template {number}") for number in range(8)), Note("not-read", "x", "is a pipe"))
    assert render_concise(result(notes=notes)) == dedent("""\
        note[not-rendered]: 0.yaml: is template 0
        note[not-rendered]: 1.yaml: is template 1
        note[not-rendered]: 2.yaml: is template 2
        note[not-rendered]: 3.yaml: is template 3
        note[not-rendered]: 4.yaml: is template 4
        note[not-rendered]: 3 more; --format json lists them
        note[not-read]: x: is a pipe

        No findings (2 Kubernetes files)""")


def test_summary_says_what_was_judged_and_what_is_not_shown() -> None:
    run = RunResult(
        (finding(), finding(), finding()._replace(severity=Severity.WARNING)),
        (),
        {},
        FileCounts(kubernetes=12, go=30, python=1, skipped=4),
        suppressed=1,
        baselined=2,
        hidden=5,
    )
    assert summary_line(run) == (
        "2 errors, 1 warning (12 Kubernetes files, 30 Go files, 1 Python file; 1 suppressed; 2 in the baseline; 5 hidden, --show all)"
    )
    assert summary_line(RunResult((), (), {})) == "Nothing was judged: there is no Kubernetes manifest and no Go file"


def test_what_can_be_fixed_is_told_below_the_summary() -> None:
    edits = (Edit(span(SERVICE, "web-http"), "http"),)
    safe = finding()._replace(fix=Fix("Use http", True, edits))
    unsafe = finding()._replace(fix=Fix("Use http", False, edits))
    for render in (render_text, render_concise, render_grouped):
        for run, line in (
            (result(finding(), safe, unsafe, safe), "2 fixable with --fix, 1 more with --unsafe-fixes"),
            (result(finding(), safe), "1 fixable with --fix"),
            (result(unsafe, unsafe), "2 fixable with --fix --unsafe-fixes"),
            (result(finding()), ""),
        ):
            plain = render(run)
            assert render(run, offers_fixes=True) == (f"{plain}\n{line}" if line else plain)


def test_json_is_exactly_the_contract() -> None:
    fix = Fix("Use http", safe=False, edits=(Edit(span(SERVICE, "web-http"), "http"),))
    full = finding(related=(Related(span(DEPLOYMENT, "web"), "declares http"),))._replace(fix=fix)
    bare = finding()._replace(subject=Subject("func", "Dial", package="example.org/shop"), severity=Severity.INFO)
    run = RunResult(
        (full, bare, bare._replace(subject=None)),
        (Note("not-rendered", "chart/", "is a chart"),),
        {SERVICE.path: SERVICE, DEPLOYMENT.path: DEPLOYMENT},
        FileCounts(1, 2, 3, 4),
        suppressed=5,
        baselined=6,
    )
    text = render_json(run)
    document = json.loads(text)
    assert list(document) == ["schema", "version", "findings", "notes", "summary"]
    assert document["schema"] == "netlint/v1"
    place = {"path": "deploy/web.yaml", "line": 7, "column": 19, "end_line": 7, "end_column": 27}
    first = {
        "rule": "port-wrong",
        "family": "service",
        "layer": 7,
        "severity": "error",
        "confidence": "high",
        "symptom": "refused",
        "message": "Service web is wrong",
        "why": "Refused",
        "help": "Use http",
        **place,
        "object": {"kind": "Service", "namespace": None, "name": "web"},
        "related": [{"path": "deploy/app.yaml", "line": 3, "column": 9, "end_line": 3, "end_column": 12, "label": "declares http"}],
        "fix": {"title": "Use http", "safe": False, "edits": [{**place, "text": "http"}]},
        "fingerprint": fingerprint(full, run),
    }
    assert list(document["findings"][0].items()) == list(first.items())
    assert document["findings"][1]["object"] == {"kind": "func", "package": "example.org/shop", "name": "Dial"}
    assert (document["findings"][1]["fix"], document["findings"][1]["related"]) == (None, [])
    assert document["findings"][2]["object"] is None
    assert document["notes"] == [{"kind": "not-rendered", "path": "chart/", "message": "is a chart"}]
    summary = {"files": {"kubernetes": 1, "go": 2, "python": 3, "skipped": 4}, "error": 1, "warning": 0, "info": 2}
    assert list(document["summary"].items()) == list({**summary, "suppressed": 5, "baselined": 6}.items())


def test_json_can_be_encoded_whatever_a_path_holds() -> None:
    strange = Note("not-read", "a\udcff", "名")
    assert json.loads(render_json(result(notes=(strange,))).encode("ascii"))["notes"][0]["path"] == "a\udcff"


def test_rules_as_json() -> None:
    assert json.loads(render_rules_json([RULE])) == [
        {
            "name": "port-wrong",
            "family": "service",
            "layer": 7,
            "severity": "error",
            "confidence": "high",
            "symptom": "refused",
            "summary": "A port is wrong",
            "since": "0.1.0",
        }
    ]


def test_a_fingerprint_stays_over_edits_elsewhere_and_changes_with_the_finding() -> None:
    base = finding(related=(Related(span(DEPLOYMENT, "web"), "x"),))
    known = fingerprint(base, result())
    assert len(known) == 32
    assert int(known, 16) >= 0
    moved = SourceFile(SERVICE.path, "# comment\n\n" + SERVICE.text)
    again = base._replace(span=span(moved, "web-http"), message="Other words")
    assert fingerprint(again, result(sources=(moved, DEPLOYMENT))) == known
    spaced = SourceFile(SERVICE.path, "a: [x,\n    y]\n")
    folded = SourceFile(SERVICE.path, "a: [x,  y]\n")
    assert fingerprint(finding(spaced, "[x,\n    y]"), result(sources=(spaced,))) == fingerprint(
        finding(folded, "[x,  y]"), result(sources=(folded,))
    )
    others = [
        base._replace(span=span(SERVICE, "80")),
        base._replace(related=()),
        base._replace(subject=Subject("Service", "db")),
        base._replace(subject=Subject("Service", "web", "shop")),
        base._replace(rule=RULE._replace(name="name-wrong")),
    ]
    assert len({known, *(fingerprint(other, result()) for other in others)}) == len(others) + 1
