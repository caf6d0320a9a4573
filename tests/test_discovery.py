"""Which files are found, in which order, and what is said of those that are not."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from netlint import discovery
from netlint.discovery import Candidate, Discovery, discover
from netlint.gitignore import parse_patterns
from netlint.result import Note

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a git repository of its own so that nothing above it counts."""
    here = tmp_path / "repository"
    (here / ".git" / "info").mkdir(parents=True)
    monkeypatch.chdir(here)
    return here


def write(folder: Path, *paths: str, text: str = "x: 1\n") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def find(folder: Path, *paths: str, exclude: Iterable[str] = (), include_tests: bool = False) -> Discovery:
    return discover(paths or (".",), exclude=exclude, base=folder, include_tests=include_tests)


def found(folder: Path, *paths: str, exclude: Iterable[str] = (), include_tests: bool = False) -> list[str]:
    return [candidate.path for candidate in find(folder, *paths, exclude=exclude, include_tests=include_tests).files]


def test_kinds_are_by_name_and_the_order_is_that_of_the_paths(folder: Path) -> None:
    write(folder, "b.yml", "a/z.go", "a.json", "a/b.py", "README", "c.YAML", "d.yaml.tmpl")
    assert find(folder) == Discovery(
        files=(
            Candidate("README", f"{folder}/README", "other", named=False, root="."),
            Candidate("a.json", f"{folder}/a.json", "json", named=False, root="."),
            Candidate("a/b.py", f"{folder}/a/b.py", "python", named=False, root="."),
            Candidate("a/z.go", f"{folder}/a/z.go", "go", named=False, root="."),
            Candidate("b.yml", f"{folder}/b.yml", "yaml", named=False, root="."),
            Candidate("c.YAML", f"{folder}/c.YAML", "yaml", named=False, root="."),
            Candidate("d.yaml.tmpl", f"{folder}/d.yaml.tmpl", "other", named=False, root="."),
        ),
        notes=(),
        missing=(),
    )


def test_paths_are_shown_relative_below_the_current_folder_and_as_written_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "deploy/a.yaml", "src/b.yaml")
    assert found(folder, "./deploy/") == found(folder, f"{folder}/deploy") == found(folder, "deploy/a.yaml") == ["deploy/a.yaml"]
    monkeypatch.chdir(folder / "src")
    assert found(folder, "../deploy") == ["../deploy/a.yaml"]
    assert found(folder, f"{folder}/deploy/") == [f"{folder}/deploy/a.yaml"]
    assert found(folder) == ["b.yaml"]


def test_folders_of_others_and_hidden_ones_are_not_walked_into_but_read_when_named(folder: Path) -> None:
    skipped = (
        "vendor/a.yaml",
        "x/node_modules/b.yaml",
        "testdata/c.yaml",
        ".terraform/d.yaml",
        "__pycache__/e.py",
        ".github/f.yaml",
        ".git/g.yaml",
    )
    write(folder, "kept.yaml", ".hidden.yaml", *skipped)
    assert found(folder) == [".hidden.yaml", "kept.yaml"]
    for path in skipped:
        assert found(folder, path) == [path]
        assert found(folder, path.rpartition("/")[0]) == [path]


def test_tests_are_left_out_unless_named_or_asked_for(folder: Path) -> None:
    write(folder, "a.go", "a_test.go", "testdata/b.yaml", "vendor/c.yaml")
    assert found(folder) == ["a.go"]
    assert found(folder, include_tests=True) == ["a.go", "a_test.go", "testdata/b.yaml"]
    assert found(folder, "a_test.go") == ["a_test.go"]


def test_gitignore_counts_from_the_root_of_the_repository_down(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "a/keep.yaml", "a/drop.yaml", "a/b/drop.yaml", "a/b/local.yaml", "a/build/c.yaml", "a/info.yaml", "top.yaml")
    (folder / ".gitignore").write_text("# comment\n\ndrop.yaml\nbuild/\n/top.yaml\n!\n")
    (folder / "a/b/.gitignore").write_text("!drop.yaml\nlocal.yaml\n")
    (folder / ".git/info/exclude").write_text("info.yaml\n")
    everything = [".gitignore", "a/b/.gitignore", "a/b/drop.yaml", "a/keep.yaml"]
    assert found(folder) == everything
    assert found(folder, "a") == everything[1:]
    monkeypatch.chdir(folder / "a")
    assert found(folder) == ["b/.gitignore", "b/drop.yaml", "keep.yaml"]


def test_a_gitignore_above_the_repository_does_not_count_and_none_is_needed(folder: Path) -> None:
    write(folder, "a.yaml")
    (folder.parent / ".gitignore").write_text("*.yaml\n")
    assert found(folder) == ["a.yaml"]
    shutil.rmtree(folder / ".git")
    (folder / ".gitignore").write_text("b.yaml\n")
    write(folder, "b.yaml")
    assert found(folder) == [".gitignore", "a.yaml"]


def test_a_named_folder_is_walked_though_ignored_and_other_patterns_still_count_in_it(folder: Path) -> None:
    write(folder, "out/a.yaml", "out/a.log", "out/deep/b.yaml", "out/deep/c.tmp.yaml")
    (folder / ".gitignore").write_text("out/\n*.log\n")
    assert found(folder) == [".gitignore"]
    assert found(folder, "out", exclude=["*.tmp.yaml", "/out"]) == ["out/a.yaml", "out/deep/b.yaml"]
    assert found(folder, "out/deep", exclude=["*.tmp.yaml", "/out"]) == ["out/deep/b.yaml"]
    assert found(folder, "out/a.log", exclude=["out"]) == ["out/a.log"]


def test_a_gitignore_that_lists_what_is_kept_is_understood(folder: Path) -> None:
    write(folder, "deploy/a.yaml", "deploy/b.json", "other/c.yaml")
    (folder / ".gitignore").write_text("/*\n!/deploy/\n*.json\n")
    assert found(folder) == found(folder, "deploy") == ["deploy/a.yaml"]
    (folder / ".gitignore").write_text("*\n!*/\n!*.yaml\n")
    assert found(folder) == ["deploy/a.yaml", "other/c.yaml"]
    assert found(folder, "deploy") == ["deploy/a.yaml"]


def test_no_pattern_takes_long() -> None:
    patterns = parse_patterns(["*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b", "[a-z]*" * 30 + "!"])
    assert patterns.verdict("a" * 250, is_folder=False) is None
    assert patterns.verdict("/".join("a" * 250), is_folder=False) is None


def test_exclude_is_relative_to_the_folder_of_the_configuration(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "charts/a.yaml", "deploy/charts/b.yaml", "deploy/c.yaml")
    assert found(folder, exclude=["/charts"]) == ["deploy/c.yaml", "deploy/charts/b.yaml"]
    assert found(folder, exclude=["charts/"]) == ["deploy/c.yaml"]
    monkeypatch.chdir(folder / "deploy")
    assert found(folder, exclude=["/deploy/charts"]) == ["c.yaml"]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git to compare with")
@pytest.mark.parametrize("seed", range(25))
def test_agrees_with_git_on_random_trees(folder: Path, seed: int) -> None:
    choose = random.Random(seed)
    names = ["a", "b", "cc", "d.yaml", "e.go", "f.yaml", "[x]", "sp "]
    for _ in range(60):
        path = "/".join(choose.choice(names[:3]) for _ in range(choose.randrange(4))) + "/" + choose.choice(names[3:])
        write(folder, path.lstrip("/"))
    patterns = [
        *(
            "*",
            "!*/",
            "!*.yaml",
            "*.yaml",
            "!d.yaml",
            "a/",
            "/b",
            "cc/*",
            "!cc/d.yaml",
            "**/a/e.go",
            "a/**/f.yaml",
            "!a/",
            "b/cc/",
            "/*/e.go",
        ),
        *(
            "!/a/b",
            "a/**",
            "**/b/**/e.go",
            "**",
            "**/",
            "?",
            "[a-b]",
            "[!a]*",
            "[[:alpha:]][[:alpha:]]",
            "\\[x\\]",
            "[x]",
            "[]x[]*",
            "sp\\ ",
            "sp ",
        ),
        *("#e.go", "\\#", "!", "/", "a/b/cc", "e.go   ", "d.*l", "*.y*l", "a**b", "[", "f.yaml\\", "//a", "a//b", "[a-", "[^/]*"),
        *("[a/]*", "\\[/x", "[[:foo:]a]*"),
    ]
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir() and ".git" not in path.parts)]
    for place in choose.sample(folders, min(3, len(folders))):
        (place / ".gitignore").write_text("\n".join(choose.sample(patterns, 4)) + "\n")
    shutil.rmtree(folder / ".git")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "init", "-q"], cwd=folder, env=environment, check=True)
    command = ["git", "-c", "core.quotePath=false", "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]
    assert found(folder) == sorted(listed)


def test_a_file_is_read_once_however_many_ways_lead_to_it(folder: Path) -> None:
    write(folder, "real/b.yaml", "real/c.yaml")
    (folder / "a.yaml").symlink_to("real/b.yaml")
    (folder / "again").symlink_to("real")
    assert found(folder) == ["real/b.yaml", "real/c.yaml"]
    assert found(folder, "again", "real") == ["again/b.yaml", "again/c.yaml"]
    named = find(folder, ".", "real/b.yaml", "real").files
    assert [(item.path, item.named, item.root) for item in named] == [("real/b.yaml", True, "real/b.yaml"), ("real/c.yaml", False, ".")]
    assert found(folder, "a.yaml") == ["a.yaml"]


def test_a_link_to_a_folder_that_is_not_walked_otherwise_is_followed(folder: Path) -> None:
    write(folder, ".store/v1/a.yaml", "ignored/b.yaml")
    (folder / "current").symlink_to(".store/v1")
    (folder / "other").symlink_to(".store/v1")
    (folder / "ignored-too").symlink_to("ignored")
    (folder / ".gitignore").write_text("ignored/\n")
    assert found(folder) == [".gitignore", "current/a.yaml"]


def test_loops_are_said_and_do_not_hang(folder: Path) -> None:
    write(folder, "a/b/c.yaml")
    (folder / "a/b/up").symlink_to("..")
    (folder / "a/self").symlink_to("self")
    (folder / "a/root").symlink_to(folder)
    result = find(folder)
    assert [item.path for item in result.files] == ["a/b/c.yaml"]
    assert result.notes == (
        Note("limit-reached", "a/b/up", "is a symbolic link to a folder above it; it was not followed"),
        Note("limit-reached", "a/root", "is a symbolic link to a folder above it; it was not followed"),
        Note("limit-reached", "a/self", "is a symbolic link that leads to itself; it was not followed"),
    )


def test_links_that_lead_out_or_nowhere_are_said(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.yaml")
    write(folder, "a.yaml")
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "gone.yaml").symlink_to("nothing")
    (folder / "gone").symlink_to("nothing")
    result = find(folder)
    assert [item.path for item in result.files] == ["a.yaml"]
    assert result.notes == (
        Note("not-read", "gone.yaml", "is a symbolic link to nothing that can be read"),
        Note("not-read", "out", "is a symbolic link out of the repository; name it to have it read"),
    )
    assert found(folder, "out") == ["out/secret.yaml"]


def test_missing_paths_are_listed_and_the_others_found(folder: Path) -> None:
    write(folder, "a.yaml")
    (folder / "gone").symlink_to("nothing")
    result = find(folder, "absent", "a.yaml", "a.yaml/b", "gone", "")
    assert [item.path for item in result.files] == ["a.yaml"]
    assert result.missing == ("absent", "a.yaml/b", "gone", "")


def test_a_named_file_is_read_whatever_its_name_and_a_dash_is_standard_input(folder: Path) -> None:
    write(folder, "manifest", "notes.txt")
    files = find(folder, "-", "manifest", "notes.txt").files
    assert [(item.path, item.kind, item.named) for item in files] == [
        ("<stdin>", "yaml", True),
        ("manifest", "yaml", True),
        ("notes.txt", "yaml", True),
    ]


def test_pipes_and_the_like_are_never_opened(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    write(folder, "a.yaml")
    os.mkfifo(folder / ".gitignore")
    assert found(folder) == ["a.yaml"]
    named = find(folder, "pipe.yaml")
    assert named.files == ()
    assert named.notes == (Note("not-read", "pipe.yaml", "is no regular file; pass what it gives to standard input, with the path -"),)


def test_files_above_the_limit_are_said(folder: Path) -> None:
    for name in ("big.yaml", "big.txt"):
        with (folder / name).open("wb") as stream:
            stream.truncate(200_000_000)
    result = find(folder)
    assert [item.path for item in result.files] == ["big.txt"]
    assert result.notes == (Note("limit-reached", "big.yaml", "has 200 MB; files above 20 MB are not read"),)
    assert find(folder, "big.yaml").notes == result.notes


def test_too_many_files_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, *(f"a/{number}.yaml" for number in range(5)), "b/c.yaml")
    monkeypatch.setattr(discovery, "MAX_FILES", 5)
    result = find(folder)
    assert [item.path for item in result.files] == ["a/0.yaml", "a/1.yaml", "a/2.yaml"]
    assert result.notes == (Note("limit-reached", ".", "holds more than 5 files; the rest was not looked at"),)


def test_folders_that_cannot_be_listed_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "a.yaml", "closed/b.yaml")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    # Rights do not bind root, who runs the tests in many a container.
    monkeypatch.setattr("netlint.discovery.os.scandir", refuse)
    result = find(folder)
    assert [item.path for item in result.files] == ["a.yaml"]
    assert result.notes == (Note("not-read", "closed/", "cannot be listed: Permission denied"),)


def test_order_of_the_paths_does_not_change_the_order_of_the_files(folder: Path) -> None:
    write(folder, "a/1.yaml", "b/2.yaml", "c.yaml")
    assert found(folder, "c.yaml", "b", "a") == found(folder, "a", "b", "c.yaml") == ["a/1.yaml", "b/2.yaml", "c.yaml"]
