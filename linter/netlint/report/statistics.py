"""How often each rule was found wanting, instead of the findings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netlint.report.json import dump
from netlint.report.summary import summary_line

if TYPE_CHECKING:
    from netlint.finding import Rule
    from netlint.result import RunResult


def counts_by_rule(result: RunResult) -> list[tuple[int, Rule]]:
    """Shown findings of each rule that has any, the most frequent first, then by name."""
    rules = {finding.rule.name: finding.rule for finding in result.findings}
    counted = Counter(finding.rule.name for finding in result.findings)
    return sorted(((count, rules[name]) for name, count in counted.items()), key=lambda item: (-item[0], item[1].name))


def render_statistics(result: RunResult) -> str:
    """A line a rule, then the summary."""
    counts = counts_by_rule(result)
    width = max((len(str(count)) for count, _ in counts), default=0)
    name = max((len(rule.name) for _, rule in counts), default=0)
    lines = [f"{count:>{width}}  {rule.name:<{name}}  {rule.summary}" for count, rule in counts]
    return "\n".join((*lines, *([""] if lines else []), summary_line(result)))


def render_statistics_json(result: RunResult) -> str:
    """A list of objects, one a rule."""
    return dump(
        [{"rule": rule.name, "family": rule.family, "count": count, "summary": rule.summary} for count, rule in counts_by_rule(result)]
    )
