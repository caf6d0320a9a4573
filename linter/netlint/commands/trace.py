"""``netlint trace``: the eleven layers of one call, or all calls that are in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netlint.commands.settings import config_options, settings_of
from netlint.commands.terminal import Failure, print_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netlint.model import Model
    from netlint.model.trace import Trace
    from netlint.model.traced_calls import TracedCall
    from netlint.source import SourceFile


@click.command
@click.argument("client", required=False)
@click.argument("service", required=False, metavar="[SERVICE[:PORT]]")
@click.option("--in", "paths", multiple=True, metavar="PATH", help="File or folder to look in; may be given again [default: .].")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "json", "mermaid", "dot")),
    default="text",
    show_default=True,
    help="Form of the answer; mermaid and dot draw who calls whom, with deadlines.",
)
@config_options
def trace(
    client: str | None,
    service: str | None,
    paths: tuple[str, ...],
    output_format: str,
    config_file: str | None,
    no_config: bool,
    cluster_domain: str | None,
    search_domains: tuple[str, ...],
) -> None:
    """Print the eleven layers of the call from CLIENT to SERVICE: the value in force in each, where it is set, and whether it is right.

    With one name, list the calls from it and to it; without any, all calls in view. A name is that of a workload, route or Service, where
    needed with its kind or namespace (Deployment/orders, shop/orders), or a host as it is written (orders.shop, api.example.com).

    The names stand by themselves so that they are never taken for paths; where to look is given with --in.
    """
    from netlint.commands.judging import judge_all, sources_with
    from netlint.model.trace import trace as trace_calls
    from netlint.model.traced_calls import traced_calls

    config = settings_of(config_file, no_config, cluster_domain, search_domains, show=("all",))
    loaded, result = judge_all(paths, config)
    model = loaded.model
    calls = _chosen(model, traced_calls(model), client, service)
    traces = trace_calls(model, result.findings, calls)
    spans = {span.path for item in traces for span in item.spans}
    print_out(_render(traces, sources_with(loaded, result.sources, spans), output_format, is_table=service is None))


def _chosen(model: Model, calls: Sequence[TracedCall], client: str | None, service: str | None) -> Sequence[TracedCall]:
    """The calls that the names of the command line mean. Ends the command where they mean none."""
    from netlint.config import did_you_mean
    from netlint.model.traced_calls import clients_in, is_callee, is_client, names_of, supposed_calls, wanted

    if client is None:
        return calls
    caller = wanted(client)
    if service is None:
        found = [call for call in calls if is_client(call, caller) or is_callee(call, caller)]
        if not found:
            raise Failure(f"nothing called {client} calls or is called in view: {did_you_mean(caller.name, names_of(calls))}")
        return found
    callee = wanted(service)
    found = [call for call in calls if is_client(call, caller) and is_callee(call, callee)]
    if found:
        return found
    if not any(is_client(call, caller) for call in calls) and not clients_in(model, caller):
        known = dict.fromkeys(workload.meta.name for unit in model.units for workload in unit.workloads)
        raise Failure(f"no workload or route in view is called {client}: {did_you_mean(caller.name, known)}")
    return supposed_calls(model, caller, callee)


def _render(traces: Sequence[Trace], sources: Mapping[str, SourceFile], output_format: str, *, is_table: bool) -> str:
    from netlint.report.trace import render_dot, render_mermaid, render_table, render_traces, render_traces_json

    if output_format == "json":
        return render_traces_json(traces, sources)
    if output_format == "mermaid":
        return render_mermaid(traces)
    if output_format == "dot":
        return render_dot(traces)
    return render_table(traces) if is_table else render_traces(traces, sources)
