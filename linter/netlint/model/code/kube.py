"""Calls of the Kubernetes API by way of client-go, and the configuration they go by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from netlint.golang.syntax import Call, Selector
from netlint.model.code.contexts import Bound, context_bound
from netlint.model.code.settings import Setting, setting_of
from netlint.model.code.types import callee_of
from netlint.model.code.values import origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netlint.golang.syntax import Expression
    from netlint.model.code.code import Code
    from netlint.model.code.packages import GoFunction

_GROUP: Final = re.compile(r"[A-Z][A-Za-z]*V\d+(?:(?:alpha|beta)\d+)?")
_VERBS: Final = frozenset(
    ("Apply", "ApplyStatus", "Create", "Delete", "DeleteCollection", "Get", "List", "Patch", "Update", "UpdateStatus")
)
"""What ends with its answer; a ``Watch`` is meant to last."""
_CLIENTS: Final = frozenset(f"k8s.io/client-go/kubernetes.NewForConfig{suffix}" for suffix in ("", "OrDie"))


IN_CLUSTER_CONFIGS: Final = frozenset(
    (
        "k8s.io/client-go/rest.InClusterConfig",
        "sigs.k8s.io/controller-runtime.GetConfig",
        "sigs.k8s.io/controller-runtime.GetConfigOrDie",
        "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfig",
        "sigs.k8s.io/controller-runtime/pkg/client/config.GetConfigOrDie",
    )
)
"""Functions that inside a pod give the configuration of its own cluster's API."""


class OwnCluster(NamedTuple):
    """A call of one of ``IN_CLUSTER_CONFIGS``: ``name`` is the function without its package's path."""

    call: Call
    function: GoFunction
    name: str


def own_clusters(code: Code) -> tuple[OwnCluster, ...]:
    """Every place where the judged code takes the configuration of the cluster that it runs in."""
    return code.keep("configurations of the own cluster", lambda: tuple(_own_clusters(code)))


def _own_clusters(code: Code) -> Iterator[OwnCluster]:
    for function in code.judged_functions:
        for call in function.body.calls:
            name = callee_of(code, call, function).name
            if name in IN_CLUSTER_CONFIGS:
                yield OwnCluster(call, function, name.rpartition("/")[2])


class KubeCall(NamedTuple):
    """``client.CoreV1().Pods(namespace).List(ctx, …)``: ``configs`` are those the client may be made by, empty when one is not in view."""

    call: Call
    verb: Selector
    resource: str
    function: GoFunction
    bound: Bound
    configs: tuple[Setting, ...]


def kube_calls(code: Code) -> Iterator[KubeCall]:
    """Every such call of the judged code."""
    for function in code.judged_functions:
        for call in function.body.calls:
            match call:
                case Call(
                    function=Selector(
                        operand=Call(function=Selector(operand=Call(function=Selector(operand=client, name=group)), name=resource))
                    ) as verb,
                    arguments=(context, *_),
                ) if verb.name in _VERBS and _GROUP.fullmatch(group):
                    yield KubeCall(call, verb, resource, function, context_bound(code, context, function), _configs(code, client, function))


def _configs(code: Code, client: Expression, function: GoFunction) -> tuple[Setting, ...]:
    found = []
    for origin in origins(code, client, function):
        if origin.kind == "nil":
            continue
        if origin.name not in _CLIENTS or not isinstance(origin.node, Call) or origin.function is None or not origin.node.arguments:
            return ()
        for config in origins(code, origin.node.arguments[0], origin.function):
            setting = setting_of(code, config)
            if setting is None or setting.type != "k8s.io/client-go/rest.Config":
                if config.kind != "nil":
                    return ()
                continue
            found.append(setting)
    return tuple(dict.fromkeys(found))
