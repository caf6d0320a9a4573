"""``netlint explain``: the page of a rule."""

from __future__ import annotations

import click

from netlint.commands.terminal import print_out


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from netlint_rules import all_rules

    return [rule.name for rule in all_rules() if rule.name.startswith(incomplete)]


@click.command
@click.argument("rule", shell_complete=_complete)
def explain(rule: str) -> None:
    """Print the page of RULE: why it matters, an example, the fix, when it stays silent, and the sources.

    netlint rules lists the names.
    """
    from netlint.meta_rules import META_RULES
    from netlint.report.rules import page_of
    from netlint_rules import all_rules

    known_rules = (*all_rules(), *META_RULES)
    found = next((known for known in known_rules if known.name == rule), None)
    if found is None:
        from netlint.config import did_you_mean

        raise click.UsageError(f"There is no rule '{rule}': {did_you_mean(rule, (known.name for known in known_rules))}")
    print_out(page_of(found).rstrip("\n"))
