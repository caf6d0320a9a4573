"""A preStop hook runs a shell or sleep that its image does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.finding import AddEntry, Confidence, Finding, Fix, Related, Rule, Severity, Subject, Symptom
from netlint.manifest_fixes import text_token
from netlint.model.commands import SHELLS, program_name
from netlint.model.images import is_shell_less_image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Container, PreStop, Workload
    from netlint.model import Model

_TOOLS: Final = frozenset((*SHELLS, "sleep", "env", "curl", "wget", "cat", "kill"))


_SECONDS: Final = re.compile(r"([1-9][0-9]{0,4})s?")


def check(model: Model) -> Iterator[Finding]:
    """A preStop hook of type exec runs a program of the container's own image; images named distroless or scratch have no shell.

    The hook then fails at once, with nothing but an event FailedPreStopHook. Source: kubernetes pkg/kubelet/lifecycle/handlers.go; the
    README of GoogleContainerTools/distroless on what the images leave out.
    """
    for unit in model.units:
        for workload in unit.workloads:
            for container in workload.template.serving_containers:
                program = _missing_program(container)
                if program:
                    yield _finding(workload, container, program)


def _missing_program(container: Container) -> str | None:
    hook = container.pre_stop
    if hook is None or hook.handler != "exec" or not hook.command or not is_shell_less_image(container):
        return None
    written = hook.command[0].text
    name = program_name(written)
    # A program in a folder of its own (/app/bin/sleep) comes with the application.
    in_system_folder = written == name or written.rpartition("/")[0] in ("/bin", "/usr/bin", "/usr/local/bin")
    # Python's own modules call a shell, so that image has one.
    is_there = name in SHELLS and container.image is not None and "python" in container.image.text
    return name if name in _TOOLS and in_system_folder and not is_there else None


def _finding(workload: Workload, container: Container, program: str) -> Finding:
    assert container.pre_stop is not None and container.image is not None
    return RULE.finding(
        container.pre_stop.command[0].span,
        message=f"The preStop hook of container {container.name} runs {program}, which the image {container.image.text} does not have",
        why="The hook fails at once, so SIGTERM follows without the delay: requests still on their way to the pod are refused or cut",
        help="Use lifecycle.preStop.sleep.seconds, which the kubelet does by itself (Kubernetes 1.30 and later), or an image with a shell",
        subject=Subject.of(workload.meta),
        related=[Related(container.image.span, "has neither shell nor tools")],
        fix=_fix(container.pre_stop),
    )


def _fix(hook: PreStop) -> Fix | None:
    """The kubelet's own sleep in the place of a command that does nothing else."""
    words = [value.text for value in hook.command]
    if len(words) == 3 and words[1] in ("-c", "-ec"):
        words = words[2].split()
    found = _SECONDS.fullmatch(words[1]) if len(words) == 2 and program_name(words[0]) == "sleep" else None
    handler = text_token(hook.handler_key, "sleep") if hook.handler_key else None
    if found is None or handler is None or hook.command_key is None:
        return None
    return Fix("Let the kubelet sleep", False, (handler, AddEntry(hook.command_key, "seconds", found[1], replaces=True)))


RULE = Rule(
    name="pre-stop-needs-shell",
    family="endpoints",
    layer=8,
    summary="A preStop hook runs a shell or sleep that its image does not have",
    severity=Severity.WARNING,
    confidence=Confidence.HIGH,
    symptom=Symptom.RESET,
    since="0.1.0",
    check=check,
)
