"""All Go code of a run. What functions of this folder find out is kept here, for rules ask the same things over and over."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from netlint.model.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.model.code.packages import GoFunction, GoPackage, SketchedPackage


@dataclass(frozen=True, eq=False, repr=False)
class Code(Memo):
    """``packages`` by import path. ``unjudged``: paths of files that are read, but in which nothing is reported: tests and examples.
    ``judges_tests``: whether their helpers, which stand in other files, are judged too.

    ``sketched``: by import path, what is known of files in which nothing matters; only where programs are asked for.
    """

    packages: dict[str, GoPackage]
    unjudged: frozenset[str] = frozenset()
    judges_tests: bool = False
    sketched: Mapping[str, SketchedPackage] = field(default_factory=dict)

    @cached_property
    def functions(self) -> tuple[GoFunction, ...]:
        """Every function with a body, also the inside of package variables, in a fixed order; tests only when they are judged."""
        # Imported where there is code: a model of manifests alone holds none, and this is the one module of the folder that it needs.
        from netlint.model.code.packages import all_functions

        return tuple(function for function in all_functions(self.packages) if not function.file.facts.is_test or self.is_judged(function))

    def is_judged(self, function: GoFunction) -> bool:
        """Whether findings in the function are wanted."""
        from netlint.model.code.packages import serves_tests

        if function.file.path in self.unjudged:
            return False
        return self.judges_tests or function.file.facts.is_test or not serves_tests(function)

    @cached_property
    def judged_functions(self) -> tuple[GoFunction, ...]:
        """Those of ``functions`` in which findings are wanted."""
        return tuple(function for function in self.functions if self.is_judged(function))
