"""Which expressions can be an object of a watched type, told by the words they are written with: most need no closer look than that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from netlint.golang.syntax import NOT_LOCAL, Call, Composite, Name, Selector, TypeAssertion, TypeLiteral, Unary
from netlint.knowledge.go_settings import WATCHED_FIELDS
from netlint.knowledge.go_types import FIELDS, RESULTS, VARIABLES
from netlint.model.code.calls import word_of
from netlint.model.code.types import base_type, definitions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.facts import GoFacts, Outline
    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_MAX_VARIABLES: Final = 8
"""Variables that are given each other; beyond that it may be anything."""
_KNOWN: Final = frozenset(
    name.rpartition(".")[2]
    for table in (FIELDS, RESULTS, VARIABLES)
    for name, types in table.items()
    if any(base_type(type) in WATCHED_FIELDS for type in ((types,) if isinstance(types, str) else types))
)
"""Fields, functions and variables of other packages that are, or give, such an object."""
_FIELD: Final = re.compile(r"^\t(?:(\w+(?:, \w+)*) +)?([^\s/].*)", re.MULTILINE)
_WORD: Final = re.compile(r"\w+")


def may_be_watched(code: Code, expression: Expression | None, function: GoFunction) -> bool:
    """Whether an expression may be an object of a watched type that is made in view, or a pointer to one; False is sure.

    Elements of lists and what comes out of channels are no such objects: nothing follows them to the place that makes them.
    """
    words, variables = _giving_words(code), set[int]()
    pending = [expression]
    while pending:
        match pending.pop():
            case Name(local=local) if local != NOT_LOCAL:
                declared = function.body.locals[local].type
                if len(variables) > _MAX_VARIABLES or not _type_names(code).isdisjoint(_words_in(declared)):
                    return True
                if declared is None and local not in variables:
                    variables.add(local)
                    pending += (item.value for item in definitions_of(code, local, function))
            case Name(text=word) | Selector(name=word) if word in words:
                return True
            case Call(function=called) if (word := word_of(called)) in ("", "new") or word in words:
                return True
            case Unary(operator="&" | "*", operand=operand):
                pending.append(operand)
            case Composite() | TypeAssertion():
                return True
    return False


def _type_names(code: Code) -> set[str]:
    """The watched types and their aliases, as they are written in any package."""
    return code.keep("names of watched types", lambda: _find_type_names(code))


def _find_type_names(code: Code) -> set[str]:
    names = {type.rpartition(".")[2] for type in WATCHED_FIELDS}
    aliases = [type for package in code.packages.values() for file in package.files for type in file.facts.types if type.is_alias]
    for _ in aliases:
        names.update(alias.name for alias in aliases if not names.isdisjoint(_words_in(alias.type)))
    return names


def _giving_words(code: Code) -> set[str]:
    """Names of fields, functions and variables that are, or give, something of a watched type, and of the types: for conversions."""
    return code.keep("words that give watched types", lambda: _find_words(code))


def _find_words(code: Code) -> set[str]:
    types = _type_names(code)
    words = {*types, *_KNOWN}
    files = [file.facts for package in code.packages.values() for file in package.files]
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(types))})\b")
    for facts in files:
        words.update(word for word, declared in _declared(facts) if not types.isdisjoint(declared))
        words.update(word for outline in facts.type_outlines if pattern.search(outline.text) for word in _fields_of(outline, pattern))
    variables = [variable for facts in files for variable in facts.variables if not variable.is_constant]
    known = 0
    while known != len(words):
        # A variable may be set to another one.
        known = len(words)
        words.update(item.name for item in variables if not words.isdisjoint(_words_in((item.type, item.value))))
    return words


def _declared(facts: GoFacts) -> Iterator[tuple[str, set[str]]]:
    """The fields and functions that a file declares, each with the words of its type. Functions without a body make nothing in view."""
    for function in facts.functions:
        yield from ((function.name, _words_in(result.type)) for result in function.results)
    for type in facts.types:
        if isinstance(type.type, TypeLiteral):
            yield from ((field.name, _words_in(field.type)) for field in type.type.fields)


def _fields_of(outline: Outline, types: re.Pattern[str]) -> Iterator[str]:
    """The fields of a struct that was not parsed whose type speaks of one of ``types``; embedded ones are called like their type."""
    for names, declared in _FIELD.findall(outline.text):
        if types.search(declared):
            yield from _WORD.findall(names or declared)


def _words_in(node: Any) -> set[str]:
    """All names and selected names in a node, or in a list of them."""
    found: set[str] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Name):
            found.add(current.text)
        elif isinstance(current, tuple):
            pending += current
            if isinstance(current, Selector):
                found.add(current.name)
    return found
