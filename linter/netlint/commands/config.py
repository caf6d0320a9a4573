"""``netlint config``: the settings that hold, whether they are valid, and their JSON schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netlint.commands.settings import config_options, known_names, settings_of
from netlint.commands.terminal import Failure, print_out

if TYPE_CHECKING:
    from netlint.config import Config


@click.group
def config() -> None:
    """Show, check or describe the settings."""


@config.command
@config_options
def show(config_file: str | None, no_config: bool, cluster_domain: str | None, search_domains: tuple[str, ...]) -> None:
    """Print the settings that hold here, as YAML that can be a configuration file itself."""
    import yaml

    from netlint.config import find_settings

    settings = settings_of(config_file, no_config, cluster_domain, search_domains)
    found = None if no_config else find_settings(Path.cwd(), Path(config_file) if config_file else None)
    origin = found[1].file if found else "no configuration file: these are the defaults"
    text = yaml.safe_dump(_as_written(settings), sort_keys=False, allow_unicode=True)
    print_out(f"# {click.format_filename(origin)}\n{text}".rstrip("\n"))


@config.command
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
def check(files: tuple[str, ...]) -> None:
    """Say whether the FILEs are valid, or the configuration that holds here. Exit status: 0 valid, 2 not."""
    from netlint.config import all_names, config_of, find_settings
    from netlint.config_file import ConfigError, read_settings

    names = all_names(known_names())
    problems = []
    for file in files:
        try:
            settings = read_settings(Path.cwd() / file)
            if settings is not None:
                config_of(settings, Path.cwd(), names)
            print_out(f"{click.format_filename(file)}: {_count(settings.data) if settings is not None else 'no settings of netlint'}")
        except ConfigError as error:
            problems.append(str(error))
    if not files:
        try:
            found = find_settings(Path.cwd(), None)
            if found is not None:
                config_of(found[1], found[0].parent, names)
            print_out(f"{found[1].file}: {_count(found[1].data)}" if found else "No configuration file from here upward: the defaults hold")
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise Failure("\nnetlint: ".join(problems))


@config.command
def schema() -> None:
    """Print the JSON schema of the configuration file, for editors.

    Keep it as netlint.schema.json, and write as the first line of .netlint.yaml: # yaml-language-server: $schema=netlint.schema.json
    """
    from netlint.config import all_names
    from netlint.config_schema import config_schema
    from netlint.report.json import dump

    print_out(dump(config_schema(all_names(known_names()))))


def _count(data: Any) -> str:
    return f"{len(data)} setting{'s' * (len(data) != 1)}, valid"


def _as_written(config: Config) -> dict[str, Any]:
    """The settings as a configuration file has them."""
    return {
        "select": list(config.select),
        "ignore": list(config.ignore),
        "per-path-ignores": {pattern: list(names) for pattern, names in config.per_path_ignores},
        "object-ignores": [
            {"object": ignore.pattern, "rules": list(ignore.rules), "reason": ignore.reason} for ignore in config.object_ignores
        ],
        "severity": {name: str(severity) for name, severity in config.severity.items()},
        "exclude": list(config.exclude),
        "cluster-domain": config.cluster_domain,
        "search-domains": list(config.search_domains),
        "fail-on": str(config.fail_on),
        "show": [name for name, shown in (("info", config.show_info), ("low", config.show_low)) if shown],
        "include-tests": config.include_tests,
        "targets": [{"chart": item.chart, "values": list(item.values), "name": item.name} for item in config.targets],
        **({"baseline": config.baseline} if config.baseline else {}),
    }
