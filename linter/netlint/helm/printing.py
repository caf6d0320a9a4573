"""Values as Go prints them: ``%v`` and the other verbs of ``fmt``, which templates and Helm's functions use."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from netlint.helm.data import UNKNOWN, UNKNOWN_BLOCK, is_unknown

_VERB: Final = re.compile(r"%(?P<flags>[-+# 0]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?P<verb>[a-zA-Z%])")
_EXPONENT_FROM: Final = 6
"""strconv ftoa.go, ``%g``: "if precision was the shortest possible, use precision 6 for this decision"."""


def show(value: Any) -> str:
    """``%v`` of a value."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return show_float(value)
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{show(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(show, value))}]"
    return value if isinstance(value, str) else str(value)


def show_float(number: float) -> str:
    """``%v`` of a float64: the shortest digits, with an exponent where that is below -4 or above 5."""
    if number != number or number in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(number)]
    if number == 0:
        return "-0" if str(number).startswith("-") else "0"
    digits, _, exponent = f"{number!r}".partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    if fraction == "0":
        fraction = ""
    point = len(whole) + int(exponent or 0)
    figures = whole + fraction
    stripped = figures.lstrip("0")
    point -= len(figures) - len(stripped)
    stripped = stripped.rstrip("0") or "0"
    if point - 1 < -4 or point - 1 >= _EXPONENT_FROM:
        mantissa = stripped[0] + (f".{stripped[1:]}" if len(stripped) > 1 else "")
        return f"{sign}{mantissa}e{'-' if point - 1 < 0 else '+'}{abs(point - 1):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{stripped}"
    if len(stripped) <= point:
        return f"{sign}{stripped}{'0' * (point - len(stripped))}"
    return f"{sign}{stripped[:point]}.{stripped[point:]}"


def quoted(text: str) -> str:
    """``%q`` of a text."""
    found = json.dumps(text, ensure_ascii=False)
    return found.replace("\\u007f", "\\x7f")


def formatted(pattern: str, values: list[Any]) -> str:
    """``fmt.Sprintf``. Where a verb does not fit its value the result is not known: nobody means what Go prints then."""
    pieces: list[str] = []
    at = used = 0
    for match in _VERB.finditer(pattern):
        pieces.append(pattern[at : match.start()])
        at = match.end()
        verb = match["verb"]
        if verb == "%":
            pieces.append("%")
            continue
        if used >= len(values):
            return UNKNOWN
        text = _verb(verb, match["flags"], match["precision"], values[used])
        used += 1
        if match["width"] and not is_unknown(text):
            width = int(match["width"])
            if width > 1000:
                return UNKNOWN
            text = text.ljust(width) if "-" in match["flags"] else text.rjust(width, "0" if "0" in match["flags"] else " ")
        pieces.append(text)
    pieces.append(pattern[at:])
    rest = "".join(pieces)
    return rest if used == len(values) and "%" not in pattern[at:] else UNKNOWN


def _verb(verb: str, flags: str, precision: str | None, value: Any) -> str:
    if is_unknown(value):
        return f'"{value}"' if verb == "q" else str(value)
    if verb == "v" and not flags and precision is None:
        return show(value)
    if verb == "s" and isinstance(value, str) and precision is None:
        return value
    if verb == "q" and isinstance(value, str):
        return quoted(value)
    if verb == "d" and isinstance(value, int) and not isinstance(value, bool):
        return f"{value:+d}" if "+" in flags else str(value)
    if verb == "t" and isinstance(value, bool):
        return show(value)
    if verb in ("f", "F") and isinstance(value, float):
        return f"{value:.{int(precision) if precision and int(precision) < 100 else 6}f}"
    if verb in ("x", "X") and isinstance(value, int) and not isinstance(value, bool):
        return f"{value:{verb}}"
    return UNKNOWN


def shown_by_template(value: Any) -> str:
    """What ``{{ value }}`` prints: nothing for nil, whose ``<no value>`` helm takes out again."""
    return "" if value is None else show(value)


def joined(values: list[Any]) -> str:
    """``fmt.Sprint``: a blank between two values of which neither is a text."""
    pieces: list[str] = []
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            pieces.append(" ")
        pieces.append(show(value))
    return "".join(pieces)


def without_marks(text: str) -> str:
    """``text`` with nothing in it that means unknown: what a file holds is known, whatever its characters."""
    return text.replace(UNKNOWN, "?").replace(UNKNOWN_BLOCK, "?")
