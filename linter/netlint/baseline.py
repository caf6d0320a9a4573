"""The findings that were there when netlint came: kept in a file by what they are about, and left out of the report until they go.

A finding is known by its fingerprint, in which there is no line number, and counted: where two equal ones were there, a third is new.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from netlint.fingerprint import fingerprint
from netlint.meta_rules import INTERNAL_ERROR, UNREADABLE_FILE
from netlint.pipeline import is_shown
from netlint.result import Accepted, Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from netlint.config import Config
    from netlint.finding import Finding
    from netlint.result import RunResult

SCHEMA: Final = "netlint-baseline/v1"
DEFAULT_FILE: Final = "netlint-baseline.json"
_STALE_SHOWN: Final = 3
"""Entries that a note about stale ones names; it counts the rest."""


class BaselineError(ValueError):
    """The file cannot be used as a baseline; the message says why, and names the file."""


class Entry(NamedTuple):
    """``times`` equal findings. ``path`` is from the root of the repository (``stable_paths``); ``message`` is for people alone."""

    path: str
    rule: str
    message: str
    fingerprint: str
    times: int


def entries_of(result: RunResult) -> tuple[Entry, ...]:
    """What a baseline of these findings lists. A rule that failed is left out: it has found nothing."""
    counts: Counter[str] = Counter()
    first: dict[str, Finding] = {}
    for finding in result.findings:
        if finding.rule.name != INTERNAL_ERROR.name:
            print_ = fingerprint(finding, result)
            counts[print_] += 1
            first.setdefault(print_, finding)
    listed = (Entry(_path_of(item, result), item.rule.name, item.message, print_, counts[print_]) for print_, item in first.items())
    return tuple(sorted(listed))


def _path_of(finding: Finding, result: RunResult) -> str:
    return result.stable_paths.get(finding.span.path, finding.span.path)


def render_baseline(entries: Iterable[Entry]) -> str:
    """The file: JSON with an entry a line, in order of path and rule, so that a diff of it reads well and merges."""
    lines = [
        json.dumps({"path": item.path, "rule": item.rule, "count": item.times, "fingerprint": item.fingerprint, "message": item.message})
        for item in sorted(entries)
    ]
    body = ",\n".join(lines)
    return f'{{"schema": "{SCHEMA}", "findings": [\n{body}\n]}}\n' if lines else f'{{"schema": "{SCHEMA}", "findings": []}}\n'


def read_baseline(path: Path) -> tuple[Entry, ...]:
    """The entries of the file at ``path``. Raises BaselineError."""
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise BaselineError(f"baseline {path} does not exist; netlint baseline --output {path} writes it") from error
    except OSError as error:
        raise BaselineError(f"baseline {path} cannot be read: {error.strerror or error}") from error
    except json.JSONDecodeError as error:
        raise BaselineError(
            f"{path}:{error.lineno}: no baseline, for it is not JSON: {error.msg}; netlint baseline writes it anew"
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise BaselineError(f"{path}: no baseline, for it is not JSON; netlint baseline writes it anew") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or not isinstance(document.get("findings"), list):
        raise BaselineError(f"{path}: no baseline that this netlint reads, which is an object with schema {SCHEMA} and findings")
    return tuple(_entry(path, number, item) for number, item in enumerate(document["findings"], 1))


_KEYS: Final = {"path": str, "rule": str, "message": str, "fingerprint": str, "count": int}
"""Of an entry in the file, in the order of the fields of Entry."""


def _entry(path: Path, number: int, item: Any) -> Entry:
    for key, kind in _KEYS.items():
        if not isinstance(item, dict) or type(item.get(key)) is not kind:
            wanted = "number" if kind is int else "text"
            raise BaselineError(f"{path}: entry {number} of the baseline has no {key}, or one that is no {wanted}")
    if item["count"] < 1:
        raise BaselineError(f"{path}: entry {number} of the baseline has the count {item['count']}; 1 is the least")
    return Entry(*(item[key] for key in _KEYS))


class Compared(NamedTuple):
    """A result without what the baseline lists, and the entries that list more than there is: ``times`` is by how many."""

    result: RunResult
    stale: tuple[Entry, ...]


def compare(
    result: RunResult, entries: Sequence[Entry], config: Config, is_known: Callable[[str], bool], is_judged: Callable[[str], bool]
) -> Compared:
    """Leave out of ``result`` what the entries list, and what the settings hide.

    ``result`` holds findings of every severity and confidence, so that one which is merely hidden is not taken to be gone.
    ``is_judged``: whether the path of an entry was among those judged; of others, and of rules that did not run, nothing is stale.
    ``is_known``: whether a rule of that name exists.
    """
    left = Counter[str]()
    for entry in entries:
        left[entry.fingerprint] += entry.times
    kept, hidden = [], 0
    listed: list[Accepted] = []
    for finding in result.findings:
        print_ = fingerprint(finding, result)
        is_listed = left[print_] > 0 and finding.rule.name != INTERNAL_ERROR.name
        left[print_] -= is_listed
        if not is_shown(finding, config):
            hidden += 1
        elif is_listed:
            listed.append(Accepted(finding, in_source=False, reason="It is in the baseline"))
        else:
            kept.append(finding)
    ran = {rule.name for rule in result.rules}
    unread = {_path_of(finding, result) for finding in result.findings if finding.rule.name == UNREADABLE_FILE.name}
    has_failed = any(finding.rule.name == INTERNAL_ERROR.name for finding in result.findings)
    stale = []
    for entry in entries:
        count = min(entry.times, left[entry.fingerprint])
        is_asked = count > 0 and (entry.rule in ran or not is_known(entry.rule))
        if is_asked and is_judged(entry.path) and entry.path not in unread and not has_failed:
            left[entry.fingerprint] -= count
            stale.append(entry._replace(times=count))
    accepted = (*(item for item in result.accepted if is_shown(item.finding, config)), *listed)
    narrowed = result._replace(findings=tuple(kept), accepted=accepted, baselined=len(listed), hidden=result.hidden + hidden)
    return Compared(narrowed, tuple(stale))


def without(entries: Iterable[Entry], stale: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries less the stale ones, counted."""
    gone = Counter[str]()
    for entry in stale:
        gone[entry.fingerprint] += entry.times
    left = []
    for entry in entries:
        taken = min(entry.times, gone[entry.fingerprint])
        gone[entry.fingerprint] -= taken
        if entry.times > taken:
            left.append(entry._replace(times=entry.times - taken))
    return tuple(left)


def stale_note(path: str, stale: Sequence[Entry]) -> Note:
    """What is said of entries whose findings are gone."""
    total = sum(entry.times for entry in stale)
    named = ", ".join(f"{entry.rule} in {entry.path}" for entry in stale[:_STALE_SHOWN])
    more = f" and {len(stale) - _STALE_SHOWN} more" if len(stale) > _STALE_SHOWN else ""
    things = "a finding that is" if total == 1 else f"{total} findings that are"
    return Note("stale-baseline", path, f"lists {things} gone: {named}{more}; netlint baseline --prune takes out what is gone")
