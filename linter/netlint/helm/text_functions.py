"""Functions of sprig and Helm on text and numbers. They get what is known; ``functions`` keeps from them what is not.

Source: github.com/Masterminds/sprig/v3 v3.2.3 (strings.go, numeric.go, regex.go, crypto.go), text/template/funcs.go.
"""

from __future__ import annotations

import base64
import math
import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from netlint.helm.data import Row, Table
from netlint.helm.errors import CallError, SizeError
from netlint.helm.printing import quoted, show

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT: Final = 5_000_000
"""Characters that one call may give."""
_MAX_PARTS: Final = 100_000
"""Of a text that is split into a list."""


def text_of(value: Any) -> str:
    """sprig's ``strval``."""
    return value if isinstance(value, str) else show(value)


def integer_of(value: Any) -> int:
    """sprig's ``toInt64`` (github.com/spf13/cast ``ToInt64``): what is no number is 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return int(value) if math.isfinite(value) and abs(value) < 2**63 else 0
    if not isinstance(value, str):
        return 0
    text = re.sub(r"\.0+$", "", value)
    try:
        number = int(text, 8) if re.fullmatch(r"[-+]?0[0-7]+", text) else int(text, 0)
    except ValueError:
        return 0
    return number if abs(number) < 2**63 else 0


def float_of(value: Any) -> float:
    """sprig's ``toFloat64``."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else 0.0
    except ValueError:
        return 0.0


def _string(value: Any) -> str:
    """An argument of Go's type string."""
    if not isinstance(value, str):
        raise CallError(f"gets {_kind_name(value)} where a text must stand")
    return value


def _kind_name(value: Any) -> str:
    match value:
        case None:
            return "nil"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case list():
            return "a list"
    return "a mapping"


def _trunc(length: Any, text: Any) -> str:
    size, word = integer_of(length), _string(text)
    if size < 0 and len(word) + size > 0:
        return word[len(word) + size :]
    return word[:size] if 0 <= size < len(word) else word


def _substr(start: Any, end: Any, text: Any) -> str:
    first, last, word = integer_of(start), integer_of(end), _string(text)
    if first < 0:
        return word[:last]
    return word[first:] if last < 0 or last > len(word) else word[first:last]


def _replace(old: Any, new: Any, text: Any) -> str:
    return _string(text).replace(_string(old), _string(new))


def _repeat(count: Any, text: Any) -> str:
    times = integer_of(count)
    if times < 0:
        raise CallError("repeats a text less than never")
    if times * len(_string(text)) > MAX_TEXT:
        raise SizeError("repeats a text too often")
    return _string(text) * times


def _quote(*values: Any) -> str:
    return " ".join(quoted(text_of(value)) for value in values if value is not None)


def _single_quote(*values: Any) -> str:
    return " ".join(f"'{show(value)}'" for value in values if value is not None)


def _cat(*values: Any) -> str:
    return " ".join(show(value) for value in values if value is not None)


def _join(separator: Any, items: Any) -> str:
    found = items if isinstance(items, list) else [] if items is None else [items]
    return _string(separator).join(text_of(item) for item in found if item is not None)


def _split(separator: Any, text: Any) -> dict[str, Any]:
    return {f"_{index}": part for index, part in enumerate(_string(text).split(_string(separator) or None))}


def _split_list(separator: Any, text: Any) -> Row:
    if (_string(text).count(separator) if _string(separator) else len(text)) > _MAX_PARTS:
        raise NotKnownError
    return Row(text.split(separator) if separator else list(text))


def _splitn(separator: Any, count: Any, text: Any) -> dict[str, Any]:
    return {f"_{index}": part for index, part in enumerate(_string(text).split(_string(separator), max(integer_of(count) - 1, 0)))}


_SAFE_PATTERN: Final = re.compile(r"[^(){}|]*(?:\([^()*+{}]*\)[?]?[^(){}|]*)*")


_VERSION_PATTERN: Final = r"^([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?$"
"""A version, as many charts ask for it; a dot parts what is repeated, so that it takes no longer in Python."""


def _pattern(pattern: Any) -> re.Pattern[str]:
    """A regular expression of RE2 that Python reads alike and in linear time; of others nothing is said."""
    text = _string(pattern)
    if text == _VERSION_PATTERN:
        return re.compile(text.replace("$", r"\Z"))
    if (
        len(text) > 300
        or len(re.findall(r"[*+]", text)) > 2
        or not _SAFE_PATTERN.fullmatch(text)
        or re.search(r"\\[^.dswDSW/\-$^*+?\[\]]|\[\[:", text)
    ):
        raise NotKnownError
    try:
        return re.compile(text.replace("$", r"\Z") if not re.search(r"\[[^\]]*\$|\\\$", text) else text, re.ASCII)
    except re.error:
        raise NotKnownError from None


class NotKnownError(ValueError):
    """A call whose result is not worked out."""


def _regex_match(pattern: Any, text: Any) -> bool:
    return _pattern(pattern).search(_bounded(text)) is not None


def _regex_find(pattern: Any, text: Any) -> str:
    match = _pattern(pattern).search(_bounded(text))
    return match[0] if match else ""


def _regex_replace(pattern: Any, text: Any, new: Any) -> str:
    if re.search(r"[$\\]", _string(new)):
        raise NotKnownError
    return _pattern(pattern).sub(_string(new), _bounded(text))


def _regex_split(pattern: Any, text: Any, count: Any) -> Row:
    found = _pattern(pattern)
    if integer_of(count) >= 0 or found.groups or found.match(""):
        raise NotKnownError
    return Row(found.split(_bounded(text)))


def _bounded(text: Any) -> str:
    if len(_string(text)) > 256:
        raise NotKnownError
    return str(text)


def _b64dec(text: Any) -> str:
    try:
        return base64.b64decode(_string(text), validate=True).decode()
    except ValueError:
        raise NotKnownError from None


def _arithmetic(step: Callable[[int, int], int]) -> Callable[..., int]:
    def run(first: Any, *others: Any) -> int:
        number = integer_of(first)
        for other in others:
            number = step(number, integer_of(other))
        return (number + 2**63) % 2**64 - 2**63

    return run


def _divide(first: int, second: int) -> int:
    if second == 0:
        raise CallError("divides by zero")
    size = abs(first) // abs(second)
    return size if (first < 0) == (second < 0) else -size


def _round(value: Any, digits: Any, *_: Any) -> float:
    scale = 10.0 ** integer_of(digits)
    return math.floor(float_of(value) * scale + 0.5) / scale


def _title(text: Any) -> str:
    return re.sub(r"(?<!\w)\w", lambda match: match[0].upper(), _string(text))


def _seq(*numbers: Any) -> str:
    values = [integer_of(number) for number in numbers]
    match values:
        case [end]:
            start, step = 1, 1 if end >= 1 else -1
        case [start, end]:
            step = 1 if end >= start else -1
        case [start, step, end]:
            pass
        case _:
            return ""
    if step == 0:
        return ""
    if abs(end - start) > 10_000:
        raise NotKnownError
    return " ".join(str(number) for number in range(start, end + (1 if step > 0 else -1), step))


def _version(text: Any) -> Table:
    """sprig's ``semver`` for versions without anything behind their numbers."""
    match = re.fullmatch(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?", _string(text))
    if match is None:
        raise NotKnownError
    return Table({"Major": int(match[1]), "Minor": int(match[2] or 0), "Patch": int(match[3] or 0), "Original": str(text)}, is_open=True)


def _number_of(value: Any) -> Any:
    try:
        return int(_string(value))
    except ValueError:
        return 0


TEXT_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "abbrev": lambda width, text: text if len(_string(text)) <= integer_of(width) else f"{text[: integer_of(width) - 3]}...",
    "add": _arithmetic(lambda first, second: first + second),
    "add1": lambda value: integer_of(value) + 1,
    "atoi": _number_of,
    "b64dec": _b64dec,
    "b64enc": lambda text: base64.b64encode(_string(text).encode()).decode(),
    "base": lambda text: posixpath.basename(_string(text).rstrip("/")) or ("/" if text else "."),
    "cat": _cat,
    "ceil": lambda value: float(math.ceil(float_of(value))),
    "clean": lambda text: posixpath.normpath(_string(text)) if text else ".",
    "contains": lambda part, text: _string(part) in _string(text),
    "dir": lambda text: posixpath.dirname(_string(text)) or ".",
    "div": _arithmetic(_divide),
    "ext": lambda text: posixpath.splitext(_string(text))[1],
    "float64": float_of,
    "floor": lambda value: float(math.floor(float_of(value))),
    "hasPrefix": lambda part, text: _string(text).startswith(_string(part)),
    "hasSuffix": lambda part, text: _string(text).endswith(_string(part)),
    "int": integer_of,
    "int64": integer_of,
    "join": _join,
    "lower": lambda text: _string(text).lower(),
    "max": lambda *values: max(map(integer_of, values)),
    "min": lambda *values: min(map(integer_of, values)),
    "mod": _arithmetic(lambda first, second: first - second * _divide(first, second)),
    "mul": _arithmetic(lambda first, second: first * second),
    "mustRegexFind": _regex_find,
    "mustRegexMatch": _regex_match,
    "mustRegexReplaceAll": _regex_replace,
    "mustRegexReplaceAllLiteral": _regex_replace,
    "nospace": lambda text: re.sub(r"\s", "", _string(text)),
    "quote": _quote,
    "regexFind": _regex_find,
    "regexMatch": _regex_match,
    "regexReplaceAll": _regex_replace,
    "regexReplaceAllLiteral": _regex_replace,
    "regexSplit": _regex_split,
    "repeat": _repeat,
    "replace": _replace,
    "round": _round,
    "semver": _version,
    "seq": _seq,
    "split": _split,
    "splitList": _split_list,
    "splitn": _splitn,
    "squote": _single_quote,
    "sub": _arithmetic(lambda first, second: first - second),
    "substr": _substr,
    "title": _title,
    "toString": text_of,
    "trim": lambda text: _string(text).strip(" \t\n\r\v\f"),
    "trimAll": lambda part, text: _string(text).strip(_string(part)),
    "trimPrefix": lambda part, text: _string(text).removeprefix(_string(part)),
    "trimSuffix": lambda part, text: _string(text).removesuffix(_string(part)),
    "trunc": _trunc,
    "untitle": lambda text: re.sub(r"(?<!\w)\w", lambda match: match[0].lower(), _string(text)),
    "upper": lambda text: _string(text).upper(),
}
"""By name. Arguments as in the template, the one from the pipe last."""
