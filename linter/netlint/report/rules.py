"""The list of rules and the page of one, for people."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from netlint.finding import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.finding import Rule

_MARK: Final = re.compile(r"^(?P<indent>\s*)(?P<comment>#|//) (?P<role>expect|related): .*\n", re.MULTILINE)
_ROLES: Final = {"expect": "reported:", "related": "together with:"}
_MARK_BEHIND: Final = re.compile(r"(?P<comment>#|//) (?P<role>expect|related): [^\n]*")
_ROLES_BEHIND: Final = {"expect": "reported", "related": "together with this"}


def render_rules(rules: Iterable[Rule]) -> str:
    """Every rule under its layer, in the order a request passes them; those about the run itself, which have none, come last."""
    ordered = sorted(rules, key=lambda rule: (rule.layer == 0, rule.layer, rule.name))
    width = max((len(rule.name) for rule in ordered), default=0)
    family = max((len(rule.family) for rule in ordered), default=0)
    blocks = []
    for layer, group in groupby(ordered, key=lambda rule: rule.layer):
        lines = [f"{LAYERS.get(layer, 'the run')}"]
        lines += [f"  {rule.name:<{width}}  {rule.family:<{family}}  {rule.severity:<7}  {rule.summary}" for rule in group]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def page_of(rule: Rule) -> str:
    """The page of a rule, in Markdown, with the marks of its example, which tests compare, in words.

    Rules about the run itself have no page: they say all there is to say in their messages.
    """
    # Imported here, for the list of rules needs no pages.
    from importlib.resources import files

    page = files("netlint_rules").joinpath(rule.family, f"{rule.name.replace('-', '_')}.md")
    if not page.is_file():
        return f"# {rule.name}\n\n{rule.summary}.\n"
    text = page.read_text(encoding="utf-8")
    text = _MARK.sub(lambda mark: f"{mark['indent']}{mark['comment']} {_ROLES[mark['role']]}\n", text)
    return _MARK_BEHIND.sub(lambda mark: f"{mark['comment']} {_ROLES_BEHIND[mark['role']]}", text)
