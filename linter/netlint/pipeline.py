"""The run, top to bottom: discover, read, link, judge, filter."""

from __future__ import annotations

import posixpath
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from netlint.chart_folders import sorted_out
from netlint.config import enabled, severity_of
from netlint.discovery import MAX_FILE_BYTES, STDIN, Candidate, StandardInput, bytes_of, discover, real_place
from netlint.dns import ClusterDns
from netlint.finding import Confidence, Finding, Severity
from netlint.fingerprint import stable_paths
from netlint.focus import narrow
from netlint.kubernetes.kustomizations import FILE_NAMES, is_below, is_kustomization_file
from netlint.kubernetes.reader import read_manifests
from netlint.meta_rules import INTERNAL_ERROR, META_RULES, UNREADABLE_FILE
from netlint.model import Model
from netlint.model.building import build_units, chart_unit
from netlint.model.code.code import Code
from netlint.model.linked import has_programs
from netlint.model.python.code import PythonCode
from netlint.model.wording import in_words
from netlint.result import FileCounts, Note, ReadingError, RunResult
from netlint.source import IGNORE_MARK, SourceFile, Span, UndecodableError, decode, read_again, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netlint.builds.facts import Builds
    from netlint.cache import Cache
    from netlint.charts import Charts
    from netlint.config import Config
    from netlint.discovery import Discovery
    from netlint.finding import Rule
    from netlint.golang.facts import GoFacts
    from netlint.helm.folder import ChartFolder
    from netlint.kubernetes.facts import KubernetesFacts
    from netlint.model.units import Gap
    from netlint.python.facts import PythonFacts
    from netlint.reading import FileReading
    from netlint.result import Accepted

    class RulesFor(Protocol):
        """Gives the rules that can find something where there is code, a route, a NetworkPolicy, a ConfigMap, or where there is none."""

        def __call__(self, *, code: bool, routes: bool = True, policies: bool = True, config_maps: bool = True) -> Sequence[Rule]: ...


MAX_FILES_BEYOND: Final = 10_000
"""Files that kustomizations may pull in from outside the paths given."""
NO_CONTENTS: Final[Mapping[str, bytes]] = MappingProxyType({})
_UNREADABLE_WHY: Final = "Nothing in it was judged, and what it declares is missing from every other judgement"


class Reading(NamedTuple):
    """What reading one file gave: facts, or a problem, or neither when nothing in it can matter."""

    source: SourceFile | None = None
    facts: KubernetesFacts | None = None
    problem: Finding | None = None


class Loaded(NamedTuple):
    """What was found, read and linked, before anything is judged."""

    discovery: Discovery
    facts: tuple[KubernetesFacts, ...]
    go_files: tuple[Candidate, ...]
    go_readings: tuple[FileReading[GoFacts], ...]
    python_files: tuple[Candidate, ...]
    python_readings: tuple[FileReading[PythonFacts], ...]
    sources: dict[str, SourceFile]
    model: Model
    problems: tuple[Finding, ...]
    notes: tuple[Note, ...]
    charts: Charts | None = None
    """Charts that were read as what they deploy; what is found in them stands in rendered text until it is placed."""

    @property
    def rendered_sources(self) -> dict[str, SourceFile]:
        """The texts that charts came to, in which places of objects stand."""
        if not self.charts:
            return {}
        from netlint.chart_places import rendered_sources

        return rendered_sources(self.charts)


def load(
    paths: Sequence[str],
    config: Config,
    progress: Callable[[int, int], None] | None = None,
    contents: Mapping[str, bytes] = NO_CONTENTS,
) -> Loaded:
    """Discover, read and link everything below ``paths``. Never raises for what a file holds: that ends in a finding or a note.

    ``contents``: what to read in place of the files of these paths.
    """
    tracked = _tracked(paths, config)
    discovery = _discover(paths, config, tracked)
    if contents:
        files = (item._replace(data=contents[item.path]) if item.path in contents else item for item in discovery.files)
        discovery = discovery._replace(files=tuple(files))
    manifests, _, folders = sorted_out(_may_be_manifests(discovery.files))
    read = _reader(discovery.files, contents, tracked)
    charts = _read_charts(folders, config, read) if folders else None
    readings = []
    for number, candidate in enumerate(manifests, 1):
        readings.append(read_file(candidate))
        if progress is not None:
            progress(number, len(manifests))
    known = {item.path for item in discovery.files}
    readings += _read_beyond(readings, known, contents, tracked)
    facts = [item.facts for item in readings if item.facts]
    all_facts = [*facts, *(entry for unit in charts.units for entry in unit.facts)] if charts else facts
    go_files = [item for item in discovery.files if item.kind == "go"]
    python_files = [item for item in discovery.files if item.kind == "python"]
    cache = _cache(config) if go_files or python_files else None
    go_readings = read_code(go_files, config, cache) if go_files else []
    python_readings = read_python_code(python_files, config, cache) if python_files else []
    are_programs = bool(go_files or python_files) and any(item.workloads for item in all_facts)
    code = link_code(go_files, go_readings, config, with_programs=are_programs) if go_files else Code({})
    python = link_python_code(python_files, python_readings, config, with_programs=are_programs) if python_files else PythonCode({})
    builds = _read_builds(discovery.files) if are_programs else None
    problems = [item.problem for item in readings if item.problem]
    problems += [_unreadable(Span(item.path, 0, 0), f"{item.path} {item.problem}") for item in go_readings if item.problem]
    problems += [_unreadable(problem.span, f"{problem.span.path}: {problem.problem}") for fact in facts for problem in fact.problems]
    roots = {item.path: "" if item.named else item.root for item in manifests}
    return Loaded(
        discovery=discovery,
        facts=tuple(all_facts),
        go_files=tuple(go_files),
        go_readings=tuple(go_readings),
        python_files=tuple(python_files),
        python_readings=tuple(python_readings),
        sources={item.source.path: item.source for item in readings if item.source},
        model=link(facts, roots, frozenset(known), config, code, python, builds, read, charts),
        problems=tuple(problems),
        notes=(*(charts.notes if charts else ()), *(Note(*note) for note in (builds.notes if builds else ()))),
        charts=charts,
    )


def files_to_read(paths: Sequence[str], config: Config) -> list[str]:
    """Paths of the files that a run over ``paths`` reads, in order: what may be manifests, and code."""
    tracked = _tracked(paths, config)
    files = _discover(paths, config, tracked).files
    manifests, templates, folders = sorted_out(_may_be_manifests(files))
    found = {item.path for item in (*manifests, *templates, *(item for item in files if item.kind in ("go", "python")))}
    if folders:
        found.update(_read_charts(folders, config, _reader(files, NO_CONTENTS, tracked)).sources)
    return sorted(found)


def _discover(paths: Sequence[str], config: Config, tracked: frozenset[str] | None) -> Discovery:
    stdin = _standard_input(config.stdin_filename) if "-" in paths else None
    found = discover(paths, exclude=config.exclude, base=config.root, include_tests=config.include_tests, stdin=stdin)
    if tracked is None:
        return found
    return found._replace(files=tuple(item for item in found.files if item.data is not None or real_place(item.absolute) in tracked))


def _tracked(paths: Sequence[str], config: Config) -> frozenset[str] | None:
    """Real paths of the files that may be read; None where all may."""
    if not config.tracked_only:
        return None
    # Imported where it is asked for, for subprocess takes its time.
    from netlint.git import GitError, tracked_files

    try:
        return tracked_files(path for path in paths if path != "-")
    except GitError as error:
        raise ReadingError(str(error)) from error


def _standard_input(filename: str) -> StandardInput:
    return StandardInput(None if sys.stdin is None else sys.stdin.buffer.read(), filename)


def _may_be_manifests(files: Iterable[Candidate]) -> list[Candidate]:
    return [item for item in files if item.kind in ("yaml", "json") or is_kustomization_file(item.path)]


def run(
    paths: Sequence[str],
    config: Config,
    rules_for: RulesFor,
    progress: Callable[[int, int], None] | None = None,
    contents: Mapping[str, bytes] = NO_CONTENTS,
) -> RunResult:
    """Judge everything below ``paths`` by the rules that can find something there, with other ``contents`` where a fix is tried."""
    return judge_loaded(load(paths, config, progress, contents), config, rules_for)


def judge_loaded(loaded: Loaded, config: Config, rules_for: RulesFor) -> RunResult:
    """Judge what was read: findings, what of them is shown, and the notes."""
    facts, model = loaded.facts, loaded.model
    rules = rules_for(
        code=bool(loaded.go_files or model.python.modules) or has_programs(model),
        routes=any(unit.routes for unit in model.units),
        policies=any(unit.policies or unit.foreign_policies for unit in model.units),
        config_maps=any(unit.config_maps for unit in model.units),
    )
    findings = [*loaded.problems, *judge(model, [rule for rule in rules if enabled(config, rule)])]
    findings = _drop_what_a_patch_may_cure(findings, model)
    if loaded.charts:
        from netlint.chart_places import placed

        findings = placed(findings, loaded.charts)
    if STDIN in loaded.sources:
        from netlint.rendered_input import with_origins

        findings = with_origins(findings, loaded.sources[STDIN])
    sources = {**loaded.sources, **_further_sources(loaded, findings)}
    notes = (
        *loaded.discovery.notes,
        *loaded.notes,
        *_fact_notes(facts, sources),
        *_unit_notes(model, sources),
        *_go_notes(loaded.go_readings, sources),
        *_python_notes(loaded.python_readings),
    )
    judged = len(facts)
    if loaded.charts:
        judged += len(loaded.charts.templates) - sum(len(unit.facts) for unit in loaded.charts.units)
    skipped = max(len(loaded.discovery.files) - judged - len(loaded.go_files) - len(loaded.python_files), 0)
    counts = FileCounts(kubernetes=judged, go=len(loaded.go_files), python=len(loaded.python_files), skipped=skipped)
    result = _finish(findings, notes, facts, sources, config, rules, rules_for, counts)
    return result._replace(model=model, sources={**result.sources, **loaded.rendered_sources})


def read_file(candidate: Candidate) -> Reading:
    """Read one file. Files that hold no manifest cost one look at their bytes."""
    try:
        data = bytes_of(candidate)
    except OSError as error:
        return _unread(candidate.path, f"cannot be read: {error.strerror or error}")
    if not _may_hold_manifests(data, candidate.path):
        return Reading()
    try:
        source = SourceFile(candidate.path, decode(data))
    except UndecodableError as error:
        return _unread(candidate.path, str(error))
    facts = read_manifests(source)
    if not (facts.objects or facts.problems or facts.notes or facts.kustomizations):
        return Reading()
    return Reading(source, facts)


def _unread(path: str, problem: str) -> Reading:
    return Reading(SourceFile(path, ""), problem=_unreadable(Span(path, 0, 0), f"{path} {problem}"))


def _read_beyond(
    readings: Sequence[Reading], known: set[str], contents: Mapping[str, bytes], tracked: frozenset[str] | None
) -> list[Reading]:
    """What kustomizations name outside the paths given: a base is part of what an overlay deploys, wherever it stands."""
    found: list[Reading] = []
    pending = list(readings)
    while pending and len(found) < MAX_FILES_BEYOND:
        facts = pending.pop().facts
        for kustomization in facts.kustomizations if facts else ():
            for value in (*kustomization.resources, *kustomization.components, *kustomization.other_files):
                target = posixpath.normpath(posixpath.join(kustomization.directory, value.text))
                if value in kustomization.other_files and not is_below(target, kustomization.directory):
                    # As kustomize, which reads patches and what generators take only below the kustomization (--load-restrictor).
                    continue
                path = None if target in known else _local_file(target)
                if path is not None and path not in known and (tracked is None or real_place(path) in tracked):
                    known.add(path)
                    there = str(Path(path).absolute())
                    pending.append(read_file(Candidate(path, there, "yaml", named=False, root=".", data=contents.get(path))))
                    found.append(pending[-1])
    return found


def _local_file(path: str) -> str | None:
    """The manifest at ``path``: the file itself, or the kustomization of a folder; None where there is none (a URL, say)."""
    try:
        if Path(path).is_dir():
            return next((f"{path}/{name}" for name in FILE_NAMES if Path(path, name).is_file()), None)
        return path if Path(path).is_file() and Path(path).stat().st_size <= MAX_FILE_BYTES else None
    except (OSError, ValueError):
        return None


def _reader(
    candidates: Iterable[Candidate], contents: Mapping[str, bytes], tracked: frozenset[str] | None
) -> Callable[[str], bytes | None]:
    """Gives the bytes of a file that a kustomization names: patches, and what generators read, may be files of any kind."""
    by_path: dict[str, Candidate] = {}

    def read(path: str) -> bytes | None:
        if not by_path:
            by_path.update((item.path, item) for item in candidates)
        if path in contents:
            return contents[path]
        try:
            if path in by_path:
                return bytes_of(by_path[path])
            local = _local_file(path) if tracked is None or real_place(path) in tracked else None
            return read_bytes(local) if local == path else None
        except (OSError, ValueError):
            return None

    return read


def _may_hold_manifests(data: bytes, path: str) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return (b"kind" in data and b"apiVersion" in data) or is_kustomization_file(path)


def _read_builds(candidates: Sequence[Candidate]) -> Builds:
    # Imported only where there is both a workload and code.
    from netlint.build_files import read_builds

    return read_builds(candidates)


def link(
    facts: Sequence[KubernetesFacts],
    roots: Mapping[str, str],
    all_paths: frozenset[str],
    config: Config,
    code: Code,
    python: PythonCode,
    builds: Builds | None,
    read: Callable[[str], bytes | None],
    charts: Charts | None,
) -> Model:
    """Join the facts of all files into the model. ``read`` gives the bytes of a file that a kustomization names, or None."""
    cluster = ClusterDns(domain=config.cluster_domain, node_searches=config.search_domains)
    units = build_units(facts, roots, all_paths, read)
    if charts:
        units = (*units, *(chart_unit(*unit) for unit in charts.units))
    return Model(units, cluster, code, python, builds)


def _cache(config: Config) -> Cache | None:
    # Imported where there is code, here and below: a run over manifests alone must not wait for it.
    from netlint.cache import open_cache

    return open_cache() if config.keeps_facts else None


def read_code(candidates: Sequence[Candidate], config: Config, cache: Cache | None) -> list[FileReading[GoFacts]]:
    """The facts of the Go files."""
    from netlint.reading import read_go_files

    return read_go_files(candidates, config.jobs, cache)


def read_python_code(candidates: Sequence[Candidate], config: Config, cache: Cache | None) -> list[FileReading[PythonFacts]]:
    """The facts of the Python files."""
    from netlint.python_reading import read_python_files

    return read_python_files(candidates, config.jobs, cache)


def link_python_code(
    candidates: Sequence[Candidate], readings: Sequence[FileReading[PythonFacts]], config: Config, *, with_programs: bool = False
) -> PythonCode:
    """The Python files as modules. ``with_programs``: also what those import in which nothing matters, for programs are made of them."""
    from netlint.model.python.linking import link_python
    from netlint.python_reading import is_judged, read_imports

    unjudged = frozenset(item.path for item in candidates if not is_judged(item, include_tests=config.include_tests))
    facts = [item.facts for item in readings if item.facts]
    sketched = read_imports(candidates, readings) if with_programs else {}
    return link_python(facts, frozenset(item.path for item in candidates), unjudged, sketched)


def link_code(
    candidates: Sequence[Candidate], readings: Sequence[FileReading[GoFacts]], config: Config, *, with_programs: bool = False
) -> Code:
    """The Go files as packages. ``with_programs``: also those in which nothing matters, as far as programs are built of them."""
    from netlint.model.code.linking import link_go
    from netlint.reading import is_judged, read_modules, read_sketches

    facts = [item.facts for item in readings if item.facts]
    unjudged = frozenset(
        candidate.path
        for candidate, reading in zip(candidates, readings, strict=True)
        if not is_judged(candidate, reading.facts, include_tests=config.include_tests)
    )
    return link_go(
        facts,
        read_modules(item.path for item in candidates),
        unjudged,
        judges_tests=config.include_tests,
        sketches=read_sketches(candidates, readings) if with_programs else (),
    )


def _further_sources(loaded: Loaded, findings: Iterable[Finding]) -> dict[str, SourceFile]:
    """The text of the other files that the report points into, or that may hold ignores: Go files, and what builds images.

    That of all Go files is not kept: it is most of the memory.
    """
    wanted = _paths_of(findings)
    wanted |= {item.path for item in loaded.go_readings if item.has_ignores or (item.facts and item.facts.unread)}
    wanted |= {item.path for item in loaded.python_readings if item.has_ignores}
    found: dict[str, SourceFile] = {}
    if loaded.charts:
        marked = {path for path in loaded.charts.templates if IGNORE_MARK in loaded.charts.sources[path].text}
        found = {path: source for path, source in loaded.charts.sources.items() if path in wanted or path in marked}
    for candidate in loaded.discovery.files:
        if candidate.path in wanted and candidate.path not in loaded.sources and candidate.path not in found:
            found[candidate.path] = read_again(candidate.path, candidate.absolute, candidate.data)
    return found


def _go_notes(readings: Iterable[FileReading[GoFacts]], sources: Mapping[str, SourceFile]) -> Iterator[Note]:
    for reading in readings:
        if reading.limit:
            yield Note("limit-reached", reading.path, reading.limit)
        unread = reading.facts.unread if reading.facts else ()
        if unread:
            line = sources[reading.path].position(unread[0].start).line
            what = "a part that cannot" if len(unread) == 1 else f"{len(unread)} parts that cannot"
            yield Note("not-read", f"{reading.path}:{line}", f"holds {what} be parsed as Go; what stands there was not judged")


def _python_notes(readings: Iterable[FileReading[PythonFacts]]) -> Iterator[Note]:
    for reading in readings:
        if reading.limit:
            yield Note("limit-reached", reading.path, reading.limit)
        if reading.problem:
            yield Note("not-read", reading.path, reading.problem)
        if reading.facts is not None and reading.facts.problem:
            yield Note("not-read", f"{reading.path}:{reading.facts.line}", f"{reading.facts.problem}; nothing in the file was judged")


def judge(model: Model, rules: Iterable[Rule]) -> list[Finding]:
    """Every finding of ``rules``; what several units share is one finding. A rule that raises becomes a finding itself."""
    found: dict[tuple[str, tuple[Span, ...]], Finding] = {}
    times: dict[tuple[str, tuple[Span, ...]], int] = {}
    for rule in rules:
        if rule.check is None:
            continue
        try:
            for finding in rule.check(model):
                key = (finding.rule.name, finding.spans)
                found.setdefault(key, finding)
                times[key] = times.get(key, 0) + 1
        except Exception as error:
            path = next((path for unit in model.units for path in sorted(unit.paths)), "")
            failed = INTERNAL_ERROR.finding(
                Span(path, 0, 0),
                message=f"Rule {rule.name} failed: {type(error).__name__}: {error}",
                why="What this rule would have found is missing from the report",
                help=f"Report it with the files that show it; --ignore {rule.name} leaves the rule out until then",
            )
            found[(rule.name, failed.spans)] = failed
    return [_with_holders(finding, times[key], model) if times.get(key, 0) > 1 else finding for key, finding in found.items()]


_MAX_NAMED: Final = 4


def _with_holders(finding: Finding, times: int, model: Model) -> Finding:
    """The finding, saying in which kustomizations it is: in each it was found once."""
    holders = [posixpath.dirname(unit.name) or "." for unit in model.units if unit.is_kustomization and finding.span.path in unit.paths]
    if len(holders) < 2 or times > len(holders):
        return finding
    if times < len(holders):
        where = f"{times} of the {len(holders)} kustomizations that deploy it"
    elif len(holders) <= _MAX_NAMED:
        where = f"{'both' if times == 2 else f'all {times}'} kustomizations that deploy it: {in_words(holders)}"
    else:
        where = f"all {times} kustomizations that deploy it"
    return finding._replace(why=f"{finding.why}; what deploys it does not change that, so it is in {where}")


def _unreadable(span: Span, message: str) -> Finding:
    return UNREADABLE_FILE.finding(
        span, message=message, why=_UNREADABLE_WHY, help="Mend the file, or leave it out with exclude in the configuration"
    )


def _read_charts(folders: Sequence[ChartFolder], config: Config, read: Callable[[str], bytes | None]) -> Charts:
    # Imported only where there is a chart.
    from netlint.charts import ValuesSet, read_charts

    def sets_of(folder: str) -> list[ValuesSet]:
        found = [item for item in config.targets if posixpath.normpath(config.root.joinpath(item.chart).as_posix()) == folder]
        return [ValuesSet(item.name, tuple(str(config.root / file) for file in item.values)) for item in found]

    return read_charts(folders, sets_of, read)


def _fact_notes(facts: Sequence[KubernetesFacts], sources: Mapping[str, SourceFile]) -> Iterator[Note]:
    for entry in facts:
        for note in entry.notes:
            line = sources[note.span.path].position(note.span.start).line
            yield Note(note.kind, f"{note.span.path}:{line}", note.message)


def _unit_notes(model: Model, sources: Mapping[str, SourceFile]) -> Iterator[Note]:
    units_by_gap: dict[Gap, int] = {}
    for unit in model.units:
        for gap in unit.gaps if unit.is_kustomization and not unit.is_chart else ():
            units_by_gap[gap] = units_by_gap.get(gap, 0) + 1
    for gap, count in units_by_gap.items():
        users = "its kustomization" if count == 1 else f"the {count} kustomizations that build on it"
        yield Note("unit-incomplete", _place_of(gap, sources), f"{gap.what}; absence proves nothing in {users}")
    for failure in dict.fromkeys(gap for unit in model.units for gap in unit.failures):
        yield Note("not-applied", _place_of(failure, sources), failure.what)


def _place_of(gap: Gap, sources: Mapping[str, SourceFile]) -> str:
    source = sources.get(gap.path)
    if gap.place is None or source is None:
        return gap.path
    return f"{gap.path}:{source.position(gap.place.start).line}"


def _drop_what_a_patch_may_cure(findings: list[Finding], model: Model) -> list[Finding]:
    """Findings that hold in at least one unit without touching an object which a patch, not applied here, may change."""
    if not any(unit.patches for unit in model.units):
        return findings
    kept = []
    for finding in findings:
        holders = [unit for unit in model.units if finding.span.path in unit.paths]
        if not holders or any(not any(unit.is_patched(meta) for meta in unit.objects_at(finding.spans)) for unit in holders):
            kept.append(finding)
    return kept


def _finish(
    findings: list[Finding],
    notes: Iterable[Note],
    facts: Sequence[KubernetesFacts],
    sources: Mapping[str, SourceFile],
    config: Config,
    rules: Sequence[Rule],
    rules_for: RulesFor,
    counts: FileCounts,
) -> RunResult:
    kept, accepted, about_ignores = _apply_ignores(findings, facts, sources, config, rules_for)
    found = [*kept, *about_ignores]
    if config.focus:
        found, accepted, notes = narrow(found, accepted, notes, config.focus)
    ordered = sorted(found, key=_order)
    leveled = [_with_severity(finding, config) for finding in ordered]
    leveled_accepted = [item._replace(finding=_with_severity(item.finding, config)) for item in accepted]
    shown = tuple(finding for finding in leveled if is_shown(finding, config))
    shown_accepted = tuple(item for item in leveled_accepted if is_shown(item.finding, config))
    return RunResult(
        findings=shown,
        notes=tuple(dict.fromkeys(notes)),
        sources=sources,
        files=counts,
        suppressed=len(accepted),
        hidden=len(leveled) - len(shown),
        accepted=shown_accepted,
        # Of what is reported alone: where a file really stands takes as long to find out as to judge it.
        stable_paths=stable_paths(_paths_of((*shown, *(item.finding for item in shown_accepted))), config.root),
        rules=tuple(rule for rule in (*rules, *META_RULES) if enabled(config, rule)),
    )


def _apply_ignores(
    findings: list[Finding], facts: Sequence[KubernetesFacts], sources: Mapping[str, SourceFile], config: Config, rules_for: RulesFor
) -> tuple[list[Finding], list[Accepted], list[Finding]]:
    """Findings that stay, those that an ignore accepts, and the findings about the ignores themselves."""
    is_configured = bool(config.per_path_ignores or config.object_ignores)
    has_ignores = any(fact.ignores for fact in facts) or any(IGNORE_MARK in source.text for source in sources.values())
    if not (is_configured or has_ignores):
        return [finding for finding in findings if enabled(config, finding.rule)], [], []
    # Imported where there is something to ignore: most repositories have nothing.
    from netlint.suppression import apply, find_suppressions, object_suppressions

    suppressions = [item for source in sources.values() for item in find_suppressions(source)]
    suppressions += [item for fact in facts for meta, value in fact.ignores for item in object_suppressions(meta, value)]
    # An ignore may name any rule, also where none of its kind is judged.
    known = rules_for(code=True) if suppressions else ()
    return apply(findings, suppressions, sources, config=config, rules=known)


def _paths_of(findings: Iterable[Finding]) -> set[str]:
    return {span.path for finding in findings for span in finding.spans}


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.span.path, finding.span.start, finding.span.end, finding.rule.name, finding.message)


def _with_severity(finding: Finding, config: Config) -> Finding:
    wanted = severity_of(config, finding.rule, finding.severity)
    return finding if wanted is finding.severity else finding._replace(severity=wanted)


def is_shown(finding: Finding, config: Config) -> bool:
    """Whether the finding is reported: errors and warnings of medium or high confidence, more with ``--show``."""
    if finding.severity is Severity.INFO and not config.show_info:
        return False
    return finding.confidence is not Confidence.LOW or config.show_low
