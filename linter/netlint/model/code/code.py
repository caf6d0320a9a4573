"""All Go code of a run. What functions of this folder find out is kept here, for rules ask the same things over and over."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from netlint.model.code.packages import GoFunction, GoPackage, SketchedPackage

_Answer = TypeVar("_Answer")
_Key = TypeVar("_Key", int, str)

MAX_STEPS: Final = 60
"""Questions that may wait for each other's answer. Real code has chains of some twenty; Python's own limit is far above."""


@dataclass(frozen=True, eq=False, repr=False)
class Code:
    """``packages`` by import path. ``unjudged``: paths of files that are read, but in which nothing is reported: tests and examples.
    ``judges_tests``: whether their helpers, which stand in other files, are judged too.

    ``sketched``: by import path, what is known of files in which nothing matters; only where programs are asked for.

    ``memo`` holds the answers that were found, by question; ``waiting`` the questions that are being answered.
    """

    packages: dict[str, GoPackage]
    unjudged: frozenset[str] = frozenset()
    judges_tests: bool = False
    sketched: Mapping[str, SketchedPackage] = field(default_factory=dict)
    memo: dict[Hashable, Any] = field(default_factory=dict)
    waiting: set[Hashable] = field(default_factory=set)

    def keep(self, question: Hashable, find: Callable[[], _Answer]) -> _Answer:
        """The answer to a question that never leads back to itself, found once: tables, mostly."""
        if question not in self.memo:
            self.memo[question] = find()
        known: _Answer = self.memo[question]
        return known

    def apart(self, find: Callable[[], _Answer]) -> _Answer:
        """What ``find`` finds, as if nothing else was being asked: the same whoever is the first to ask, and in the middle of what.

        For questions that never lead back to one that may be asking.
        """
        waiting = self.waiting.copy()
        self.waiting.clear()
        try:
            return find()
        finally:
            self.waiting.update(waiting)

    def remember(self, question: Hashable, unknown: _Answer, find: Callable[[], _Answer]) -> _Answer:
        """The answer to ``question``: the one known, else what ``find`` finds.

        A question that is asked again while it is being answered (a value defined by itself), or at the end of too long a chain, gets
        ``unknown``: what is built on that must not look complete.
        """
        return self._answer(self.memo, question, question, unknown, find)

    def remember_in(self, answers: dict[_Key, _Answer], key: _Key, unknown: _Answer, find: Callable[[], _Answer]) -> _Answer:
        """As ``remember``, of a question that has a table of ``answers`` of its own."""
        return self._answer(answers, key, (id(answers), key), unknown, find)

    def _answer(self, answers: dict[Any, Any], key: Hashable, question: Hashable, unknown: _Answer, find: Callable[[], _Answer]) -> _Answer:
        if key in answers:
            known: _Answer = answers[key]
            return known
        if question in self.waiting or len(self.waiting) >= MAX_STEPS:
            return unknown
        self.waiting.add(question)
        try:
            answer = find()
        finally:
            self.waiting.discard(question)
        answers[key] = answer
        return answer

    @cached_property
    def functions(self) -> tuple[GoFunction, ...]:
        """Every function with a body, also the inside of package variables, in a fixed order; tests only when they are judged."""
        # Imported where there is code: a model of manifests alone holds none, and this is the one module of the folder that it needs.
        from netlint.model.code.packages import all_functions

        return tuple(function for function in all_functions(self.packages) if not function.file.facts.is_test or self._is_wanted(function))

    def is_judged(self, function: GoFunction) -> bool:
        """Whether findings in the function are wanted."""
        return function in self._judged

    @cached_property
    def _judged(self) -> frozenset[GoFunction]:
        return frozenset(self.judged_functions)

    @cached_property
    def judged_functions(self) -> tuple[GoFunction, ...]:
        """Those of ``functions`` in which findings are wanted."""
        return tuple(function for function in self.functions if self._is_wanted(function))

    def _is_wanted(self, function: GoFunction) -> bool:
        from netlint.model.code.packages import serves_tests

        if function.file.path in self.unjudged:
            return False
        return self.judges_tests or function.file.facts.is_test or not serves_tests(function)
