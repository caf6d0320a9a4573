"""Folding expressions into texts: literals, constants, concatenation and the few functions that people put addresses together with."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final

from netlint.golang.syntax import Binary, Call, Literal
from netlint.model.code.numbers import fold
from netlint.model.code.types import callee_of
from netlint.model.code.values import DEFAULT, origins
from netlint.model.templates import HOLE

if TYPE_CHECKING:
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction
    from netlint.model.code.values import Origin

_UNKNOWN: Final = (HOLE,)
_MAX_TEXTS: Final = 8
"""Texts that one expression may be; with more of them nothing about it is sure."""
_MAX_LENGTH: Final = 4096
_VERB: Final = re.compile(r"%(?:%|[-+# 0]*\d*(?:\.\d+)?[a-zA-Z])")


def texts_of(code: Code, expression: Expression | None, function: GoFunction) -> tuple[str, ...]:
    """Every text that an expression may be, with ``HOLE`` for each part that is not known; of a wholly unknown one the hole alone."""
    return code.remember(("texts", id(expression), id(function)), _UNKNOWN, lambda: _bounded(_texts(code, expression, function)))


def known_text(code: Code, expression: Expression | None, function: GoFunction) -> str | None:
    """The one text that an expression is, wherever it comes from; None when it is unknown, in part or at all, or differs."""
    found = texts_of(code, expression, function)
    return found[0] if len(found) == 1 and HOLE not in found[0] else None


def _bounded(found: tuple[str, ...]) -> tuple[str, ...]:
    distinct = tuple(dict.fromkeys(found))
    return distinct if 0 < len(distinct) <= _MAX_TEXTS and all(len(text) <= _MAX_LENGTH for text in distinct) else _UNKNOWN


def _texts(code: Code, expression: Expression | None, function: GoFunction) -> tuple[str, ...]:
    match expression:
        case Literal(kind="string"):
            return (expression.text.replace(HOLE, ""),)
        case Binary(operator="+"):
            left, right = texts_of(code, expression.left, function), texts_of(code, expression.right, function)
            return tuple(one + other for one, other in product(left, right))
        case Literal() | Binary():
            return _UNKNOWN
        case Call():
            put_together = _texts_of_call(code, expression, function)
            if put_together is not None:
                return put_together
    return _of_origins(code, origins(code, expression, function))


def _of_origins(code: Code, found: tuple[Origin, ...]) -> tuple[str, ...]:
    # A variable that is declared first and given its text later is not empty.
    given = tuple(origin for origin in found if origin.kind != "zero") or found
    texts: list[str] = []
    for origin in given:
        if origin.kind == "zero":
            texts.append("")
        elif origin.kind == "constant" and origin.name != DEFAULT and origin.function is not None:
            texts.extend(texts_of(code, origin.node, origin.function))
        elif origin.kind == "call" and isinstance(origin.node, Call) and origin.function is not None:
            texts.extend(_texts_of_call(code, origin.node, origin.function) or _UNKNOWN)
        else:
            texts.append(HOLE)
    return tuple(texts)


def _texts_of_call(code: Code, call: Call, function: GoFunction) -> tuple[str, ...] | None:
    """What one of the known functions makes of its arguments; None for every other function."""
    match callee_of(code, call, function).name, call.arguments:
        case "fmt.Sprintf", (form, *arguments) if not call.spread:
            return _formatted(known_text(code, form, function), [_shown(code, argument, function) for argument in arguments])
        case "net.JoinHostPort", (host, port):
            hosts = (f"[{text}]" if ":" in text else text for text in texts_of(code, host, function))
            return tuple(f"{one}:{other}" for one, other in product(hosts, texts_of(code, port, function)))
        case "strconv.Itoa", (number,):
            return (_shown(code, number, function),)
    return None


def _shown(code: Code, argument: Expression, function: GoFunction) -> str:
    """How an argument is printed: a text or a whole number that is known, else a hole."""
    text = known_text(code, argument, function)
    if text is not None:
        return text
    number = fold(code, argument, function)
    return str(number.value) if number is not None and isinstance(number.value, int) and not number.is_default else HOLE


def _formatted(form: str | None, arguments: list[str]) -> tuple[str, ...]:
    if form is None:
        return _UNKNOWN
    left = iter(arguments)
    return (_VERB.sub(lambda verb: "%" if verb[0] == "%%" else next(left, HOLE) if verb[0] in ("%s", "%d", "%v") else HOLE, form),)
