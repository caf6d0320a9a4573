"""The formats of a report by name; each module is imported when its format is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from netlint.report.places import Workspace
    from netlint.result import RunResult

FORMATS: Final = ("text", "concise", "grouped", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "azure", "markdown")


class Manner(NamedTuple):
    """What a report depends on beside the result. ``sarif_category`` and ``with_accepted`` are for SARIF, ``link`` for
    Markdown, ``offers_fixes`` for people.
    """

    workspace: Workspace
    colour: bool = False
    sarif_category: str = ""
    with_accepted: bool = False
    link: str = ""
    offers_fixes: bool = False


def render(result: RunResult, form: str, manner: Manner) -> str:
    """The report in one of ``FORMATS``, without a line break at its end."""
    workspace = manner.workspace
    # Readers of these take a path as one from where they are started themselves.
    local = workspace._replace(folder=workspace.here)
    match form:
        case "text" | "concise" | "grouped":
            from netlint.report.text import render_concise, render_grouped, render_text

            render_for_people = {"text": render_text, "concise": render_concise, "grouped": render_grouped}[form]
            return render_for_people(result, manner.colour, offers_fixes=manner.offers_fixes)
        case "json":
            from netlint.report.json import render_json

            return render_json(result)
        case "sarif":
            from netlint.report.sarif import render_sarif

            return render_sarif(result, workspace, manner.sarif_category, with_accepted=manner.with_accepted)
        case "github":
            from netlint.report.github import render_github

            return render_github(result, workspace)
        case "gitlab":
            from netlint.report.gitlab import render_gitlab

            return render_gitlab(result, workspace)
        case "junit":
            from netlint.report.junit import render_junit

            return render_junit(result, local)
        case "checkstyle":
            from netlint.report.checkstyle import render_checkstyle

            return render_checkstyle(result, local)
        case "rdjson":
            from netlint.report.rdjson import render_rdjson

            return render_rdjson(result, local)
        case "azure":
            from netlint.report.azure import render_azure

            return render_azure(result, workspace)
        case "markdown":
            from netlint.report.markdown import render_markdown

            return render_markdown(result, workspace, manner.link).rstrip("\n")
    raise ValueError(f"{form} is no format; those known: {', '.join(FORMATS)}")
