"""Go facts of all files into linked code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.model.code.code import Code
from netlint.model.code.packages import build_packages
from netlint.model.code.settings import index_settings
from netlint.model.code.values import index_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netlint.golang.facts import GoFacts
    from netlint.golang.modules import GoModule


def link_go(
    facts: Iterable[GoFacts], modules: Iterable[GoModule], unjudged: frozenset[str] = frozenset(), *, judges_tests: bool = False
) -> Code:
    """The files as packages, with the indexes that all questions stand on. ``unjudged`` and ``judges_tests``: see ``Code``."""
    code = Code(build_packages(facts, modules), unjudged, judges_tests)
    index_values(code)
    index_settings(code)
    return code
