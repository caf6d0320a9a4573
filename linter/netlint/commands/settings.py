"""The options of every command that needs settings, and the settings that come of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from netlint.commands.terminal import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netlint.config import Config


def split_commas(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Comma lists, given several times, as one list."""
    return tuple(name for value in values for part in value.split(",") if (name := part.strip()))


format_option = click.option(
    "--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the answer."
)
"""Of commands that answer a question, for people or for programs."""


def config_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that needs settings."""
    for option in (
        click.option(
            "--search-domain",
            "search_domains",
            multiple=True,
            callback=split_commas,
            metavar="DOMAIN,…",
            help="Domains that the nodes add to every pod's search list.",
        ),
        click.option("--cluster-domain", metavar="DOMAIN", help="Domain of the cluster [default: cluster.local]."),
        click.option("--no-config", is_flag=True, help="Read no configuration file."),
        click.option(
            "--config",
            "config_file",
            metavar="FILE",
            envvar="NETLINT_CONFIG",
            help="Configuration file, instead of the nearest one from here upward [NETLINT_CONFIG].",
        ),
    ):
        command = option(command)
    return command


def known_names() -> Iterator[str]:
    """Names of all rules and families. They are imported when the first is asked for: where nothing names a rule, they need not be."""
    from netlint_rules import all_rules

    for rule in all_rules():
        yield from (rule.name, rule.family)


def settings_of(
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
    from pathlib import Path

    from netlint.config import Config, check_domain, check_names, check_patterns, load_config
    from netlint.config_file import ConfigError
    from netlint.finding import Severity

    if config_file and no_config and not os.environ.get("NETLINT_CONFIG"):
        raise click.UsageError("--config and --no-config exclude each other.")
    try:
        here = Path.cwd()
    except OSError as error:
        raise Failure(f"the current folder cannot be used: {error.strerror or error}") from error
    try:
        config = Config(root=here) if no_config else load_config(here, Path(config_file) if config_file else None, known_names())
    except ConfigError as error:
        raise Failure(str(error)) from error
    try:
        check_names((*select, *ignore), known_names())
        check_patterns(exclude)
        config = config._replace(
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
    return config._replace(show_info=shows_info)
