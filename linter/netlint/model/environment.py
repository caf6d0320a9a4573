"""What a container gives its program: the environment variables and the options of its command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from netlint.builds.facts import Word
from netlint.kubernetes.values import is_placeholder
from netlint.model.commands import words
from netlint.model.config_maps import find_config_maps
from netlint.model.units import compatible

if TYPE_CHECKING:
    from netlint.kubernetes.facts import Container, Workload
    from netlint.kubernetes.values import Value
    from netlint.model.runs import Run
    from netlint.model.units import Unit
    from netlint.source import Span

_REFERENCE: Final = re.compile(r"\$(?:\$|\((?P<name>[A-Za-z_.-][A-Za-z0-9_.-]*)\))")
"""``$(NAME)``, and the ``$$`` that escapes it (kubernetes third_party/forked/golang/expansion/expand.go)."""
_SERVICE_VARIABLE: Final = re.compile(
    r"(?P<service>[A-Z][A-Z0-9_]*?)_(?:SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)"
)
_SHELL_VARIABLE: Final = re.compile(r"\$[A-Za-z_@*{1-9]")
_SPACE: Final = re.compile(r"\s")
_MAX_DEPTH: Final = 8


class Given(NamedTuple):
    """What the container says of a variable or an option.

    ``set`` to ``text``, which stands at ``span`` (None for what the image sets out of view of the manifests); ``absent``: not given, so
    that the program's own default holds; ``unknown``: given by what the manifests do not show, or maybe so. ``value``: the scalar that is
    the text, where nothing was put into it.
    """

    state: Literal["set", "absent", "unknown"]
    text: str = ""
    span: Span | None = None
    where: str = ""
    value: Value | None = None


ABSENT: Final = Given("absent")
UNKNOWN: Final = Given("unknown")


def given_to(unit: Unit, run: Run, kind: Literal["env", "flag"], name: str) -> Given:
    """What a program is given as its variable or option ``name``: by the container, else by the image."""
    if kind == "env":
        given = variable(unit, run.workload, run.container, name)
        return _of_image(dict(run.environment).get(name), f"ENV {name}") if given.state == "absent" else given
    return option(unit, run, name)


def _of_image(word: Word | None, where: str) -> Given:
    if word is None:
        return ABSENT
    return UNKNOWN if is_placeholder(word.text) else Given("set", word.text, word.span, where)


def variable(unit: Unit, workload: Workload, container: Container, name: str) -> Given:
    """What the container sets the environment variable ``name`` to.

    Sources: kubernetes pkg/kubelet/kubelet_pods.go, makeEnvironmentVariables: ``env`` wins over ``envFrom``, a later entry over an earlier
    one, and the variables of Services (``enableServiceLinks``) fill what is left.
    """
    return _variable(unit, workload, container, name, 0)


def _variable(unit: Unit, workload: Workload, container: Container, name: str, depth: int) -> Given:
    for entry in reversed(container.env):
        if entry.name.text != name:
            continue
        if entry.value is not None:
            found = _expanded(unit, workload, container, entry.value.text, entry.value.span, f"env {name}", depth)
            return found._replace(value=entry.value) if found.text == entry.value.text else found
        if entry.config_map is None or entry.config_map.key is None:
            return UNKNOWN
        return _of_config_map(unit, workload, entry.config_map.name.text, entry.config_map.key.text)
    for source in reversed(container.env_from):
        found = _of_config_map(unit, workload, source.name.text, name.removeprefix(source.prefix), may_lack_key=True)
        if name.startswith(source.prefix) and found.state != "absent":
            return found
    if container.has_unseen_env or _may_be_of_service(unit, workload, name):
        return UNKNOWN
    return ABSENT


def _of_config_map(unit: Unit, workload: Workload, config_map: str, key: str, *, may_lack_key: bool = False) -> Given:
    found = find_config_maps(unit, workload, config_map)
    values = [value for item in found for entry, value in item.data if entry.text == key]
    if len(found) != 1 or len(values) > 1:
        return UNKNOWN
    if not values:
        return ABSENT if may_lack_key else UNKNOWN
    value = values[0]
    # Values of ConfigMaps are taken as they stand: references in them are not expanded.
    return UNKNOWN if is_placeholder(value.text) else Given("set", value.text, value.span, f"ConfigMap {config_map} key {key}", value)


def _expanded(unit: Unit, workload: Workload, container: Container, written: str, span: Span, where: str, depth: int) -> Given:
    """A text with the variables that it refers to put in; one that refers to nothing known stays as it is written."""
    parts: list[str] = []
    end = 0
    for match in _REFERENCE.finditer(written):
        parts.append(written[end : match.start()])
        end = match.end()
        if match["name"] is None:
            parts.append("$")
            continue
        inner = _variable(unit, workload, container, match["name"], depth + 1) if depth < _MAX_DEPTH else UNKNOWN
        if inner.state == "unknown":
            return UNKNOWN
        parts.append(inner.text if inner.state == "set" else match[0])
    text = "".join((*parts, written[end:]))
    return UNKNOWN if is_placeholder(text) else Given("set", text, span, where)


def _may_be_of_service(unit: Unit, workload: Workload, name: str) -> bool:
    """Whether Kubernetes may set the variable for a Service: ``REDIS_SERVICE_HOST``, ``REDIS_PORT``."""
    match = _SERVICE_VARIABLE.fullmatch(name)
    switch = workload.template.enable_service_links
    if match is None or (switch is not None and switch.boolean is False):
        return False
    if not name.endswith("_PORT") or name.endswith("_SERVICE_PORT"):
        return True
    called = match["service"].lower().replace("_", "-")
    return any(compatible(service.meta.namespace, workload.meta.namespace) for service in unit.services_by_name.get(called, ()))


def option(unit: Unit, run: Run, name: str) -> Given:
    """What the command line sets the option ``name`` (written without dashes) to: ``-name value``, ``--name=value``; the last counts."""
    found = ABSENT
    pieces = command_line(run)
    for index, word in enumerate(pieces):
        written, equals, text = word.text.partition("=")
        if written not in (f"-{name}", f"--{name}"):
            # What a shell fills in may hold any option: `exec server $EXTRA_ARGS`.
            found = UNKNOWN if _SHELL_VARIABLE.match(word.text) else found
        elif equals:
            span = word.span.part(len(written) + 1, len(word.text)) if _is_alone(word) else word.span
            found = _expanded(unit, run.workload, run.container, text, span, f"option {written}", 0)
        elif index + 1 < len(pieces) and not pieces[index + 1].text.startswith("-"):
            following = pieces[index + 1]
            found = _expanded(unit, run.workload, run.container, following.text, following.span, f"option {written}", 0)
        else:
            found = UNKNOWN
    return found


def _is_alone(word: Word) -> bool:
    return word.span.end - word.span.start == len(word.text)


def command_line(run: Run) -> list[Word]:
    """The words that the program is started with; one that is a script is cut into its words."""
    if run.arguments:
        return list(run.arguments)
    container = run.container
    found: list[Word] = []
    for value in (*container.command, *container.args):
        if _SPACE.search(value.text):
            found += [Word(word.text, word.span) for word in words((value,))]
        else:
            found.append(Word(value.text, value.span_of(0, len(value.text))))
    return found
