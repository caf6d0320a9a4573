"""Functions of sprig and Helm on lists, mappings and kinds, and comparisons.

Source: github.com/Masterminds/sprig/v3 v3.2.3 (dict.go, list.go, defaults.go, reflect.go), text/template/funcs.go.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from netlint.helm.data import UNKNOWN, Row, Table, copied, holds_unknown, is_surely_there, is_unknown
from netlint.helm.errors import CallError, SizeError
from netlint.helm.printing import without_marks
from netlint.helm.text_functions import NotKnownError, integer_of, text_of
from netlint.helm.to_yaml import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_ITEMS: Final = 100_000
_MAX_COMPARED: Final = 1_000
"""Items of a list that are compared each with each."""


def _table(value: Any) -> dict[str, Any]:
    """A mapping that is all here; nil is one without keys, as Go passes it (text/template exec.go, validateType)."""
    if value is None:
        return Table()
    if is_unknown(value):
        raise NotKnownError
    if not isinstance(value, dict):
        raise CallError("gets something else where a mapping must stand")
    return value


def _row(value: Any) -> list[Any]:
    if is_unknown(value):
        raise NotKnownError
    if not isinstance(value, list):
        raise CallError("gets something else where a list must stand")
    return value


def _name(value: Any) -> str:
    if is_unknown(value):
        raise NotKnownError
    if not isinstance(value, str):
        raise CallError("gets something else where the name of a key must stand")
    return value


def _spans(value: list[Any]) -> list[Any]:
    return value.spans if isinstance(value, Row) and len(value.spans) == len(value) else [None] * len(value)


def _dict(*values: Any) -> Table:
    found = Table()
    for index in range(0, len(values), 2):
        key = values[index]
        if is_unknown(key):
            raise NotKnownError
        found[text_of(key)] = values[index + 1] if index + 1 < len(values) else ""
    return found


def _get(table: Any, key: Any) -> Any:
    return _table(table).get(_name(key), "")


def _changed(table: Any, *parts: Any) -> dict[str, Any] | None:
    """A mapping that is to be changed, which may have keys that are not here; None where it is not known what changes.

    Whoever else holds the mapping sees the change, so what it may have changed in it is not known to them either.
    """
    found = table if isinstance(table, Table) else _table(table)
    if not any(map(is_unknown, parts)):
        return found
    if not isinstance(found, Table):
        raise NotKnownError
    found.is_open = True
    found.spans.clear()
    found.update(dict.fromkeys(found, UNKNOWN))
    return None


def _set(table: Any, key: Any, value: Any) -> Any:
    found = _changed(table, key)
    if found is not None:
        found[_name(key)] = value
    if isinstance(found, Table):
        found.spans.pop(key, None)
    return table


def _unset(table: Any, key: Any) -> Any:
    found = _changed(table, key)
    if found is not None:
        found.pop(_name(key), None)
    return table


def _dig(*values: Any) -> Any:
    if len(values) < 3:
        raise CallError("needs a key, a default and a mapping")
    *keys, otherwise, table = values
    found: Any = _table(table)
    for key in keys:
        if is_unknown(found):
            raise NotKnownError
        if not isinstance(found, dict) or _name(key) not in found:
            return otherwise
        found = found[key]
    return found


def _merged(target: dict[str, Any], source: dict[str, Any], *, overwrites: bool, depth: int = 0) -> None:
    """As mergo.Merge: mappings are merged; with ``overwrites`` other values of the source win unless they are empty."""
    if depth > 100:
        raise NotKnownError
    for key, value in source.items():
        own = target.get(key)
        if isinstance(own, dict) and isinstance(value, dict):
            _merged(own, value, overwrites=overwrites, depth=depth + 1)
        elif key not in target or (is_blank(own) and not overwrites) or (overwrites and not is_blank(value)):
            target[key] = value
            if isinstance(target, Table):
                target.spans.pop(key, None)
                if isinstance(source, Table) and key in source.spans:
                    target.spans[key] = source.spans[key]


def _merge(target: Any, *sources: Any) -> Any:
    return _all_merged(target, sources, overwrites=False)


def _merge_overwrite(target: Any, *sources: Any) -> Any:
    return _all_merged(target, sources, overwrites=True)


def _all_merged(target: Any, sources: tuple[Any, ...], *, overwrites: bool) -> Any:
    for source in sources:
        if _changed(target, target, source) is None:
            return target
        _merged(_table(target), _table(source), overwrites=overwrites)
    return target


def _pick(table: Any, *keys: Any) -> Table:
    found = _table(table)
    spans = found.spans if isinstance(found, Table) else {}
    kept = [_name(key) for key in keys if _name(key) in found]
    return Table({key: found[key] for key in kept}, {key: spans[key] for key in kept if key in spans})


def _omit(table: Any, *keys: Any) -> Table:
    left = {_name(key) for key in keys}
    return _pick(table, *(key for key in _table(table) if key not in left))


def _index(value: Any, *keys: Any) -> Any:
    found = value
    for key in keys:
        if is_unknown(key) or (is_unknown(found) and not (isinstance(found, dict) and key in found)):
            raise NotKnownError
        if isinstance(found, dict):
            found = found.get(_name(key))
        elif isinstance(found, list):
            at = integer_of(key)
            if not 0 <= at < len(found):
                raise CallError(f"asks for item {at} of {len(found)}")
            found = found[at]
        elif found is None:
            raise CallError("asks for an item of nothing")
        else:
            raise NotKnownError
    return found


def _slice(value: Any, *bounds: Any) -> Any:
    numbers = [integer_of(bound) for bound in bounds]
    if is_unknown(value) or any(map(is_unknown, bounds)) or not isinstance(value, (str, list)):
        raise NotKnownError
    first = numbers[0] if numbers else 0
    last = numbers[1] if len(numbers) > 1 else len(value)
    if not 0 <= first <= last <= len(value):
        raise CallError("takes a slice that is out of bounds")
    return Row(value[first:last]) if isinstance(value, list) else str(value)[first:last]


def _append(items: Any, item: Any) -> Row:
    found = _row(items)
    return Row([*found, item], [*_spans(found), None])


def _concat(*lists: Any) -> Row:
    rows = [_row(items) for items in lists]
    if sum(map(len, rows)) > _MAX_ITEMS:
        raise SizeError(f"makes a list of more than {_MAX_ITEMS} items")
    return Row([item for row in rows for item in row], [span for row in rows for span in _spans(row)])


def _until(*numbers: Any) -> Row:
    if any(map(is_unknown, numbers)):
        raise NotKnownError
    values = [integer_of(number) for number in numbers]
    if len(values) == 1:
        values = [0, values[0], 1 if values[0] >= 0 else -1]
    if len(values) != 3 or values[2] == 0:
        return Row()
    found = range(*values)
    if len(found) > _MAX_ITEMS:
        raise NotKnownError
    return Row(found)


def _kind_of(value: Any) -> str:
    if is_unknown(value):
        raise NotKnownError
    match value:
        case None:
            return "invalid"
        case bool():
            return "bool"
        case int():
            raise NotKnownError  # int and int64 are one here, and two in Go.
        case float():
            return "float64"
        case str():
            return "string"
        case list():
            return "slice"
    return "map"


def _type_of(value: Any) -> str:
    kind = _kind_of(value)
    return {"invalid": "<nil>", "slice": "[]interface {}", "map": "map[string]interface {}"}.get(kind, kind)


def _kind_is(kind: Any, value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        if kind in ("int", "int64"):
            raise NotKnownError
        return False
    return bool(_kind_of(value) == kind)


def _type_is(name: Any, value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        if name in ("int", "int64"):
            raise NotKnownError
        return False
    return bool(_type_of(value) == name)


def _length(value: Any) -> int:
    if is_unknown(value):
        raise NotKnownError
    if value is None or isinstance(value, (bool, int, float)):
        raise CallError("asks for the length of what has none")
    return len(value.encode()) if isinstance(value, str) else len(value)


def _known(value: Any) -> Any:
    if holds_unknown(value):
        raise NotKnownError
    return value


def _equal(first: Any, *others: Any) -> bool:
    """text/template ``eq``: equal to any of the others; numbers of different kinds are an error."""
    for other in others:
        if is_unknown(first) or is_unknown(other):
            raise NotKnownError
        if first is None or other is None:
            if first is other:
                return True
            continue
        kinds = {_basic(first), _basic(other)}
        if len(kinds) > 1:
            raise CallError("compares values of two kinds")
        if isinstance(first, (dict, list)):
            raise CallError("compares lists or mappings")
        if bool(first == other):
            return True
    return False


def _is_same(first: Any, second: Any) -> bool:
    """``reflect.DeepEqual``: numbers of two kinds differ."""
    return _basic(first) == _basic(second) and bool(first == second)


def _basic(value: Any) -> str:
    match value:
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "text"
    return "other"


def _less(first: Any, second: Any) -> bool:
    if is_unknown(first) or is_unknown(second):
        raise NotKnownError
    if _basic(first) != _basic(second) or _basic(first) in ("bool", "other"):
        raise CallError("compares values of two kinds")
    return bool(first < second)


def _has(item: Any, items: Any) -> bool:
    if items is None:
        return False
    return any(_is_same(item, other) for other in _known(_row(items))) if not is_unknown(item) else _unknown()


def _unknown() -> bool:
    raise NotKnownError


def _ternary(first: Any, second: Any, condition: Any) -> Any:
    if is_unknown(condition):
        raise NotKnownError
    if not isinstance(condition, bool):
        raise CallError("decides on what is no truth value")
    return first if condition else second


def _coalesce(*values: Any) -> Any:
    for value in values:
        if is_unknown(value):
            raise NotKnownError
        if not is_blank(value):
            return value
    return None


def _default(otherwise: Any, *given: Any) -> Any:
    if not given:
        return otherwise
    if is_unknown(given[0]):
        if not is_surely_there(given[0]):
            raise NotKnownError
        return given[0]
    return otherwise if is_blank(given[0]) else given[0]


def _empty(value: Any) -> bool:
    if is_unknown(value) and is_surely_there(value):
        return False
    return _unknown() if is_unknown(value) else is_blank(value)


def _sorted(items: Any) -> Row:
    found = _known(items)
    return Row(sorted(map(text_of, found if isinstance(found, list) else [found])))


def _uniq(items: Any) -> Row:
    found = Row()
    if len(_row(items)) > _MAX_COMPARED:
        raise NotKnownError
    for item in _known(items):
        if not any(_is_same(item, other) for other in found):
            found.append(item)
    return Row(found)


def _without(items: Any, *left: Any) -> Row:
    if len(_row(items)) * len(left) > _MAX_COMPARED**2:
        raise NotKnownError
    return Row(item for item in _known(items) if not any(_is_same(item, other) for other in _known(Row(left))))


def _keys(*tables: Any) -> Row:
    return Row(key for table in tables for key in sorted(_table(table)))


def _to_json(value: Any) -> str:
    return json.dumps(_integral(_known(value)), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _to_pretty_json(value: Any) -> str:
    return json.dumps(_integral(_known(value)), ensure_ascii=False, indent=2, sort_keys=True)


def _integral(value: Any) -> Any:
    """Numbers as encoding/json writes them: without a point where they are whole."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _integral(item) for key, item in value.items()}
    return [_integral(item) for item in value] if isinstance(value, list) else value


def _from_json(text: Any) -> Any:
    if is_unknown(text) or not isinstance(text, str):
        raise NotKnownError
    try:
        return _as_data(json.loads(without_marks(text)))
    except (ValueError, RecursionError):
        raise NotKnownError from None


def _as_data(value: Any) -> Any:
    if isinstance(value, dict):
        return Table({key: _as_data(item) for key, item in value.items()})
    if isinstance(value, list):
        return Row(map(_as_data, value))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _first(items: Any) -> Any:
    found = _row(items)
    return found[0] if found else None


def _last(items: Any) -> Any:
    found = _row(items)
    return found[-1] if found else None


def _compact(items: Any) -> Row:
    return Row(item for item in _known(_row(items)) if not is_blank(item))


def _not(value: Any) -> bool:
    return _unknown() if is_unknown(value) else is_blank(value)


def _copy(value: Any) -> Any:
    return copied(value)


DATA_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "all": lambda *values: not any(is_blank(value) for value in _known(Row(values))),
    "any": lambda *values: any(not is_blank(value) for value in _known(Row(values))),
    "append": _append,
    "coalesce": _coalesce,
    "compact": _compact,
    "concat": _concat,
    "deepCopy": _copy,
    "deepEqual": lambda first, second: _is_same(_known(first), _known(second)),
    "default": _default,
    "dict": _dict,
    "dig": _dig,
    "empty": _empty,
    "eq": _equal,
    "first": _first,
    "fromJson": _from_json,
    "fromJsonArray": _from_json,
    "ge": lambda first, second: not _less(first, second),
    "get": _get,
    "gt": lambda first, second: _less(second, first),
    "has": _has,
    "hasKey": lambda table, key: _name(key) in _table(table),
    "index": _index,
    "initial": lambda items: Row(_row(items)[:-1]),
    "keys": _keys,
    "kindIs": _kind_is,
    "kindOf": _kind_of,
    "last": _last,
    "le": lambda first, second: not _less(second, first),
    "len": _length,
    "list": lambda *values: Row(values),
    "lt": _less,
    "merge": _merge,
    "mergeOverwrite": _merge_overwrite,
    "mustAppend": _append,
    "mustCompact": _compact,
    "mustDeepCopy": _copy,
    "mustFirst": _first,
    "mustFromJson": _from_json,
    "mustHas": _has,
    "mustLast": _last,
    "mustMerge": _merge,
    "mustMergeOverwrite": _merge_overwrite,
    "mustPrepend": lambda items, item: Row([item, *_row(items)]),
    "mustToJson": _to_json,
    "mustToPrettyJson": _to_pretty_json,
    "mustToRawJson": _to_json,
    "mustUniq": _uniq,
    "mustWithout": _without,
    "ne": lambda first, second: not _equal(first, second),
    "not": _not,
    "omit": _omit,
    "pick": _pick,
    "pluck": lambda key, *tables: Row(_table(table)[_name(key)] for table in tables if _name(key) in _table(table)),
    "prepend": lambda items, item: Row([item, *_row(items)]),
    "push": _append,
    "rest": lambda items: Row(_row(items)[1:]),
    "reverse": lambda items: Row(reversed(_row(items))),
    "set": _set,
    "slice": _slice,
    "sortAlpha": _sorted,
    "ternary": _ternary,
    "toJson": _to_json,
    "toPrettyJson": _to_pretty_json,
    "toRawJson": _to_json,
    "toStrings": lambda items: Row(map(text_of, _known(_row(items)))),
    "tuple": lambda *values: Row(values),
    "typeIs": _type_is,
    "typeIsLike": lambda name, value: _type_is(name, value),
    "typeOf": _type_of,
    "uniq": _uniq,
    "unset": _unset,
    "until": _until,
    "untilStep": _until,
    "values": lambda *tables: Row(_table(table)[key] for table in tables for key in sorted(_table(table))),
    "without": _without,
}
"""By name. Each raises NotKnownError where its answer depends on what is not known."""

MUTATING: Final = frozenset("set unset merge mergeOverwrite mustMerge mustMergeOverwrite".split())
"""Those that change a mapping they are given."""
