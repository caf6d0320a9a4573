"""Binaries that say how a native build must come out, and the comparison of objects field by field."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from netlint.helm.rendering import PLACEHOLDER

if TYPE_CHECKING:
    from pathlib import Path

BUILD_LIMIT = 300
"""Seconds in which a binary must be built; with its modules at hand kustomize takes twenty."""


def build_binary(go: str, module: str, version: str, folder: Path) -> tuple[str, str]:
    """The command of a pinned module, built by Go into a folder; empty with the reason where that fails."""
    name = next(part for part in reversed(module.split("/")) if not re.fullmatch(r"v\d+", part))
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    try:
        done = subprocess.run(
            [go, "install", f"{module}@{version}"], capture_output=True, text=True, timeout=BUILD_LIMIT, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        return "", f"{name} {version} was not built within {BUILD_LIMIT} s"
    if done.returncode:
        return "", f"Go cannot build {name} {version}: {done.stderr.strip()[-300:]}"
    return str(folder / name), ""


def without_nulls(node: object) -> object:
    """The node without fields that are null: to the API server they are not there, and kustomize drops those that a merge passes."""
    if isinstance(node, dict):
        return {name: without_nulls(child) for name, child in node.items() if child is not None}
    return [without_nulls(item) for item in node] if isinstance(node, list) else node


def differences(mine: object, theirs: object, path: str = "", who: str = "kustomize") -> list[str]:
    """Where two objects differ. What netlint does not know may be anything."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        found = []
        for name in sorted({*mine, *theirs}):
            if name not in mine or name not in theirs:
                only, value = (who, theirs[name]) if name in theirs else ("netlint", mine[name])
                found.append(f"{path}.{name}: only {only} has it: {value!r:.200}")
            else:
                found += differences(mine[name], theirs[name], f"{path}.{name}", who)
        return found
    if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        return [
            text
            for number, (one, other) in enumerate(zip(mine, theirs, strict=True))
            for text in differences(one, other, f"{path}[{number}]", who)
        ]
    if isinstance(mine, str) and PLACEHOLDER in mine and not isinstance(theirs, (dict, list)):
        pattern = ".*".join(map(re.escape, mine.split(PLACEHOLDER)))
        return [] if re.fullmatch(pattern, str(theirs), re.DOTALL) else [f"{path}: netlint {mine!r:.300}, {who} {theirs!r:.300}"]
    if isinstance(mine, str) and isinstance(theirs, str):
        # kustomize writes folded texts whose first line is indented with a blank line too many, which then is in the text.
        mine, theirs = re.sub(r"\n+", "\n", mine), re.sub(r"\n+", "\n", theirs)
    return [] if mine == theirs and type(mine) is type(theirs) else [f"{path}: netlint {mine!r:.300}, {who} {theirs!r:.300}"]


def unknown_fields(node: object, path: str = "") -> list[str]:
    """Fields of which netlint does not know the value."""
    if isinstance(node, dict):
        return [found for name, child in node.items() for found in unknown_fields(child, f"{path}.{name}")]
    if isinstance(node, list):
        return [found for number, item in enumerate(node) for found in unknown_fields(item, f"{path}[{number}]")]
    return [path] if isinstance(node, str) and PLACEHOLDER in node else []
