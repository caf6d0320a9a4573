"""ingress-nginx cannot read an annotation, so that its default holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from netlint.durations import SECOND, parse_duration
from netlint.finding import Confidence, Edit, Finding, Fix, Rule, Severity, Subject, Symptom
from netlint.knowledge.ingress_nginx import ANNOTATION_PREFIX, KNOWN_ANNOTATIONS, MAX_CONNECT_SECONDS, UNITLESS
from netlint.kubernetes.values import ScalarType
from netlint.manifest_fixes import token
from netlint.model.spelling import edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.kubernetes.facts import Route
    from netlint.kubernetes.values import Value
    from netlint.model import Model

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
"""What Go's strconv.Atoi takes: more digits overflow."""


def check(model: Model) -> Iterator[Finding]:
    """Time-outs of ingress-nginx are integers without unit, and a key it does not know is no setting at all.

    Source: ingress-nginx internal/ingress/annotations/parser/main.go:130-140, annotations/proxy/main.go:283-296.
    """
    for unit in model.units:
        for route in unit.routes:
            if route.meta.kind != "Ingress":
                continue
            for key, value in route.meta.annotations:
                if key.text.startswith(ANNOTATION_PREFIX) and not (key.is_placeholder or value.is_placeholder):
                    yield from _judge(route, key, value)


def _judge(route: Route, key: Value, value: Value) -> Iterator[Finding]:
    name = key.text.removeprefix(ANNOTATION_PREFIX)
    if name not in KNOWN_ANNOTATIONS:
        yield from _misspelt(route, key, name)
    # An unquoted number is refused by the API server, whatever the annotation; an empty value asks for the default.
    elif name in UNITLESS and value.text and value.type is not ScalarType.INTEGER:
        if not _INTEGER.fullmatch(value.text):
            yield _not_an_integer(route, name, value)
        elif name == "proxy-connect-timeout" and int(value.text) > MAX_CONNECT_SECONDS:
            yield _above_limit(route, name, value)


def _not_an_integer(route: Route, name: str, value: Value) -> Finding:
    setting = UNITLESS[name]
    duration = parse_duration(value.text) if setting.unit == "seconds" else None
    whole = duration // SECOND if duration and duration % SECOND == 0 else None
    edit = token(value, f'"{whole}"')
    return RULE.finding(
        value.span,
        message=f"{route.meta.title} sets {name} to {value.text}, which ingress-nginx ignores: it reads an integer without unit",
        why=f"The default holds instead: {setting.default}, or what the controller's ConfigMap sets",
        help=f"Write the number of {setting.unit} alone" + (f': "{whole}"' if whole else ""),
        subject=Subject.of(route.meta),
        fix=Fix(f"Write {whole} without unit", True, (edit,)) if whole and edit else None,
    )


def _above_limit(route: Route, name: str, value: Value) -> Finding:
    return RULE.finding(
        value.span,
        message=f"{route.meta.title} sets {name} to {value.text} s; nginx cannot usually wait more than {MAX_CONNECT_SECONDS} s to connect",
        why="It bounds the TCP handshake only, which the kernel gives up by itself: a slow answer is bounded by proxy-read-timeout",
        help=f"Set {name} to a few seconds, and proxy-read-timeout to what the backend needs to answer",
        subject=Subject.of(route.meta),
        severity=Severity.WARNING,
    )


def _misspelt(route: Route, key: Value, name: str) -> Iterator[Finding]:
    meant = sorted(known for known in KNOWN_ANNOTATIONS if edits(name, known, 1) == 1)
    if not meant:
        return
    written = key.span_of(len(ANNOTATION_PREFIX), len(key.text))
    timed = [UNITLESS[known] for known in meant if known in UNITLESS]
    yield RULE.finding(
        written,
        message=f"{route.meta.title} has the annotation {name}, which ingress-nginx does not know; it knows {' and '.join(meant)}",
        why=f"The default holds instead: {timed[0].default}, or what the controller's ConfigMap sets"
        if timed
        else "A key that the controller does not know changes nothing",
        help=f"Write {' or '.join(ANNOTATION_PREFIX + known for known in meant)}",
        subject=Subject.of(route.meta),
        symptom=Symptom.TIMEOUT if timed else Symptom.NONE,
        fix=Fix(f"Rename it to {meant[0]}", False, (Edit(written, meant[0]),)) if len(meant) == 1 and written != key.span else None,
    )


RULE = Rule(
    name="nginx-timeout-annotation-ignored",
    family="route",
    layer=9,
    summary="An annotation of ingress-nginx is misspelt, or its value is not what the controller reads, so that the default holds",
    severity=Severity.ERROR,
    confidence=Confidence.HIGH,
    symptom=Symptom.TIMEOUT,
    since="0.1.0",
    check=check,
)
