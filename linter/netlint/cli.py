"""The command line: which command is meant, and what becomes of an error.

Exit status: 0 nothing at or above ``--fail-on``; 1 findings; 2 the run itself failed (wrong options or settings, a path that is not
there, an internal error) or there was nothing to judge; 130 interrupted. Everything but click is imported when a command needs it, for
``netlint --version`` must not wait for a YAML parser.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from netlint.commands import COMMANDS
from netlint.commands.terminal import FAILED, INTERRUPTED
from netlint.version import VERSION

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _Commands(click.Group):
    """The commands, each imported when it is meant. ``check`` need not be written: ``netlint PATH`` is ``netlint check PATH``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"netlint.commands.{cmd_name}"), cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A shell that completes the first word asks without any: it may become a command.
        if not (ctx.resilient_parsing and not args) and (not args or args[0] not in (*COMMANDS, "--help", "-h", "--version")):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        check = import_module("netlint.commands.check").check
        return [*super().shell_complete(ctx, incomplete), *check.shell_complete(click.Context(check, parent=ctx), incomplete)]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[check] [OPTIONS] [PATH]...")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS] [ARGS]...", prefix="       ")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt:
            # click would exit with 1, which means findings.
            raise _interrupted() from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _interrupted() from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # Python would exit with 1, which means findings.
            from traceback import print_exc

            print_exc()
            click.echo("netlint: this is a bug in netlint; report it with the lines above", err=True)
            raise click.exceptions.Exit(FAILED) from error


def _interrupted() -> click.exceptions.Exit:
    click.echo("netlint: interrupted", err=True)
    return click.exceptions.Exit(INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, "--version", message="netlint %(version)s")
def main() -> None:
    """Find network time-outs before production: read manifests, Go and Python code, and report what fails.

    PATH is a file, a folder or - for standard input; without one the current folder is judged. The word check may be left out:
    netlint check --help lists the options. A path that is called like a command is given as ./rules.
    """
