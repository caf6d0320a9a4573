"""Lists in messages."""

from __future__ import annotations

import pytest

from netlint.model.wording import in_words


@pytest.mark.parametrize(
    ("words", "most", "said"),
    [
        (["a"], None, "a"),
        (["a", "b"], None, "a and b"),
        (["a", "b", "c"], 3, "a, b and c"),
        (["a", "b", "c", "d"], 3, "a, b, c and 1 more"),
    ],
)
def test_a_list_is_said_as_a_sentence_has_it(words: list[str], most: int | None, said: str) -> None:
    assert in_words(words, most=most) == said
