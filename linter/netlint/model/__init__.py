"""The frozen model that rules judge: units of objects, and the links between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netlint.builds.facts import Builds
    from netlint.dns import ClusterDns
    from netlint.model.code.code import Code
    from netlint.model.python.code import PythonCode
    from netlint.model.units import Unit


class Model(NamedTuple):
    """Everything that was read, linked. ``cluster`` holds what the manifests cannot say of the cluster's DNS.

    ``code`` is of Go. ``builds`` is None unless there are both workloads and code.
    """

    units: tuple[Unit, ...]
    cluster: ClusterDns
    code: Code
    python: PythonCode
    builds: Builds | None = None
