"""The JSON schema of the configuration file: draft 7, which the language servers for YAML and TOML take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netlint.config import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable


def config_schema(names: Iterable[str]) -> dict[str, Any]:
    """The schema. ``names``: every rule and family that can be selected, and ``ALL``."""
    valid = sorted(names)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of netlint",
        "description": "The file .netlint.yaml, netlint.toml, or [tool.netlint] of pyproject.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "select": _names("Rules or families that are judged"),
            "ignore": _names("Rules or families that are not judged"),
            "per-path-ignores": {
                "description": "Rules or families that are not judged in files which a gitignore pattern matches",
                "type": "object",
                "additionalProperties": _names(""),
            },
            "object-ignores": {
                "description": "Rules or families that are not judged for some objects",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["object", "rules", "reason"],
                    "properties": {
                        "object": _text("Kind/namespace/name, with * and ?", pattern="^[^/]*/[^/]*/[^/]*$"),
                        "rules": _names(""),
                        "reason": _text("Why they are ignored", pattern="\\S"),
                    },
                },
            },
            "severity": {
                "description": "Another severity for findings of a rule or a family",
                "type": "object",
                "propertyNames": {"enum": [name for name in valid if name != ALL]},
                "additionalProperties": {"$ref": "#/definitions/severity"},
            },
            "exclude": _texts("Gitignore patterns of files and folders that are not read"),
            "cluster-domain": _text("Domain of the cluster", default="cluster.local"),
            "search-domains": _texts("Domains that the nodes add to every pod's search list"),
            "fail-on": {"description": "Lowest severity that makes a run fail", "allOf": [{"$ref": "#/definitions/severity"}]},
            "show": {
                "description": "Findings that are shown beside errors and warnings of medium and high confidence",
                "type": "array",
                "items": {"enum": ["info", "low"]},
            },
            "targets": {
                "description": "Helm charts with the values files they are deployed with; each is judged for itself",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["chart"],
                    "properties": {
                        "chart": _text("Folder of the chart", pattern="\\S"),
                        "values": _texts("Values files, the later ones over the earlier"),
                        "name": _text("What messages call it; the names of the values files where it is not given", pattern="\\S"),
                    },
                },
            },
            "include-tests": {"description": "Judge tests, examples and testdata folders as well", "type": "boolean", "default": False},
            "baseline": _text("File of netlint baseline whose findings are left out, relative to this file", pattern="."),
        },
        "definitions": {
            "severity": {"enum": ["error", "warning", "info"]},
            "name": {"enum": valid},
        },
    }


def _names(description: str) -> dict[str, Any]:
    return {**_described(description), "type": "array", "items": {"$ref": "#/definitions/name"}}


def _texts(description: str) -> dict[str, Any]:
    return {**_described(description), "type": "array", "items": {"type": "string"}}


def _text(description: str, **more: str) -> dict[str, Any]:
    return {**_described(description), "type": "string", **more}


def _described(description: str) -> dict[str, str]:
    return {"description": description} if description else {}
