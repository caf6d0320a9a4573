"""A whole run for a command that asks of the model and of the findings: everything read, everything judged, nothing hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netlint.commands.terminal import Failure, present_paths, progress_counter
from netlint.pipeline import judge_loaded, load
from netlint.result import ReadingError
from netlint.sharing import default_processes
from netlint.source import read_again
from netlint_rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netlint.config import Config
    from netlint.pipeline import Loaded
    from netlint.result import RunResult
    from netlint.source import SourceFile


def judge_all(paths: Sequence[str], config: Config) -> tuple[Loaded, RunResult]:
    """Read and judge everything below ``paths``, in as many processes as ``check`` uses. Ends the command where nothing can be read."""
    config = config._replace(jobs=default_processes(), keeps_facts=True)
    try:
        loaded = load(present_paths(paths or (".",)), config, progress_counter())
    except ReadingError as error:
        raise Failure(str(error)) from error
    return loaded, judge_loaded(loaded, config, rules_for)


def sources_with(loaded: Loaded, sources: Mapping[str, SourceFile], paths: Iterable[str]) -> dict[str, SourceFile]:
    """``sources``, and the text of ``paths`` that are not among them: most code and build files are not kept once they are read."""
    found = dict(sources)
    absolute = {item.path: item.absolute for item in loaded.discovery.files}
    for path in paths:
        if path not in found:
            found[path] = read_again(path, absolute.get(path, path))
    return found
