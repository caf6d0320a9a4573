"""``netlint rules``: the list of rules."""

from __future__ import annotations

import click

from netlint.commands.terminal import print_out


@click.command
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the list.")
def rules(output_format: str) -> None:
    """List every rule with its family, severity and meaning, in the order a request meets them."""
    from netlint.meta_rules import META_RULES
    from netlint.report.json import render_rules_json
    from netlint.report.rules import render_rules
    from netlint_rules import all_rules

    listed = all_rules()
    print_out(render_rules_json(listed) if output_format == "json" else render_rules((*listed, *META_RULES)))
