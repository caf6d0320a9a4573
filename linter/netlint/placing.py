"""What a rule asks to be added, as edits on exact characters: where it goes, how it is indented, how its lines end.

Nothing is written anew but what is added. In YAML the place is found in the nodes of the document, which libyaml marks with their
start and end; in Go the rules know the spans already. Where the layout is one that is not understood, there is no edit.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml

from netlint.finding import AddEntry, AddField, AddImport, AddItem, AddLine, Edit
from netlint.kubernetes.composing import children
from netlint.kubernetes.parsing import composed_document
from netlint.kubernetes.splitting import document_bounds
from netlint.kubernetes.values import ScalarType, type_plain_scalar
from netlint.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netlint.finding import Change, Fix
    from netlint.source import SourceFile

_REST_OF_LINE: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r\n|\n|\r|\Z)")
_GO_REST_OF_LINE: Final = re.compile(r"[ \t]*(?://[^\r\n]*)?(?=\r\n|\n|\Z)")
_GO_REST_AFTER_COMMA: Final = re.compile(r"[ \t]*,[ \t]*(?://[^\r\n]*)?(?=\r\n|\n)")
_COMMENT: Final = re.compile(r"(?<!\S)#")
_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")
_GO_KEY: Final = re.compile(r"\w+: +")
_GO_IMPORTS: Final = re.compile(r"^import[ \t]*\([ \t]*(\r?\n)(?P<specs>[^)]*)\)", re.MULTILINE)
_GO_SPEC: Final = re.compile(r"^[ \t]*(?:[\w.]+[ \t]+)?\"(?P<path>[^\"./]+(?:/[^\"]*)?)\"[^\r\n]*\r?\n", re.MULTILINE)
_GO_ONE_IMPORT: Final = re.compile(r"^import[ \t]+[^(\r\n]*\"[^\r\n]*(?=\r?\n|\Z)", re.MULTILINE)
_JSON_WORDS: Final = frozenset("true false null".split())


class PlaceError(ValueError):
    """There is no place for a change; the message says why."""

    def __init__(self, reason: str = "its place is laid out in a way that is not understood") -> None:
        super().__init__(reason)


def place(fix: Fix, sources: Mapping[str, SourceFile]) -> tuple[Edit, ...]:
    """The edits of a fix in the order of their places. Raises PlaceError where one has none that is certain, or two meet."""
    edits: list[Edit] = []
    for change in fix.edits:
        path = change.path if isinstance(change, AddImport) else _span_of(change).path
        source = sources.get(path)
        if source is None:
            raise PlaceError
        if not isinstance(change, AddImport):
            _check_shared(_span_of(change), source.text)
        edits += _edits_of(change, source.text)
    edits.sort(key=lambda edit: edit.span)
    if not edits or any(meet(one.span, other.span) for one, other in pairwise(edits)):
        raise PlaceError
    return tuple(edits)


def placed(fix: Fix, sources: Mapping[str, SourceFile]) -> tuple[Edit, ...] | None:
    """The edits of a fix in the order of their places; None where there is no place for them."""
    try:
        return place(fix, sources)
    except PlaceError:
        return None


def meet(one: Span, other: Span) -> bool:
    """Whether two edits cannot both be made: they share characters, or start at one place, where their order would decide."""
    return one.path == other.path and (one.start == other.start or (one.start < other.end and other.start < one.end))


def _span_of(change: Edit | AddEntry | AddItem | AddField | AddLine) -> Span:
    match change:
        case Edit():
            return change.span
        case AddEntry():
            return change.beside
        case AddField():
            return change.literal
    return change.behind


def _edits_of(change: Change, text: str) -> Iterator[Edit]:
    match change:
        case Edit():
            yield change
        case AddEntry():
            yield _entry(change, text)
        case AddItem():
            yield _item(change, text)
        case AddField():
            yield _field(change, text)
        case AddLine():
            yield _line(change, text)
        case AddImport():
            yield _import(change, text)


def _check_shared(span: Span, text: str) -> None:
    """What an alias carries to other places cannot be changed for one of them alone. Raises PlaceError."""
    if "&" not in text or "*" not in text or span.path.endswith((".go", ".py")):
        return
    layout = _layout(text, span)
    for start, end in layout.shared if layout is not None else ():
        if start < span.start < end:
            raise PlaceError(f"the anchor {text[start:end].split(maxsplit=1)[0]} carries it to other places")


class _Entry(NamedTuple):
    """An entry of a mapping: its nodes, the mapping, and what is added to their marks."""

    mapping: yaml.MappingNode
    key: yaml.Node
    value: yaml.Node
    shift: int


def _entry(change: AddEntry, text: str) -> Edit:
    found = _find_entry(change.beside, text)
    key_at = found.key.start_mark.index + found.shift
    end = _end_of_entry(found, text)
    in_flow = "{" in text[found.mapping.start_mark.index + found.shift : _first_key(found.mapping) + found.shift]
    is_json = text[key_at] == '"'
    added = _flow_entry(change.key, change.value, is_json)
    if change.replaces:
        if _COMMENT.search(text, key_at, end):
            raise PlaceError
        return Edit(Span(change.beside.path, key_at, end), added)
    if in_flow:
        gap = f",{_break_at(text, end)}{_before_on_line(text, key_at)}" if _starts_line(text, key_at) else ", "
        return Edit(Span(change.beside.path, end, end), gap + added)
    at = _end_of_line(text, end, _REST_OF_LINE)
    return Edit(Span(change.beside.path, at, at), f"{_break_at(text, end)}{_indentation(text, key_at)}{added}")


def _item(change: AddItem, text: str) -> Edit:
    layout = _layout(text, change.behind)
    found = layout.items.get(change.behind.start - layout.shift) if layout is not None else None
    if layout is None or found is None:
        raise PlaceError
    return _behind_item(change, text, *found, layout.shift)


def _behind_item(change: AddItem, text: str, sequence: yaml.SequenceNode, item: yaml.MappingNode, shift: int) -> Edit:
    start, path = item.start_mark.index + shift, change.behind.path
    end, line = _end_of(item, shift, text), _before_on_line(text, start)
    is_json = text[_first_key(item) + shift] == '"'
    in_flow = text[start] == "{"
    added = "{" + ", ".join(_flow_entry(key, value, is_json) for key, value in change.entries) + "}"
    if line.strip(" ") == "-" and text[start] not in "&!":
        # A block sequence: the dash and the blanks around it are copied from the item.
        if not in_flow:
            added = f"{_break_at(text, end)}{' ' * len(line)}".join(f"{key}: {value}" for key, value in change.entries)
        at = _end_of_line(text, end, _REST_OF_LINE)
        return Edit(Span(path, at, at), f"{_break_at(text, end)}{line}{added}")
    if not in_flow or not text.startswith("[", sequence.start_mark.index + shift):
        raise PlaceError
    gap = f",{_break_at(text, end)}{line}" if _starts_line(text, start) else ", "
    return Edit(Span(path, end, end), gap + added)


class _Layout(NamedTuple):
    """A document by where its nodes start: entries by their key and by a scalar value, mappings that are items of a sequence.

    ``shared``: from where to where nodes reach that aliases carry to other places.
    """

    entries: dict[int, tuple[yaml.MappingNode, yaml.Node, yaml.Node]]
    items: dict[int, tuple[yaml.SequenceNode, yaml.MappingNode]]
    shift: int
    shared: list[tuple[int, int]]


@lru_cache(maxsize=4)
def _bounds(text: str) -> tuple[tuple[int, int], ...]:
    """Kept, as the layout below: a file with one finding has often more."""
    return document_bounds(text)


@lru_cache(maxsize=4)
def _layout_between(text: str, start: int, end: int) -> _Layout | None:
    root = composed_document(text, start, end)
    if root is None:
        return None
    layout = _Layout({}, {}, start, [])
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            layout.shared.append((node.start_mark.index + start, node.end_mark.index + start))
            continue
        seen.add(id(node))
        pending.extend(children(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                layout.entries.setdefault(key.start_mark.index, (node, key, value))
                if isinstance(value, yaml.ScalarNode):
                    layout.entries.setdefault(value.start_mark.index, (node, key, value))
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                if isinstance(item, yaml.MappingNode):
                    layout.items.setdefault(item.start_mark.index, (node, item))
    return layout


def _layout(text: str, span: Span) -> _Layout | None:
    """The layout of the document that ``span`` stands in; None where there is none that can be read."""
    bounds = _bounds(text)
    at = bisect_right(bounds, span.start, key=lambda pair: pair[0]) - 1
    return _layout_between(text, *bounds[at]) if at >= 0 and span.start < bounds[at][1] else None


def _find_entry(beside: Span, text: str) -> _Entry:
    """The entry whose key or scalar value starts where ``beside`` does."""
    layout = _layout(text, beside)
    found = layout.entries.get(beside.start - layout.shift) if layout is not None else None
    if layout is None or found is None:
        raise PlaceError
    return _Entry(*found, layout.shift)


def _first_key(mapping: yaml.MappingNode) -> int:
    if not mapping.value:
        raise PlaceError
    index: int = mapping.value[0][0].start_mark.index
    return index


def _end_of_entry(entry: _Entry, text: str) -> int:
    """Where the last character of an entry's value ends. An alias stands where its name ends, wherever its anchor is."""
    key_end, shift = entry.key.end_mark.index + entry.shift, entry.shift
    if entry.value.start_mark.index + shift >= key_end:
        return max(key_end, _end_of(entry.value, shift, text))
    alias = re.compile(r"[ \t]*:[ \t]+\*[^\s,\[\]{}]+").match(text, key_end)
    if alias is None:
        raise PlaceError
    return alias.end()


def _end_of(node: yaml.Node, shift: int, text: str) -> int:
    """Where the text of a node ends, without the blank space and comments that libyaml counts to a block."""
    start, end = node.start_mark.index + shift, node.end_mark.index + shift
    if isinstance(node, yaml.ScalarNode) or (node.value and text[start] in "{["):
        return start + len(text[start:end].rstrip())
    if isinstance(node, yaml.MappingNode) and node.value:
        key, value = node.value[-1]
        return _end_of_entry(_Entry(node, key, value, shift), text)
    if not node.value:
        return start + len(text[start:end].rstrip())
    last: yaml.Node = node.value[-1]
    if last.start_mark.index + shift < start:
        raise PlaceError
    return _end_of(last, shift, text)


def _flow_entry(key: str, value: str, is_json: bool) -> str:
    if is_json and not value.startswith('"') and value not in _JSON_WORDS and not value.isdecimal():
        if type_plain_scalar(value)[0] is not ScalarType.STRING or value[:1] in "[{":
            raise PlaceError
        value = json.dumps(value)
    return f"{json.dumps(key) if is_json else key}: {value}"


def _before_on_line(text: str, at: int) -> str:
    """The characters of the line in front of ``at``."""
    return text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at]


def _starts_line(text: str, at: int) -> bool:
    """Whether ``at`` is on a line below the first, with nothing but blank space in front."""
    before = _before_on_line(text, at)
    return not before.strip() and len(before) < at


def _indentation(text: str, at: int) -> str:
    """What a further line of the block mapping whose key stands at ``at`` starts with: the dashes of items in front are blanks to it."""
    before = _before_on_line(text, at)
    if before.strip(" -"):
        raise PlaceError
    return " " * len(before)


def _end_of_line(text: str, at: int, rest: re.Pattern[str]) -> int:
    """Where the line ends on which ``at`` is; nothing but a comment may stand in between."""
    match = rest.match(text, at)
    if match is None:
        raise PlaceError
    return match.end()


def _break_at(text: str, at: int) -> str:
    """The line break that the file has next after ``at``, else the one before."""
    found = _LINE_BREAK.search(text, at) or _LINE_BREAK.search(text)
    return str(found[0]) if found else "\n"


def _field(change: AddField, text: str) -> Edit:
    literal, last, added = change.literal, change.last, f"{change.name}: {change.value}"
    close = literal.end - 1
    if text[close : literal.end] != "}":
        raise PlaceError
    if last is None:
        opening = text.rfind("{", literal.start, close)
        if opening < 0 or text[opening + 1 : close].strip():
            raise PlaceError
        return Edit(Span(literal.path, opening + 1, close), added)
    if "\n" not in text[last.end : close]:
        return Edit(Span(literal.path, last.end, last.end), f", {added}")
    at = _end_of_line(text, last.end, _GO_REST_AFTER_COMMA)
    before = _before_on_line(text, last.start)
    indentation = before[: len(before) - len(before.lstrip())]
    # Where the last element stands beside the opening brace, its line is indented as what is around the literal.
    deeper = "\t" if "\n" not in text[literal.start : last.start] else ""
    # gofmt puts the values of neighbouring lines below each other; a name that is longer than all of theirs is left to it.
    column = _GO_KEY.match(text, last.start)
    name = f"{change.name}: ".ljust(column.end() - last.start if column and not before.strip() else 0)
    return Edit(Span(literal.path, at, at), f"{_break_at(text, at)}{indentation}{deeper}{name}{change.value},")


def _line(change: AddLine, text: str) -> Edit:
    behind = change.behind
    indentation = _before_on_line(text, behind.start)
    if indentation.strip():
        raise PlaceError
    at = _end_of_line(text, behind.end, _GO_REST_OF_LINE)
    return Edit(Span(behind.path, at, at), f"{_break_at(text, at)}{indentation}{change.text}")


def _import(change: AddImport, text: str) -> Edit:
    """A line among the imports of the library, in front of the first that sorts behind it."""
    group = _GO_IMPORTS.search(text)
    if group is None:
        single = _GO_ONE_IMPORT.search(text)
        if single is None:
            raise PlaceError
        at = single.end()
        return Edit(Span(change.path, at, at), f'{_break_at(text, at)}import "{change.package}"')
    specs = list(_GO_SPEC.finditer(text, group.start("specs"), group.end("specs")))
    behind = next((spec for spec in specs if spec["path"] > change.package), None)
    at = behind.start() if behind else specs[-1].end() if specs else group.start("specs")
    return Edit(Span(change.path, at, at), f'\t"{change.package}"{group[1]}')
