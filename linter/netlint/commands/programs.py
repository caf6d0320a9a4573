"""``netlint programs``: the programs of a repository, the containers that run them, and the files that show it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from netlint.commands.settings import config_options, format_option, settings_of
from netlint.commands.terminal import present_paths, print_out
from netlint.model.programs import programs as programs_in
from netlint.model.python.code import PythonProgram
from netlint.model.runs import runs
from netlint.source import read_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netlint.model.languages import Program
    from netlint.model.runs import Evidence, Run
    from netlint.model.units import Unit
    from netlint.pipeline import Loaded
    from netlint.source import SourceFile, Span


@click.command
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@format_option
@config_options
def programs(
    paths: tuple[str, ...],
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Print the programs below the PATHs with the containers that run them, and the files that show it.

    Dockerfiles, skaffold, compose, goreleaser and Tilt files, ko references, Makefiles and workflows tell which image is built of which
    program. What only a name tells is called likely.
    """
    from netlint.pipeline import load

    config = settings_of(config_file, no_config, cluster_domain, search_domains)
    loaded = load(present_paths(paths or (".",)), config)
    print_out(render_json(loaded) if output_format == "json" else render_text(loaded))


def render_json(loaded: Loaded) -> str:
    """A list of programs: ``{"name", "import_path", "directory", "runs": [{"workload", "container", "certainty", "evidence", …}]}``."""
    places = _Places(loaded)
    found = _runs_by_program(loaded)
    rows = [
        {
            "name": program.name,
            "import_path": program.import_path,
            "directory": program.directory,
            **places.of(program.main),
            "runs": [_run(unit, run, places) for unit, run in found.get(id(program), [])],
        }
        for program in _programs(loaded, found)
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _run(unit: Unit, run: Run, places: _Places) -> dict[str, Any]:
    meta = run.workload.meta
    return {
        "unit": unit.name,
        "workload": {"kind": meta.kind, "namespace": meta.namespace, "name": meta.name},
        "container": run.container.name,
        "certainty": run.certainty,
        "libc": run.libc,
        "arguments": [word.text for word in run.arguments],
        "environment": {name: word.text for name, word in run.environment},
        "evidence": [{**places.of(item.span), "label": item.label} for item in run.evidence],
    }


def render_text(loaded: Loaded) -> str:
    """Each program with its containers below it, and below each of these what shows the link."""
    places = _Places(loaded)
    found = _runs_by_program(loaded)
    known = _programs(loaded, found)
    lines: list[str] = []
    idle = [program for program in known if id(program) not in found]
    for program in known:
        if id(program) not in found:
            continue
        lines.append(f"{program.import_path} ({places.text(program.main)})")
        for (certainty, title, evidence), units in _grouped(found[id(program)]).items():
            lines.append(f"  {certainty}: {title} ({', '.join(dict.fromkeys(units))})")
            lines += [f"    {places.text(item.span)} {item.label}" for item in evidence]
        lines.append("")
    if idle:
        lines.append(f"In no container of a manifest in view: {', '.join(program.import_path for program in idle)}")
    return "\n".join(lines).rstrip("\n") or "No program is in view"


def _programs(loaded: Loaded, found: Mapping[int, list[tuple[Unit, Run]]]) -> list[Program]:
    """Every program of Go, and those of Python that a container starts: any module may be started."""
    started = [runs[0][1].program for runs in found.values()]
    of_python = [program for program in started if isinstance(program, PythonProgram)]
    return [*programs_in(loaded.model.code), *sorted(of_python, key=lambda program: (program.path, program.name))]


def _grouped(found: list[tuple[Unit, Run]]) -> dict[tuple[str, str, tuple[Evidence, ...]], list[str]]:
    """The names of the units that share a run: many kustomizations may build on one base."""
    groups: dict[tuple[str, str, tuple[Evidence, ...]], list[str]] = {}
    for unit, run in found:
        meta = run.workload.meta
        home = f" in {meta.namespace}" if meta.namespace else ""
        title = f"{meta.title}{home}, container {run.container.name or 'without a name'}"
        groups.setdefault((run.certainty, title, run.evidence), []).append(unit.name)
    return groups


def _runs_by_program(loaded: Loaded) -> dict[int, list[tuple[Unit, Run]]]:
    found: dict[int, list[tuple[Unit, Run]]] = {}
    for unit in loaded.model.units:
        for run in runs(loaded.model, unit):
            found.setdefault(id(run.program), []).append((unit, run))
    return found


class _Places:
    """Spans as places for people; the text of files that were read for something else is read again."""

    def __init__(self, loaded: Loaded) -> None:
        self._sources = {**loaded.sources, **loaded.rendered_sources}
        self._absolute = {item.path: item.absolute for item in loaded.discovery.files}

    def of(self, span: Span) -> dict[str, Any]:
        """Path, line and column."""
        position = self._source(span.path).position(span.start)
        return {"path": span.path, "line": position.line, "column": position.column}

    def text(self, span: Span) -> str:
        """``path:line``."""
        return f"{span.path}:{self._source(span.path).position(span.start).line}"

    def _source(self, path: str) -> SourceFile:
        if path not in self._sources:
            self._sources[path] = read_again(path, self._absolute.get(path, path))
        return self._sources[path]
