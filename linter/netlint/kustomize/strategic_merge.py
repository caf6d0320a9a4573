"""Strategic merge as kustomize does it: mappings merge, lists merge by the keys of their items where their type is known, else replace.

It differs from kubectl's: new items come first, kinds that kustomize has no schema for are merged like any mapping, and of the directives
only ``$patch`` is known. Source: kyaml v0.21.1, yaml/merge2/merge2.go, yaml/merge2/smpdirective.go, yaml/walk/*.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from netlint.kubernetes.values import ScalarType, Value
from netlint.kustomize.merge_keys import Schema, schema_of_field
from netlint.kustomize.nodes import Fields, Items, is_null, text_at, with_field, without_field
from netlint.kustomize.trouble import NotAppliedError

if TYPE_CHECKING:
    from netlint.kustomize.nodes import Node

_DIRECTIVE: Final = "$patch"
_MAX_ITEMS: Final = 2000
"""Of a list whose items are merged one by one; each is looked for among all."""
_DIRECTIVES: Final = ("delete", "replace", "merge")


def merged(old: Node | None, patch: Node | None, schema: Schema) -> Node | None:
    """``old`` with ``patch`` merged into it; None where that removes it. Raises NotAppliedError where the two have different shapes."""
    if patch is None:
        return old
    first = patch if is_null(old) else old
    if is_null(first) or isinstance(first, Fields):
        return _merged_fields(old, patch, schema)
    if isinstance(first, Items):
        if not is_null(patch) and not isinstance(patch, Items):
            raise NotAppliedError("puts something else where a list is")
        return _merged_items(old, patch, schema.keys, schema.type) if schema.keys else None if is_null(patch) else patch
    if not isinstance(patch, Value):
        raise NotAppliedError(f"puts a {'list' if isinstance(patch, Items) else 'mapping'} where a single value is")
    if is_null(patch):
        return None
    # What a patch repeats, as the keys of list items, it does not set.
    return old if isinstance(old, Value) and (old.text, old.type) == (patch.text, patch.type) else patch


def _merged_fields(old: Node | None, patch: Node, schema: Schema) -> Node | None:
    if is_null(patch):
        return None
    if not isinstance(patch, Fields):
        raise NotAppliedError("puts something else where a mapping is")
    directive, patch = _directive(patch)
    if directive == "delete":
        return None
    result = patch if directive == "replace" or not isinstance(old, Fields) else old
    for name, (key, wanted) in patch.entries.items():
        value = merged(result.get(name), wanted, schema_of_field(schema, name))
        if value is None:
            result = without_field(result, name)
        elif value is not result.get(name):
            # What the patch sets stands under the key in the patch.
            result = with_field(result, key, value)
    return result


def _directive(patch: Fields) -> tuple[str, Fields]:
    if _DIRECTIVE not in patch.entries:
        return "merge", patch
    text = text_at(patch, _DIRECTIVE)
    if text not in _DIRECTIVES:
        raise NotAppliedError(f"has the unknown directive $patch: {text}; there are delete, replace and merge")
    return text, without_field(patch, _DIRECTIVE)


def _merged_items(old: Node | None, patch: Node, keys: tuple[str, ...], item_type: str) -> Node | None:
    """Merge two lists whose items are known by ``keys``; items of the patch come first.

    What happens where an item lacks a key follows kustomize step by step: it keeps both, or loses the patch, and so must this.
    """
    if is_null(patch) or not isinstance(patch, Items):
        return None
    directive, patch_items = _list_directive(patch)
    if directive == "delete":
        return None
    old_items = list(old.items) if isinstance(old, Items) and directive != "replace" else list(patch_items)
    if len(old_items) + len(patch_items) > _MAX_ITEMS:
        raise NotAppliedError(f"merges a list of more than {_MAX_ITEMS} items")
    rows = _distinct([[_text(item, key) or "" for key in keys] for item in (*patch_items, *old_items)])
    if len(keys) > 1:
        rows = _completed(rows)
    known = [any(row[position] for row in rows) for position in range(len(keys))]
    valid = [key for key, is_known in zip(keys, known, strict=True) if is_known] or list(keys)
    added: list[Node] = []
    for row in rows:
        values = [each for each, is_known in zip(row, known, strict=True) if each or is_known or not any(known)]
        mine, theirs = _found(old_items, valid, values), _found(patch_items, valid, values)
        value = merged(mine, theirs, Schema(item_type)) if theirs is not None else mine
        if value is None or _is_empty(value):
            old_items = _put(old_items, None, valid, values)
            continue
        if isinstance(value, Fields):
            for key, wanted in zip(valid, values, strict=True):
                if wanted and key not in value.entries:
                    source = theirs if theirs is not None else mine
                    value = with_field(value, *_key_entry(source or value, patch_items, key, wanted))
        if mine is not None and not (isinstance(theirs, Fields) and _directive(theirs)[0] == "replace"):
            old_items = [value if item is mine else item for item in old_items]
        added = _put(added, value, valid, values)
    if rows:
        for item in old_items:
            texts = [text for key in valid if (text := _text(item, key)) is not None]
            added += [item] * (len(valid) - len(texts))
            if len(valid) > 1:
                added = _put(added, None, valid, texts)
            added = _put(added, item, valid, texts)
    return Items(added if rows else old_items, old.span if isinstance(old, Items) else patch.span)


def _list_directive(patch: Items) -> tuple[str, list[Node]]:
    """What an item that holds nothing but ``$patch`` says of the whole list, and the other items."""
    for item in patch.items:
        if isinstance(item, Fields) and list(item.entries) == [_DIRECTIVE]:
            return _directive(item)[0], [other for other in patch.items if other is not item]
    return "merge", patch.items


def _distinct(rows: list[list[str]]) -> list[list[str]]:
    return [row for position, row in enumerate(rows) if row not in rows[:position]]


def _completed(rows: list[list[str]]) -> list[list[str]]:
    """Rows that differ only in what one of them leaves out are the same item (a port with and without its protocol)."""
    rows = list(rows)
    for position, first in enumerate(rows):
        for other in range(len(rows)):
            second = rows[other]
            pairs = list(zip(first, second, strict=True))
            if any(one == two for one, two in pairs) and all(one == two or not one or not two for one, two in pairs):
                rows[position] = rows[other] = [one or two for one, two in pairs]
    return rows


def _text(item: Node, key: str) -> str | None:
    """Text of a key's value, or of the item itself where it is a scalar; None where it has none."""
    if isinstance(item, Value):
        return item.text if not key else None
    if not isinstance(item, Fields) or key not in item.entries:
        return None
    value = item.entries[key][1]
    return value.text if isinstance(value, Value) else ""


def _is_empty(node: Node) -> bool:
    return is_null(node) or (isinstance(node, Fields) and not node.entries)


def _found(items: list[Node], keys: list[str], values: list[str]) -> Node | None:
    wanted = [(key, text) for key, text in zip(keys, values, strict=True) if text] or list(zip(keys, values, strict=True))
    return next((item for item in items if all(_text(item, key) == text for key, text in wanted)), None)


def _put(items: list[Node], element: Node | None, keys: list[str], values: list[str]) -> list[Node]:
    """The items with ``element`` in the place of those that have the values, else behind them; without those when it is None.

    Of ``keys`` that have no value in ``values`` only the first ones are compared (kyaml yaml/fns.go, ``ElementSetter``).
    """
    kept: list[Node] = []
    is_there = False
    for item in items:
        if _is_empty(item):
            continue
        if isinstance(item, Value) and keys[0] and values and values[0]:
            kept.append(item)
        elif values and all(_is_alike(item, key, text) for key, text in zip(keys, values, strict=False)):
            is_there = True
            if element is not None:
                kept.append(element)
        elif values:
            kept.append(item)
    if element is not None and not is_there:
        kept.append(element)
    return kept


def _is_alike(item: Node, key: str, wanted: str) -> bool:
    text = _text(item, key)
    return text is not None and wanted in ("", text)


def _key_entry(source: Node, items: list[Node], key: str, text: str) -> tuple[Value, Value]:
    """Key and value that tell an item from others, as another item has them, or as if they stood where ``source`` does."""
    for item in items:
        if isinstance(item, Fields) and _text(item, key) == text:
            found = item.entries[key]
            if isinstance(found[1], Value):
                return found[0], found[1]
    return Value(key, ScalarType.STRING, source.span), Value(text, ScalarType.STRING, source.span)
