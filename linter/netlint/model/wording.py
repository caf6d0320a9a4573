"""Lists of names as a sentence has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def in_words(words: Sequence[str], word: str = "and", most: int | None = None) -> str:
    """``a``, ``a and b``, ``a, b and c``; of more than ``most`` the first so many: ``a, b, c and 4 more``. There is one at least."""
    shown = list(words[:most])
    if most is not None and len(words) > most:
        shown.append(f"{len(words) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"
