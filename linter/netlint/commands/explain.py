"""``netlint explain``: the page of a rule."""

from __future__ import annotations

import click

from netlint.commands.terminal import print_out


@click.command
@click.argument("rule")
def explain(rule: str) -> None:
    """Print the page of RULE: why it matters, an example, the fix, when it stays silent, and the sources.

    netlint rules lists the names.
    """
    from netlint.meta_rules import META_RULES
    from netlint_rules import all_rules

    known_rules = (*all_rules(), *META_RULES)
    found = next((known for known in known_rules if known.name == rule), None)
    if found is None:
        from netlint.config import did_you_mean

        raise click.UsageError(f"There is no rule '{rule}': {did_you_mean(rule, (known.name for known in known_rules))}")
    if found in META_RULES:
        # They are about the run itself and say all there is to say in their messages.
        print_out(f"# {found.name}\n\n{found.summary}.")
        return
    from importlib.resources import files

    from netlint.report.rules import render_page

    page = files("netlint_rules").joinpath(found.family, f"{found.name.replace('-', '_')}.md")
    print_out(render_page(page.read_text(encoding="utf-8")).rstrip("\n"))
