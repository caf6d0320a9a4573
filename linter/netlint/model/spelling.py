"""How far one name is from another, for names that were probably meant to be the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_DIGITS: Final = re.compile(r"[0-9]+")
_SEPARATOR: Final = re.compile(r"[-_.]")
_MAX_NAME: Final = 63
"""Letters of a Service's name (kubernetes apimachinery pkg/util/validation, ``DNS1035LabelMaxLength``)."""
_SHORT_PART: Final = 3
"""Parts of a name up to this length (``db``, ``eu``, ``api``) tell instances and roles apart; a difference in one is meant."""


def edits(first: str, second: str, limit: int = 2) -> int:
    """Letters to insert, drop, replace or swap to get from one word to the other; ``limit + 1`` when more than that."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, above = above, current
    return min(above[-1], limit + 1)


def spellings(name: str) -> frozenset[str]:
    """What two names share when they are one edit apart: the name, and the name without any one letter; itself alone where it is too long.

    To look these up finds what is alike among thousands of names without comparing each with each.
    """
    if len(name) > _MAX_NAME:
        return frozenset((name,))
    shorter = [name[:index] + name[index + 1 :] for index in range(len(name))]
    return frozenset([name, stem_of(name), *shorter])


def stem_of(name: str) -> str:
    """The name of a Service without the word that only says what it is: ``orders`` of ``orders-service``."""
    return name.removesuffix("-svc").removesuffix("-service")


@lru_cache(maxsize=65_536)
def _without_digits(name: str) -> str:
    return _DIGITS.sub("", name)


@lru_cache(maxsize=65_536)
def letters_of(name: str) -> int:
    """The letters of a name as bits of a number: two edits change four at most, and to count the bits that differ is cheap."""
    found = 0
    for letter in name:
        found |= 1 << (ord(letter) & 63)
    return found


def is_misspelling(written: str, meant: str) -> bool:
    """Whether two names of objects are probably one: one edit apart, or two where the names are long.

    ``web-1`` and ``web-2``, ``orders-eu`` and ``orders-us`` are different things on purpose.
    """
    if written == meant or abs(len(written) - len(meant)) > 2 or _without_digits(written) == _without_digits(meant):
        return False
    ours, theirs = _SEPARATOR.split(written), _SEPARATOR.split(meant)
    if len(ours) == len(theirs):
        differing = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
        if any(max(len(one), len(other)) <= _SHORT_PART for one, other in differing):
            return False
    allowed = 2 if min(len(written), len(meant)) >= 8 else 1
    return edits(written, meant) <= allowed
