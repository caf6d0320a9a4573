"""``netlint init``: a configuration file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from netlint.commands.terminal import Failure, print_out

NAME: Final = ".netlint.yaml"
STARTING_POINT: Final = """\
# Settings of netlint, all optional. A line with # and no blank behind it is an example: take the # away.
# netlint rules lists the names of rules and families, netlint explain RULE says what one is about, netlint config check finds mistakes.
# For completion in an editor run netlint config schema > netlint.schema.json, and write in a comment of its own, as the first line,
# yaml-language-server: $schema=netlint.schema.json

# The lowest severity that makes a run fail: error, warning or info.
fail-on: warning

# Not read at all, patterns as in .gitignore.
#exclude: [third_party/]

# Not judged: rules or families.
#ignore: [readiness-probe-missing]

# Not judged in some files.
#per-path-ignores:
#  examples/: [endpoints]

# Not judged for some objects: Kind/namespace/name. The reason is for whoever reads this next.
#object-ignores:
#  - object: Service/*/web
#    rules: [service-target-port-name-unresolved]
#    reason: the operator adds the port

# Another severity for a rule or a family.
#severity:
#  shutdown-without-drain: error

# Shown beside errors and warnings of medium and high confidence.
#show: [info, low]

# The domain of the cluster, and what the nodes add to every pod's search list.
#cluster-domain: cluster.local
#search-domains: [ec2.internal]

# Tests, examples and testdata folders are judged as well.
#include-tests: true

# Helm charts with the values they are deployed with, each judged for itself; without this, a chart is judged with its own values.
#targets:
#  - chart: deploy/chart
#    values: [deploy/production.yaml]

# What was there before netlint came is left out: netlint baseline writes the file, which stands beside this one.
#baseline: netlint-baseline.json
"""


@click.command
def init() -> None:
    """Write a configuration file with every setting explained into the current folder."""
    from netlint.config import find_settings
    from netlint.config_file import ConfigError
    from netlint.writing import write_whole

    try:
        found = find_settings(Path.cwd(), None)
    except ConfigError as error:
        raise Failure(str(error)) from error
    if found is not None:
        raise Failure(f"{click.format_filename(found[1].file)} configures netlint here already")
    try:
        write_whole(Path(NAME), STARTING_POINT.encode())
    except OSError as error:
        raise Failure(f"{NAME} cannot be written: {error.strerror or error}") from error
    print_out(f"Wrote {NAME}: read it, then run netlint config check")
