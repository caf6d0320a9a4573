"""Semantic versions against constraints, as far as the answer is sure (github.com/Masterminds/semver v3)."""

from __future__ import annotations

import re
from typing import Final

from netlint.helm.data import ClusterVersion, Rich

_KUBERNETES_VERSIONS: Final = tuple((1, minor, 0) for minor in range(29, 41))
"""Releases a cluster may have: from 1.29 on, older ones are out of support everywhere (kubernetes.io/releases/version-skew-policy), and
some that are still to come."""
_VERSION: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")
_PART: Final = re.compile(r"\s*(=|!=|>|<|>=|=>|<=|=<|~|~>|\^)?\s*v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(-[0-9A-Za-z.-]+)?\s*")

_ANY: Final = ("x", "*")

_Version = tuple[int, int, int]


def satisfied(constraint: str, version: str) -> bool | None:
    """Whether the version meets the constraint; None where that is not known. For that of the cluster: where all agree."""
    if isinstance(version, ClusterVersion) or (isinstance(version, Rich) and _is_cluster_version(version)):
        verdicts = {_check(constraint, candidate) for candidate in _KUBERNETES_VERSIONS}
        return verdicts.pop() if len(verdicts) == 1 else None
    match = _VERSION.fullmatch(version)
    if match is None or "-" in version:
        return None
    return _check(constraint, (int(match[1]), int(match[2] or 0), int(match[3] or 0)))


def _is_cluster_version(text: Rich) -> bool:
    """Whether a template printed the version of the cluster and nothing else."""
    words = [part for part, _ in text.parts if part.strip()]
    return len(words) == 1 and isinstance(words[0], ClusterVersion)


def _check(constraint: str, version: _Version) -> bool | None:
    if len(constraint) > 200:
        return None
    if constraint.strip() in ("", *_ANY):
        return True
    for alternative in constraint.split("||"):
        verdicts = [_meets(part, version) for part in re.split(r",|(?<=[\dx*])\s+(?=[<>=!~^])", alternative)]
        if None in verdicts:
            return None
        if all(verdicts):
            return True
    return False


def _meets(part: str, version: _Version) -> bool | None:
    """Whether the version meets one comparison: ``>=1.2``, ``~1.2.3``, ``^1.2``, ``1.x``."""
    match = _PART.fullmatch(part)
    if match is None:
        return None
    given = tuple(int(number) for number in match.group(2, 3, 4) if number is not None and number.isdecimal())
    is_whole = len(given) == 3
    if match[3] in _ANY and match[4] not in (*_ANY, None):
        return None
    wanted = (*given, 0, 0)[:3]
    match match[1] or "=":
        case ">=" | "=>":
            return version >= wanted
        case ">":
            return version > wanted if is_whole else None
        case "<":
            return version < wanted
        case "<=" | "=<":
            return version <= wanted if is_whole else None
        case "=":
            return version[: len(given)] == given
        case "!=" if is_whole:
            return version != wanted
        case "~" | "~>":
            return version >= wanted and version[: min(len(given), 2)] == given[:2]
        case "^" if given[0] > 0:
            return version >= wanted and version[0] == given[0]
    return None
