"""Compares what netlint makes of a Helm chart with what the helm binary prints, object by object and field by field."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from netlint.gitignore import parse_patterns
from netlint.helm.chart import load_chart
from netlint.helm.coalescing import overlaid
from netlint.helm.errors import ChartError
from netlint.helm.folder import CHART_FILE, ChartFolder
from netlint.helm.rendering import PLACEHOLDER, RELEASE_NAME, render
from netlint.helm.values_file import read_values
from netlint.kustomize.hashing import plain
from netlint.kustomize.texts import documents_of
from netlint.source import SourceFile
from oracle import differences, without_nulls

VERSION = "v3.16.4"
MODULE = "helm.sh/helm/v3/cmd/helm"

Key = tuple[str, str, str]


class Native(NamedTuple):
    """What netlint makes of a chart. ``is_whole``: nothing is unknown but scalars."""

    objects: dict[Key, object]
    is_whole: bool


def native(chart: Path, values: tuple[str, ...] = ()) -> Native:
    """What netlint makes of a chart with values files. Raises ChartError."""

    def read(shown: str, _: int) -> str | None:
        return Path(shown).read_text(encoding="utf-8", errors="replace") if Path(shown).is_file() else None

    def ignores(text: str):  # type: ignore[no-untyped-def]
        patterns = parse_patterns(text.split("\n"))
        return lambda path, is_folder: bool(patterns.verdict(path, is_folder=is_folder))

    loaded = load_chart(ChartFolder(str(chart), str(chart)), read, ignores, lambda _name, _version: None)
    tables = [read_values((chart / file).read_text(encoding="utf-8"), file) for file in values]
    rendering = render(loaded, overlaid(tables), "(rendered)")
    texts = [(file.template.removeprefix(f"{chart}/"), file.text) for file in rendering.files]
    return Native(
        {key: item for name, text in texts for key, item in keyed(name, text).items()},
        not rendering.absent and not any(file.missing for file in rendering.files),
    )


def by_binary(helm: str, chart: Path, values: tuple[str, ...] = ()) -> tuple[dict[Key, object], str]:
    """The objects that helm prints; and what it says where it fails."""
    command = [helm, "template", RELEASE_NAME, str(chart), "--skip-schema-validation"]
    command += [word for file in values for word in ("--values", str(chart / file))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return (printed(done.stdout), "") if done.returncode == 0 else ({}, done.stderr.strip())


def printed(text: str) -> dict[Key, object]:
    """Objects of what ``helm template`` printed."""
    found: dict[Key, object] = {}
    for part in text.split("---\n# Source: ")[1:]:
        source, _, rest = part.partition("\n")
        found |= keyed(source.partition("/")[2], rest)
    return found


def keyed(template: str, text: str) -> dict[Key, object]:
    """The objects of a template by its name, kind and name. Helm names the folders of charts by their aliases, so they do not count."""
    template = template.rpartition("templates/")[2]
    found: dict[Key, object] = {}
    for node in documents_of(SourceFile(template, text)):
        item = without_nulls(plain(node))
        if isinstance(item, dict) and item:
            metadata = item.get("metadata")
            found[template, str(item.get("kind")), str(metadata.get("name") if isinstance(metadata, dict) else None)] = item
    return found


def compare(mine: Native, theirs: dict[Key, object]) -> list[str]:
    """All differences, but for objects that may be there by what is not known."""
    unnamed = {key[:2] for key in mine.objects if PLACEHOLDER in key[2] or (key[2] == "None" and not mine.is_whole)}
    found = [f"only netlint has {key}" for key in mine.objects if key not in theirs and key[:2] not in unnamed]
    found += [f"only helm has {key}" for key in theirs if key not in mine.objects and mine.is_whole and key[:2] not in unnamed]
    for key, item in mine.objects.items():
        if key in theirs and mine.is_whole:
            found += [f"{' '.join(key)}{text}" for text in differences(item, theirs[key], who="helm")]
    return found


def main(helm: str, folders: list[str]) -> None:
    """Compare every chart below the folders and print what differs."""
    counts: Counter[str] = Counter()
    for chart in sorted(file.parent for name in folders for file in Path(name).resolve().rglob(CHART_FILE)):
        if chart.parent.name == "charts" and (chart.parent.parent / CHART_FILE).is_file():
            continue
        theirs, error = by_binary(helm, chart)
        try:
            mine = native(chart)
        except ChartError as problem:
            counts["neither" if error else "only helm"] += 1
            if not error:
                print(f"NOT READ {chart}: {problem}")
            continue
        if error:
            counts["only netlint" if mine.is_whole else "neither"] += 1
            continue
        found = compare(mine, theirs)
        counts["different" if found else "equal" if mine.is_whole else "equal in what is known"] += 1
        if found:
            print(f"DIFFERENT {chart}: {len(found)}\n  " + "\n  ".join(found[:6]))
    print(dict(counts))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
