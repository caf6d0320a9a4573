"""What was found out is kept, for rules ask the same things over and over; and questions that lead back to themselves have an end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Answer = TypeVar("_Answer")

MAX_STEPS: Final = 60
"""Questions that may wait for each other's answer. Real code has chains of some twenty; Python's own limit is far above."""


@dataclass(frozen=True, eq=False, repr=False)
class Memo:
    """``memo`` holds the answers that were found, by question; ``waiting`` the questions that are being answered."""

    memo: dict[Hashable, Any] = field(default_factory=dict, init=False)
    waiting: set[Hashable] = field(default_factory=set, init=False)

    def keep(self, question: Hashable, find: Callable[[], _Answer]) -> _Answer:
        """The answer to a question that never leads back to itself, found once: tables, mostly."""
        if question not in self.memo:
            self.memo[question] = find()
        known: _Answer = self.memo[question]
        return known

    def remember(self, question: Hashable, unknown: _Answer, find: Callable[[], _Answer]) -> _Answer:
        """The answer to ``question``: the one known, else what ``find`` finds.

        A question that is asked again while it is being answered (a value defined by itself), or at the end of too long a chain, gets
        ``unknown``: what is built on that must not look complete.
        """
        return self._answer(self.memo, question, question, unknown, find)

    def remember_in(self, answers: dict[int, _Answer], key: int, unknown: _Answer, find: Callable[[], _Answer]) -> _Answer:
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
