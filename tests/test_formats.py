"""What services read: SARIF, GitHub, GitLab, JUnit, Checkstyle, rdjson, Azure and Markdown, on the demo repository and on hostile names."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden import FOLDER, SHOP, judge, make_hostile, reports
from netlint.finding import Confidence, Edit, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.meta_rules import INTERNAL_ERROR, UNREADABLE_FILE
from netlint.report import sarif_tool
from netlint.report.characters import no_log_command
from netlint.report.formats import FORMATS, Manner, render
from netlint.report.json import render_json
from netlint.report.line_hash import line_hashes
from netlint.report.markdown import MAX_BYTES, render_markdown
from netlint.report.places import Workspace
from netlint.report.sarif import MAX_HASHED_LINES, MAX_RESULTS, render_sarif
from netlint.report.statistics import render_statistics, render_statistics_json
from netlint.result import Accepted, FileCounts, Note, RunResult
from netlint.source import SourceFile, Span

SCHEMAS = Path(__file__).parent / "schemas"
SARIF_SCHEMA = "sarif-schema-2.1.0.json"
FOR_PEOPLE = ("text", "concise", "grouped")
RULE = Rule("port-wrong", "service", 7, "A port is wrong", Severity.ERROR, Confidence.HIGH, Symptom.REFUSED, "0.1.0")
HERE = Workspace("/repo", "/repo")
SOURCE = SourceFile("web.yaml", "ports:\n- {a: ü😀, b: web}\nlast: [\n  x]\n")


def span(text: str) -> Span:
    start = SOURCE.text.index(text)
    return Span(SOURCE.path, start, start + len(text))


def finding(text: str = "web", *, severity: Severity = Severity.ERROR, message: str = "Wrong", **fields: Any) -> Finding:
    return RULE.finding(span(text), message=message, why="Why", help="Help", severity=severity, **fields)


def result(*findings: Finding, **fields: Any) -> RunResult:
    return RunResult(findings, fields.pop("notes", ()), {SOURCE.path: SOURCE}, FileCounts(kubernetes=1), **fields)


def sarif(run: RunResult, **options: Any) -> dict[str, Any]:
    (only,) = json.loads(render_sarif(run, HERE, **options))["runs"]
    return only  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", ["shop", "hostile"])
def test_every_format_prints_what_is_kept_of_it(case: str, form: str) -> None:
    assert printed(case)[form] == (FOLDER / f"{case}.{form}").read_text(encoding="utf-8")


@cache
def printed(case: str) -> dict[str, str]:
    return reports(case)


def test_every_format_has_all_of_the_shop_and_nothing_else() -> None:
    run, workspace = judge(SHOP)
    found = {form: render(run, form, Manner(workspace)) for form in FORMATS}
    expected = sorted((item["path"], item["line"], item["rule"]) for item in json.loads(found["json"])["findings"])
    assert len(expected) >= 10
    by_form = {
        "sarif": [
            (place["artifactLocation"]["uri"], place["region"]["startLine"], item["ruleId"])
            for item in json.loads(found["sarif"])["runs"][0]["results"]
            for place in [item["locations"][0]["physicalLocation"]]
        ],
        "github": [(m[1], int(m[2]), m[3]) for m in re.finditer(r"^::\w+ file=(.*?),line=(\d+),.*?title=(.*?)::", found["github"], re.M)],
        "gitlab": [
            (item["location"]["path"], item["location"]["lines"]["begin"], item["check_name"]) for item in json.loads(found["gitlab"])
        ],
        "junit": [
            (case.get("file"), int(case.get("line", "")), case.get("name", "").split(" ")[0])
            for case in ElementTree.fromstring(found["junit"]).iter("testcase")
        ],
        "checkstyle": [
            (file.get("name"), int(error.get("line", "")), error.get("source", "").removeprefix("netlint."))
            for file in ElementTree.fromstring(found["checkstyle"])
            for error in file
        ],
        "rdjson": [
            (item["location"]["path"], item["location"]["range"]["start"]["line"], item["code"]["value"])
            for item in json.loads(found["rdjson"])["diagnostics"]
        ],
        "azure": [(m[1], int(m[2]), m[3]) for m in re.finditer(r"sourcepath=(.*?);linenumber=(\d+);.*?code=(.*?);\]", found["azure"])],
        "markdown": [
            (m[2].replace("\\", ""), int(m[3]), m[1]) for m in re.finditer(r"^\| \w+ \| (\S+) \| (.*?):(\d+) \|", found["markdown"], re.M)
        ],
    }
    assert {form: sorted(rows) for form, rows in by_form.items()} == dict.fromkeys(by_form, expected)
    assert set(by_form) == set(FORMATS) - {*FOR_PEOPLE, "json"}


def sarif_schema() -> Any:
    for folder in (SCHEMAS, Path(__file__).parents[2] / "shared" / "schemas"):
        if (folder / SARIF_SCHEMA).is_file():
            return json.loads((folder / SARIF_SCHEMA).read_text(encoding="utf-8"))
    pytest.skip(f"{SARIF_SCHEMA} of oasis-tcs/sarif-spec is neither in tests/schemas nor in ../shared/schemas")


def test_sarif_is_valid(tmp_path: Path) -> None:
    validator = jsonschema.validators.validator_for(sarif_schema())(sarif_schema(), format_checker=jsonschema.FormatChecker())
    make_hostile(tmp_path)
    full = finding(
        related=(Related(span("ports"), "the ports"),),
        fix=Fix("Mend it", True, (Edit(span("web"), "b"), Edit(span("ports"), ""))),
        subject=Subject("func", "Dial", package="example.org/shop"),
    )
    notes = (Note("not-rendered", "chart/", "is a chart"), Note("not-read", "x:3", "is a pipe"))
    accepted = (Accepted(finding("last"), in_source=True, reason="why not"),)
    runs = [
        judge(SHOP),
        judge(tmp_path),
        (result(), HERE),
        (result(full, INTERNAL_ERROR.finding(Span("", 0, 0), message="a", why="b", help="c"), notes=notes, accepted=accepted), HERE),
    ]
    for run, workspace in runs:
        for with_accepted in (False, True):
            document = json.loads(render_sarif(run, workspace, "night", with_accepted=with_accepted))
            assert [error.message for error in validator.iter_errors(document)] == []
    broken = json.loads(render_sarif(result(full), HERE))
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not validator.is_valid(broken)


def test_a_sarif_result_has_one_line_links_to_the_other_places_and_a_flow() -> None:
    related = (Related(span("web"), "says [so](1)"), Related(span("ports"), "begins"))
    (shown,) = sarif(result(finding("last: [\n  x]", message="Broken [here](2)", related=related)))["results"]
    assert shown["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 8}
    assert shown["message"]["text"] == "Broken [here] (2). Why. Help.\n[web](1) says [so] (1)\n[ports](2) begins"
    assert [(place["id"], place["physicalLocation"]["region"]["startLine"]) for place in shown["relatedLocations"]] == [(1, 2), (2, 1)]
    (flow,) = shown["codeFlows"][0]["threadFlows"]
    steps = [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow["locations"]]
    assert steps == [3, 2, 1]
    bracket = result(finding(related=(Related(span("[\n"), "opens"),)))
    assert sarif(bracket)["results"][0]["message"]["text"].endswith("\n[\\[](1) opens")


def test_sarif_columns_count_characters_and_say_so() -> None:
    run = sarif(result(finding()))
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] == 14


def test_a_sarif_fix_is_exact() -> None:
    fix = Fix("Mend it", True, (Edit(span("last: [\n  x]"), "last: []"), Edit(span("web"), "b")))
    (shown,) = sarif(result(finding(fix=fix)))["results"]
    (change,) = shown["fixes"][0]["artifactChanges"]
    assert [(item["deletedRegion"]["startLine"], item["deletedRegion"]["endLine"]) for item in change["replacements"]] == [(2, 2), (3, 4)]
    assert [item["insertedContent"]["text"] for item in change["replacements"]] == ["b", "last: []"]


def test_sarif_leaves_suppressed_findings_out_unless_asked() -> None:
    run = result(finding(), accepted=(Accepted(finding("ports"), False, "the operator"), Accepted(finding("last"), True, "in source")))
    assert len(sarif(run)["results"]) == 1
    assert "suppressions" not in sarif(run)["results"][0]
    assert [item["suppressions"] for item in sarif(run, with_accepted=True)["results"]] == [
        [],
        [{"kind": "external", "status": "accepted", "justification": "the operator"}],
        [{"kind": "inSource", "status": "accepted", "justification": "in source"}],
    ]


def test_sarif_keeps_the_severest_results_in_their_order() -> None:
    many = [finding(severity=Severity.WARNING, message=f"{number}") for number in range(MAX_RESULTS)]
    run = sarif(result(*many[:3], finding(message="E"), *many[3:]))
    assert len(run["results"]) == MAX_RESULTS
    assert [item["message"]["text"][:2] for item in run["results"][:5]] == ["0.", "1.", "2.", "E.", "3."]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (note["descriptor"]["id"], note["level"]) == ("results-left-out", "warning")
    assert note["message"]["text"] == "1 findings of lower severity were left out."


def test_sarif_tells_how_the_run_went() -> None:
    unread = UNREADABLE_FILE.finding(Span("web.yaml", 0, 0), message="web.yaml: broken", why="a", help="b")
    run = sarif(result(unread, notes=(Note("not-rendered", "chart/", "is a chart"), Note("not-read", "x", "is a pipe"))))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    assert [(item["descriptor"]["id"], item["level"]) for item in invocation["toolExecutionNotifications"]] == [
        ("unreadable-file", "warning"),
        ("not-read", "note"),
    ]
    assert [item["message"]["text"] for item in invocation["toolConfigurationNotifications"]] == ["chart/: is a chart."]
    assert [item["ruleId"] for item in run["results"]] == ["unreadable-file"]
    described = run["tool"]["driver"]["notifications"]
    for item in (*invocation["toolExecutionNotifications"], *invocation["toolConfigurationNotifications"]):
        assert described[item["descriptor"]["index"]]["id"] == item["descriptor"]["id"]
    failed = sarif(result(INTERNAL_ERROR.finding(Span("web.yaml", 0, 0), message="a", why="b", help="c")))
    assert failed["invocations"][0]["executionSuccessful"] is False


def test_sarif_describes_every_kind_of_note() -> None:
    linter = Path(sarif_tool.__file__).parents[1]
    kinds = {kind for path in linter.rglob("*.py") for kind in re.findall(r'(?:Note|\.note)\(\s*"([a-z-]+)"', path.read_text())}
    assert len(kinds) >= 7
    assert kinds <= {item["id"] for item in sarif(result())["tool"]["driver"]["notifications"]}


def test_sarif_names_the_category_only_when_given() -> None:
    assert "automationDetails" not in sarif(result())
    for given_name in ("night", "night/"):
        assert sarif(result(), category=given_name)["automationDetails"] == {"id": "night/"}


def test_the_rules_of_sarif_have_all_that_code_scanning_shows() -> None:
    run, workspace = judge(SHOP)
    rules = json.loads(render_sarif(run, workspace))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.name for rule in run.rules]
    assert len({rule["id"] for rule in rules}) == len(rules) > 50
    for rule in rules:
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["fullDescription"]["text"].endswith(".")
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}\n\n{rule['shortDescription']['text']}")
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
        assert "# expect:" not in rule["help"]["markdown"]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        # github/codeql-action, src/fingerprints.test.ts
        ("", ["c129715d7a2bc9a3:1"]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
            [
                "e9496ae3ebfced30:1",
                "fb7c023a8b9ccb3f:1",
                "ce8ba1a563dcdaca:1",
                "e20e36e16fcb0cc8:1",
                "b3edc88f2938467e:1",
                "c8e28b0b4002a3a0:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_line_hashes_are_those_of_code_scanning(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


def test_sarif_results_carry_both_fingerprints() -> None:
    (shown,) = sarif(result(finding()))["results"]
    assert shown["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(SOURCE.text)[1]
    unknown = RULE.finding(Span("other.yaml", 0, 0), message="a", why="b", help="c")
    assert list(sarif(result(unknown))["results"][0]["partialFingerprints"]) == ["netlint/v1"]
    long = SourceFile("long.yaml", "\n" * MAX_HASHED_LINES)
    far = RULE.finding(Span(long.path, 0, 0), message="a", why="b", help="c")
    assert list(sarif(RunResult((far,), (), {long.path: long}))["results"][0]["partialFingerprints"]) == ["netlint/v1"]


def test_github_shows_the_severest_ten_of_a_kind_and_tells_of_the_rest() -> None:
    kinds = (Severity.INFO, Severity.WARNING, Severity.ERROR)
    lines = render(result(*(finding(severity=kind) for kind in kinds for _ in range(12))), "github", Manner(HERE)).splitlines()
    assert [line.split(" ")[0] for line in lines[:-1]] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert lines[-2] == (
        "::notice title=netlint::+2 more of severity error, +2 more of severity warning, +3 more of severity info;"
        " the summary of this step and its log list them"
    )
    assert lines[-1] == "12 errors, 12 warnings, 12 info (1 Kubernetes file)"


def test_github_gives_columns_on_one_line_only() -> None:
    (over_lines, _) = render(result(finding("last: [\n  x]")), "github", Manner(HERE)).splitlines()
    assert over_lines.startswith("::error file=web.yaml,line=3,endLine=4,title=port-wrong::")
    (on_one, _) = render(result(finding()), "github", Manner(HERE)).splitlines()
    assert on_one.startswith("::error file=web.yaml,line=2,endLine=2,col=14,endColumn=17,title=port-wrong::")


def test_gitlab_gets_valid_reports_with_a_fingerprint_each(tmp_path: Path) -> None:
    schema = json.loads((SCHEMAS / "gitlab.schema.json").read_text(encoding="utf-8"))
    make_hostile(tmp_path)
    same = (result(*(finding(severity=severity) for severity in Severity)), HERE)
    for run, workspace in (judge(SHOP), judge(tmp_path), (result(), HERE), same):
        entries = json.loads(render(run, "gitlab", Manner(workspace)))
        jsonschema.validate(entries, schema)
        assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(run.findings)
    assert [entry["severity"] for entry in entries] == ["critical", "major", "minor"]
    assert entries[0]["description"] == "port-wrong: Wrong. Why. Help"


def test_rdjson_is_valid_and_counts_bytes(tmp_path: Path) -> None:
    schema = json.loads((SCHEMAS / "rdjson.schema.json").read_text(encoding="utf-8"))
    make_hostile(tmp_path)
    one = Fix("Mend it", True, (Edit(span("web"), "b"),))
    two = Fix("Mend it", True, (Edit(span("web"), "b"), Edit(span("ports"), "")))
    fixed = (result(finding(fix=one), finding(fix=two), finding("last: [\n  x]")), HERE)
    for run, workspace in (judge(SHOP), judge(tmp_path), (result(), HERE), fixed):
        document = json.loads(render(run, "rdjson", Manner(workspace)))
        jsonschema.validate(document, schema)
    # ü takes two bytes and the emoji four.
    at = {"start": {"line": 2, "column": 18}, "end": {"line": 2, "column": 21}}
    first, second, third = document["diagnostics"]
    assert first["location"] == {"path": "web.yaml", "range": at}
    assert first["suggestions"] == [{"range": at, "text": "b"}]
    assert "suggestions" not in second
    assert third["location"]["range"]["end"] == {"line": 4, "column": 5}


@pytest.mark.parametrize("form", ["junit", "checkstyle"])
def test_xml_is_valid(form: str, tmp_path: Path) -> None:
    schema = xmlschema.XMLSchema(SCHEMAS / f"{form}.xsd")
    make_hostile(tmp_path)
    for run, workspace in (judge(SHOP), judge(tmp_path), (result(), HERE)):
        text = render(run, form, Manner(workspace))
        # Other programs read it into what their own machine writes; those in Go refuse any name of an encoding but UTF-8.
        assert text.isascii()
        assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<')
        schema.validate(ElementTree.fromstring(text))


def test_xml_holds_no_character_that_it_forbids() -> None:
    run = result(finding(message="a\x00\x0b\ufffe\uffff\x85b"))
    shown = "a␀␋\\ufffe\\uffff\\x85b"
    assert [failure.get("message") for failure in ElementTree.fromstring(render(run, "junit", Manner(HERE))).iter("failure")] == [shown]
    errors = ElementTree.fromstring(render(run, "checkstyle", Manner(HERE))).iter("error")
    assert [error.get("message", "").split("\n")[0] for error in errors] == [shown]


def test_junit_counts_and_names_every_case_and_passes_when_clean() -> None:
    root = ElementTree.fromstring(render(result(finding(), finding("ports"), finding("last")), "junit", Manner(HERE)))
    assert (root.get("tests"), root.get("failures"), len(list(root.iter("failure")))) == ("3", "3", 3)
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == 3
    clean = ElementTree.fromstring(render(result(), "junit", Manner(HERE)))
    assert (clean.get("tests"), clean.get("failures")) == ("1", "0")
    assert [len(case) for case in clean.iter("testcase")] == [0]


def test_azure_escapes_what_ends_a_property() -> None:
    strange = SourceFile("a];%\n.yaml", "text\n")
    wrong = RULE.finding(Span(strange.path, 0, 4), message="50%\nnext", why="Why", help="Help")
    run = RunResult((wrong,), (), {strange.path: strange})
    assert render(run, "azure", Manner(HERE)).splitlines()[0] == (
        "##vso[task.logissue type=error;sourcepath=a%5D%3B%AZP25%0A.yaml;linenumber=1;columnnumber=1;code=port-wrong;]"
        "50%AZP25 next%0AWhy: Why%0AHelp: Help"
    )


def test_markdown_stays_below_what_github_takes_and_says_what_is_missing() -> None:
    run = result(*(finding(message="ü" * 1000) for _ in range(2_000)), notes=tuple(Note("not-read", "x" * 1000, "y") for _ in range(2_000)))
    text = render_markdown(run, HERE)
    assert len(text.encode()) < MAX_BYTES
    shown = text.count("| error |")
    assert f"| | | | and {2_000 - shown} more |" in text
    assert re.search(r"^\* and \d+ more$", text, re.M)


def test_markdown_links_only_into_the_repository() -> None:
    outside = RULE.finding(Span("/etc/x.yaml", 0, 0), message="a", why="b", help="c")
    text = render_markdown(result(finding(), outside), HERE, "https://example.com/blob/1")
    assert "| [web.yaml:2](https://example.com/blob/1/web.yaml#L2) |" in text
    assert "| /etc/x.yaml:1 |" in text


def test_paths_are_those_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "sub" / "link").symlink_to(tmp_path / "real")
    workspace = Workspace(str(tmp_path / "sub"), str(tmp_path))
    cases = {
        "web.yaml": "sub/web.yaml",
        "./a/../web.yaml": "sub/web.yaml",
        "../web.yaml": "web.yaml",
        f"{tmp_path}/web.yaml": "web.yaml",
        "link/web.yaml": "real/web.yaml",
        "<stdin>": "<stdin>",
        "..": ".",
    }
    assert {shown: workspace.path(shown) for shown in cases} == cases
    assert workspace.uri("ä %:,#?.yaml") == "sub/%C3%A4%20%25%3A%2C%23%3F.yaml"
    assert workspace.uri("/etc/a b") == "file:///etc/a%20b"
    assert workspace.path("/etc/a b") == "/etc/a b"
    assert (workspace.uri("a\udcff"), workspace.path("a\udcff")) == ("sub/a%FF", "sub/a\\udcff")


def test_what_runners_take_for_commands() -> None:
    for text in ("::error::x", "  ::x", "a\n::b", "a\r\n\t::b", "##[add-mask]x", "x ##vso[task.complete]", "###[x"):
        assert not commands_in(no_log_command(text)), text
    for text in ("a ::b", "a: b", "##", "#[", "##vs[", "  ::: x"):
        assert no_log_command(text) == text


def commands_in(text: str) -> list[str]:
    """What a runner would take for commands, as GitHub's and Azure's read lines."""
    lines = re.split(r"[\r\n]", text)
    return [line for line in lines if re.match(r"\s*::(?!:)", line) or "##[" in line or "##vso[" in line]


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in FOR_PEOPLE])
def test_a_hostile_repository_gives_no_commands(form: str, tmp_path: Path) -> None:
    make_hostile(tmp_path)
    run, workspace = judge(tmp_path)
    commands = commands_in(render(run, form, Manner(workspace)))
    expected = {"github": r"::(error|warning) file=[^:]*::", "azure": r"##vso\[task\.logissue type=\w+;[^\]]*\]"}.get(form)
    if expected is None:
        # A table is read from a file.
        assert commands == [] or form == "markdown"
    else:
        assert len(commands) == len(run.findings)
        assert all(re.match(expected, command) for command in commands)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(), path=st.text(min_size=1).filter(lambda path: "\0" not in path))
def test_any_text_comes_through(text: str, path: str) -> None:
    source = SourceFile(path, text)
    wrong = RULE.finding(
        Span(path, 0, len(text)),
        message=text,
        why=text,
        help=text,
        subject=Subject(text, text, text),
        related=(Related(Span(path, len(text), len(text)), text),),
    )
    run = RunResult((wrong,), (Note("not-read", path, text),), {path: source})
    for form in FORMATS:
        shown = render(run, form, Manner(HERE))
        if form in ("json", "sarif", "gitlab", "rdjson"):
            json.loads(shown)
        elif form in ("junit", "checkstyle"):
            ElementTree.fromstring(shown)
        elif form in ("github", "azure"):
            assert len(re.split("[\r\n]", shown)) == 2
    uri = sarif(run)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/%:-]+", uri)
    assert "\n" not in unquote(uri) or "\n" in path


def test_statistics_count_by_rule() -> None:
    run = result(finding(), UNREADABLE_FILE.finding(span("web"), message="a", why="b", help="c"), finding("ports"))
    assert render_statistics(run).splitlines() == [
        "2  port-wrong       A port is wrong",
        "1  unreadable-file  A file or document that should be judged cannot be read",
        "",
        "2 errors, 1 warning (1 Kubernetes file)",
    ]
    assert [(item["rule"], item["count"]) for item in json.loads(render_statistics_json(run))] == [
        ("port-wrong", 2),
        ("unreadable-file", 1),
    ]
    assert render_statistics(result()) == "No findings (1 Kubernetes file)"


def test_json_holds_no_command_and_the_same_text() -> None:
    text = "##[add-mask]x ##vso[y]"
    shown = render_json(result(finding(message=text)))
    assert commands_in(shown) == []
    assert json.loads(shown)["findings"][0]["message"] == text
