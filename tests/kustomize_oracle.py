"""Compares the native build of a kustomization with what the kustomize binary makes of it, object by object and field by field."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from netlint.kubernetes.kustomizations import FILE_NAMES
from netlint.kustomize.build import Builder, Built
from netlint.kustomize.hashing import plain
from netlint.kustomize.texts import documents_of
from netlint.source import SourceFile
from oracle import differences, without_nulls

VERSION = "v5.8.1"
MODULE = "sigs.k8s.io/kustomize/kustomize/v5"


def read_from(folder: Path) -> Builder:
    """A builder over the files below a folder, its paths relative to that."""

    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    known = frozenset(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return Builder(read, known, keeps_all=True)


def native(folder: Path, directory: str) -> Built:
    """What netlint builds of ``directory`` below ``folder``."""
    return read_from(folder).build(directory)


def by_binary(kustomize: str, folder: Path, directory: str) -> tuple[dict[tuple[str, ...], object], str]:
    """The objects that the binary prints, by kind, namespace and name; and what it says where it fails."""
    command = [kustomize, "build", "--load-restrictor", "LoadRestrictionsNone", str(folder / directory)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        return {}, done.stderr.strip()
    return keyed([plain(item) for item in documents_of(SourceFile("build.yaml", done.stdout))]), ""


def keyed(objects: list[object]) -> dict[tuple[str, ...], object]:
    found: dict[tuple[str, ...], object] = {}
    for item in objects:
        assert isinstance(item, dict)
        metadata = item.get("metadata") or {}
        for name in ("labels", "annotations"):
            # Whether kustomize keeps an empty mapping depends on whether it kept notes of its own in it; of a null there it makes a text.
            pairs = {key: "" if value is None else value for key, value in (metadata.pop(name, None) or {}).items()}
            if pairs:
                metadata[name] = pairs
        found[tuple(map(str, (item.get("apiVersion"), item.get("kind"), metadata.get("namespace") or "", metadata.get("name"))))] = (
            without_nulls(item)
        )
    return found


def compare(built: Built, theirs: dict[tuple[str, ...], object]) -> list[str]:
    """All differences of a build."""
    mine = keyed([plain(item.node) for item in built.resources])
    found = [f"only netlint has {key}" for key in mine if key not in theirs]
    found += [f"only kustomize has {key}" for key in theirs if key not in mine]
    for key in mine:
        if key in theirs:
            found += [f"{'/'.join(map(str, key[1:]))}{text}" for text in differences(mine[key], theirs[key])]
    return found


def main(kustomize: str, folders: list[str]) -> None:
    """Compare every kustomization below the folders and print what differs."""
    equal = failing = different = troubled = 0
    for name in folders:
        folder = Path(name).resolve()
        builder = read_from(folder)
        for file in sorted(path for file_name in FILE_NAMES for path in folder.rglob(file_name) if path.is_file()):
            directory = file.parent.relative_to(folder).as_posix()
            if b"Component" in file.read_bytes():
                continue
            try:
                theirs, error = by_binary(kustomize, folder, directory)
            except subprocess.TimeoutExpired:
                continue
            built = builder.build(directory)
            if error:
                failing += 1
                if not built.troubles:
                    print(f"NO TROUBLE {name}/{directory}: {error[-400:]}")
                continue
            found = compare(built, theirs)
            if not found:
                equal += 1
                fails = [item.message for item in built.troubles if item.fails]
                if fails:
                    print(f"BUT BUILDS {name}/{directory}: {fails}")
            elif built.troubles:
                troubled += 1
                print(f"TROUBLED {name}/{directory}: {len(found)} differences, {[item.message for item in built.troubles][:3]}")
            else:
                different += 1
                print(f"DIFFERENT {name}/{directory}: {len(found)}\n  " + "\n  ".join(found[:6]))
    print(f"{equal} equal, {different} different, {troubled} different with a note, {failing} that kustomize cannot build")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
