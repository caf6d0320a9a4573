"""The command line: the only module that prints or exits.

Exit status: 0 nothing at or above ``--fail-on``; 1 findings; 2 the run itself failed (wrong options or settings, a path that is not
there, an internal error) or there was nothing to judge; 130 interrupted. Everything but click is imported when a command needs it, for
``netlint --version`` must not wait for a YAML parser.
"""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any, Final

import click

from netlint.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netlint.config import Config
    from netlint.finding import Rule
    from netlint.result import RunResult

_NOTHING_FOUND: Final = 0
_FINDINGS: Final = 1
_FAILED: Final = 2
_INTERRUPTED: Final = 130


class _Failure(click.ClickException):
    """The run cannot be done; the message says why."""

    exit_code = _FAILED

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"netlint: {self.message}", file=file, err=file is None)


class _CheckByDefault(click.Group):
    """A group whose ``check`` need not be written: ``netlint PATH`` is ``netlint check PATH``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, "--help", "-h", "--version"):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[check] [OPTIONS] [PATH]...")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS] [ARGS]...", prefix="       ")

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("netlint: interrupted", err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # Python would exit with 1, which means findings.
            from traceback import print_exc

            print_exc()
            click.echo("netlint: this is a bug in netlint; report it with the lines above", err=True)
            raise click.exceptions.Exit(_FAILED) from error


@click.group(cls=_CheckByDefault, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, "--version", message="netlint %(version)s")
def main() -> None:
    """Find network time-outs before production: read Kubernetes manifests and Go code, and report what fails.

    PATH is a file, a folder or - for standard input; without one the current folder is judged. The word check may be left out:
    netlint check --help lists the options. A path that is called like a command is given as ./rules.
    """


def _split(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Comma lists, given several times, as one list."""
    return tuple(name for value in values for part in value.split(",") if (name := part.strip()))


def _config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that needs settings."""
    for option in (
        click.option(
            "--search-domain",
            "search_domains",
            multiple=True,
            callback=_split,
            metavar="DOMAIN,…",
            help="Domains that the nodes add to every pod's search list.",
        ),
        click.option("--cluster-domain", metavar="DOMAIN", help="Domain of the cluster [default: cluster.local]."),
        click.option("--no-config", is_flag=True, help="Read no configuration file."),
        click.option("--config", "config_file", metavar="FILE", help="Configuration file, instead of the nearest one from here upward."),
    ):
        command = option(command)
    return command


@main.command(short_help="Judge files and folders; the command when none is named.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--select", multiple=True, callback=_split, metavar="RULE,…", help="Judge only these rules or families.")
@click.option("--ignore", multiple=True, callback=_split, metavar="RULE,…", help="Leave out these rules or families as well.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out what this gitignore pattern matches as well.")
@click.option(
    "--fail-on", type=click.Choice(("error", "warning", "info")), help="Lowest severity that gives exit status 1 [default: warning]."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings; a failed run still gives 2.")
@click.option(
    "--show",
    multiple=True,
    type=click.Choice(("info", "low", "all")),
    help="Also show findings of severity info, of low confidence, or both.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "concise", "grouped", "json")),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option("--baseline", "baseline_file", metavar="FILE", help="Leave out the findings that this file of netlint baseline lists.")
@click.option("--since", "since_revision", metavar="REV", help="Only findings that touch lines changed since this revision of git.")
@click.option("--fix", is_flag=True, help="Make the safe fixes of what would be reported, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that need a decision; read what they change.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--include-tests", is_flag=True, help="Judge tests, examples and testdata folders as well.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    metavar="N",
    help="Read code in at most N processes [default: one for each processor, up to 8; fewer for little code].",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what earlier runs have read [NETLINT_CACHE_DIR: where it is kept].")
@click.option(
    "--color", "colour", type=click.Choice(("auto", "always", "never")), default="auto", show_default=True, help="Colour in the report."
)
@_config_options
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    fail_on: str | None,
    exit_zero: bool,
    show: tuple[str, ...],
    output_format: str,
    baseline_file: str | None,
    since_revision: str | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    include_tests: bool,
    jobs: int | None,
    no_cache: bool,
    colour: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Judge the Kubernetes manifests and the Go code below the PATHs, or below the current folder.

    --ignore, --exclude and --show add to the configuration; the other options replace what it says.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the run failed or there was nothing to judge.
    """
    # One run makes facts and keeps them: looking for circles among them, and among what is imported, costs a third of the time and finds
    # none.
    gc.disable()
    from dataclasses import replace

    from netlint.commands.reporting import ReportError, Wishes, report
    from netlint.reading import ReadingError
    from netlint.sharing import MAX_PROCESSES, usable_processors
    from netlint_rules import RULES

    config = _config(
        RULES,
        config_file,
        no_config,
        cluster_domain,
        search_domains,
        select=select,
        ignore=ignore,
        exclude=exclude,
        fail_on=fail_on,
        show=show,
        include_tests=include_tests,
    )
    config = replace(config, jobs=jobs or min(usable_processors(), MAX_PROCESSES), keeps_facts=not no_cache)
    given = paths or (".",)
    present = _present(given)
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes says which fixes --fix or --diff take: give one of them as well.")
    if (fix or diff) and "-" in present:
        raise click.UsageError("Standard input cannot be fixed: name the file.")
    try:
        answer = report(present, config, RULES, Wishes(baseline_file, since_revision, fix, unsafe_fixes, diff), _progress())
    except (ReadingError, ReportError) as error:
        raise _Failure(str(error)) from error
    result = answer.result
    for message in answer.messages:
        click.echo(f"netlint: {message}", err=True)
    _print(_render(result, output_format, _wants_colour(colour)) if answer.diff is None else answer.diff.removesuffix("\n"))
    if not result.files.judged:
        click.echo(f"netlint: nothing to judge in {', '.join(map(click.format_filename, present))}", err=True)
    # Python looks for circles once more at its end.
    gc.freeze()
    has_failed = len(present) < len(given) or answer.has_failed
    raise click.exceptions.Exit(_status(result, config, failed=has_failed, exit_zero=exit_zero))


@main.command(short_help="Write what is found now into a file that --baseline leaves out.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--output", "-o", "file", default="netlint-baseline.json", show_default=True, metavar="FILE", help="The baseline.")
@click.option("--prune", is_flag=True, help="Only take out of the baseline what is gone; nothing new comes in.")
@click.option("--select", multiple=True, callback=_split, metavar="RULE,…", help="Judge only these rules or families.")
@click.option("--ignore", multiple=True, callback=_split, metavar="RULE,…", help="Leave out these rules or families as well.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out what this gitignore pattern matches as well.")
@click.option("--show", multiple=True, type=click.Choice(("info", "low", "all")), help="Take in what is not shown by default as well.")
@click.option("--include-tests", is_flag=True, help="Judge tests, examples and testdata folders as well.")
@_config_options
def baseline(
    paths: tuple[str, ...],
    file: str,
    prune: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    show: tuple[str, ...],
    include_tests: bool,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Write the findings below the PATHs, or below the current folder, into a file, so that netlint --baseline FILE reports what is new.

    A finding is known by what it is about, not by its line, and counted: a second equal one is new. Run it where netlint is run later,
    for paths in it are as netlint shows them.
    """
    from dataclasses import replace

    from netlint.baseline import BaselineError
    from netlint.commands import baseline as command
    from netlint.pipeline import run
    from netlint_rules import RULES

    config = _config(
        RULES,
        config_file,
        no_config,
        cluster_domain,
        search_domains,
        select=select,
        ignore=ignore,
        exclude=exclude,
        show=show,
        include_tests=include_tests,
    )
    present = _present(paths or (".",))
    result = run(present, replace(config, show_info=True, show_low=True) if prune else config, RULES, _progress())
    try:
        said = command.prune(file, result, present, config, RULES) if prune else command.write(file, result)
    except BaselineError as error:
        raise _Failure(str(error)) from error
    except OSError as error:
        raise _Failure(f"{file} cannot be written: {error.strerror or error}") from error
    click.echo(f"netlint: {said}", err=True)


@main.command(short_help="List every rule.")
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the list.")
def rules(output_format: str) -> None:
    """List every rule with its family, severity and meaning, in the order a request meets them."""
    from netlint.meta_rules import META_RULES
    from netlint.report.json import render_rules_json
    from netlint.report.rules import render_rules
    from netlint_rules import RULES

    _print(render_rules_json(RULES) if output_format == "json" else render_rules((*RULES, *META_RULES)))


@main.command(short_help="Print the page of a rule.")
@click.argument("rule")
def explain(rule: str) -> None:
    """Print the page of RULE: why it matters, an example, the fix, when it stays silent, and the sources.

    netlint rules lists the names.
    """
    from netlint.meta_rules import META_RULES
    from netlint_rules import RULES

    found = next((known for known in (*RULES, *META_RULES) if known.name == rule), None)
    if found is None:
        from netlint.config import did_you_mean

        raise click.UsageError(f"There is no rule '{rule}': {did_you_mean(rule, (known.name for known in (*RULES, *META_RULES)))}")
    if found in META_RULES:
        # They are about the run itself and say all there is to say in their messages.
        _print(f"# {found.name}\n\n{found.summary}.")
        return
    from importlib.resources import files

    from netlint.report.rules import render_page

    page = files("netlint_rules").joinpath(found.family, f"{found.name.replace('-', '_')}.md")
    _print(render_page(page.read_text(encoding="utf-8")).rstrip("\n"))


@main.command(short_help="Show what a pod's resolver asks for a host name.")
@click.argument("host")
@click.option("--manifest", required=True, metavar="FILE", help="Manifest of the workload that asks.")
@click.option("--workload", metavar="NAME", help="Which workload, where the manifest holds several.")
@click.option(
    "--resolver",
    type=click.Choice(("go", "glibc", "musl")),
    help="Which resolver asks [default: musl when the image is Alpine's, else go].",
)
@click.option(
    "--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the answer."
)
@_config_options
def dns(
    host: str,
    manifest: str,
    workload: str | None,
    resolver: str | None,
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Print the resolv.conf of a pod, the names it asks for to look up HOST, in order, and how long that takes at worst."""
    from pathlib import Path

    from netlint.commands.dns import DnsCommandError, show_dns
    from netlint_rules import RULES

    config = _config(RULES, config_file, no_config, cluster_domain, search_domains)
    try:
        answer = show_dns(host, Path(manifest), workload, resolver, output_format, config)
    except DnsCommandError as error:
        raise _Failure(str(error)) from error
    _print(answer.rstrip("\n"))


@main.command(short_help="Show what the NetworkPolicies let through.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the answer."
)
@_config_options
def connectivity(
    paths: tuple[str, ...],
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Print what the NetworkPolicies below the PATHs let through between every two workloads, and to and from the world outside.

    Text leaves out the pairs between which nothing is let through; JSON lists every ordered pair.
    """
    from netlint.commands.connectivity import render_json, render_text
    from netlint.pipeline import load
    from netlint_rules import RULES

    config = _config(RULES, config_file, no_config, cluster_domain, search_domains)
    model = load(_present(paths or (".",)), config).model
    _print(render_json(model) if output_format == "json" else render_text(model))


def _present(given: Sequence[str]) -> list[str]:
    """The given paths that are there; the others are told of. Ends the run when none is."""
    present = [path for path in given if _is_there(path)]
    for path in given:
        if path not in present:
            click.echo(f"netlint: {click.format_filename(path)!r} does not exist{_meant_command(path)}", err=True)
    if not present:
        raise click.exceptions.Exit(_FAILED)
    return present


def _config(
    known_rules: Iterable[Rule],
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
    *,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    fail_on: str | None = None,
    show: tuple[str, ...] = (),
    include_tests: bool = False,
) -> Config:
    """Settings of the configuration file with those of the command line on top: lists of what to leave out add up, others replace."""
    from dataclasses import replace
    from pathlib import Path

    from netlint.config import Config, check_domain, check_names, check_patterns, load_config
    from netlint.config_file import ConfigError
    from netlint.finding import Severity

    if config_file and no_config:
        raise click.UsageError("--config and --no-config exclude each other.")
    names = {name for rule in known_rules for name in (rule.name, rule.family)}
    try:
        here = Path.cwd()
    except OSError as error:
        raise _Failure(f"the current folder cannot be used: {error.strerror or error}") from error
    try:
        config = Config(root=here) if no_config else load_config(here, Path(config_file) if config_file else None, names)
    except ConfigError as error:
        raise _Failure(str(error)) from error
    try:
        check_names((*select, *ignore), names)
        check_patterns(exclude)
        config = replace(
            config,
            select=select or config.select,
            ignore=(*config.ignore, *ignore),
            exclude=(*config.exclude, *exclude),
            cluster_domain=check_domain(cluster_domain) if cluster_domain is not None else config.cluster_domain,
            search_domains=tuple(check_domain(domain) for domain in search_domains) or config.search_domains,
            fail_on=Severity(fail_on) if fail_on else config.fail_on,
            show_low=config.show_low or "low" in show or "all" in show,
            include_tests=config.include_tests or include_tests,
        )
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    # What decides the exit status must be seen.
    shows_info = config.show_info or "info" in show or "all" in show or config.fail_on is Severity.INFO
    return replace(config, show_info=shows_info)


def _print(text: str) -> None:
    """Write to standard output. A reader that has seen enough (``netlint | head``) changes nothing, the exit status included."""
    if sys.stdout is None:
        raise _Failure("the report cannot be written: standard output is closed")
    if sys.stdout.encoding.lower() not in ("utf-8", "utf8") and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        click.echo(text, color=True)
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at its end; that must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise _Failure(f"the report cannot be written: {error.strerror or error}") from error


def _is_there(path: str) -> bool:
    return path == "-" or os.path.exists(path)  # noqa: PTH110


def _meant_command(path: str) -> str:
    """A hint for a path that is not there and reads like a command."""
    from difflib import get_close_matches

    nearest = get_close_matches(path, main.commands, n=1, cutoff=0.75)
    return f"; did you mean the command {nearest[0]}?" if nearest else ""


def _render(result: RunResult, output_format: str, colour: bool) -> str:
    if output_format == "json":
        from netlint.report.json import render_json

        return render_json(result)
    from netlint.report.text import render_concise, render_grouped, render_text

    render = {"text": render_text, "concise": render_concise, "grouped": render_grouped}[output_format]
    return render(result, colour)


def _status(result: RunResult, config: Config, *, failed: bool, exit_zero: bool) -> int:
    """Exit status of a run; ``failed``: something on the way to it has gone wrong already."""
    from netlint.finding import Severity
    from netlint.meta_rules import INTERNAL_ERROR

    if failed or not result.files.judged or any(finding.rule.name == INTERNAL_ERROR.name for finding in result.findings):
        return _FAILED
    ranks = list(Severity)
    if not exit_zero and any(ranks.index(finding.severity) <= ranks.index(config.fail_on) for finding in result.findings):
        return _FINDINGS
    return _NOTHING_FOUND


def _wants_colour(choice: str) -> bool:
    """``--color`` wins, then NO_COLOR and FORCE_COLOR when they are not empty (no-color.org, force-color.org), then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _progress() -> Callable[[int, int], None] | None:
    """A counter on standard error, for a person only. It rewrites its line and wipes it at the end."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None

    def show(done: int, total: int) -> None:
        # Hundreds of writes a second would cost more than the reading.
        if done == total:
            sys.stderr.write("\r\x1b[K")
        elif done % 50 == 0:
            sys.stderr.write(f"\rReading {done} of {total} files")
        else:
            return
        sys.stderr.flush()

    return show
