"""Go facts of all files into linked code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.model.code.code import Code
from netlint.model.code.packages import build_packages, build_sketches
from netlint.model.code.settings import index_settings
from netlint.model.code.values import index_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netlint.golang.facts import GoFacts
    from netlint.golang.modules import GoModule
    from netlint.golang.sketch import Sketch


def link_go(
    facts: Iterable[GoFacts],
    modules: Sequence[GoModule],
    unjudged: frozenset[str] = frozenset(),
    *,
    judges_tests: bool = False,
    sketches: Iterable[Sketch] = (),
) -> Code:
    """The files as packages, with the indexes that all questions stand on. ``unjudged`` and ``judges_tests``: see ``Code``."""
    packages = build_packages(facts, modules)
    code = Code(packages, unjudged, judges_tests, build_sketches(sketches, modules, packages))
    index_values(code)
    index_settings(code)
    return code
