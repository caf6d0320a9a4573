"""All Go code of a run. What functions of this folder find out is kept here, for rules ask the same things over and over."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from netlint.model.code.packages import all_functions

if TYPE_CHECKING:
    from netlint.model.code.packages import GoFunction, GoPackage


@dataclass(frozen=True, eq=False)
class Code:
    """``packages`` by import path. ``unjudged``: paths of files that are read, but in which nothing is reported: tests and examples.

    ``memo`` holds what was asked before, by question.
    """

    packages: dict[str, GoPackage]
    unjudged: frozenset[str] = frozenset()
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def functions(self) -> tuple[GoFunction, ...]:
        """Every function with a body, also the inside of package variables, in a fixed order; tests only when they are judged."""
        return tuple(function for function in all_functions(self.packages) if not function.file.facts.is_test or self.is_judged(function))

    def is_judged(self, function: GoFunction) -> bool:
        """Whether findings in the function are wanted."""
        return function.file.path not in self.unjudged

    @cached_property
    def judged_functions(self) -> tuple[GoFunction, ...]:
        """Those of ``functions`` in which findings are wanted."""
        return tuple(function for function in self.functions if self.is_judged(function))
