"""Reading a rule's page: its headings, the files of its example, and its fix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import netlint_rules
from harness import without_marks

HEADINGS = ("Why", "Example", "Fix", "When it stays silent", "Source")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILES = {
    "yaml": "example.yaml",
    "go": "example.go",
    "python": "example.py",
    "json": "example.json",
    "gomod": "go.mod",
    "dockerfile": "Dockerfile",
}
"""What a file of each language is called that does not name itself."""
_FILE_COMMENT = re.compile(r"^(?:#|//) file: (\S+)\n")
RULES_FOLDER = Path(netlint_rules.__file__).parent


def page_path(family: str, name: str) -> Path:
    """Where the page of a rule stands."""
    return RULES_FOLDER / family / f"{name.replace('-', '_')}.md"


@dataclass(frozen=True)
class Page:
    """A page cut into its sections."""

    title: str
    sections: dict[str, str]

    @property
    def example(self) -> dict[str, str]:
        """Files of the example by path. A first line ``# file: path`` names one; without it see ``_FILES``."""
        files = {}
        for language, text in _FENCE.findall(self.sections["Example"]):
            named = _FILE_COMMENT.match(text)
            path = named[1] if named else _FILES[language]
            assert path not in files, f"two files called {path}"
            files[path] = text[named.end() :] if named else text
        return files

    @property
    def fixes(self) -> list[str]:
        """The diffs of the fix; each alone cures the example."""
        return [text for language, text in _FENCE.findall(self.sections["Fix"]) if language == "diff"]


def read_page(path: Path) -> Page:
    """Cut a page at its second-level headings."""
    title, *parts = re.split(r"^## (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return Page(title.splitlines()[0].removeprefix("# "), dict(zip(parts[::2], parts[1::2], strict=True)))


def apply_diff(files: dict[str, str], diff: str) -> dict[str, str]:
    """``files`` without their marks and with ``diff`` applied. Each run of lines must fit in exactly one place."""
    fixed = {path: without_marks(text) for path, text in files.items()}
    for hunk in re.split(r"^(?:@@.*|\.\.\.)\n", diff, flags=re.MULTILINE):
        lines = [line for line in hunk.splitlines() if not line.startswith(("--- ", "+++ "))]
        if not lines:
            continue
        before = "".join(line[1:] + "\n" for line in lines if not line.startswith("+"))
        after = "".join(line[1:] + "\n" for line in lines if not line.startswith("-"))
        holders = [path for path, text in fixed.items() if ("\n" + text).count("\n" + before) == 1]
        assert len(holders) == 1, f"the fix fits in {len(holders)} files:\n{hunk}"
        fixed[holders[0]] = ("\n" + fixed[holders[0]]).replace("\n" + before, "\n" + after, 1)[1:]
    return fixed
