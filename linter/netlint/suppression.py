"""Ignores: found in comments, annotations and the configuration, applied to findings, and reported when they do nothing.

* YAML and Python: ``# netlint: ignore[rule, other-rule] reason``; Go: ``//netlint:ignore rule,other-rule reason``. Behind code it is for
  that line. Alone on a line it is for the next line with code; other comments, blank lines and ``---`` between them do not matter.
* The annotation ``netlint.io/ignore: "rule: reason; other-rule: reason"`` is for its whole object.
* ``per-path-ignores`` and ``object-ignores`` of the configuration. These are for many runs over different paths, so that one of them
  matching nothing is no finding.

An ignore counts at any location of a finding. One without a reason is a finding and ignores nothing.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.config import did_you_mean, enabled, names_match
from netlint.gitignore import parse_patterns
from netlint.meta_rules import IGNORE_WITHOUT_REASON, META_RULES, UNUSED_IGNORE
from netlint.result import Accepted
from netlint.source import IGNORE_MARK, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.config import Config
    from netlint.finding import Finding, Rule
    from netlint.kubernetes.facts import ObjectMeta
    from netlint.kubernetes.values import Value
    from netlint.source import SourceFile

_MAX_ENTRIES: Final = 100
"""Ignores of one annotation; there are fewer rules than that."""
_MAX_HEADER: Final = 500
"""Characters at the end of a line that are searched for the start of a block scalar: its tag and anchor fit into them."""


class Suppression(NamedTuple):
    """One ignore as written. It is for findings that start on ``line`` (from 1; 0: there is none), or inside ``scope`` when that is given.

    ``names``: the rules, each with its place. ``problem``: why the ignore cannot be understood; empty when it can.
    """

    names: tuple[tuple[str, Span], ...]
    reason: str
    span: Span
    line: int = 0
    scope: Span | None = None
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether it can suppress anything."""
        return bool(self.reason) and not self.problem


def find_suppressions(source: SourceFile) -> tuple[Suppression, ...]:
    """The ignores in the comments of a file, in order."""
    # Nearly every file has none: one search of its text is all it costs.
    if IGNORE_MARK not in source.text:
        return ()
    language = _language_of(source.path)
    if language is None:
        return ()
    comments = [(start, end, source.position(start)) for start, end in language.comments(source.text)]
    alone = {place.line for _, _, place in comments if not source.line_text(place.line)[: place.column - 1].strip()}
    found: list[Suppression] = []
    next_code: dict[int, int] = {}
    for line in sorted(alone, reverse=True):
        next_code[line] = _next_code_line(source, line, next_code)
    for start, end, place in comments:
        if IGNORE_MARK in source.text[start:end]:
            line = next_code.get(place.line, place.line)
            found.extend(_directives(source, start, end, line, language))
    return tuple(found)


def object_suppressions(meta: ObjectMeta, value: Value) -> tuple[Suppression, ...]:
    """The ignores in the annotation ``netlint.io/ignore`` of an object. ``;`` separates them, so a reason cannot hold one."""
    found = []
    for entry in islice(re.finditer(r"[^;]+", value.text), _MAX_ENTRIES):
        if not entry[0].strip():
            continue
        listed, _, reason = entry[0].partition(":")
        names = tuple((name, value.span_of(start, end)) for name, start, end in _split_names(listed, entry.start()))
        inner = entry[0].strip()
        start = entry.start() + entry[0].index(inner)
        found.append(
            Suppression(
                names=names,
                reason=reason.strip() if _says_something(reason) else "",
                span=value.span_of(start, start + len(inner)),
                scope=meta.span,
                problem="" if names else "names no rule: write rule: reason",
            )
        )
    return tuple(found)


def apply(
    findings: Iterable[Finding],
    suppressions: Sequence[Suppression],
    sources: Mapping[str, SourceFile],
    *,
    config: Config,
    rules: Iterable[Rule],
) -> tuple[list[Finding], list[Accepted], list[Finding]]:
    """Findings that stay, those that were suppressed, and the findings about the ignores themselves.

    Findings of rules that are not enabled are left out without being counted. Findings about ignores cannot be ignored by an ignore,
    which would never end; the configuration can leave their rules out.
    """
    by_line: dict[tuple[str, int], list[int]] = {}
    by_scope: dict[str, list[int]] = {}
    for index, item in enumerate(suppressions):
        if not item.holds:
            continue
        if item.scope is not None:
            by_scope.setdefault(item.scope.path, []).append(index)
        else:
            by_line.setdefault((item.span.path, item.line), []).append(index)
    kept: list[Finding] = []
    suppressed: list[Accepted] = []
    used: set[tuple[int, str]] = set()
    configured_reason = _configured_ignores(config)
    for finding in findings:
        if not enabled(config, finding.rule):
            continue
        name = finding.rule.name
        hits = {
            (index, name)
            for span in finding.spans
            for index in _reaching(span, suppressions, by_line, by_scope, sources)
            if any(listed == name for listed, _ in suppressions[index].names)
        }
        used |= hits
        if hits:
            suppressed.append(Accepted(finding, in_source=True, reason=suppressions[min(hits)[0]].reason))
        elif reason := configured_reason(finding):
            suppressed.append(Accepted(finding, in_source=False, reason=reason))
        else:
            kept.append(finding)
    known = {rule.name: rule for rule in (*rules, *META_RULES)}
    about = [finding for index, item in enumerate(suppressions) for finding in _about(item, index, used, config, known)]
    return kept, suppressed, [finding for finding in about if enabled(config, finding.rule) and not configured_reason(finding)]


def _reaching(
    span: Span,
    suppressions: Sequence[Suppression],
    by_line: Mapping[tuple[str, int], Sequence[int]],
    by_scope: Mapping[str, Sequence[int]],
    sources: Mapping[str, SourceFile],
) -> Iterator[int]:
    """Indexes of the suppressions that are for the place ``span``."""
    source = sources.get(span.path)
    if source is not None and by_line:
        yield from by_line.get((span.path, source.position(span.start).line), ())
    for index in by_scope.get(span.path, ()):
        scope = suppressions[index].scope
        if scope is not None and scope.start <= span.start < scope.end:
            yield index


def _configured_ignores(config: Config) -> Callable[[Finding], str]:
    """Why the configuration ignores a finding, by the path of any of its locations or by its object; empty when it does not."""
    root = os.path.abspath(config.root)  # noqa: PTH100
    by_path = [(pattern, parse_patterns((pattern,)), names) for pattern, names in config.per_path_ignores]

    def reason_for(finding: Finding) -> str:
        for pattern, patterns, names in by_path:
            if names_match(names, finding.rule) and any(patterns.covers(_relative(span.path, root)) for span in finding.spans):
                return f"per-path-ignores of {pattern}"
        subject = finding.subject
        if subject is not None:
            for ignore in config.object_ignores:
                if names_match(ignore.rules, finding.rule) and _is_object(ignore.pattern, subject.kind, subject.namespace, subject.name):
                    return ignore.reason
        return ""

    return reason_for


def _relative(path: str, root: str) -> str:
    """``path`` as patterns of the configuration see it."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def _is_object(pattern: str, kind: str, namespace: str | None, name: str) -> bool:
    """Whether ``Kind/namespace/name`` matches. An unset namespace is decided at apply time, so that it matches any."""
    wanted_kind, wanted_namespace, wanted_name = pattern.split("/")
    return (
        fnmatchcase(kind, wanted_kind)
        and (namespace is None or fnmatchcase(namespace, wanted_namespace))
        and fnmatchcase(name, wanted_name)
    )


def _about(item: Suppression, index: int, used: set[tuple[int, str]], config: Config, known: Mapping[str, Rule]) -> Iterator[Finding]:
    """What is wrong with one ignore."""
    if item.problem:
        yield IGNORE_WITHOUT_REASON.finding(
            item.span,
            message=f"The ignore {item.problem}",
            why="It is not applied: findings here are reported",
            help="In YAML and Python write # netlint: ignore[rule] reason, in Go //netlint:ignore rule reason",
        )
        return
    families = {rule.family for rule in known.values()}
    for name, span in item.names:
        if name in known:
            continue
        hint = "is a family; an ignore names single rules" if name in families else f"is no rule: {_hint(name, tuple(known))}"
        yield IGNORE_WITHOUT_REASON.finding(
            span,
            message=f"The ignore names '{name}', which {hint}",
            why="It is not applied for that name: findings here are reported",
            help="Name a rule; netlint rules lists them",
        )
    if not item.reason:
        yield IGNORE_WITHOUT_REASON.finding(
            item.span,
            message=f"The ignore of {', '.join(name for name, _ in item.names)} gives no reason",
            why="It is not applied, for nobody could tell later whether it still has to hold",
            help="Say behind it why the finding is accepted here",
        )
        return
    for name, span in item.names:
        if name in known and (index, name) not in used and enabled(config, known[name]):
            yield UNUSED_IGNORE.finding(
                span,
                message=f"The ignore of {name} matches no finding",
                why="It would hide the next mistake of that kind here before anyone has seen it",
                help="Remove it, or move it to a line that the finding points at",
            )


@lru_cache(maxsize=1024)
def _hint(name: str, known: tuple[str, ...]) -> str:
    return did_you_mean(name[:_MAX_HEADER], known)


class _Language(NamedTuple):
    """How comments are found, and how one directive is written in them."""

    comments: Callable[[str], Iterator[tuple[int, int]]]
    directive: str
    """Compiled by ``re`` when the first file needs it, as few do."""


def _language_of(path: str) -> _Language | None:
    if path.endswith(".go"):
        return _Language(_go_comments, _GO_DIRECTIVE)
    if path.endswith(".py"):
        return _Language(_python_comments, _HASH_DIRECTIVE)
    return None if path.endswith(".json") else _Language(_yaml_comments, _HASH_DIRECTIVE)


# Group `word` is what follows the mark; `names` the rules; `reason` ends where another comment starts inside this one.
_HASH_DIRECTIVE: Final = (
    r"#\s*(?P<directive>netlint:\s*(?P<word>[A-Za-z][\w-]*)\s*(?P<open>\[)?(?:(?<=\[)(?P<names>[^\]#]*)(?P<close>\])?)?)"
    r"(?P<reason>(?:(?!\s#\s).)*)"
)
_GO_DIRECTIVE: Final = (
    r"//[ \t]*(?P<directive>netlint:(?:[ \t]+(?=ignore\b))?(?P<word>[A-Za-z][\w-]*)"
    r"(?P<open>[ \t]+)?(?P<names>[\w-]+(?:,[ \t]*[\w-]+)*)?(?P<close>))"
    r"(?P<reason>(?:(?!\s//\s).)*)"
)


def _directives(source: SourceFile, start: int, end: int, line: int, language: _Language) -> Iterator[Suppression]:
    """The ignores in the comment from ``start`` to ``end``."""
    for match in re.compile(language.directive).finditer(source.text, start, end):
        word = match["word"]
        if word != "ignore":
            # A word in brackets, or in the form of a Go directive, was meant as one; anything else is prose.
            if match["open"]:
                span = Span(source.path, match.start("word"), match.end("word"))
                yield Suppression((), "", span, line, problem=f"is written '{word}'; the only word netlint knows is ignore")
            continue
        span = Span(source.path, match.start("directive"), match.start("directive") + len(match["directive"].rstrip()))
        names = tuple(
            (name, Span(source.path, at, to)) for name, at, to in _split_names(match["names"] or "", max(match.start("names"), 0))
        )
        problem = ""
        if not names:
            problem = "names no rule"
        elif match["close"] is None:
            problem = "lacks its closing bracket"
        reason = match["reason"] if _says_something(match["reason"]) else ""
        yield Suppression(names, reason.strip(" \t\r:-–—"), span, line, problem=problem)


def _split_names(text: str, offset: int) -> Iterator[tuple[str, int, int]]:
    """The names of a comma-separated list, each with its bounds; ``offset`` is where the list starts."""
    for match in re.finditer(r"[^,\s](?:[^,]*[^,\s])?", text):
        yield match[0], offset + match.start(), offset + match.end()


def _says_something(reason: str) -> bool:
    return any(character.isalnum() for character in reason)


def _next_code_line(source: SourceFile, line: int, known: Mapping[int, int]) -> int:
    """The first line below ``line`` that holds more than a comment; 0 when there is none. ``known``: that of the comments below."""
    for number in range(line + 1, len(source.line_starts) + 1):
        if number in known:
            return known[number]
        if source.line_text(number).strip() not in ("", "---"):
            return number
    return 0


_GO_TOKEN: Final = r"(?s)\"(?:\\.|[^\"\\\n])*\"|`[^`]*`|'(?:\\.|[^'\\\n])*'|/\*.*?\*/|(//[^\n]*)"
_PYTHON_TOKEN: Final = r"(?s)\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|(#[^\n]*)"


def _go_comments(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the ``//`` comments that are not inside a string, a rune or a block comment."""
    return (match.span(1) for match in re.finditer(_GO_TOKEN, text) if match[1])


def _python_comments(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the comments that are not inside a string."""
    return (match.span(1) for match in re.finditer(_PYTHON_TOKEN, text) if match[1])


_YAML_LINE: Final = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_BLOCK_HEADER: Final = re.compile(r"(?:^|[:?\-]\s+|^---\s+)(?:[&!]\S*\s+)*[|>][-+0-9]*\s*$")
_DASHES: Final = re.compile(r"(?:[-?]\s+)*")
_OPENS_QUOTE: Final = frozenset(":-?,[{(")


def _yaml_comments(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the comments of YAML, template text included, which no YAML parser would take.

    A scan by lines that knows block scalars (``|`` and ``>``, by the indentation of their parent) and quoted scalars, over several lines as
    well. A quote opens only where a scalar can start, so that the apostrophe in ``it's`` is none.
    """
    quote = ""
    block_indent: int | None = None
    for row in _YAML_LINE.finditer(text):
        line = row[1]
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip(" "))
        if line.startswith(("---", "...")):
            # No scalar reaches over the end of a document: whatever looks open was not understood.
            quote, block_indent = "", None
        if block_indent is not None:
            if indent > block_indent:
                continue
            block_indent = None
        comment, quote = _scan_yaml_line(line, quote)
        if comment >= 0:
            yield row.start() + comment, row.start() + len(line)
        code = line if comment < 0 else line[:comment]
        if not quote and _BLOCK_HEADER.search(code[-_MAX_HEADER:]):
            block_indent = _indent_of_parent(code)


def _scan_yaml_line(line: str, quote: str) -> tuple[int, str]:
    """Where the comment of a line starts (-1: nowhere), and the quote that is still open behind it, when ``quote`` was open before."""
    index = 0
    # What stands before a character, blanks left out; the start of a line is like the start of a scalar.
    before = ":"
    while index < len(line):
        character = line[index]
        if quote:
            if character == "\\" and quote == '"':
                index += 1
            elif character == quote:
                if quote == "'" and line[index + 1 : index + 2] == "'":
                    index += 1
                else:
                    quote = ""
        elif character in "\"'" and before in _OPENS_QUOTE:
            quote = character
        elif character == "#" and (index == 0 or line[index - 1] in " \t"):
            return index, ""
        if not character.isspace():
            before = character
        index += 1
    return -1, quote


def _indent_of_parent(code: str) -> int:
    """Column that the content of a block scalar has to be indented beyond: of its key, or of the last ``-`` when it has no key."""
    if code.startswith("---"):
        return -1
    start = len(code) - len(code.lstrip(" "))
    dashes = _DASHES.match(code, start)
    at = dashes.end() if dashes else start
    return code.rfind("-", 0, at) if code[at : at + 1] in "|>&!" else at
