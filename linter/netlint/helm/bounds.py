"""What a call of a function may cost, told before it is made: values that hold themselves and texts that double end here."""

from __future__ import annotations

from typing import Any, Final

from netlint.helm.errors import SizeError
from netlint.helm.text_functions import MAX_TEXT, integer_of

MAX_VALUES: Final = 300_000
"""Values that one call may go through, each counted as often as it is met."""
_CHARACTERS: Final = 64
"""Characters that take about as long as one value."""
_DEAR: Final = frozenset("fromYaml fromYamlArray fromJson mustFromJson fromJsonArray".split())
"""Functions that read their text letter by letter."""
_LOOKS_ONLY: Final = frozenset(
    """
    append coalesce concat default dict empty first get hasKey include index initial kindIs kindOf keys last len list mustAppend mustFirst
    mustLast mustPrepend not omit pick pluck prepend push required rest reverse set slice ternary tpl tuple typeIs typeIsLike typeOf unset
    values
    """.split()
)
"""Functions that do not go into the values that they are given."""


def cost_of(name: str, values: list[Any]) -> int:
    """How many steps a call is worth by what it is given. Raises SizeError for what would take too long or too much memory."""
    size = _longest(name, values)
    if size > 2 * MAX_TEXT:
        raise SizeError(f"makes a text of more than {MAX_TEXT // 1_000_000} million characters")
    if name in _LOOKS_ONLY:
        return sum(len(value) for value in values if isinstance(value, (dict, list))) // 8
    return values_in(values) + size // (4 if name in _DEAR else _CHARACTERS)


def values_in(value: Any) -> int:
    """How many values a value comes to, those inside of it among them. Raises SizeError above ``MAX_VALUES``."""
    count = 0
    pending = [value]
    while pending:
        item = pending.pop()
        count += 1
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        if count + len(pending) > MAX_VALUES:
            raise SizeError(f"goes through more than {MAX_VALUES} values")
    return count


def _longest(name: str, values: list[Any]) -> int:
    """Characters of the text that a call may give at most, as far as its arguments decide that."""
    texts = [value for value in values if isinstance(value, str)]
    total = sum(map(len, texts))
    if name == "replace" and len(texts) == 3:
        return total + texts[2].count(texts[0]) * len(texts[1])
    if name.startswith("regexReplace") and len(texts) == 3:
        return total + (len(texts[1]) + 1) * len(texts[2])
    if name == "join" and texts and isinstance(values[-1], list):
        return sum(len(item) if isinstance(item, str) else 30 for item in values[-1]) + len(values[-1]) * len(texts[0])
    if name in ("indent", "nindent") and texts:
        return total + (texts[-1].count("\n") + 1) * max(integer_of(values[0]), 0)
    return total
